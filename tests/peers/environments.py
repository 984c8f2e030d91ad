"""Throw-away environments: one for each client of other people, made once, kept outside the tree.

An environment is named by everything it depends on (its pinned lines, the Python, the machine), so it is never changed
once it is whole: another pin is another folder. It holds no pip: the pip of this environment fills it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_INSTALL_S = 240


def pinned(peer: str) -> list[str]:
    """The pinned lines of one client: those under its ``## name: why`` and the ``# why`` lines left out."""
    found: list[str] = []
    inside = False
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            inside = line[3:].partition(":")[0] == peer
        elif inside and line and not line.startswith("#"):
            found.append(line)
    if not found:
        raise ValueError(f"{REQUIREMENTS.name} has no lines for {peer!r}")
    return found


def python_of(peer: str) -> Path:
    """The interpreter of a client's environment, which is made when it is not there.

    Without a registry the test is skipped by name; under CI it fails, because there one is promised.
    """
    folder = _shelf() / f"{peer}-{_fingerprint(peer)}"
    python = folder / "bin" / "python"
    with _alone(folder.with_suffix(".lock")):
        if not folder.is_dir():
            _make(peer, folder)
    return python


def _shelf() -> Path:
    """Where environments are kept: the user's cache, or a folder for temporary files where there is none."""
    named = os.environ.get("XDG_CACHE_HOME")
    cache = Path(named) if named else Path(os.environ.get("HOME") or tempfile.gettempdir()) / ".cache"
    for candidate in (cache, Path(tempfile.gettempdir())):
        shelf = candidate / "tradedesk-peers"
        try:
            shelf.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(shelf, os.W_OK):
            return shelf
    raise OSError("neither the user's cache nor the folder for temporary files can be written")


def _fingerprint(peer: str) -> str:
    parts = [sys.version, platform.machine(), sys.base_prefix, *pinned(peer)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time: test runners share the shelf."""
    with lock.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make(peer: str, folder: Path) -> None:
    """Build beside the place and move it there when it is whole: what was cut off is never taken for whole."""
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(part)], check=True, timeout=_INSTALL_S)
    lines = part / "requirements.txt"
    lines.write_text("\n".join(pinned(peer)) + "\n", encoding="utf-8")
    words = ["--quiet", "--no-deps", "--no-compile", "--only-binary", ":all:", "--requirement", str(lines)]
    pip = [sys.executable, "-m", "pip", "--python", str(part / "bin" / "python"), "install", *words]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        done = subprocess.run(pip, env=outside, capture_output=True, text=True, timeout=_INSTALL_S, check=False)
        said = "" if done.returncode == 0 else done.stderr.strip()[-400:] or f"pip ended with {done.returncode}"
    except subprocess.TimeoutExpired:
        said = f"pip took longer than {_INSTALL_S} s"
    if said:
        shutil.rmtree(part, ignore_errors=True)
        _give_up(f"{peer} cannot be installed from a package registry: {said}")
    part.rename(folder)


def _give_up(sentence: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
