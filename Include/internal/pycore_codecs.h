/* Codecs: what the codecs of str use of the registry. */
#ifndef Py_INTERNAL_CODECS_H
#define Py_INTERNAL_CODECS_H

#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

/* The two handlers without a public name. */
extern PyObject *codec_surrogateescape_errors(PyObject *exc);
extern PyObject *codec_surrogatepass_errors(PyObject *exc);

#endif /* !Py_INTERNAL_CODECS_H */
