"""A command that meets a locked vault opens it once, with what it was given or what is typed, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.model.vault import OpenedBy, SlotFacts, VaultState
from connectors.worker import api
from support.vault_command import Answer, Here, Typist, Worker, descriptors
from tui.cli import environment, given
from tui.cli.exits import CommandFailed, Exit

SLOT = SlotFacts("ab" * 16, OpenedBy.PASSPHRASE, "main", 1)
LOCKED = api.Failure(api.FailureKind.VAULT_LOCKED, "The vault is locked, and this needs it open.")


@pytest.fixture(autouse=True)
def _nothing_given() -> Iterator[None]:
    given.forget()
    environment.hold({})
    yield
    given.forget()
    environment.hold({})


def locked_until_opened(home: Path, typist: Typist, opening: Answer = None, *, anchored: bool = True) -> Here:
    """A worker that refuses balances until the vault was opened."""
    worker = Worker(VaultState.LOCKED)

    def open_it(frame: object) -> object:
        if opening is not None:
            answer = opening(frame) if callable(opening) else opening
            if isinstance(answer, api.Failure):
                return answer
        worker.state = VaultState.OPEN
        return api.VaultOpened(SLOT, anchored)

    worker.answers = {
        "OpenVault": open_it,
        "GetBalances": lambda _: api.Balances(()) if worker.state is VaultState.OPEN else LOCKED,
    }
    return Here(home, worker, typist)


async def balances(client: Here) -> api.Balances:
    return await client.ask(api.GetBalances(None), api.Balances)  # type: ignore[arg-type]  # the worker is a fake


async def test_at_a_terminal_it_asks_once_and_goes_on(home: Path) -> None:
    typist = Typist("correct horse")
    client = locked_until_opened(home, typist)
    assert await balances(client) == api.Balances(())
    assert typist.asked == ["*Passphrase of the vault: "]
    assert client.worker.names() == ["GetBalances", "GetVault", "OpenVault", "GetBalances"]
    assert client.worker.handed[0][1]["typed"] == {"by": "passphrase", "secret": b"correct horse"}
    assert typist.handed == [bytearray(13)], "what was typed is overwritten"


async def test_a_descriptor_goes_before_the_environment_and_nobody_is_asked(home: Path) -> None:
    environment.hold({"TRADEDESK_PASSPHRASE": "from the environment"})
    client = locked_until_opened(home, Typist())
    await balances(client)
    assert client.worker.handed[0][1]["typed"]["secret"] == b"from the environment"
    with descriptors("from the descriptor\n") as (number,):
        given.take_descriptor(number)
    client = locked_until_opened(home, Typist())
    await balances(client)
    assert client.worker.handed[0][1]["typed"]["secret"] == b"from the descriptor"


async def test_without_a_terminal_it_ends_with_20_and_the_command_to_run(home: Path) -> None:
    client = locked_until_opened(home, Typist(able=False))
    with pytest.raises(CommandFailed) as refused:
        await balances(client)
    assert refused.value.exit is Exit.LOCKED
    assert refused.value.sentence == "The vault is locked, and this needs it open. Run: tradedesk vault unlock"
    assert client.worker.names() == ["GetBalances", "GetVault"], "nothing was tried"


@pytest.mark.parametrize("typist", [Typist(), Typist(able=False)], ids=["at-a-terminal", "in-a-script"])
async def test_a_covered_desk_is_never_uncovered_by_a_command_that_is_about_something_else(
    home: Path, typist: Typist
) -> None:
    with descriptors("from the descriptor\n") as (number,):
        given.take_descriptor(number)
    environment.hold({"TRADEDESK_PASSPHRASE": "from the environment"})
    client = locked_until_opened(home, typist)
    client.worker.state = VaultState.COVERED
    with pytest.raises(CommandFailed) as refused:
        await balances(client)
    assert refused.value.exit is Exit.LOCKED
    assert refused.value.sentence == "The desk is covered. Uncover it there, or run: tradedesk vault unlock"
    assert (client.worker.names(), client.worker.state) == (["GetBalances", "GetVault"], VaultState.COVERED)


async def test_a_wrong_passphrase_ends_it_after_one_question(home: Path) -> None:
    wrong = api.Failure(api.FailureKind.WRONG_PASSPHRASE, "The passphrase is wrong.")
    client = locked_until_opened(home, Typist("wrong"), wrong)
    with pytest.raises(CommandFailed, match=r"The passphrase is wrong\.") as refused:
        await balances(client)
    assert refused.value.exit is Exit.WRONG_SECRET
    assert client.worker.names().count("OpenVault") == 1


async def test_a_vault_that_is_locked_again_at_once_is_not_opened_twice(home: Path) -> None:
    client = locked_until_opened(home, Typist("correct horse"))
    client.worker.answers["GetBalances"] = LOCKED
    with pytest.raises(CommandFailed) as refused:
        await balances(client)
    assert (refused.value.exit, client.worker.names().count("OpenVault")) == (Exit.LOCKED, 1)
    with pytest.raises(CommandFailed):
        await balances(client)
    assert client.worker.names().count("OpenVault") == 1


async def test_guesses_that_must_wait_are_no_venue_that_cannot_be_reached(home: Path) -> None:
    waits = api.Failure(api.FailureKind.THROTTLED, "4 wrong secrets in a row: nothing was tried. Try again in 2 s.")
    client = locked_until_opened(home, Typist("correct horse"), waits)
    with pytest.raises(CommandFailed, match="Try again in 2 s") as refused:
        await balances(client)
    assert refused.value.exit is Exit.WRONG_SECRET


ROLLED_BACK = api.Failure(api.FailureKind.VAULT_ROLLED_BACK, "The vault is an older copy (7 here, 9 was the newest).")


def older(frame: object) -> object:
    return None if frame.accept_older else ROLLED_BACK  # type: ignore[attr-defined]


async def test_an_older_copy_is_opened_only_by_a_typed_word(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typist = Typist("correct horse", "older")
    client = locked_until_opened(home, typist, older)
    assert await balances(client) == api.Balances(())
    assert [frame["accept_older"] for _name, frame in client.worker.handed] == [False, True]
    assert {frame["typed"]["secret"] for _name, frame in client.worker.handed} == {b"correct horse"}
    assert "older copy (7 here, 9 was the newest)" in capsys.readouterr().err


@pytest.mark.parametrize("typist", [Typist("correct horse", "yes"), Typist(able=False)], ids=["human", "script"])
async def test_an_older_copy_that_nobody_accepts_ends_with_24(home: Path, typist: Typist) -> None:
    environment.hold({} if typist.able else {"TRADEDESK_PASSPHRASE": "correct horse"})
    client = locked_until_opened(home, typist, older)
    with pytest.raises(CommandFailed, match="tradedesk vault unlock --accept-older") as refused:
        await balances(client)
    assert refused.value.exit is Exit.ROLLED_BACK


async def test_a_vault_without_an_anchor_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await balances(locked_until_opened(home, Typist("correct horse"), anchored=False))
    assert "Whether this is the newest copy of the vault cannot be told" in capsys.readouterr().err
