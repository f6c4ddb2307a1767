"""Dictionaries and sets: counting, grouping, joins, set algebra."""
import sys


def main(scale):
    total = 0
    for _ in range(scale):
        counts = {}
        groups = {}
        for i in range(120000):
            key = "k%d" % (i * 7919 % 1500)
            counts[key] = counts.get(key, 0) + 1
            groups.setdefault(i % 300, []).append(i)
        total += sum(counts.values()) + len(groups)
        merged = {**counts, **{str(k): len(v) for k, v in groups.items()}}
        total += len(merged)
        evens = {i for i in range(0, 60000, 2)}
        threes = set(range(0, 60000, 3))
        total += len(evens & threes) + len(evens | threes)
        total += len(evens - threes) + len(evens ^ threes)
        for i in range(60000):
            if i in evens and i not in threes:
                total += 1
        for key in list(counts):
            if counts[key] % 2:
                del counts[key]
        total += len(counts)
    print(total)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
