"""Runs a client's script against a simulator of its own, once per test run, and gives what came of each step."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers.environments import python_of
from support.simulator import running_simulator

_TESTS = Path(__file__).resolve().parents[1]
_CLIENTS = Path(__file__).with_name("clients")
_RUN_S = 150
SEED = "5"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one step.

    Attributes:
        result: What the client returned, as JSON tells it.
        kind: Name of the error's class, empty when there was none.
        error: Its text, and where the client raised it.
        seconds: How long the step took.
    """

    result: Any
    kind: str
    error: str
    seconds: float

    @property
    def value(self) -> Any:
        """The result; the client's error as a failed assertion."""
        assert not self.kind, f"{self.kind}: {self.error}"
        return self.result


Outcomes = Mapping[str, Outcome]


def played(script: str, peer: str, shared: Path) -> Outcomes:
    """Outcomes of a script, by step.

    Args:
        script: Name of the script below ``clients``, without its ending.
        peer: Whose environment it runs in.
        shared: A folder all test processes of this run share; the first that asks runs the script.
    """
    python = python_of(peer)
    said = shared / f"{script}.jsonl"
    with said.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            text = _run(python, script)
            said.write_text(text, encoding="utf-8")
    return {line["step"]: _outcome(line) for line in map(json.loads, said.read_text(encoding="utf-8").splitlines())}


def _outcome(line: Mapping[str, Any]) -> Outcome:
    error = " at ".join(filter(None, (line.get("error", ""), line.get("where", ""))))
    return Outcome(line.get("result"), line.get("kind", ""), error, line["seconds"])


def _run(python: Path, script: str) -> str:
    with (
        tempfile.TemporaryDirectory(prefix="td") as folder,
        running_simulator(Path(folder), "--seed", SEED) as exchange,
    ):
        keys = ("rest", "stream", "ws_api", "api_key", "api_secret")
        line = json.dumps({name: getattr(exchange, name) for name in keys})
        done = subprocess.run(
            [str(python), str(_CLIENTS / f"{script}.py")],
            input=line + "\n",
            # No proxy, no settings of the developer's: the client sees loopback and nothing else.
            env={"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(_TESTS)},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_RUN_S,
            check=False,
        )
    ended = {"step": "the whole script", "seconds": 0}
    if done.returncode:
        ended |= {"kind": f"exit {done.returncode}", "error": done.stderr.strip()[-1500:]}
    return done.stdout.rstrip("\n") + "\n" + json.dumps(ended) + "\n"
