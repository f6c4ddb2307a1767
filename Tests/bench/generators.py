"""Generators: pipelines, recursion by yield from, send."""
import sys


class Node:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.value
        if self.right is not None:
            yield from self.right


def tree(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Node(tree(low, middle), middle, tree(middle + 1, high))


def running_mean():
    total = count = 0
    mean = None
    while True:
        value = yield mean
        total += value
        count += 1
        mean = total // count


def main(scale):
    root = tree(0, 4000)
    checksum = 0
    for _ in range(6 * scale):
        checksum += sum(v for v in root if v % 3)
    squares = (i * i for i in range(120000 * scale))
    odd = (s for s in squares if s & 1)
    checksum += sum(s % 10 for s in odd)
    mean = running_mean()
    next(mean)
    for i in range(80000 * scale):
        checksum += mean.send(i) & 1
    print(checksum)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
