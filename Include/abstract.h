/* Operations on objects of any type, by protocol: object, number, sequence,
   mapping, iterator.  Arguments are borrowed, results are new references;
   -1 or NULL with an exception set means failure. */
#ifndef Py_ABSTRACTOBJECT_H
#define Py_ABSTRACTOBJECT_H
#ifdef __cplusplus
extern "C" {
#endif

/* -- Object -------------------------------------------------------------- */

#define PyObject_DelAttrString(O, A) PyObject_SetAttrString((O), (A), NULL)
#define PyObject_DelAttr(O, A) PyObject_SetAttr((O), (A), NULL)

#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03090000
PyAPI_FUNC(PyObject *) PyObject_CallNoArgs(PyObject *func);
#endif

#ifdef PY_SSIZE_T_CLEAN
#  define PyObject_CallFunction _PyObject_CallFunction_SizeT
#  define PyObject_CallMethod _PyObject_CallMethod_SizeT
#endif

PyAPI_FUNC(PyObject *) PyObject_Call(PyObject *callable, PyObject *args,
                                     PyObject *kwargs);
PyAPI_FUNC(PyObject *) PyObject_CallObject(PyObject *callable,
                                           PyObject *args);
PyAPI_FUNC(PyObject *) PyObject_CallFunction(PyObject *callable,
                                             const char *format, ...);
PyAPI_FUNC(PyObject *) PyObject_CallMethod(PyObject *object,
                                           const char *name,
                                           const char *format, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallFunction_SizeT(PyObject *callable,
                                                    const char *format, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallMethod_SizeT(PyObject *object,
                                                  const char *name,
                                                  const char *format, ...);
PyAPI_FUNC(PyObject *) PyObject_CallFunctionObjArgs(PyObject *callable, ...);
PyAPI_FUNC(PyObject *) PyObject_CallMethodObjArgs(PyObject *object,
                                                  PyObject *name, ...);

PyAPI_FUNC(PyObject *) PyObject_Type(PyObject *object);
PyAPI_FUNC(Py_ssize_t) PyObject_Size(PyObject *object);
PyAPI_FUNC(Py_ssize_t) PyObject_Length(PyObject *object);
PyAPI_FUNC(PyObject *) PyObject_GetItem(PyObject *object, PyObject *key);
PyAPI_FUNC(int) PyObject_SetItem(PyObject *object, PyObject *key,
                                 PyObject *value);
PyAPI_FUNC(int) PyObject_DelItemString(PyObject *object, const char *key);
PyAPI_FUNC(int) PyObject_DelItem(PyObject *object, PyObject *key);

/* The buffer interface of Python 2, kept for the stable ABI. */
Py_DEPRECATED(3.0)
PyAPI_FUNC(int) PyObject_AsCharBuffer(PyObject *object, const char **buffer,
                                      Py_ssize_t *buffer_len);
Py_DEPRECATED(3.0) PyAPI_FUNC(int) PyObject_CheckReadBuffer(PyObject *object);
Py_DEPRECATED(3.0)
PyAPI_FUNC(int) PyObject_AsReadBuffer(PyObject *object, const void **buffer,
                                      Py_ssize_t *buffer_len);
Py_DEPRECATED(3.0)
PyAPI_FUNC(int) PyObject_AsWriteBuffer(PyObject *object, void **buffer,
                                       Py_ssize_t *buffer_len);

PyAPI_FUNC(PyObject *) PyObject_Format(PyObject *object,
                                       PyObject *format_spec);

/* -- Iterator ------------------------------------------------------------ */

PyAPI_FUNC(PyObject *) PyObject_GetIter(PyObject *object);
PyAPI_FUNC(PyObject *) PyObject_GetAIter(PyObject *object);
PyAPI_FUNC(int) PyIter_Check(PyObject *object);
PyAPI_FUNC(int) PyAIter_Check(PyObject *object);

/* NULL without an exception means exhausted. */
PyAPI_FUNC(PyObject *) PyIter_Next(PyObject *iterator);

#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x030A0000
PyAPI_FUNC(PySendResult) PyIter_Send(PyObject *iterator, PyObject *value,
                                     PyObject **result);
#endif

/* -- Number -------------------------------------------------------------- */

PyAPI_FUNC(int) PyNumber_Check(PyObject *object);
PyAPI_FUNC(PyObject *) PyNumber_Add(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Subtract(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Multiply(PyObject *v, PyObject *w);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
PyAPI_FUNC(PyObject *) PyNumber_MatrixMultiply(PyObject *v, PyObject *w);
#endif
PyAPI_FUNC(PyObject *) PyNumber_FloorDivide(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_TrueDivide(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Remainder(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Divmod(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Power(PyObject *v, PyObject *w, PyObject *z);
PyAPI_FUNC(PyObject *) PyNumber_Negative(PyObject *object);
PyAPI_FUNC(PyObject *) PyNumber_Positive(PyObject *object);
PyAPI_FUNC(PyObject *) PyNumber_Absolute(PyObject *object);
PyAPI_FUNC(PyObject *) PyNumber_Invert(PyObject *object);
PyAPI_FUNC(PyObject *) PyNumber_Lshift(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Rshift(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_And(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Xor(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_Or(PyObject *v, PyObject *w);
PyAPI_FUNC(int) PyIndex_Check(PyObject *object);
PyAPI_FUNC(PyObject *) PyNumber_Index(PyObject *object);
PyAPI_FUNC(Py_ssize_t) PyNumber_AsSsize_t(PyObject *object,
                                          PyObject *exception);
PyAPI_FUNC(PyObject *) PyNumber_Long(PyObject *object);
PyAPI_FUNC(PyObject *) PyNumber_Float(PyObject *object);

PyAPI_FUNC(PyObject *) PyNumber_InPlaceAdd(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceSubtract(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceMultiply(PyObject *v, PyObject *w);
#if !defined(Py_LIMITED_API) || Py_LIMITED_API+0 >= 0x03050000
PyAPI_FUNC(PyObject *) PyNumber_InPlaceMatrixMultiply(PyObject *v,
                                                      PyObject *w);
#endif
PyAPI_FUNC(PyObject *) PyNumber_InPlaceFloorDivide(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceTrueDivide(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceRemainder(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlacePower(PyObject *v, PyObject *w,
                                             PyObject *z);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceLshift(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceRshift(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceAnd(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceXor(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_InPlaceOr(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PyNumber_ToBase(PyObject *n, int base);

/* -- Sequence ------------------------------------------------------------ */

PyAPI_FUNC(int) PySequence_Check(PyObject *object);
PyAPI_FUNC(Py_ssize_t) PySequence_Size(PyObject *object);
PyAPI_FUNC(Py_ssize_t) PySequence_Length(PyObject *object);
PyAPI_FUNC(PyObject *) PySequence_Concat(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PySequence_Repeat(PyObject *object, Py_ssize_t count);
PyAPI_FUNC(PyObject *) PySequence_GetItem(PyObject *object, Py_ssize_t i);
PyAPI_FUNC(PyObject *) PySequence_GetSlice(PyObject *object, Py_ssize_t i1,
                                           Py_ssize_t i2);
PyAPI_FUNC(int) PySequence_SetItem(PyObject *object, Py_ssize_t i,
                                   PyObject *value);
PyAPI_FUNC(int) PySequence_DelItem(PyObject *object, Py_ssize_t i);
PyAPI_FUNC(int) PySequence_SetSlice(PyObject *object, Py_ssize_t i1,
                                    Py_ssize_t i2, PyObject *value);
PyAPI_FUNC(int) PySequence_DelSlice(PyObject *object, Py_ssize_t i1,
                                    Py_ssize_t i2);
PyAPI_FUNC(PyObject *) PySequence_Tuple(PyObject *object);
PyAPI_FUNC(PyObject *) PySequence_List(PyObject *object);
PyAPI_FUNC(PyObject *) PySequence_Fast(PyObject *object,
                                       const char *message);

#define PySequence_Fast_GET_SIZE(O) \
    (PyList_Check(O) ? PyList_GET_SIZE(O) : PyTuple_GET_SIZE(O))
#define PySequence_Fast_GET_ITEM(O, I) \
    (PyList_Check(O) ? PyList_GET_ITEM((O), (I)) : PyTuple_GET_ITEM((O), (I)))
#define PySequence_Fast_ITEMS(O) \
    (PyList_Check(O) ? ((PyListObject *)(O))->ob_item \
                     : ((PyTupleObject *)(O))->ob_item)

PyAPI_FUNC(Py_ssize_t) PySequence_Count(PyObject *object, PyObject *value);
PyAPI_FUNC(int) PySequence_Contains(PyObject *object, PyObject *value);
PyAPI_FUNC(int) PySequence_In(PyObject *object, PyObject *value);
PyAPI_FUNC(Py_ssize_t) PySequence_Index(PyObject *object, PyObject *value);
PyAPI_FUNC(PyObject *) PySequence_InPlaceConcat(PyObject *v, PyObject *w);
PyAPI_FUNC(PyObject *) PySequence_InPlaceRepeat(PyObject *object,
                                                Py_ssize_t count);

/* -- Mapping ------------------------------------------------------------- */

PyAPI_FUNC(int) PyMapping_Check(PyObject *object);
PyAPI_FUNC(Py_ssize_t) PyMapping_Size(PyObject *object);
PyAPI_FUNC(Py_ssize_t) PyMapping_Length(PyObject *object);
#define PyMapping_DelItemString(O, K) PyObject_DelItemString((O), (K))
#define PyMapping_DelItem(O, K) PyObject_DelItem((O), (K))
PyAPI_FUNC(int) PyMapping_HasKeyString(PyObject *object, const char *key);
PyAPI_FUNC(int) PyMapping_HasKey(PyObject *object, PyObject *key);
PyAPI_FUNC(PyObject *) PyMapping_Keys(PyObject *object);
PyAPI_FUNC(PyObject *) PyMapping_Values(PyObject *object);
PyAPI_FUNC(PyObject *) PyMapping_Items(PyObject *object);
PyAPI_FUNC(PyObject *) PyMapping_GetItemString(PyObject *object,
                                               const char *key);
PyAPI_FUNC(int) PyMapping_SetItemString(PyObject *object, const char *key,
                                        PyObject *value);

PyAPI_FUNC(int) PyObject_IsInstance(PyObject *object, PyObject *cls);
PyAPI_FUNC(int) PyObject_IsSubclass(PyObject *object, PyObject *cls);

#ifndef Py_LIMITED_API
#  define Py_CPYTHON_ABSTRACTOBJECT_H
#  include "cpython/abstract.h"
#  undef Py_CPYTHON_ABSTRACTOBJECT_H
#endif

#ifdef __cplusplus
}
#endif
#endif
