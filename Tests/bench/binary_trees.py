"""Trees made and dropped: allocation, tuples, recursion."""
import sys


def grow(depth):
    if depth == 0:
        return (None, None)
    return (grow(depth - 1), grow(depth - 1))


def count(tree):
    left, right = tree
    if left is None:
        return 1
    return 1 + count(left) + count(right)


def main(scale):
    keep = grow(14)
    total = 0
    for depth in range(4, 14, 2):
        for _ in range((1 << (14 - depth)) // 4 * scale):
            total += count(grow(depth))
    print(total, count(keep))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
