"""Planets in orbit: floats held in lists, a double loop over pairs."""
import sys

PLANETS = [
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47],
    [4.84, -1.16, -0.10, 0.61, 2.81, -0.02, 0.037],
    [8.34, 4.12, -0.40, -1.01, 1.82, 0.008, 0.011],
    [12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017],
    [15.37, -25.91, 0.17, 0.97, 0.59, -0.034, 0.002],
]


def advance(bodies, pairs, dt, steps):
    for _ in range(steps):
        for a, b in pairs:
            dx = a[0] - b[0]
            dy = a[1] - b[1]
            dz = a[2] - b[2]
            pull = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
            to_b = b[6] * pull
            to_a = a[6] * pull
            a[3] -= dx * to_b
            a[4] -= dy * to_b
            a[5] -= dz * to_b
            b[3] += dx * to_a
            b[4] += dy * to_a
            b[5] += dz * to_a
        for body in bodies:
            body[0] += dt * body[3]
            body[1] += dt * body[4]
            body[2] += dt * body[5]


def energy(bodies, pairs):
    total = 0.0
    for x, y, z, vx, vy, vz, mass in bodies:
        total += 0.5 * mass * (vx * vx + vy * vy + vz * vz)
    for a, b in pairs:
        distance = sum((a[i] - b[i]) ** 2 for i in range(3)) ** 0.5
        total -= a[6] * b[6] / distance
    return total


def main(scale):
    bodies = [list(planet) for planet in PLANETS]
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]
    advance(bodies, pairs, 0.005, 12000 * scale)
    print("%.9f" % energy(bodies, pairs))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
