"""Sorting: by value, by key, of tuples, nearly sorted, with __lt__."""
import sys


class Card:
    __slots__ = ("rank",)

    def __init__(self, rank):
        self.rank = rank

    def __lt__(self, other):
        return self.rank < other.rank


def numbers(n):
    state = 12345
    for _ in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        yield state


def main(scale):
    checksum = 0
    for _ in range(scale):
        values = list(numbers(50000))
        ordered = sorted(values)
        checksum += ordered[100]
        checksum += sorted(values, key=lambda v: v % 1009)[200]
        checksum += sorted((v % 97, v) for v in values)[300][1]
        checksum += len(sorted(map(str, values))[400])
        ordered[10], ordered[20000] = ordered[20000], ordered[10]
        ordered.sort(reverse=True)
        checksum += ordered[7]
        cards = [Card(v % 5000) for v in values[:8000]]
        cards.sort()
        checksum += cards[77].rank
    print(checksum)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
