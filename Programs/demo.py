"""What `./bootstrap run` shows: count the words of a text, then let threads
share the GIL, and say who had it."""
import collections
import re
import sys
import threading
import time


def words(path):
    with open(path, encoding="utf-8") as f:
        found = re.findall(r"[A-Za-z]{4,}", f.read())
    return collections.Counter(word.lower() for word in found)


def share_the_gil(threads, seconds):
    """How many rounds each of some CPU-bound threads gets in a while."""
    rounds = [0] * threads
    stop = False

    def work(number):
        while not stop:
            rounds[number] += 1

    workers = [threading.Thread(target=work, args=(n,))
               for n in range(threads)]
    for worker in workers:
        worker.start()
    time.sleep(seconds)
    stop = True
    for worker in workers:
        worker.join()
    return rounds


def main():
    path = sys.argv[1]
    print("Python", sys.version.split()[0], "by Baton")
    print("the ten commonest words of", path)
    for word, count in words(path).most_common(10):
        print("  %4d %s" % (count, word))
    print("four threads that compute for half a second each had of the GIL:")
    rounds = share_the_gil(4, 0.5)
    total = sum(rounds)
    for number, count in enumerate(rounds):
        share = count / total
        print("  thread %d %5.1f %% %s" % (number, 100 * share,
                                           "#" * round(60 * share)))


if __name__ == "__main__":
    main()
