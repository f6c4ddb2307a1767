"""Points on the sphere, normalised and compared: attributes and math."""
import sys
from math import cos, sin, sqrt


class Point:
    def __init__(self, i):
        self.x = sin(i)
        self.y = cos(i) * 3
        self.z = self.x * self.x / 2

    def normalise(self):
        norm = sqrt(self.x ** 2 + self.y ** 2 + self.z ** 2)
        self.x /= norm
        self.y /= norm
        self.z /= norm

    def largest(self, other):
        self.x = self.x if self.x > other.x else other.x
        self.y = self.y if self.y > other.y else other.y
        self.z = self.z if self.z > other.z else other.z
        return self


def main(scale):
    best = Point(0)
    for _ in range(scale):
        points = [Point(i) for i in range(60000)]
        for point in points:
            point.normalise()
        for point in points:
            best = best.largest(point)
    print("%.9f %.9f %.9f" % (best.x, best.y, best.z))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
