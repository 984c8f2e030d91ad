"""T8: what another program of the same user sees of the desk and of every process it has started.

Nothing: the desk and the worker are closed to it, and what is left open, the exchange, was told nothing. As root sees
all, both sides run as a user without privileges.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.screen import Screen
from security.seen import AS_NOBODY, Seen, descendants, give_to_nobody, look
from support.processes import until

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux closes a process to its own user's programs"),
]

ROOT = Path(__file__).parents[2]
CANARY = "CANARYt8"
PASSPHRASE = f"{CANARY} by descriptor"
NAMES = {
    "TRADEDESK_PASSPHRASE": f"{CANARY}-passphrase",
    "BINANCE_API_KEY": f"{CANARY}key1",
    "BINANCE_API_SECRET": f"{CANARY}secret1",
    "BINANCE_TESTNET_API_KEY": f"{CANARY}key2",
    "BINANCE_TESTNET_API_SECRET": f"{CANARY}secret2",
    "BITGET_API_KEY": f"{CANARY}key3",
    "BITGET_API_SECRET": f"{CANARY}secret3",
    "BITGET_API_PASSPHRASE": f"{CANARY}pass3",
    "COINBASE_API_PRIVATE_KEY": f"{CANARY}pem",
    "AWS_SECRET_ACCESS_KEY": f"{CANARY}aws",
    "SSLKEYLOGFILE": f"/nonexistent/{CANARY}",
    "HTTPS_PROXY": f"http://user:{CANARY}@127.0.0.1:9",
}
KINDS = ("socket:", "anon_inode:", "/dev/null", "/dev/urandom")
"""Descriptors every process may have."""


@contextmanager
def desk(home: Path, **environ: str) -> Iterator[Screen]:
    """A desk of a user without privileges, with canaries in its environment and on a descriptor it was left."""
    home.mkdir(mode=0o700)
    typed = home.parent / "typed"
    typed.write_text(f"{CANARY}-descriptor")
    give_to_nobody(home.parent)
    names = {**NAMES, "TRADEDESK_HOME": str(home), "HOME": str(home.parent), **environ}
    left_open = ["sh", "-c", 'exec 3<"$0"; exec "$@"', str(typed)]
    screen = Screen.open([*left_open, *AS_NOBODY, "-m", "tui", "desk"], 120, 40, names, ROOT)
    try:
        screen.until(lambda text: "LIVE ✓" in text, 40)
        yield screen
    finally:
        started = descendants(screen.process.pid)
        screen.process.send_signal(signal.SIGTERM)
        screen.process.wait(20)
        os.close(screen.master)
        until(lambda: not any(_alive(pid) for pid in started), "the processes of the desk end with it")


def _alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def by_name(seen: list[Seen]) -> dict[str, Seen]:
    """Desk, worker and exchange."""
    return {one.name: one for one in seen}


@contextmanager
def command(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A command of the same user, with the vault's passphrase on a descriptor."""
    reading, writing = os.pipe()
    os.write(writing, PASSPHRASE.encode())
    os.close(writing)
    environ = {**NAMES, "PATH": os.environ["PATH"], "TRADEDESK_HOME": str(home), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        [*AS_NOBODY, "-m", "tui", *words, "--passphrase-fd", str(reading)],
        cwd=ROOT,
        env=environ,
        pass_fds=(reading,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(reading)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def test_nobody_sees_a_secret_a_vault_file_or_an_extra_descriptor(home: Path) -> None:
    with desk(home) as screen, command(home, "watch", "book", "BTCUSDT") as watch:
        with command(home, "vault", "create", "--json") as make:
            assert make.wait(60) == 0, make.communicate()
            assert make.stdout is not None
            assert '"OPEN"' in make.stdout.read(), "the vault is open in the worker"
        assert watch.stdout is not None
        assert watch.stdout.readline().startswith("{")
        pids = [*descendants(screen.process.pid), watch.pid]
        seen = by_name(look(pids))
        assert set(seen) == {"desk", "worker", "exchange", "watch"}
        for one in seen.values():
            assert CANARY.encode() not in one.text, one.name
            assert str(home / "data").encode() not in one.text, "no vault file, and not the archive it stands in"
        assert seen["exchange"].environ, "whoever looks can look: the exchange, which knows nothing, is open to it"
        assert seen["exchange"].descriptors
        for name in ("desk", "worker", "watch"):
            assert (seen[name].environ, seen[name].memory, seen[name].descriptors) == (None, None, None), name
        if os.geteuid() == 0:
            whole = by_name(look(pids, privileged=True))
            assert CANARY.encode() in whole["desk"].text, "what it was started with stays in the kernel's copy"
            assert str(home.parent / "typed") in str(whole["desk"].descriptors), "the descriptor was handed to it"
            for name in ("worker", "exchange"):
                assert CANARY.encode() not in whole[name].text, "and goes to no child"
                assert not extra(whole[name], home), name


def extra(seen: Seen, home: Path) -> list[str]:
    """Descriptors a child has that it neither made nor needs."""
    own = (str(home),) if seen.name == "worker" else (str(home / "sim"), str(home / "state" / "exchange.err"))
    found = []
    for number, target in (seen.descriptors or {}).items():
        ours = target.startswith((*KINDS, *own))
        pipe = target.startswith("pipe:") and seen.name == "exchange" and number in {"0", "1"}
        if not ours and not pipe:
            found.append(f"{number} -> {target}")
    return found


@pytest.mark.soak
def test_without_the_kernels_help_everything_would_be_seen(home: Path) -> None:
    """The control: a developer's desk is open, and the same look finds the canaries and the archive."""
    with desk(home, TRADEDESK_DEV="1") as screen:
        seen = by_name(look(descendants(screen.process.pid)))
        assert seen["desk"].environ is not None
        for name, value in NAMES.items():
            assert f"{name}={value}".encode() in seen["desk"].environ
        assert str(home / "data" / "tradedesk.db") in str(seen["worker"].descriptors)
        assert CANARY.encode() not in seen["worker"].text
        assert CANARY.encode() not in seen["exchange"].text
