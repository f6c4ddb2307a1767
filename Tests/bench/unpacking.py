"""Sequences taken apart: tuples, lists, swaps, stars."""
import sys


def main(scale):
    total = 0
    row = (1, 2, 3, 4)
    items = [5, 6, 7]
    for i in range(350000 * scale):
        a, b, c, d = row
        x, y, z = items
        a, b = b, a
        x, y, z = z, x, y
        total += a - b + x
    for i in range(60000 * scale):
        first, *middle, last = (i, a, b, c, d, i)
        (p, q), r = (a, b), c
        total += len(middle) + last - first + p + q + r
    print(total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
