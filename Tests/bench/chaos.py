"""A point hopping through affine maps: objects with methods and __slots__."""
import sys


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def scaled(self, factor):
        return Point(self.x * factor, self.y * factor)


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 16) % n


def main(scale):
    corners = [Point(0.0, 0.0), Point(1.0, 0.0), Point(0.5, 0.87)]
    random = Random(42)
    here = Point(0.3, 0.3)
    grid = [[0] * 64 for _ in range(64)]
    for _ in range(90000 * scale):
        here = (here + corners[random.below(3)]).scaled(0.5)
        grid[int(here.y * 63)][int(here.x * 63)] += 1
    print(sum(1 for row in grid for n in row if n), max(map(max, grid)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
