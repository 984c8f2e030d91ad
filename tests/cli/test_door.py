"""The last door: a sentence and a code, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.command import Command


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("nothing", "No such command 'nothing'. See: tradedesk --help"),
        ("order", "Missing command. See: tradedesk order --help"),
        ("order place BUY", "Missing argument 'size'. See: tradedesk order place --help"),
        ("ticker BTCUSDT --colour red", "No such option: --colour. See: tradedesk ticker --help"),
        (
            "order place BUY 0.01 BTCUSDT",
            "Neither --price nor --type market is given. Say one of them; nothing was sent.",
        ),
        ("candles BTCUSDT --limit 0", "--limit 0 is not between 1 and 20,000."),
        ("venues add kraken --label k --mode live", "There is no venue 'kraken' in this release. It has: binance."),
        (
            "venues add binance --label k --mode real",
            "Mode 'real' is unknown. There are: live, testnet, demo, paper, sim.",
        ),
        (
            "venues add binance --label k --mode paper",
            "Paper trading comes with a later release. Use the demo connection: tradedesk demo",
        ),
        (
            "venues add binance --label demo --mode live",
            "The label demo belongs to the simulated market. Choose another.",
        ),
        (
            "venues add binance --label k --mode live --rest-url binance.com",
            "--rest-url 'binance.com' is no address. Write it like https://host:443 (http only on loopback).",
        ),
        ("simulator --market auction", "Market auction is unknown; --market takes flow or tape."),
        ("simulator --pace 3", "Unrecognized arguments: --pace 3; --help lists what there is."),
        ("simulator --port high", "Argument --port: invalid int value: 'high'; --help lists what there is."),
    ],
)
def test_words_that_do_not_fit_are_one_sentence_and_code_2(tradedesk: Command, words: str, sentence: str) -> None:
    said = tradedesk(*words.split())
    assert (said.code, said.out, said.err) == (2, "", f"{sentence}\n")
    assert not tradedesk.home.exists(), "nothing is made before the words are understood"


@pytest.mark.parametrize("words", [(), ("desk",), ("demo",)])
def test_the_desk_without_a_terminal_points_at_the_command_line(tradedesk: Command, words: tuple[str, ...]) -> None:
    said = tradedesk(*words)
    assert said.code == 2
    assert said.err == (
        "This terminal cannot draw the desk (it is no terminal). Use another one, or  tradedesk orders --json  for work"
        " without a screen.\n"
    )


def test_a_home_open_to_others_is_a_sentence_with_the_chmod_line_and_code_27(tradedesk: Command) -> None:
    (tradedesk.home / "config").mkdir(parents=True)
    (tradedesk.home / "config").chmod(0o755)
    said = tradedesk("venues", "list")
    assert said.code == 27
    assert said.err.endswith(f"chmod 700 {tradedesk.home / 'config'}\n")
    assert said.err.count("\n") == 1


def test_an_unknown_setting_is_a_sentence_and_code_2(tradedesk: Command) -> None:
    said = tradedesk("venues", "list", TRADEDESK_VENU="b")
    assert (said.code, said.err) == (2, "TRADEDESK_VENU is set, which is no setting. Did you mean TRADEDESK_VENUE?\n")


UNEXPECTED = """
import sys
from tui.cli import processes
from tui.cli.app import app
from tui import __main__
def broken() -> None:
    canary = "canary-local"
    raise LookupError("canary-text " + canary)
app.command(name="broken")(broken)
sys.argv = ["tradedesk", "broken"]
__main__.main()
"""


def test_what_nobody_expected_is_a_sentence_and_a_file_without_values(home: Path) -> None:
    command = Command(home)
    done = subprocess.run(
        [sys.executable, "-c", UNEXPECTED], capture_output=True, text=True, check=False, env=command.environ
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Something in tradedesk failed (LookupError). Orders at the venues are untouched.")
    assert done.stderr.count("\n") == 1
    files = list((home / "state" / "log").iterdir())
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]
    text = files[0].read_text()
    assert "in broken" in text
    assert "canary" not in text.replace('raise LookupError("canary-text " + canary)', "")
    assert "canary" not in done.stderr


def test_the_version_is_told(tradedesk: Command) -> None:
    assert tradedesk("--version").out == "tradedesk 0.1.0\n"
