"""`python -m connectors.simulator`: an exchange on loopback until interrupted."""

from __future__ import annotations

import sys

from connectors.simulator.options import RefusedError, parse
from connectors.simulator.serve import run


def main() -> int:
    """Run with the words of the command line; returns the exit code."""
    try:
        options = parse(sys.argv[1:])
    except RefusedError as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
