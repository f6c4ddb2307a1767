"""Searching and replacing in log lines with regular expressions."""
import re
import sys

LINE = re.compile(r'^(?P<ip>\d+\.\d+\.\d+\.\d+) \[(?P<when>[^\]]+)\] '
                  r'"(?P<verb>[A-Z]+) (?P<path>[^ ?"]+)(\?[^"]*)?" '
                  r'(?P<code>\d{3}) (?P<size>\d+|-)$')
WORD = re.compile(r"\b[a-z]+(?:ing|ed|s)\b", re.I)


def line(i):
    return '10.0.%d.%d [%02d/Nov/2021:10:%02d] "%s /a/%d/files%s" %d %s' % (
        i % 256, i * 7 % 256, i % 28 + 1, i % 60,
        ("GET", "POST", "PUT")[i % 3], i % 97, "?q=walking" * (i % 2),
        (200, 404, 500)[i % 3], "-" if i % 5 == 0 else i * 13)


def main(scale):
    text = [line(i) for i in range(2500)]
    size = found = 0
    for _ in range(4 * scale):
        for entry in text:
            match = LINE.match(entry)
            if match and match["size"] != "-":
                size += int(match["size"])
        joined = "\n".join(text)
        found += len(WORD.findall(joined))
        found += len(re.sub(r"(\d+)\.(\d+)", r"\2-\1", joined))
    print(size, found)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
