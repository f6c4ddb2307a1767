/* Sorting lists: a stable, adaptive merge sort.

   The model. The list is cut into *runs* that are sorted already (ascending,
   or strictly descending and then reversed); a run shorter than minrun is
   filled up by binary insertion. Neighbouring runs are merged in the order
   that Munro and Wild's "powersort" gives: the boundary between two runs has
   a *power*, its depth in a nearly balanced merge tree, and a pending run is
   merged as soon as a boundary of smaller power appears. So the runs pending
   have rising powers, and there are at most 64 of them.

   A merge copies the shorter run aside. It takes elements one by one until
   one run has won min_gallop times in a row; then it *gallops*: looks by
   doubling steps and bisection for how many elements of that run come before
   the other's head, and moves them in one go. min_gallop falls while galloping
   pays, and rises when it does not.

   With a key function the keys are what is compared, in an array of their own
   whose moves the values follow. Before sorting we look whether all keys are
   of one type; then comparisons need not look at the types each time.

   The list is empty while it is sorted: code that runs in a comparison sees
   an empty list, and what it puts there is found afterwards. Whatever fails,
   all elements are back in the list at the end.

   References: T. Peters, "listsort.txt"; J. I. Munro, S. Wild, "Nearly-Optimal
   Mergesorts" (ESA 2018). */
#include "Python.h"
#include "pycore_abstract.h"
#include "pycore_list.h"
#include "pycore_object.h"
#include "pycore_unicodeobject.h"

/* Merging without galloping until one side won this often in a row. */
#define MIN_GALLOP 7

/* One more than the deepest merge tree of 2**63 elements. */
#define MAX_PENDING 85

/* Room for a merge's copy without allocating; keys and values together. */
#define TEMP_ON_STACK 256

/* Elements somewhere in the array: keys, and values that follow them (NULL:
   the keys are the values). */
struct slice {
    PyObject **keys;
    PyObject **values;
};

struct run {
    struct slice base;
    Py_ssize_t len;
    int power;                  /* of the boundary to the next run */
};

struct sort_state {
    /* v < w: 1, 0, or -1 and an exception; may run Python */
    int (*less)(PyObject *v, PyObject *w, struct sort_state *state);
    /* what less() calls for objects of one type, and for the first items of
       tuples */
    richcmpfunc key_richcompare;
    int (*tuple_elem_less)(PyObject *, PyObject *, struct sort_state *);

    Py_ssize_t min_gallop;
    PyObject **base;            /* of all keys: positions are from here */
    Py_ssize_t len;

    struct slice temp;          /* temp_stack, or allocated */
    Py_ssize_t temp_size;
    PyObject *temp_stack[TEMP_ON_STACK];

    int npending;
    struct run pending[MAX_PENDING];
};

/* -- Comparing ------------------------------------------------------------- */

static int
less_any(PyObject *v, PyObject *w, struct sort_state *state)
{
    return PyObject_RichCompareBool(v, w, Py_LT);
}

/* Both are of one type whose tp_richcompare we know. */
static int
less_same_type(PyObject *v, PyObject *w, struct sort_state *state)
{
    if (Py_TYPE(v)->tp_richcompare != state->key_richcompare) {
        /* Changed meanwhile. */
        return PyObject_RichCompareBool(v, w, Py_LT);
    }
    PyObject *res = state->key_richcompare(v, w, Py_LT);
    if (res == Py_NotImplemented) {
        Py_DECREF(res);
        return PyObject_RichCompareBool(v, w, Py_LT);
    }
    if (res == NULL) {
        return -1;
    }
    int less = PyBool_Check(res) ? res == Py_True : PyObject_IsTrue(res);
    Py_DECREF(res);
    return less;
}

/* Both are str of one byte a character. */
static int
less_latin(PyObject *v, PyObject *w, struct sort_state *state)
{
    Py_ssize_t vlen = PyUnicode_GET_LENGTH(v);
    Py_ssize_t wlen = PyUnicode_GET_LENGTH(w);
    int res = memcmp(PyUnicode_DATA(v), PyUnicode_DATA(w),
                     (size_t)Py_MIN(vlen, wlen));
    return res != 0 ? res < 0 : vlen < wlen;
}

/* Both are int of at most one digit. */
static int
less_small_int(PyObject *v, PyObject *w, struct sort_state *state)
{
    PyLongObject *vl = (PyLongObject *)v;
    PyLongObject *wl = (PyLongObject *)w;
    sdigit v0 = Py_SIZE(vl) == 0 ? 0 : (sdigit)vl->ob_digit[0];
    sdigit w0 = Py_SIZE(wl) == 0 ? 0 : (sdigit)wl->ob_digit[0];
    return (Py_SIZE(vl) < 0 ? -v0 : v0) < (Py_SIZE(wl) < 0 ? -w0 : w0);
}

static int
less_float(PyObject *v, PyObject *w, struct sort_state *state)
{
    return PyFloat_AS_DOUBLE(v) < PyFloat_AS_DOUBLE(w);
}

/* Both are non-empty tuples, whose first items are of one type. */
static int
less_tuple(PyObject *v, PyObject *w, struct sort_state *state)
{
    PyTupleObject *vt = (PyTupleObject *)v;
    PyTupleObject *wt = (PyTupleObject *)w;
    Py_ssize_t vlen = Py_SIZE(vt);
    Py_ssize_t wlen = Py_SIZE(wt);
    Py_ssize_t i;
    for (i = 0; i < vlen && i < wlen; i++) {
        int equal = PyObject_RichCompareBool(vt->ob_item[i], wt->ob_item[i],
                                             Py_EQ);
        if (equal < 0) {
            return -1;
        }
        if (!equal) {
            break;
        }
    }
    if (i >= vlen || i >= wlen) {
        return vlen < wlen;
    }
    if (i == 0) {
        return state->tuple_elem_less(vt->ob_item[0], wt->ob_item[0], state);
    }
    return PyObject_RichCompareBool(vt->ob_item[i], wt->ob_item[i], Py_LT);
}

/* Looks at all keys once and chooses the comparison. */
static void
choose_comparison(struct sort_state *state, PyObject **keys, Py_ssize_t n)
{
    int in_tuples = Py_IS_TYPE(keys[0], &PyTuple_Type)
                    && Py_SIZE(keys[0]) > 0;
    PyTypeObject *type = in_tuples ? Py_TYPE(PyTuple_GET_ITEM(keys[0], 0))
                                   : Py_TYPE(keys[0]);
    int same_type = 1;
    int latin = 1;
    int small = 1;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *key = keys[i];
        if (in_tuples) {
            if (!Py_IS_TYPE(key, &PyTuple_Type) || Py_SIZE(key) == 0) {
                in_tuples = 0;
                same_type = 0;
                break;
            }
            key = PyTuple_GET_ITEM(key, 0);
        }
        if (!Py_IS_TYPE(key, type)) {
            same_type = 0;
            /* Tuples stay tuples, whatever is in them. */
            if (!in_tuples) {
                break;
            }
        }
        if (same_type) {
            if (type == &PyLong_Type) {
                small = small && Py_ABS(Py_SIZE(key)) <= 1;
            }
            else if (type == &PyUnicode_Type) {
                latin = latin
                        && PyUnicode_KIND(key) == PyUnicode_1BYTE_KIND;
            }
        }
    }
    state->less = less_any;
    if (same_type) {
        if (type == &PyUnicode_Type && latin) {
            state->less = less_latin;
        }
        else if (type == &PyLong_Type && small) {
            state->less = less_small_int;
        }
        else if (type == &PyFloat_Type) {
            state->less = less_float;
        }
        else if ((state->key_richcompare = type->tp_richcompare) != NULL) {
            state->less = less_same_type;
        }
    }
    if (in_tuples) {
        /* A tuple as first item would need one more level. */
        state->tuple_elem_less =
            type == &PyTuple_Type ? less_any : state->less;
        state->less = less_tuple;
    }
}

#define LESS(v, w) (state->less((v), (w), state))

/* -- Moving ---------------------------------------------------------------- */

static inline struct slice
slice_at(struct slice s, Py_ssize_t i)
{
    return (struct slice){s.keys + i,
                          s.values != NULL ? s.values + i : NULL};
}

static inline void
slice_copy1(struct slice to, struct slice from)
{
    *to.keys = *from.keys;
    if (to.values != NULL) {
        *to.values = *from.values;
    }
}

static inline void
slice_copy(struct slice to, struct slice from, Py_ssize_t n)
{
    memcpy(to.keys, from.keys, (size_t)n * sizeof(PyObject *));
    if (to.values != NULL) {
        memcpy(to.values, from.values, (size_t)n * sizeof(PyObject *));
    }
}

static inline void
slice_move(struct slice to, struct slice from, Py_ssize_t n)
{
    memmove(to.keys, from.keys, (size_t)n * sizeof(PyObject *));
    if (to.values != NULL) {
        memmove(to.values, from.values, (size_t)n * sizeof(PyObject *));
    }
}

static void
array_reverse(PyObject **a, Py_ssize_t n)
{
    for (Py_ssize_t i = 0, j = n - 1; i < j; i++, j--) {
        PyObject *t = a[i];
        a[i] = a[j];
        a[j] = t;
    }
}

static void
slice_reverse(struct slice s, Py_ssize_t n)
{
    array_reverse(s.keys, n);
    if (s.values != NULL) {
        array_reverse(s.values, n);
    }
}

/* -- Runs ------------------------------------------------------------------ */

/* The length of the run at the start of s, or -1; *descending tells which
   kind it is. */
static Py_ssize_t
count_run(struct sort_state *state, struct slice s, Py_ssize_t n,
          int *descending)
{
    PyObject **keys = s.keys;
    *descending = 0;
    if (n <= 1) {
        return n;
    }
    int less = LESS(keys[1], keys[0]);
    if (less < 0) {
        return -1;
    }
    *descending = less;
    Py_ssize_t i;
    for (i = 2; i < n; i++) {
        less = LESS(keys[i], keys[i - 1]);
        if (less < 0) {
            return -1;
        }
        if (less != *descending) {
            break;
        }
    }
    return i;
}

/* Inserts elements sorted..n of s into the sorted ones before them. */
static int
insertion_sort(struct sort_state *state, struct slice s, Py_ssize_t sorted,
               Py_ssize_t n)
{
    if (sorted == 0) {
        sorted = 1;
    }
    for (; sorted < n; sorted++) {
        Py_ssize_t low = 0;
        Py_ssize_t high = sorted;
        PyObject *pivot = s.keys[sorted];
        while (low < high) {
            Py_ssize_t mid = low + ((high - low) >> 1);
            int less = LESS(pivot, s.keys[mid]);
            if (less < 0) {
                return -1;
            }
            if (less) {
                high = mid;
            }
            else {
                low = mid + 1;
            }
        }
        memmove(&s.keys[low + 1], &s.keys[low],
                (size_t)(sorted - low) * sizeof(PyObject *));
        s.keys[low] = pivot;
        if (s.values != NULL) {
            PyObject *value = s.values[sorted];
            memmove(&s.values[low + 1], &s.values[low],
                    (size_t)(sorted - low) * sizeof(PyObject *));
            s.values[low] = value;
        }
    }
    return 0;
}

/* n divided by a power of two until it is below 64, rounded up: so that n /
   minrun is a power of two or a little less. */
static Py_ssize_t
minrun_for(Py_ssize_t n)
{
    Py_ssize_t rest = 0;
    while (n >= 64) {
        rest |= n & 1;
        n >>= 1;
    }
    return n + rest;
}

/* -- Galloping --------------------------------------------------------------- */

/* The number of elements of a[0:n] that must come before key: those less than
   it and, if after_equal, those equal to it. The search starts at hint. */
static Py_ssize_t
gallop(struct sort_state *state, PyObject *key, PyObject **a, Py_ssize_t n,
       Py_ssize_t hint, int after_equal)
{
    /* Whether a[i] comes before key. */
#define BEFORE(i) \
    (after_equal ? (less = LESS(key, a[i])) < 0 ? -1 : !less \
                 : (less = LESS(a[i], key)))
    int less;
    Py_ssize_t last = 0;
    Py_ssize_t ofs = 1;
    int before = BEFORE(hint);
    if (before < 0) {
        return -1;
    }
    Py_ssize_t low, high;
    Py_ssize_t max = before ? n - hint : hint + 1;
    while (ofs < max) {
        int b = BEFORE(before ? hint + ofs : hint - ofs);
        if (b < 0) {
            return -1;
        }
        if (b != before) {
            break;
        }
        last = ofs;
        ofs = ofs > (PY_SSIZE_T_MAX - 1) / 2 ? max : (ofs << 1) + 1;
    }
    if (ofs > max) {
        ofs = max;
    }
    /* All below low come before key, none from high on does. */
    if (before) {
        low = hint + last + 1;
        high = hint + ofs;
    }
    else {
        low = hint - ofs + 1;
        high = hint - last;
    }
    while (low < high) {
        Py_ssize_t mid = low + ((high - low) >> 1);
        int b = BEFORE(mid);
        if (b < 0) {
            return -1;
        }
        if (b) {
            low = mid + 1;
        }
        else {
            high = mid;
        }
    }
    return low;
#undef BEFORE
}

/* -- Merging --------------------------------------------------------------- */

static void
temp_free(struct sort_state *state)
{
    if (state->temp.keys != state->temp_stack) {
        PyMem_Free(state->temp.keys);
        state->temp.keys = NULL;
    }
}

/* Room for n elements; what was there is lost. */
static int
temp_reserve(struct sort_state *state, Py_ssize_t n)
{
    if (n <= state->temp_size) {
        return 0;
    }
    int factor = state->temp.values != NULL ? 2 : 1;
    temp_free(state);
    PyObject **mem = NULL;
    if ((size_t)n <= PY_SSIZE_T_MAX / sizeof(PyObject *) / (size_t)factor) {
        mem = PyMem_Malloc((size_t)factor * (size_t)n * sizeof(PyObject *));
    }
    if (mem == NULL) {
        PyErr_NoMemory();
        state->temp.keys = state->temp_stack;
        state->temp_size = TEMP_ON_STACK / factor;
        if (factor == 2) {
            state->temp.values = state->temp_stack + state->temp_size;
        }
        return -1;
    }
    state->temp.keys = mem;
    state->temp_size = n;
    if (factor == 2) {
        state->temp.values = mem + n;
    }
    return 0;
}

/* Merges neighbours a (the shorter one) and b, from the left. The first of b
   comes before the first of a, and the last of a behind the last of b. */
static int
merge_low(struct sort_state *state, struct slice a, Py_ssize_t na,
          struct slice b, Py_ssize_t nb)
{
    assert(na > 0 && nb > 0 && a.keys + na == b.keys);
    if (temp_reserve(state, na) < 0) {
        return -1;
    }
    slice_copy(state->temp, a, na);
    struct slice dest = a;
    a = state->temp;
    int result = -1;

    slice_copy1(dest, b);
    dest = slice_at(dest, 1);
    b = slice_at(b, 1);
    nb--;
    if (nb == 0) {
        goto success;
    }
    if (na == 1) {
        goto copy_b;
    }
    Py_ssize_t min_gallop = state->min_gallop;
    for (;;) {
        Py_ssize_t acount = 0;
        Py_ssize_t bcount = 0;
        /* One by one. */
        for (;;) {
            int less = LESS(b.keys[0], a.keys[0]);
            if (less < 0) {
                goto fail;
            }
            if (less) {
                slice_copy1(dest, b);
                dest = slice_at(dest, 1);
                b = slice_at(b, 1);
                bcount++;
                acount = 0;
                if (--nb == 0) {
                    goto success;
                }
                if (bcount >= min_gallop) {
                    break;
                }
            }
            else {
                slice_copy1(dest, a);
                dest = slice_at(dest, 1);
                a = slice_at(a, 1);
                acount++;
                bcount = 0;
                if (--na == 1) {
                    goto copy_b;
                }
                if (acount >= min_gallop) {
                    break;
                }
            }
        }
        /* In strides, while they are long. */
        min_gallop++;
        do {
            min_gallop -= min_gallop > 1;
            state->min_gallop = min_gallop;
            Py_ssize_t k = gallop(state, b.keys[0], a.keys, na, 0, 1);
            acount = k;
            if (k < 0) {
                goto fail;
            }
            if (k > 0) {
                slice_copy(dest, a, k);
                dest = slice_at(dest, k);
                a = slice_at(a, k);
                na -= k;
                if (na == 1) {
                    goto copy_b;
                }
                /* Possible only if the comparison is inconsistent. */
                if (na == 0) {
                    goto success;
                }
            }
            slice_copy1(dest, b);
            dest = slice_at(dest, 1);
            b = slice_at(b, 1);
            if (--nb == 0) {
                goto success;
            }
            k = gallop(state, a.keys[0], b.keys, nb, 0, 0);
            bcount = k;
            if (k < 0) {
                goto fail;
            }
            if (k > 0) {
                slice_move(dest, b, k);
                dest = slice_at(dest, k);
                b = slice_at(b, k);
                nb -= k;
                if (nb == 0) {
                    goto success;
                }
            }
            slice_copy1(dest, a);
            dest = slice_at(dest, 1);
            a = slice_at(a, 1);
            if (--na == 1) {
                goto copy_b;
            }
        } while (acount >= MIN_GALLOP || bcount >= MIN_GALLOP);
        min_gallop++;           /* leaving costs */
        state->min_gallop = min_gallop;
    }
success:
    result = 0;
fail:
    /* What is left of a belongs into the gap before b. */
    if (na > 0) {
        slice_copy(dest, a, na);
    }
    return result;
copy_b:
    /* The last of a is behind all of b. */
    assert(na == 1 && nb > 0);
    slice_move(dest, b, nb);
    slice_copy1(slice_at(dest, nb), a);
    return 0;
}

/* The same from the right, when b is the shorter one. */
static int
merge_high(struct sort_state *state, struct slice a, Py_ssize_t na,
           struct slice b, Py_ssize_t nb)
{
    assert(na > 0 && nb > 0 && a.keys + na == b.keys);
    if (temp_reserve(state, nb) < 0) {
        return -1;
    }
    slice_copy(state->temp, b, nb);
    int result = -1;
    struct slice base_a = a;    /* a[0:na] is what is left of it, */
    struct slice base_b = state->temp;  /* likewise */
    /* and the merged part ends where it ended: the gap before it has nb
       places. */
#define PLACE(i) slice_at(base_a, (i))
    slice_copy1(PLACE(na + nb - 1), PLACE(na - 1));
    na--;
    if (na == 0) {
        goto success;
    }
    if (nb == 1) {
        goto copy_a;
    }
    Py_ssize_t min_gallop = state->min_gallop;
    for (;;) {
        Py_ssize_t acount = 0;
        Py_ssize_t bcount = 0;
        for (;;) {
            int less = LESS(base_b.keys[nb - 1], base_a.keys[na - 1]);
            if (less < 0) {
                goto fail;
            }
            if (less) {
                slice_copy1(PLACE(na + nb - 1), PLACE(na - 1));
                acount++;
                bcount = 0;
                if (--na == 0) {
                    goto success;
                }
                if (acount >= min_gallop) {
                    break;
                }
            }
            else {
                slice_copy1(PLACE(na + nb - 1), slice_at(base_b, nb - 1));
                bcount++;
                acount = 0;
                if (--nb == 1) {
                    goto copy_a;
                }
                if (bcount >= min_gallop) {
                    break;
                }
            }
        }
        min_gallop++;
        do {
            min_gallop -= min_gallop > 1;
            state->min_gallop = min_gallop;
            Py_ssize_t k = gallop(state, base_b.keys[nb - 1], base_a.keys,
                                  na, na - 1, 1);
            if (k < 0) {
                goto fail;
            }
            acount = na - k;
            if (acount > 0) {
                slice_move(PLACE(k + nb), PLACE(k), acount);
                na = k;
                if (na == 0) {
                    goto success;
                }
            }
            slice_copy1(PLACE(na + nb - 1), slice_at(base_b, nb - 1));
            if (--nb == 1) {
                goto copy_a;
            }
            k = gallop(state, base_a.keys[na - 1], base_b.keys, nb, nb - 1,
                       0);
            if (k < 0) {
                goto fail;
            }
            bcount = nb - k;
            if (bcount > 0) {
                slice_copy(PLACE(na + k), slice_at(base_b, k), bcount);
                nb = k;
                if (nb == 1) {
                    goto copy_a;
                }
                /* Possible only if the comparison is inconsistent. */
                if (nb == 0) {
                    goto success;
                }
            }
            slice_copy1(PLACE(na + nb - 1), PLACE(na - 1));
            if (--na == 0) {
                goto success;
            }
        } while (acount >= MIN_GALLOP || bcount >= MIN_GALLOP);
        min_gallop++;
        state->min_gallop = min_gallop;
    }
success:
    result = 0;
fail:
    if (nb > 0) {
        slice_copy(PLACE(na), base_b, nb);
    }
    return result;
copy_a:
    /* The first of b is before all of a. */
    assert(nb == 1 && na > 0);
    slice_move(PLACE(1), PLACE(0), na);
    slice_copy1(PLACE(0), base_b);
    return 0;
#undef PLACE
}

/* Merges pending runs i and i + 1, which then are one. */
static int
merge_at(struct sort_state *state, int i)
{
    struct run *p = &state->pending[i];
    struct slice a = p[0].base;
    struct slice b = p[1].base;
    Py_ssize_t na = p[0].len;
    Py_ssize_t nb = p[1].len;
    assert(a.keys + na == b.keys);
    p[0].len = na + nb;
    if (i == state->npending - 3) {
        p[1] = p[2];
    }
    state->npending--;

    /* Elements of a that come before all of b are in place, and elements of
       b that come behind all of a. */
    Py_ssize_t k = gallop(state, b.keys[0], a.keys, na, 0, 1);
    if (k < 0) {
        return -1;
    }
    a = slice_at(a, k);
    na -= k;
    if (na == 0) {
        return 0;
    }
    nb = gallop(state, a.keys[na - 1], b.keys, nb, nb - 1, 0);
    if (nb <= 0) {
        return (int)nb;
    }
    return na <= nb ? merge_low(state, a, na, b, nb)
                    : merge_high(state, a, na, b, nb);
}

/* The power of the boundary between neighbouring runs of n1 and n2 elements,
   the first at position start, in n elements: the first bit in which the
   middles of the two runs differ, as fractions of n. */
static int
boundary_power(Py_ssize_t start, Py_ssize_t n1, Py_ssize_t n2, Py_ssize_t n)
{
    int result = 0;
    /* Twice the middles. */
    size_t a = 2 * (size_t)start + (size_t)n1;
    size_t b = a + (size_t)n1 + (size_t)n2;
    size_t size = (size_t)n;
    for (;;) {
        result++;
        if (a >= size) {
            a -= size;
            b -= size;
        }
        else if (b >= size) {
            break;
        }
        a <<= 1;
        b <<= 1;
    }
    return result;
}

/* A new run of n2 elements is about to follow those pending. */
static int
found_new_run(struct sort_state *state, Py_ssize_t n2)
{
    if (state->npending == 0) {
        return 0;
    }
    struct run *p = state->pending;
    struct run *top = &p[state->npending - 1];
    int power = boundary_power(top->base.keys - state->base, top->len, n2,
                               state->len);
    while (state->npending > 1 && p[state->npending - 2].power > power) {
        if (merge_at(state, state->npending - 2) < 0) {
            return -1;
        }
    }
    p[state->npending - 1].power = power;
    return 0;
}

/* At the end: merges all pending runs, the smaller neighbours first. */
static int
force_collapse(struct sort_state *state)
{
    struct run *p = state->pending;
    while (state->npending > 1) {
        int n = state->npending - 2;
        if (n > 0 && p[n - 1].len < p[n + 1].len) {
            n--;
        }
        if (merge_at(state, n) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
sort_slice(struct sort_state *state, struct slice low, Py_ssize_t n)
{
    Py_ssize_t minrun = minrun_for(n);
    while (n > 0) {
        int descending;
        Py_ssize_t len = count_run(state, low, n, &descending);
        if (len < 0) {
            return -1;
        }
        if (descending) {
            slice_reverse(low, len);
        }
        if (len < minrun) {
            Py_ssize_t force = Py_MIN(n, minrun);
            if (insertion_sort(state, low, len, force) < 0) {
                return -1;
            }
            len = force;
        }
        if (found_new_run(state, len) < 0) {
            return -1;
        }
        assert(state->npending < MAX_PENDING);
        state->pending[state->npending++] =
            (struct run){.base = low, .len = len};
        low = slice_at(low, len);
        n -= len;
    }
    return force_collapse(state);
}

/* -- The method ------------------------------------------------------------ */

/* The keys of n values; NULL and an exception. May run Python. */
static PyObject **
make_keys(PyObject *keyfunc, PyObject **values, Py_ssize_t n)
{
    PyObject **keys = PyMem_New(PyObject *, n);
    if (keys == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        keys[i] = PyObject_CallOneArg(keyfunc, values[i]);
        if (keys[i] == NULL) {
            while (--i >= 0) {
                Py_DECREF(keys[i]);
            }
            PyMem_Free(keys);
            return NULL;
        }
    }
    return keys;
}

static int
sort_array(PyObject **values, Py_ssize_t n, PyObject *keyfunc, int reverse)
{
    struct sort_state state;
    PyObject **keys = NULL;
    if (keyfunc != NULL) {
        keys = make_keys(keyfunc, values, n);
        if (keys == NULL) {
            return -1;
        }
    }
    struct slice all = {keys != NULL ? keys : values,
                        keys != NULL ? values : NULL};
    state.temp.keys = state.temp_stack;
    state.temp.values = NULL;
    state.temp_size = TEMP_ON_STACK;
    if (keys != NULL) {
        state.temp_size = TEMP_ON_STACK / 2;
        state.temp.values = state.temp_stack + state.temp_size;
    }
    state.min_gallop = MIN_GALLOP;
    state.base = all.keys;
    state.len = n;
    state.npending = 0;

    int result = 0;
    if (n > 1) {
        choose_comparison(&state, all.keys, n);
        /* Reversed before and after: equal elements keep their order. */
        if (reverse) {
            slice_reverse(all, n);
        }
        result = sort_slice(&state, all, n);
        if (reverse) {
            array_reverse(values, n);
        }
    }
    temp_free(&state);
    if (keys != NULL) {
        for (Py_ssize_t i = 0; i < n; i++) {
            Py_DECREF(keys[i]);
        }
        PyMem_Free(keys);
    }
    return result;
}

static int
list_sort(PyListObject *self, PyObject *keyfunc, int reverse)
{
    if (keyfunc == Py_None) {
        keyfunc = NULL;
    }
    Py_ssize_t size = Py_SIZE(self);
    PyObject **items = self->ob_item;
    Py_ssize_t allocated = self->allocated;
    Py_SET_SIZE(self, 0);
    self->ob_item = NULL;
    self->allocated = -1;       /* any operation changes that */

    int result = 0;
    if (size > 0) {
        result = sort_array(items, size, keyfunc, reverse);
    }
    if (self->allocated != -1 && result == 0) {
        PyErr_SetString(PyExc_ValueError, "list modified during sort");
        result = -1;
    }
    PyObject **intruders = self->ob_item;
    Py_ssize_t nintruders = Py_SIZE(self);
    Py_SET_SIZE(self, size);
    self->ob_item = items;
    self->allocated = allocated;
    if (intruders != NULL) {
        /* Backwards, as everywhere. */
        while (--nintruders >= 0) {
            Py_XDECREF(intruders[nintruders]);
        }
        PyMem_Free(intruders);
    }
    return result;
}

PyObject *
list_sort_method(PyListObject *self, PyObject *const *args, Py_ssize_t nargs,
                 PyObject *kwnames)
{
    static const char *const keywords[] = {"key", "reverse", NULL};
    static _PyArg_Parser parser = {
        .keywords = keywords, .fname = "sort"};
    PyObject *buf[2];
    args = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, &parser, 0, 0,
                                 0, buf);
    if (args == NULL) {
        return NULL;
    }
    PyObject *keyfunc = Py_None;
    int reverse = 0;
    if (nargs != 0 || kwnames != NULL) {
        if (args[0] != NULL) {
            keyfunc = args[0];
        }
        if (args[1] != NULL) {
            reverse = _PyLong_AsInt(args[1]);
            if (reverse == -1 && PyErr_Occurred()) {
                return NULL;
            }
        }
    }
    if (list_sort(self, keyfunc, reverse) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

int
PyList_Sort(PyObject *v)
{
    if (v == NULL || !PyList_Check(v)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return list_sort((PyListObject *)v, NULL, 0);
}
