"""The vault commands: which secret is asked for, what reaches the worker, and what is shown of a recovery key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cli.key_house import FIRST, LOGIN, MAIN, ON_PAPER, PAPER, SECOND, SLOT, a_vault
from connectors.model.vault import OpenedBy, VaultState
from connectors.worker import api
from connectors.worker.secrets import RecoveryMade
from support.vault_command import Here, Typist, Worker, descriptors
from tui.cli import environment, given, vault_answers, vault_changes, vault_renewal
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body

MISTYPED = api.Failure(api.FailureKind.RECOVERY_KEY_MISTYPED, "These are not groups 2 and 9.")


@pytest.fixture(autouse=True)
def _nothing_given() -> Iterator[None]:
    given.forget()
    environment.hold({})
    yield
    given.forget()
    environment.hold({})


async def run(body: Body, home: Path, worker: Worker, typist: Typist) -> Here:
    client = Here(home, worker, typist)
    await body(client)
    assert typist.done
    return client


def frames(worker: Worker) -> list[str]:
    return [name for name, _frame in worker.handed]


async def test_changing_the_passphrase_asks_the_old_one_again_even_while_open(home: Path) -> None:
    worker = a_vault(FIRST)
    typist = Typist("old one", "new one", "new one")
    await run(vault_changes.change(None, "", as_json=False), home, worker, typist)
    assert frames(worker) == ["ChangePassphrase"]
    frame = worker.handed[0][1]
    assert (frame["authority"]["secret"], frame["passphrase"], frame["slot_id"]) == (b"old one", b"new one", "")
    assert all(not any(typed) for typed in typist.handed)


async def test_a_locked_vault_is_opened_with_the_same_secret_first(home: Path) -> None:
    worker = a_vault(FIRST, state=VaultState.COVERED)
    environment.hold({"TRADEDESK_PASSPHRASE": "old one"})
    with descriptors("new one") as (number,):
        body = vault_changes.change(number, "bbbb", as_json=True)
    await run(body, home, worker, Typist(able=False))
    assert frames(worker) == ["OpenVault", "ChangePassphrase"]
    assert worker.handed[1][1]["slot_id"] == "bbbb"


@pytest.mark.parametrize(
    ("body", "told", "end"),
    [
        (lambda: vault_changes.change(None, "", as_json=False), "needs the vault's passphrase", Exit.LOCKED),
        (lambda: vault_changes.add("x", None, as_json=False), "needs the vault's passphrase", Exit.LOCKED),
        (lambda: vault_changes.remove("aa", None, as_json=False), "needs the vault's passphrase", Exit.LOCKED),
        (
            lambda: vault_changes.recover(None, None, "", accept_older=False, as_json=False),
            "--recovery-fd",
            Exit.LOCKED,
        ),
        (vault_changes.recovery, "A recovery key is shown at a terminal only", Exit.USAGE),
        (lambda: vault_renewal.rotate((), (), as_json=False), "needs the vault's passphrase", Exit.LOCKED),
        (lambda: vault_renewal.reseal(None, "", as_json=False), "needs the vault's passphrase", Exit.LOCKED),
        (lambda: vault_changes.add_keyring("x", as_json=False), "No keyring of the system can be used", Exit.FAILED),
    ],
)
async def test_a_script_is_told_which_secret_is_missing(
    body: Callable[[], Body], told: str, end: Exit, home: Path
) -> None:
    worker = a_vault(FIRST)
    with pytest.raises(CommandFailed, match=told) as refused:
        await run(body(), home, worker, Typist(able=False))
    assert (refused.value.exit, frames(worker)) == (end, [])


async def test_a_new_passphrase_that_is_missing_is_told_apart_from_the_old_one(home: Path) -> None:
    environment.hold({"TRADEDESK_PASSPHRASE": "old one"})
    with pytest.raises(CommandFailed, match=r"needs the new passphrase.*--new-passphrase-fd") as refused:
        await run(vault_changes.change(None, "", as_json=False), home, a_vault(FIRST), Typist(able=False))
    assert refused.value.exit is Exit.USAGE


async def test_recovering_opens_by_the_paper_and_sets_a_passphrase(home: Path) -> None:
    worker = a_vault(FIRST, ON_PAPER, state=VaultState.LOCKED)
    body = vault_changes.recover(None, None, "", accept_older=False, as_json=False)
    await run(body, home, worker, Typist(PAPER, "new one", "new one"))
    assert frames(worker) == ["OpenVault", "ChangePassphrase"]
    assert {frame["typed" if name == "OpenVault" else "authority"]["by"] for name, frame in worker.handed} == {
        OpenedBy.RECOVERY
    }
    worker = a_vault(ON_PAPER, state=VaultState.LOCKED)
    await run(body, home, worker, Typist(PAPER, "new one", "new one"))
    assert frames(worker) == ["OpenVault", "AddPassphrase"], "where no passphrase is left, one is added"


@pytest.mark.parametrize("by_hand", [True, False])
async def test_a_mistyped_recovery_key_is_told_before_a_new_passphrase_is_asked(by_hand: bool, home: Path) -> None:
    worker = a_vault(FIRST, state=VaultState.LOCKED)
    worker.answers["OpenVault"] = api.Failure(api.FailureKind.RECOVERY_KEY_MISTYPED, "The recovery key is mistyped.")
    with descriptors("TDR1-X") as (number,):
        body = vault_changes.recover(None if by_hand else number, None, "", accept_older=False, as_json=False)
    typist = Typist("TDR1-X", "TDR1-Y", "TDR1-Z") if by_hand else Typist(able=False)
    with pytest.raises(CommandFailed, match="mistyped") as refused:
        await run(body, home, worker, typist)
    assert (refused.value.exit, frames(worker)) == (Exit.USAGE, ["OpenVault"] * (3 if by_hand else 1))
    assert typist.done
    assert all(not any(typed) for typed in typist.handed)


async def test_a_recovery_key_is_kept_only_when_its_groups_were_typed_back(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([MISTYPED, api.SlotKept(ON_PAPER)])
    worker = a_vault(FIRST, ConfirmRecovery=lambda _: next(answers))
    typist = Typist("the passphrase", "", "BBBB", "XXXX", "", "", "", "", "BBBB", "JJJJ")
    client = await run(vault_changes.recovery(), home, worker, typist)
    assert frames(worker) == ["MakeRecovery", "ConfirmRecovery", "ConfirmRecovery"]
    assert [frame["groups"] for name, frame in worker.handed if name == "ConfirmRecovery"] == [
        (b"BBBB", b"XXXX"),
        (b"BBBB", b"JJJJ"),
    ]
    keys = [screen for screen in typist.shown if PAPER in screen]
    assert len(keys) == 3, "shown first, after the slip, and when enter alone asked for it"
    assert "What was typed differs from the key. Look again." in keys[1]
    asking = [screen for screen in typist.shown if any("Type two of its groups" in line for line in screen)]
    assert asking
    assert not any(PAPER in screen for screen in asking), "it is not in sight while it is typed back"
    assert not client.typist.is_aside
    told = capsys.readouterr()
    assert PAPER not in told.out + told.err


async def test_the_text_of_a_shown_key_is_overwritten_also_when_the_screen_is_left_early(home: Path) -> None:
    made = RecoveryMade(bytearray(PAPER.encode()), (2, 9))

    def leave(_typist: Typist) -> str:
        raise KeyboardInterrupt

    worker = a_vault(FIRST, MakeRecovery=made)
    client = Here(home, worker, Typist("the passphrase", leave))
    with pytest.raises(KeyboardInterrupt):
        await vault_changes.recovery()(client)
    assert not any(made.text)
    assert not client.typist.is_aside
    assert "ConfirmRecovery" not in frames(worker)


@pytest.mark.parametrize("typist", [Typist(able=False), Typist(can_show=False)], ids=["script", "pipe"])
async def test_a_recovery_key_is_never_made_where_it_cannot_be_shown(typist: Typist, home: Path) -> None:
    environment.hold({"TRADEDESK_PASSPHRASE": "the passphrase"})
    worker = a_vault(FIRST)
    with pytest.raises(CommandFailed, match="shown at a terminal only, never written anywhere else") as refused:
        await run(vault_changes.recovery(), home, worker, typist)
    assert (refused.value.exit, frames(worker)) == (Exit.USAGE, [])


async def test_a_second_recovery_key_is_refused_with_the_command_that_ends_the_first(home: Path) -> None:
    with pytest.raises(CommandFailed, match="tradedesk vault slot remove cccccccc"):
        await run(vault_changes.recovery(), home, a_vault(FIRST, ON_PAPER), Typist())


async def test_slots_are_added_and_removed_by_a_secret_that_is_asked_again(home: Path) -> None:
    worker = a_vault(FIRST)
    await run(vault_changes.add("second", None, as_json=False), home, worker, Typist("old", "new", "new"))
    assert (frames(worker), worker.handed[0][1]["label"]) == (["AddPassphrase"], "second")
    worker = a_vault(FIRST, SECOND)
    await run(vault_changes.remove("bbbb", None, as_json=False), home, worker, Typist("old"))
    assert (frames(worker), worker.handed[0][1]["slot_id"]) == (["RemoveSlot"], "bbbb")
    with descriptors(PAPER) as (number,):
        body = vault_changes.remove("aa", number, as_json=True)
    worker = a_vault(FIRST, ON_PAPER)
    await run(body, home, worker, Typist(able=False))
    assert worker.handed[0][1]["authority"]["by"] is OpenedBy.RECOVERY


async def test_the_keyring_is_added_with_what_it_protects_against_and_what_not(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = a_vault(FIRST)
    worker.keyring = "SecretService"
    await run(vault_changes.add_keyring("login", as_json=False), home, worker, Typist("old"))
    assert frames(worker) == ["AddKeyring"]
    told = capsys.readouterr()
    assert "nothing against programs of the same login" in told.err
    assert "SecretService opens the vault at start." in told.out


async def test_unlocking_at_a_terminal_forgives_two_slips_and_a_script_none(home: Path) -> None:
    wrong = api.Failure(api.FailureKind.WRONG_PASSPHRASE, "The passphrase is wrong.")
    unlock = vault_answers.unlock(None, keyring=False, accept_older=False, as_json=False)
    for lines, opens in ((("wrong", "wrong", "right"), True), (("wrong", "wrong", "wrong"), False)):
        worker = a_vault(FIRST, state=VaultState.LOCKED)
        worker.answers["OpenVault"] = lambda frame: (
            api.VaultOpened(SLOT, anchored=True) if frame.typed.secret == b"right" else wrong
        )
        if opens:
            await run(unlock, home, worker, Typist(*lines))
        else:
            with pytest.raises(CommandFailed, match="wrong"):
                await run(unlock, home, worker, Typist(*lines))
        assert frames(worker) == ["OpenVault"] * 3
    environment.hold({"TRADEDESK_PASSPHRASE": "wrong"})
    worker = a_vault(FIRST, state=VaultState.LOCKED, **{})
    worker.answers["OpenVault"] = wrong
    with pytest.raises(CommandFailed):
        await run(unlock, home, worker, Typist())
    assert frames(worker) == ["OpenVault"]


@pytest.mark.parametrize("active", [True, False])
async def test_an_open_vault_that_nothing_keeps_open_says_so(
    active: bool, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = a_vault(FIRST, state=VaultState.LOCKED)
    worker.answers["ListConnections"] = api.ConnectionList((replace(MAIN, active=active),), ())
    unlock = vault_answers.unlock(None, keyring=False, accept_older=False, as_json=False)
    await run(unlock, home, worker, Typist("right"))
    assert ("locked again when the last client has left" in capsys.readouterr().out) is not active


async def test_the_keyring_opens_without_a_question(home: Path) -> None:
    worker = a_vault(FIRST, LOGIN, state=VaultState.LOCKED)
    await run(
        vault_answers.unlock(None, keyring=True, accept_older=False, as_json=False), home, worker, Typist(able=False)
    )
    assert worker.handed[0][1]["typed"] == {"by": OpenedBy.KEYRING, "secret": b""}
    with descriptors(PAPER) as (number,), pytest.raises(CommandFailed, match="two ways to open it"):
        vault_answers.unlock(number, keyring=True, accept_older=False, as_json=False)


async def test_a_cover_and_a_lock_are_two_commands(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for hard, command in ((False, "CoverVault"), (True, "LockVault")):
        worker = a_vault(FIRST)
        await run(vault_answers.lock(hard=hard, as_json=True), home, worker, Typist(able=False))
        assert command in worker.names()
    worker = a_vault(state=VaultState.NONE)
    await run(vault_answers.lock(hard=True, as_json=False), home, worker, Typist(able=False))
    assert worker.names() == ["GetVault", "GetVault"]
    assert "There is no vault" in capsys.readouterr().out


async def test_the_status_names_slots_and_the_keyring_that_is_missing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = a_vault(FIRST, ON_PAPER, LOGIN, state=VaultState.LOCKED)
    worker.keyring_sentence = "There is none over SSH."
    await run(vault_answers.status(as_json=False), home, worker, Typist())
    out = capsys.readouterr().out
    assert "aaaaaaaa  passphrase    main" in out
    assert "cccccccc  recovery key  paper" in out
    assert "No keyring of the system is used. There is none over SSH." in out
    await run(vault_answers.slots(as_json=False), home, worker, Typist())
    assert capsys.readouterr().out.endswith("Not verified while the vault is locked.\n")
