"""Exceptions raised, caught, chained and cleaned up after."""
import sys


class Problem(Exception):
    pass


class Guard:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return kind is Problem


def inner(i):
    if i % 3 == 0:
        raise Problem(i)
    if i % 3 == 1:
        return {}[i]
    return i


def outer(i):
    try:
        return inner(i)
    except KeyError as error:
        raise ValueError("no key") from error
    finally:
        i += 1


def main(scale):
    caught = passed = 0
    for i in range(50000 * scale):
        try:
            passed += outer(i)
        except Problem as problem:
            caught += problem.args[0]
        except ValueError as error:
            caught += error.__cause__ is not None
        with Guard():
            inner(i * 3)
        passed += 1
    print(caught, passed)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
