"""Pancake flips over all permutations: list slices and small ints."""
import sys
from itertools import permutations


def flips(order):
    count = 0
    first = order[0]
    while first:
        order[:first + 1] = order[first::-1]
        count += 1
        first = order[0]
    return count


def main(scale):
    most = checksum = 0
    for _ in range(scale):
        for index, order in enumerate(permutations(range(8))):
            n = flips(list(order))
            most = max(most, n)
            checksum += -n if index & 1 else n
    print(most, checksum)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
