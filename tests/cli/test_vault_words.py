"""Words about keys and the vault that do not fit: one sentence each, an exit code, and nothing made or started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.vault_command import descriptors
from tui.cli import door, environment, given

ADD = "venues add binance --label t --mode testnet"


@pytest.fixture(autouse=True)
def _nothing_given() -> Iterator[None]:
    given.forget()
    environment.hold({})
    yield
    given.forget()
    environment.hold({})


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (f"{ADD} --no-key --secret-fd 0", 2, "--no-key and a key are two things. Say one of them."),
        (f"{ADD} --from-env --key-file x", 2, "--from-env takes the whole key from there. Leave out the other doors."),
        (f"{ADD} --from-env", 2, "The environment has no key for binance testnet: BINANCE_TESTNET_API_KEY"),
        (f"{ADD} --signs-with dsa", 2, "Signature 'dsa' is unknown. There are: hmac, rsa, ed25519."),
        (f"{ADD} --accept everything", 2, "Acceptance 'everything' is unknown."),
        (f"{ADD} --secret-fd 97", 2, "--secret-fd 97 cannot be read (Bad file descriptor)."),
        (f"{ADD} --api-key-fd 1", 2, "--api-key-fd 1 is where we write."),
        (f"{ADD} --key-file /nowhere/at/all", 2, "/nowhere/at/all cannot be read (No such file or directory)."),
        (f"{ADD} --secret hunter2", 2, "No such option: --secret"),
        (f"{ADD} --passphrase hunter2", 2, "No such option: --passphrase"),
        ("venues add nowhere --label t --mode testnet", 2, "There is no venue 'nowhere' in this release."),
        ("venues add binance --label t --mode paper", 2, "Paper trading comes with a later release."),
        ("venues key t --api-key-fd 97", 2, "--api-key-fd 97 cannot be read"),
        ("venues edit t", 2, "Nothing is to be changed."),
        ("venues edit t --label demo", 2, "The label demo belongs to the simulated market."),
        ("venues edit t --rest-url ftp://x", 2, "--rest-url 'ftp://x' is no address."),
        ("venues edit t --own-hosts --rest-url https://x", 2, "--own-hosts and an address are two things."),
        ("vault unlock --passphrase-fd 97", 2, "--passphrase-fd 97 cannot be read"),
        ("vault unlock --recovery-fd 97", 2, "--recovery-fd 97 cannot be read"),
        ("vault passphrase --new-passphrase-fd 97", 2, "--new-passphrase-fd 97 cannot be read"),
        ("vault rotate --other-passphrase-fd 97", 2, "--other-passphrase-fd 97 cannot be read"),
        ("vault", 2, "Missing command. See: tradedesk vault --help"),
        ("vault slot remove", 2, "Missing argument 'ID'"),
        ("vault unlock --passphrase-fd x", 2, "--passphrase-fd 'x' is no whole number. Write it like 50."),
    ],
)
def test_words_that_do_not_fit_are_one_sentence_and_a_code(
    words: str, code: int, told: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert door.run(words.split()) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert told in said.err
    assert said.err.count("\n") == 1
    assert "hunter2" not in said.err
    assert not home.exists(), "nothing is made before the words are understood"


def test_a_passphrase_that_was_read_is_overwritten_when_the_command_ends(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with descriptors("correct horse battery") as (number,):
        assert door.run([*["venues", "edit", "t", "--passphrase-fd"], str(number)]) == 2
    assert given.passphrase() is None
    assert "Nothing is to be changed." in capsys.readouterr().err
