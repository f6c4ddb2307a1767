"""Calls of every sort: functions, methods, keywords, closures, classes."""
import sys


def plain(a, b):
    return a


def defaults(a, b=2, *, c=3):
    return a + b + c


def many(*args, **kwargs):
    return len(args) + len(kwargs)


class Thing:
    kind = 3

    def method(self, x):
        return x + self.kind

    @staticmethod
    def static(x):
        return x

    @classmethod
    def of_class(cls, x):
        return x + cls.kind

    @property
    def value(self):
        return self.kind

    def __call__(self, x):
        return x


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def main(scale):
    thing = Thing()
    step = 5

    def closure(x):
        return x + step

    total = fib(20) * scale
    for i in range(60000 * scale):
        total += plain(i, 1) + defaults(i) + defaults(i, c=1)
        total += many(1, 2, a=3) + thing.method(i) + Thing.static(i)
        total += thing.of_class(i) + thing.value + thing(i) + closure(i)
        total += len(str(i)) + abs(-i) + max(i, 3)
    print(total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
