"""Spectral norm of an infinite matrix: calls and float division."""
import sys


def cell(i, j):
    return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1)


def times(vector):
    n = range(len(vector))
    return [sum(cell(i, j) * vector[j] for j in n) for i in n]


def transposed_times(vector):
    n = range(len(vector))
    return [sum(cell(j, i) * vector[j] for j in n) for i in n]


def main(scale):
    u = [1.0] * 60
    for _ in range(8 * scale):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
        size = max(u)
        u = [x / size for x in u]
    print("%.9f" % (sum(a * b for a, b in zip(u, v)) / sum(b * b for b in v)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
