/* Natural numbers as arrays of digits: the arithmetic below int objects.

   A natural is (digits, count), least significant digit first, 30 bits each;
   leading zeros are allowed unless a function says otherwise. Results have
   exactly the stated count of digits, padded with zeros. Operands and results
   may not overlap unless a function says so.

   Functions that return int give 0, or -1 with MemoryError set (or the
   exception of a signal handler, where they take long). */
#ifndef Py_INTERNAL_NATURAL_H
#define Py_INTERNAL_NATURAL_H
#ifndef Py_BUILD_CORE
#  error "this header requires Py_BUILD_CORE define"
#endif

/* Count without leading zeros. */
static inline Py_ssize_t
natural_trim(const digit *a, Py_ssize_t n)
{
    while (n > 0 && a[n - 1] == 0) {
        n--;
    }
    return n;
}

/* -1, 0 or 1; both counts trimmed. */
extern int natural_compare(const digit *a, Py_ssize_t na, const digit *b,
                           Py_ssize_t nb);

/* r[na] = a + b, returns the carry; na >= nb; r may be a or b. */
extern digit natural_add(digit *r, const digit *a, Py_ssize_t na,
                         const digit *b, Py_ssize_t nb);
/* r[na] = a - b, returns the borrow; na >= nb; r may be a or b. */
extern digit natural_subtract(digit *r, const digit *a, Py_ssize_t na,
                              const digit *b, Py_ssize_t nb);
/* r[n] = a << bits, returns the digit shifted out; bits < 30; r may be a. */
extern digit natural_shift_left(digit *r, const digit *a, Py_ssize_t n,
                                int bits);
/* r[n] = a >> bits, returns the bits shifted out; r may be a. */
extern digit natural_shift_right(digit *r, const digit *a, Py_ssize_t n,
                                 int bits);

/* r[n] = a * m + carry, returns the top digit; r may be a. */
extern digit natural_multiply_digit(digit *r, const digit *a, Py_ssize_t n,
                                    digit m, digit carry);
/* q[n] = a / d, returns the remainder; q may be a; d != 0. */
extern digit natural_divide_digit(digit *q, const digit *a, Py_ssize_t n,
                                  digit d);

/* r[na + nb] = a * b. a and b may be the same array (a square). */
extern int natural_multiply(digit *r, const digit *a, Py_ssize_t na,
                            const digit *b, Py_ssize_t nb);
/* The same by number theoretic transform; for very long operands. */
extern int natural_multiply_transform(digit *r, const digit *a,
                                      Py_ssize_t na, const digit *b,
                                      Py_ssize_t nb);
/* True if the product's length suits the transform. */
extern int natural_transform_fits(Py_ssize_t na, Py_ssize_t nb);

/* q[na - nb + 1] = a / b, r[nb] = a % b; na >= nb, b[nb - 1] != 0. q may be
   NULL. */
extern int natural_divide(digit *q, digit *r, const digit *a, Py_ssize_t na,
                          const digit *b, Py_ssize_t nb);

/* Decimal text. The ASCII digits of a are written to the end of text[room],
   the number of characters is returned, without leading zeros (0: "0" is not
   written); -1 with an exception. `room` of natural_decimal_room suffices. */
extern Py_ssize_t natural_to_decimal(const digit *a, Py_ssize_t n, char *text,
                                     Py_ssize_t room);
extern Py_ssize_t natural_decimal_room(Py_ssize_t n);

/* The value of digit values[count] (0 ... base - 1, most significant first)
   in a base that is not a power of two. r has natural_base_room digits;
   returns the trimmed count, or -1 with an exception. */
extern Py_ssize_t natural_from_base(digit *r, const unsigned char *values,
                                    Py_ssize_t count, int base);
extern Py_ssize_t natural_base_room(Py_ssize_t count, int base);

/* Scratch space; NULL with MemoryError. */
extern digit *natural_scratch(Py_ssize_t count);

#endif /* !Py_INTERNAL_NATURAL_H */
