"""Log records: disabled, filtered and formatted."""
import io
import logging
import sys


def main(scale):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
    logger = logging.getLogger("bench")
    logger.propagate = False
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    for i in range(9000 * scale):
        logger.debug("never %d", i)
        logger.warning("item %d of %s", i, "many")
    print(len(stream.getvalue()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
