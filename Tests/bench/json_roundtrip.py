"""Records to JSON text and back."""
import json
import sys


def record(i):
    return {"id": i, "name": "item %d" % i, "price": i * 1.25,
            "tags": ["a", "b", str(i)], "stock": None if i % 5 else i,
            "size": {"w": i % 7, "h": i % 11, "round": bool(i & 1)},
            "text": "caf\u00e9 \"quoted\" line\n" * (i % 3)}


def main(scale):
    records = [record(i) for i in range(400)]
    checksum = 0
    for _ in range(12 * scale):
        text = json.dumps(records)
        checksum += len(text)
        back = json.loads(text)
        checksum += len(back) + back[7]["id"]
    print(checksum, back == records)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
