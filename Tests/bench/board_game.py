"""Random play on a board with groups and liberties, as in Go."""
import sys

SIZE = 9


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1) % (1 << 64)
        return (self.state >> 33) % n


NEIGHBOURS = [[p for p, ok in ((i - SIZE, i >= SIZE),
                               (i + SIZE, i < SIZE * (SIZE - 1)),
                               (i - 1, i % SIZE), (i + 1, (i + 1) % SIZE))
               if ok] for i in range(SIZE * SIZE)]


def group(board, start):
    colour = board[start]
    stones = {start}
    liberties = set()
    todo = [start]
    while todo:
        for near in NEIGHBOURS[todo.pop()]:
            if board[near] == colour:
                if near not in stones:
                    stones.add(near)
                    todo.append(near)
            elif not board[near]:
                liberties.add(near)
    return stones, liberties


def play(board, point, colour):
    board[point] = colour
    taken = 0
    for near in NEIGHBOURS[point]:
        if board[near] == -colour:
            stones, liberties = group(board, near)
            if not liberties:
                for stone in stones:
                    board[stone] = 0
                taken += len(stones)
    if not taken and not group(board, point)[1]:
        board[point] = 0
        return -1
    return taken


def main(scale):
    random = Random(7)
    captured = illegal = 0
    for _ in range(25 * scale):
        board = [0] * (SIZE * SIZE)
        colour = 1
        for _ in range(160):
            free = [i for i, stone in enumerate(board) if not stone]
            if not free:
                break
            result = play(board, free[random.below(len(free))], colour)
            if result < 0:
                illegal += 1
            else:
                captured += result
            colour = -colour
    print(captured, illegal)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
