"""Pickling and unpickling of nested containers."""
import pickle
import sys


def main(scale):
    data = {"user%d" % i: {"id": i, "scores": [i * j for j in range(10)],
                           "pair": (i, str(i)), "big": 3 ** (i % 60),
                           "f": i / 7} for i in range(300)}
    checksum = 0
    for _ in range(25 * scale):
        text = pickle.dumps(data, pickle.HIGHEST_PROTOCOL)
        back = pickle.loads(text)
        checksum += len(text) + back["user9"]["scores"][3]
    print(checksum, back == data)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
