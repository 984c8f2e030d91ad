"""A fork server: the worker's modules are loaded once, and each line on standard input is answered by a fork.

A line is JSON: ``{"home": PATH, "kill": KILL or null}`` runs a worker there; ``{"wait": PID}`` waits for one. Answers
are JSON lines: ``{"pid": N}``, ``{"status": N}``. In a worker SIGUSR1 arms what ``kill.json`` of its home says and
counts anew, SIGUSR2 writes what was reached to ``counts.json``; so does its end. Where it dies stands in ``died.json``.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import time
import traceback
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from chaos import await_hooks
from chaos.await_hooks import HOOKS

SPEED = 4
"""How many times faster the workers' clocks run: their back-off and their time-outs are over sooner."""

CONCLUSIVE_MS = 1_500
"""The exchange on loopback answers in milliseconds; on the workers' clock."""


LOADED = (
    "anyio._backends._asyncio",
    "anyio.streams.tls",
    "connectors.venues.binance.connector",
    "connectors.venues.binance.credentials",
    "connectors.worker.main",
    "httpcore._backends.anyio",
    "httpx",
    "sqlalchemy.dialects.sqlite",
    "storage.archive",
    "support.scaled_loop",
    "websockets.asyncio.client",
)
"""Once, for every fork."""


def run(home: Path, kill: await_hooks.Kill | None) -> int:
    """Be a worker."""
    from connectors import registry
    from connectors.clock import SystemClock
    from connectors.worker import main as worker
    from connectors.worker.order_loop import OrderFirstLoop
    from storage.archive import Limits, open_archive
    from support.scaled_loop import ScaledLoop

    class FastClock(SystemClock):
        def monotonic_ns(self) -> int:
            return time.monotonic_ns() * SPEED

        def running_ns(self) -> int:
            return self.monotonic_ns()  # it does not sleep

    class Faster(ScaledLoop):
        def __init__(self) -> None:
            super().__init__(SPEED)

    class FastLoop(OrderFirstLoop, Faster):
        """The worker's own loop, on the same faster clock."""

    def connector(*args: Any, **kwargs: Any) -> Any:
        made = registry.create(*args, **kwargs)
        settled = replace(made.capabilities, conclusive_after_ms=CONCLUSIVE_MS)
        return _WithCapabilities(made, settled)

    def armed(_signal: int, _frame: object) -> None:
        HOOKS.arm(await_hooks.read((home / "kill.json").read_text()))

    def told(_signal: int, _frame: object) -> None:
        _tell(home)

    def last_words(died: await_hooks.Kill) -> None:
        # It may be killed from outside while it writes.
        _write_whole(home / "died.json", await_hooks.written(died))

    signal.signal(signal.SIGUSR1, armed)
    signal.signal(signal.SIGUSR2, told)
    HOOKS.last_words = last_words
    HOOKS.arm(kill)
    vars(worker)["OrderFirstLoop"] = FastLoop
    paths = worker.WorkerPaths(home / "run", home / "state", home / "data")
    opened = partial(open_archive, home / "data" / "tradedesk.db", Limits(busy_timeout_ms=100))
    status = worker.run_worker(paths, opened, clock=FastClock(), make_connector=connector, linger_s=120)
    _tell(home)
    return status


def _tell(home: Path) -> None:
    _write_whole(home / "counts.json", HOOKS.counts())


def _write_whole(path: Path, text: str) -> None:
    """Write a file that nobody finds half written."""
    half = path.with_suffix(".half")
    half.write_text(text)
    half.rename(path)


class _WithCapabilities:
    """A connector whose word on one thing is another."""

    def __init__(self, real: Any, capabilities: Any) -> None:
        self._real = real
        self.capabilities = capabilities

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _fork(home: Path, kill: await_hooks.Kill | None) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        status = run(home, kill)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(status)


def _say(answer: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Serve until standard input ends; what still runs then is killed."""
    await_hooks.install()
    for module in LOADED:
        importlib.import_module(module)

    children: set[int] = set()
    gc.collect()
    gc.freeze()
    _say({"pid": os.getpid()})
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            pid, status = os.waitpid(asked["wait"], 0)
            children.discard(pid)
            _say({"status": os.waitstatus_to_exitcode(status)})
        else:
            children.add(child := _fork(Path(asked["home"]), await_hooks.read(json.dumps(asked["kill"]))))
            _say({"pid": child})
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
