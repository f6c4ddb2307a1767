#!/usr/bin/env python3
"""Time the programs of this folder under an interpreter and a reference.

    run.py --python BIN [--reference python3.11] [--rounds 5] [--scale 8]
           [NAME ...]

Each round runs every program once under each interpreter, one after the
other, so that a busy machine slows both alike.  What counts is the CPU time of
the process (user + system), start-up included; the median of the rounds is
shown, the ratio BIN / reference (below 1: faster) and the geometric mean of
the ratios.  A program whose output differs from the reference's is marked and
left out of the mean; the exit status is then 1.
"""
import argparse
import glob
import math
import os
import resource
import statistics
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def run(python, path, scale, timeout):
    """CPU seconds and output of one run; (None, reason) if it failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run([python, path, str(scale)], timeout=timeout,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
    except subprocess.TimeoutExpired:
        return None, "timeout"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        return None, "exit %d: %s" % (done.returncode,
                                      lines[-1] if lines else "")
    seconds = (after.ru_utime - before.ru_utime
               + after.ru_stime - before.ru_stime)
    return seconds, done.stdout


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="programs (default: all)")
    parser.add_argument("--python", required=True)
    # the system's own python3.11, whatever comes first on PATH
    parser.add_argument("--reference", default=shutil.which(
        "python3.11", path=os.defpath) or "python3.11")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=int, default=8)
    parser.add_argument("--timeout", type=float, default=300)
    options = parser.parse_args()

    names = options.names or sorted(
        os.path.basename(path)[:-3]
        for path in glob.glob(os.path.join(HERE, "*.py"))
        if os.path.basename(path) != "run.py")
    pythons = [options.python, options.reference]
    times = {name: ([], []) for name in names}
    outputs = {name: [None, None] for name in names}
    failed = {}
    for _ in range(options.rounds):
        for name in names:
            if name in failed:
                continue
            path = os.path.join(HERE, name + ".py")
            for which, python in enumerate(pythons):
                seconds, output = run(python, path, options.scale,
                                      options.timeout)
                if seconds is None:
                    failed[name] = "%s under %s" % (output, python)
                    break
                times[name][which].append(seconds)
                outputs[name][which] = output
            else:
                if outputs[name][0] != outputs[name][1]:
                    failed[name] = "output differs"

    logs = []
    print("%-16s %9s %9s %7s" % ("program", "seconds", "reference", "ratio"))
    for name in names:
        if name in failed:
            print("%-16s %s" % (name, failed[name]))
            continue
        mine, reference = map(statistics.median, times[name])
        ratio = mine / reference
        logs.append(math.log(ratio))
        print("%-16s %9.3f %9.3f %7.3f" % (name, mine, reference, ratio))
    if logs:
        print("geometric mean of %d: %.3f"
              % (len(logs), math.exp(sum(logs) / len(logs))))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
