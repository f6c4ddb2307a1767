"""Spheres over a plane: vectors as objects with operators."""
import sys
from math import sqrt


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, o):
        return Vector(self.x + o.x, self.y + o.y, self.z + o.z)

    def __sub__(self, o):
        return Vector(self.x - o.x, self.y - o.y, self.z - o.z)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k, self.z * k)

    def dot(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z

    def unit(self):
        return self * (1.0 / sqrt(self.dot(self)))


class Sphere:
    def __init__(self, centre, radius, shade):
        self.centre = centre
        self.radius = radius
        self.shade = shade

    def hit(self, origin, way):
        to = self.centre - origin
        along = to.dot(way)
        gap = self.radius ** 2 - (to.dot(to) - along * along)
        if gap <= 0:
            return None
        distance = along - sqrt(gap)
        return distance if distance > 1e-6 else None

    def normal(self, point):
        return (point - self.centre).unit()


LIGHT = Vector(1.0, 2.0, -1.5).unit()


def trace(scene, origin, way, depth):
    best = None
    nearest = 1e9
    for thing in scene:
        distance = thing.hit(origin, way)
        if distance is not None and distance < nearest:
            nearest = distance
            best = thing
    if best is None:
        return max(0.0, way.y) * 0.5
    point = origin + way * nearest
    normal = best.normal(point)
    light = max(0.0, normal.dot(LIGHT)) * best.shade + 0.1
    if depth:
        mirror = way - normal * (2 * way.dot(normal))
        light += 0.4 * trace(scene, point, mirror, depth - 1)
    return light


def main(scale):
    scene = [Sphere(Vector(i - 2.0, (i % 2) * 0.7, 4.0 + i), 0.9, 0.3 + i / 8)
             for i in range(5)]
    total = 0.0
    eye = Vector(0.0, 0.0, 0.0)
    for _ in range(scale):
        for row in range(50):
            for column in range(70):
                way = Vector((column - 35) / 35, (25 - row) / 35, 1.0).unit()
                total += trace(scene, eye, way, 2)
    print("%.6f" % total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
