"""The compiler: a large generated module and a file of the library."""
import argparse
import sys


def source(n):
    parts = []
    for i in range(n):
        parts.append(
            f"class C{i}:\n"
            f"    x: int = {i}\n"
            f"    def m{i}(self, a, *b, k=1, **c):\n"
            f"        for q in [v * 2 for v in b if v > a]:\n"
            f"            try:\n"
            f"                with self.lock as l: yield q, l[k:]\n"
            f"            except (KeyError, ValueError) as e:\n"
            f"                raise RuntimeError(f'bad {{e!r}}') from e\n"
            f"        return lambda z: z + a + {i}\n")
    return "".join(parts)


def main(scale):
    with open(argparse.__file__, encoding="utf-8") as file:
        library = file.read()
    generated = source(150)
    total = 0
    for _ in range(3 * scale):
        total += len(compile(generated, "generated", "exec").co_code)
        total += len(compile(library, "library", "exec").co_names)
    print(total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
