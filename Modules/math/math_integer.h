/* math's functions on integers. */
#ifndef MATH_INTEGER_H
#define MATH_INTEGER_H

extern PyObject *math_gcd(PyObject *module, PyObject *const *args,
                          Py_ssize_t nargs);
extern PyObject *math_lcm(PyObject *module, PyObject *const *args,
                          Py_ssize_t nargs);
extern PyObject *math_isqrt(PyObject *module, PyObject *n);
extern PyObject *math_factorial(PyObject *module, PyObject *n);
extern PyObject *math_perm(PyObject *module, PyObject *const *args,
                           Py_ssize_t nargs);
extern PyObject *math_comb(PyObject *module, PyObject *const *args,
                           Py_ssize_t nargs);

#endif /* !MATH_INTEGER_H */
