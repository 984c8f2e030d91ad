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

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from peers.environments import python_of
from support.simulator import running_simulator

_TESTS = Path(__file__).resolve().parents[1]
_CLIENTS = Path(__file__).with_name("clients")
_RUN_S = 150
SEED = "5"
_TOLD = ("rest", "stream", "ws_api", "api_key", "api_secret")


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


def played(script: str, peer: str, shared: Path, *, own_keys: bool = False) -> Outcomes:
    """Outcomes of a script, by step.

    Args:
        script: Name of the script below ``clients``, without its ending.
        peer: Whose environment it runs in.
        shared: A folder all test processes of this run share; the first that asks runs the script.
        own_keys: Bring an RSA and an Ed25519 key, and list a symbol whose name is not ASCII.
    """
    python = python_of(peer)
    said = shared / f"{script}.jsonl"
    with said.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            text = _run(python, script, own_keys=own_keys)
            said.write_text(text, encoding="utf-8")
    return {line["step"]: _outcome(line) for line in map(json.loads, said.read_text(encoding="utf-8").splitlines())}


def _outcome(line: Mapping[str, Any]) -> Outcome:
    error = " at ".join(filter(None, (line.get("error", ""), line.get("where", ""))))
    return Outcome(line.get("result"), line.get("kind", ""), error, line["seconds"])


def _pairs(folder: Path) -> dict[str, str]:
    """New private keys as PEM, by kind; their public halves lie in the folder."""
    privates: dict[str, rsa.RSAPrivateKey | Ed25519PrivateKey] = {
        "rsa": rsa.generate_private_key(65537, 2048),
        "ed25519": Ed25519PrivateKey.generate(),
    }
    for kind, key in privates.items():
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / f"{kind}.pem").write_bytes(public)
    return {
        kind: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        for kind, key in privates.items()
    }


def _run(python: Path, script: str, *, own_keys: bool) -> str:
    with tempfile.TemporaryDirectory(prefix="td") as name:
        folder = Path(name)
        words = ["--seed", SEED]
        privates = _pairs(folder) if own_keys else {}
        for kind in privates:
            words += ["--public-key", str(folder / f"{kind}.pem")]
        words += ["--symbols", "3"] if own_keys else []
        with running_simulator(folder, *words) as exchange:
            told: dict[str, Any] = {field: getattr(exchange, field) for field in _TOLD}
            told["keys"] = [
                {"kind": kind, "api_key": key["api_key"], "private_key": privates[kind]}
                for kind, key in zip(privates, exchange.keys, strict=True)
            ]
            return _said(python, script, folder, json.dumps(told) + "\n")


def _said(python: Path, script: str, folder: Path, line: str) -> str:
    done = subprocess.run(
        [str(python), str(_CLIENTS / f"{script}.py")],
        input=line,
        # No proxy, no settings of the developer's: the client sees loopback and nothing else.
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "PYTHONPATH": str(_TESTS)},
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
