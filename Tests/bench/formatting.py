"""Strings put together: f-strings, %, format, join, split."""
import sys


def main(scale):
    total = 0
    for _ in range(scale):
        lines = []
        for i in range(25000):
            lines.append(f"{i:>8} {i / 3:.3f} {i!r:<6}|")
            lines.append("%05d %-8s %x" % (i, "k%d" % (i % 9), i))
            lines.append("{0:,} {name}".format(i * 1001, name="n"))
        text = "\n".join(lines)
        total += len(text)
        for line in text.split("\n"):
            first, _, rest = line.strip().partition(" ")
            total += len(first) + rest.count("1")
        total += len(text.upper().replace("K", "kk"))
    print(total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
