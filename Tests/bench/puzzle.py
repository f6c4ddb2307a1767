"""Sudoku by propagation and search: sets, strings, recursion."""
import sys

ROWS = "ABCDEFGHI"
COLUMNS = "123456789"
SQUARES = [r + c for r in ROWS for c in COLUMNS]
UNITS = ([[r + c for c in COLUMNS] for r in ROWS]
         + [[r + c for r in ROWS] for c in COLUMNS]
         + [[r + c for r in rs for c in cs] for rs in ("ABC", "DEF", "GHI")
            for cs in ("123", "456", "789")])
PEERS = {s: set().union(*(u for u in UNITS if s in u)) - {s}
         for s in SQUARES}

GRIDS = [
    "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2....."
    "1.4......",
    "..3.2.6..9..3.5..1..18.64....81.29..7.......8..67.82....26.95..8..2.3..9"
    "..5.1.3..",
]


def assign(values, square, digit):
    for other in values[square].replace(digit, ""):
        if not eliminate(values, square, other):
            return False
    return True


def eliminate(values, square, digit):
    if digit not in values[square]:
        return True
    values[square] = values[square].replace(digit, "")
    if not values[square]:
        return False
    if len(values[square]) == 1:
        for peer in PEERS[square]:
            if not eliminate(values, peer, values[square]):
                return False
    for unit in UNITS:
        if square in unit:
            places = [s for s in unit if digit in values[s]]
            if not places:
                return False
            if len(places) == 1 and not assign(values, places[0], digit):
                return False
    return True


def search(values):
    if values is None:
        return None
    open_squares = [s for s in SQUARES if len(values[s]) > 1]
    if not open_squares:
        return values
    square = min(open_squares, key=lambda s: (len(values[s]), s))
    for digit in values[square]:
        trial = dict(values)
        if assign(trial, square, digit):
            found = search(trial)
            if found is not None:
                return found
    return None


def solve(grid):
    values = dict.fromkeys(SQUARES, COLUMNS)
    for square, digit in zip(SQUARES, grid):
        if digit in COLUMNS and not assign(values, square, digit):
            return None
    return search(values)


def main(scale):
    for _ in range(scale):
        answers = ["".join(solve(g)[s] for s in SQUARES) for g in GRIDS]
    print(*(sum(int(d) * i for i, d in enumerate(a)) for a in answers))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
