"""What the simulator can be told, and how the command line tells it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from connectors.simulator.crowd.regimes import AUTO, Regime

MARKETS = ("flow", "tape")
MAX_SYMBOLS = 20
REGIMES = (*Regime, AUTO)
MAX_LATENCY_MS = 10_000


class RefusedError(Exception):
    """The simulator cannot start; the text is one sentence for the person who started it."""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything a run depends on.

    Attributes:
        port: Loopback port; 0 takes a free one.
        market: ``flow`` (a seeded model) or ``tape`` (a recording).
        tape: The recording, for ``tape``.
        seed: Seed of flow and history; None keeps the ledger's own, or mints one.
        symbols: How many symbols ``flow`` lists.
        regime: How the crowd of ``flow`` behaves: ``calm``, ``normal``, ``volatile``, ``panic``, or one after another:
            ``auto``.
        speed: How many times faster than recorded a tape plays.
        limits: A JSON file of rate limits to publish and enforce instead of the usual ones.
        faults: A script of JSON lines: what goes wrong, when, how often (see `connectors.simulator.faults`).
        control: Serve the control path, by which faults are armed while the exchange runs.
        public_keys: Public keys of clients, in PEM; each gets an API key.
        access_log: Where to write what came in and what was answered.
        latency: Least and most ms a request and its answer are on their way; None for no time at all.
        socket_life: Seconds a WebSocket lives.
        with_parent: Exit as soon as standard input ends: whoever started us holds the other end of a pipe.
        home: Where the ledger lives; None means ``$TRADEDESK_HOME/sim``, else the user's data directory.
    """

    port: int = 0
    market: str = "flow"
    tape: Path | None = None
    seed: int | None = None
    symbols: int = 2
    regime: str = "normal"
    speed: float = 1
    limits: Path | None = None
    faults: Path | None = None
    control: bool = False
    public_keys: tuple[Path, ...] = ()
    access_log: Path | None = None
    latency: tuple[int, int] | None = None
    socket_life: float = 86_400
    with_parent: bool = False
    home: Path | None = None

    def checked(self) -> Options:
        """Itself, when it makes sense.

        Raises:
            RefusedError: One sentence naming the option, its value and what is allowed.
        """
        if not 0 <= self.port <= 65535:  # noqa: PLR2004 - the range of a port number
            raise RefusedError(f"Port {self.port} is not between 0 and 65535; give --port another number.")
        if self.market not in MARKETS:
            raise RefusedError(f"Market {self.market} is unknown; --market takes {' or '.join(MARKETS)}.")
        if self.market == "tape" and self.tape is None:
            raise RefusedError("A tape market needs a recording; name it with --tape FILE.")
        if self.market == "flow" and self.tape is not None:
            raise RefusedError("--tape needs --market tape; add it, or leave the recording out.")
        if not 1 <= self.symbols <= MAX_SYMBOLS:
            raise RefusedError(f"{self.symbols} symbols are not between 1 and {MAX_SYMBOLS}; change --symbols.")
        if self.regime not in REGIMES:
            raise RefusedError(f"Regime {self.regime} is unknown; --regime takes {', '.join(REGIMES)}.")
        if not 0 < self.speed <= 1000:  # noqa: PLR2004 - beyond this a replay is a download
            raise RefusedError(f"Speed {self.speed:g} is not above 0 and at most 1000; change --speed.")
        if self.latency is not None and not 0 <= self.latency[0] <= self.latency[1] <= MAX_LATENCY_MS:
            low, high = self.latency
            raise RefusedError(
                f"Latency {low}:{high} is not a range within 0 and {MAX_LATENCY_MS} ms; change --latency."
            )
        if not 0 < self.socket_life <= 86_400:  # noqa: PLR2004 - §3.2: a day
            raise RefusedError(
                f"A socket's life of {self.socket_life:g} s is not above 0 and at most 86400; change --socket-life."
            )
        return self


class _Grammar(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One sentence, like every other refusal."""
        raise RefusedError(f"{message[:1].upper()}{message[1:]}; --help lists what there is.")


def grammar(called: str = "python -m connectors.simulator") -> argparse.ArgumentParser:
    """Every option there is on the command line.

    Args:
        called: The command, for its help.
    """
    parser = _Grammar(prog=called, description="An exchange on loopback, until interrupted.", allow_abbrev=False)
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    parser.add_argument("--market", help="flow or tape; flow without a recording, tape with one")
    parser.add_argument("--tape", type=Path, help="recording to replay")
    parser.add_argument("--seed", type=int, help="seed of the flow and of the history")
    parser.add_argument("--symbols", type=int, default=2, help=f"symbols of the flow market, at most {MAX_SYMBOLS}")
    parser.add_argument("--regime", default="normal", help=f"how the flow market behaves: {', '.join(REGIMES)}")
    parser.add_argument("--speed", type=float, default=1, help="how many times faster than recorded a tape plays")
    parser.add_argument("--limits", type=Path, help="JSON file of rate limits to publish and enforce")
    parser.add_argument("--faults", type=Path, help="script of JSON lines: what goes wrong, and when")
    parser.add_argument("--control", action="store_true", help="let faults be armed over HTTP, at /control/faults")
    parser.add_argument(
        "--public-key",
        type=Path,
        action="append",
        default=[],
        dest="public_keys",
        metavar="FILE",
        help="a client's RSA or Ed25519 public key in PEM; may be given several times",
    )
    parser.add_argument("--access-log", type=Path, help="file to which requests and answers are written")
    parser.add_argument(
        "--latency", type=_range_of_ms, metavar="LOW:HIGH", help="ms that a request and its answer take"
    )
    parser.add_argument("--socket-life", type=float, default=86_400, help="seconds a WebSocket lives")
    parser.add_argument("--with-parent", action="store_true", help="exit when standard input ends")
    return parser


def parse(arguments: Sequence[str], *, called: str = "python -m connectors.simulator") -> Options:
    """Options from command-line words; ``--help`` prints and ends the process.

    Raises:
        RefusedError: One sentence.
    """
    words = vars(grammar(called).parse_args(arguments))
    market = words["market"] or ("flow" if words["tape"] is None else "tape")
    return Options(**words | {"market": market, "public_keys": tuple(words["public_keys"])}).checked()


def _range_of_ms(text: str) -> tuple[int, int]:
    low, _, high = text.partition(":")
    if not (low.isdecimal() and (high or low).isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is no range of ms such as 50:300")
    return int(low), int(high or low)
