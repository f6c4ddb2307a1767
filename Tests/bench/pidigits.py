"""Digits of pi by a spigot: arithmetic on growing integers."""
import sys


def digits():
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            carry = 10 * (r - n * t)
            n = 10 * (3 * q + r) // t - 10 * n
            q *= 10
            r = carry
        else:
            carry = (2 * q + r) * l
            n = (q * (7 * k) + 2 + r * l) // (t * l)
            q *= k
            t *= l
            l += 2
            k += 1
            r = carry


def main(scale):
    source = digits()
    checksum = 0
    for _ in range(900 * scale):
        checksum = (checksum * 31 + next(source)) % 1000003
    print(checksum)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
