"""T9a: a key's life over real processes and sockets, and afterwards no secret stands anywhere.

Everything that was written on the way is searched, in every form: what commands said, a terminal with its whole
scroll-back, logs, crash files, last words of processes that were broken off, archive, its log, backup and exports.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from security.canaries import files, leaks
from support.command import Command, Said
from support.processes import of_home, until
from support.simulator import Simulator, running_simulator
from support.terminal import Terminal
from support.vault_command import run_with

pytestmark = [pytest.mark.terminal, pytest.mark.peers]

PASSPHRASE = 'Canary "päß" 100% \\ a phrase/to look for'
OTHER = "Canary, another <phrase> + 50% = more"
WRONG = "Canary that opens nothing at all"


class Journey:
    """One home, one venue, and all that was said and typed on the way."""

    def __init__(self, tradedesk: Command, venue: Simulator, folder: Path, pem: str) -> None:
        self.tradedesk = tradedesk
        tradedesk.environ["TRADEDESK_WORKER_START_TIMEOUT_S"] = "60"
        self.venue = venue
        self.folder = folder
        self.pem = pem
        self.said: dict[str, bytes] = {}
        self.secrets: dict[str, bytes] = {
            "the secret": venue.api_secret.encode(),
            "the API key": venue.api_key.encode(),
            "the other API key": venue.keys[0]["api_key"].encode(),
            "the private key": pem.splitlines()[1].encode(),
            "the passphrase": PASSPHRASE.encode(),
            "the other passphrase": OTHER.encode(),
            "the wrong passphrase": WRONG.encode(),
        }

    def take(self, said: Said, *words: str) -> Said:
        """Keep what a command said, for the search."""
        self.said[f"{len(self.said)}: {' '.join(words)}"] = (said.out + said.err).encode()
        return said

    def run(self, *words: str, passphrase: str = "") -> Said:
        """Run a command, with the passphrase in its environment where one is given."""
        said = self.tradedesk(*words, TRADEDESK_PASSPHRASE=passphrase) if passphrase else self.tradedesk(*words)
        return self.take(said, *words)

    def hand(self, *words: str, contents: tuple[str, ...]) -> Said:
        """Run a command with secrets on descriptors."""
        return self.take(run_with(self.tradedesk, words, *contents), *words)

    def search(self) -> list[str]:
        """Everything that was found where it must not be."""
        return leaks(self.secrets, {**self.said, **files(self.tradedesk.home, self.folder / "out")})

    def end(self, how: signal.Signals) -> None:
        """Break the worker off."""
        for pid in of_home(self.tradedesk.home, "worker"):
            os.kill(pid, how)
        until(lambda: not of_home(self.tradedesk.home, "worker"), "the worker is gone")


@pytest.fixture
def journey(home: Path, tmp_path: Path) -> Iterator[Journey]:
    (tmp_path / "out").mkdir()
    private = Ed25519PrivateKey.generate()
    public = tmp_path / "public.pem"
    public.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with running_simulator(tmp_path / "venue", "--seed", "7", "--public-key", str(public)) as venue:
        made = Journey(Command(home), venue, tmp_path, pem)
        yield made
        made.end(signal.SIGKILL)


@pytest.fixture
def terminal(journey: Journey) -> Iterator[Terminal]:
    """A terminal in the same home."""
    window = Terminal(journey.folder, 120, 40, journey.tradedesk.environ)
    yield window
    window.close()


def add(journey: Journey, label: str, *words: str, contents: tuple[str, ...]) -> Said:
    """Register a key of the venue."""
    venue = journey.venue
    hosts = ("--rest-url", venue.rest, "--stream-url", venue.stream, "--ws-api-url", venue.ws_api)
    return journey.hand(
        "venues", "add", "binance", "--label", label, "--mode", "testnet", *hosts, *words, contents=contents
    )


def keep_two_keys(journey: Journey) -> None:
    """One with a shared secret, one with a key file, and one that its venue does not know."""
    text = f"{journey.venue.api_key}\n{journey.venue.api_secret}\n"
    kept = add(journey, "t", "--secret-fd", "{0}", "--passphrase-fd", "{1}", "--json", contents=(text, PASSPHRASE))
    assert kept.code == 0, kept.err
    file = journey.folder / "key.pem"
    file.write_text(journey.pem)
    file.chmod(0o600)
    kept = add(
        journey, "p", "--key-file", str(file), "--api-key-fd", "{0}", contents=(journey.venue.keys[0]["api_key"],)
    )
    assert kept.code == 0, kept.err
    bad = f"{'Canary00' * 8}\n{'Canary11' * 8}\n"
    journey.secrets |= {"a refused secret": b"Canary11" * 8, "a refused key": b"Canary00" * 8}
    assert add(journey, "bad", "--secret-fd", "{0}", contents=(bad,)).code != 0


def use_them(journey: Journey) -> None:
    """Orders, answers, refusals and mistakes."""
    placed = journey.run("order", "place", "BUY", "0.01", "BTCUSDT", "--price", "52000", "--venue", "t", "--json")
    assert (placed.code, placed.json["status"]) == (0, "OPEN"), placed.err
    assert journey.run("order", "place", "BUY", "900", "BTCUSDT", "--price", "52000", "--venue", "t").code != 0
    assert journey.run("balances", "--venue", "p", "--json").code == 0
    for words in (("venues", "list", "--json"), ("vault", "slots", "--json")):
        assert journey.run(*words).code == 0
    changed = journey.hand(
        "vault", "passphrase", "--passphrase-fd", "{0}", "--new-passphrase-fd", "{1}", contents=(PASSPHRASE, OTHER)
    )
    assert changed.code == 0, changed.err
    journey.end(signal.SIGKILL)
    assert journey.hand("vault", "unlock", "--passphrase-fd", "{0}", contents=(WRONG,)).code == 21
    assert journey.run("vault", "unlock", passphrase=OTHER).code == 0


def write_a_recovery_key_down(journey: Journey, terminal: Terminal) -> None:
    """It is on the screen once, and nowhere afterwards."""
    terminal.start(sys.executable, "-m", "tui", "vault", "recovery")
    terminal.until("Passphrase of the vault:")
    terminal.type(OTHER)
    terminal.press("Enter")
    shown = re.search(r"TDR1(?:-[0-9A-Z]{4}){9}", terminal.until(r"TDR1(?:-[0-9A-Z]{4}){9}"))
    assert shown
    journey.secrets["the recovery key"] = shown[0].encode()
    journey.secrets["the recovery key, bare"] = shown[0].removeprefix("TDR1-").replace("-", "").encode()
    terminal.until("once it is on paper")
    terminal.press("Enter")
    for question in (1, 2):
        # Both prompts stay on the screen: an answer is for the newest, once it is there.
        prompts = re.findall(r"(?m)^group (\d):", terminal.until(rf"(?sm)(?:^group \d:.*?){{{question}}}"))
        terminal.type(shown[0].split("-")[int(prompts[-1])])
        terminal.press("Enter")
    terminal.until("exit=0")


def trade_and_crash(journey: Journey, terminal: Terminal) -> None:
    """Look at every screen of a desk that trades with the key, and break it off in the middle."""
    terminal.type(f"{sys.executable} -m tui desk --venue t; echo left=$?")
    terminal.press("Enter")
    terminal.until(r"(?s)BTCUSDT.*▌LADDER .*LIVE ✓")
    for key in ("F3", "F4", "F5", "F6", "F2"):
        terminal.press(key)
    keep_screen(journey, terminal, "the desk")
    for pid in of_home(journey.tradedesk.home, "desk"):
        os.kill(pid, signal.SIGSEGV)
    terminal.until(r"left=\d+")
    assert "Segmentation fault" in scrollback(terminal), "the crash was told, by frames alone"
    keep_screen(journey, terminal, "the scroll-back")


def scrollback(terminal: Terminal) -> str:
    """Everything the terminal still has, wrapped lines joined."""
    socket = terminal._socket  # noqa: SLF001  # tmux's own client asks for more than the class does
    words = ["tmux", "-S", str(socket), "capture-pane", "-p", "-J", "-S", "-"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def keep_screen(journey: Journey, terminal: Terminal, name: str) -> None:
    journey.said[name] = scrollback(terminal).encode()


def test_no_secret_is_anywhere_after_a_journey(journey: Journey, terminal: Terminal) -> None:
    keep_two_keys(journey)
    use_them(journey)
    write_a_recovery_key_down(journey, terminal)
    trade_and_crash(journey, terminal)
    assert journey.run("backup", str(journey.folder / "out" / "copy.db")).code == 0
    for what in ("orders", "fills", "positions", "audit"):
        for form in ("csv", "json"):
            file = journey.folder / "out" / f"{what}.{form}"
            assert journey.run("export", what, "--format", form, "--out", str(file)).code == 0
            assert file.stat().st_size, what
    assert journey.search() == [], "while the worker holds the archive and its log"

    journey.end(signal.SIGABRT)
    journey.venue.kill()
    assert journey.run("balances", "--venue", "t", passphrase=OTHER).code != 0
    told = files(journey.tradedesk.home)
    last_words = told[str(journey.tradedesk.home / "state" / "worker.err")]
    assert b"Fatal Python error: Aborted" in last_words, "the worker was broken off with the vault open"
    assert b"key_kept" in told[str(journey.tradedesk.home / "state" / "worker.log")]
    journey.end(signal.SIGKILL)
    assert journey.search() == []


def test_the_search_finds_each_form(tmp_path: Path) -> None:
    """The control: a file with a secret in any of its forms is found."""
    import base64
    import json
    from urllib.parse import quote

    secret = PASSPHRASE.encode()
    written = {
        "plain": b"x" + secret,
        "percent": quote(PASSPHRASE, safe="").encode(),
        "JSON": json.dumps({"x": PASSPHRASE}).encode(),
        "base64": base64.b64encode(secret),
        "base64 inside": base64.b64encode(b"ab" + secret + b"c"),
        "base64 further inside": base64.b64encode(b"abcd" + secret),
        "hexadecimal": secret.hex().encode(),
    }
    for name, text in written.items():
        (tmp_path / name).write_bytes(b"before " + text + b" after")
        found = leaks({"it": secret}, files(tmp_path))
        assert found, name
        (tmp_path / name).unlink()
    assert leaks({"it": secret}, {"x": b"nothing of it"}) == []
