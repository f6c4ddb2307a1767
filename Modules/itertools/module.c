/* The module itertools. */
#include "itertools_impl.h"

PyDoc_STRVAR(module_doc,
"Iterators as building blocks.\n\n"
"Without end:\n"
"count(start=0, step=1) --> start, start+step, start+2*step, ...\n"
"cycle(p) --> p0, p1, ... plast, p0, p1, ...\n"
"repeat(elem [,n]) --> elem, elem, elem, ... n times or for ever\n\n"
"As long as the shortest input:\n"
"accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2, ...\n"
"chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...\n"
"chain.from_iterable([p, q, ...]) --> the same\n"
"compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...\n"
"dropwhile(predicate, seq) --> seq[n], seq[n+1], from the first one on for\n"
"    which the predicate fails\n"
"groupby(iterable[, key]) --> iterators over runs of equal keys\n"
"filterfalse(predicate, seq) --> elements for which the predicate is false\n"
"islice(seq, [start,] stop [, step]) --> the elements of a slice\n"
"pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2],s[3]), ...\n"
"starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...\n"
"takewhile(predicate, seq) --> seq[0], seq[1], until the predicate fails\n"
"tee(it, n) --> (it1, it2, ... itn), independent iterators\n"
"zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...\n\n"
"Combinatorics:\n"
"product(p, q, ... [repeat=1]) --> the Cartesian product\n"
"permutations(p[, r])\n"
"combinations(p, r)\n"
"combinations_with_replacement(p, r)\n");

static int
itertools_exec(PyObject *module)
{
    if (itertools_add_filters(module) < 0
        || itertools_add_combining(module) < 0
        || itertools_add_slicing(module) < 0
        || itertools_add_grouping(module) < 0
        || itertools_add_endless(module) < 0
        || itertools_add_product(module) < 0
        || itertools_add_combinatoric(module) < 0
        || itertools_add_tee(module) < 0) {
        return -1;
    }
    return 0;
}

static PyModuleDef_Slot itertools_slots[] = {
    {Py_mod_exec, itertools_exec},
    {0, NULL},
};

static struct PyModuleDef itertools_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "itertools",
    .m_doc = module_doc,
    .m_slots = itertools_slots,
};

PyMODINIT_FUNC
PyInit_itertools(void)
{
    return PyModuleDef_Init(&itertools_module);
}
