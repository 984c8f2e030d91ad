"""vault rotate and reseal: what is asked, what ends, and what is said of copies that leaked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.key_house import FIRST, LOGIN, ON_PAPER, PAPER, SECOND, a_vault
from connectors.worker import api
from connectors.worker.secrets import RecoveryMade
from support.vault_command import Here, Typist, Worker
from tui.cli import environment, given, vault_renewal
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body


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


async def test_a_renewal_asks_every_passphrase_that_stays_and_ends_with_what_to_revoke(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = a_vault(FIRST, SECOND, LOGIN)
    await run(vault_renewal.rotate((), (), as_json=False), home, worker, Typist("one", "two"))
    frame = worker.handed[0][1]
    assert (frame["authority"]["secret"], frame["passphrases"], frame["drop"]) == (b"one", (b"two",), ())
    assert "The copies that leaked still hold the old API keys: revoke them at the venue." in capsys.readouterr().out
    worker = a_vault(FIRST, SECOND, ON_PAPER)
    environment.hold({"TRADEDESK_PASSPHRASE": "one"})
    await run(vault_renewal.rotate((), ("cc", "bbbb"), as_json=True), home, worker, Typist(able=False))
    assert worker.handed[0][1]["drop"] == (ON_PAPER.slot_id, SECOND.slot_id)
    said = json.loads(capsys.readouterr().out)
    assert said["sentence"].endswith("revoke them at the venue.")


async def test_a_renewal_shows_the_new_recovery_key(home: Path) -> None:
    worker = a_vault(
        FIRST,
        ON_PAPER,
        RenewDataKey=lambda _: RecoveryMade(bytearray(PAPER.encode()), (1, 3)),
        ConfirmRecovery=api.Done(),
    )
    typist = Typist("one", "", "AAAA", "CCCC")
    await run(vault_renewal.rotate((), (), as_json=False), home, worker, typist)
    assert frames(worker) == ["RenewDataKey", "ConfirmRecovery"]
    with pytest.raises(CommandFailed, match="--drop cccccccc"):
        await run(vault_renewal.rotate((), (), as_json=False), home, a_vault(FIRST, ON_PAPER), Typist(able=False))


@pytest.mark.parametrize(("drop", "told"), [("ee", "names no slot"), ("", "names several slots")])
async def test_a_slot_that_is_not_one_is_not_dropped(drop: str, told: str, home: Path) -> None:
    worker = a_vault(FIRST, SECOND)
    with pytest.raises(CommandFailed, match=told):
        await run(vault_renewal.rotate((), (drop,), as_json=False), home, worker, Typist())
    assert frames(worker) == []


DIFFERENCE = api.SealDifference(
    sealed=False,
    broken=("secret of connection old",),
    kept=("main (binance live, hmac): rest https://api.binance.com:443", "desk two (binance testnet, hmac): rest x"),
    slots_dropped=("second",),
)


async def test_a_reseal_shows_every_fact_and_takes_the_labels_typed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = a_vault(FIRST, LookAtSeal=DIFFERENCE)
    await run(vault_renewal.reseal(None, "", as_json=False), home, worker, Typist("one", "main,desk two"))
    assert frames(worker) == ["LookAtSeal", "Reseal"]
    out = capsys.readouterr().out
    assert "no longer opens, and is dropped: secret of connection old\n" in out
    assert "stays; compare every fact: main (binance live, hmac): rest https://api.binance.com:443\n" in out
    assert "slot ends: second\n" in out
    environment.hold({"TRADEDESK_PASSPHRASE": "one"})
    worker = a_vault(FIRST, LookAtSeal=DIFFERENCE)
    await run(vault_renewal.reseal(None, "main,desk two", as_json=True), home, worker, Typist(able=False))
    assert frames(worker) == ["LookAtSeal", "Reseal"]
    assert json.loads(capsys.readouterr().out)["resealed"] is True


@pytest.mark.parametrize(
    ("accept", "typist"),
    [("", Typist("yes")), ("", Typist(able=False)), ("main", Typist(able=False))],
    ids=["human", "script", "one of two"],
)
async def test_a_reseal_that_is_not_accepted_changes_nothing(accept: str, typist: Typist, home: Path) -> None:
    environment.hold({"TRADEDESK_PASSPHRASE": "one"})
    worker = a_vault(FIRST, LookAtSeal=DIFFERENCE)
    with pytest.raises(CommandFailed, match="Nothing was changed") as refused:
        await run(vault_renewal.reseal(None, accept, as_json=False), home, worker, typist)
    assert (refused.value.exit, frames(worker)) == (Exit.TAMPERED, ["LookAtSeal"])


async def test_a_whole_seal_is_not_resealed(home: Path) -> None:
    worker = a_vault(FIRST, LookAtSeal=api.SealDifference(True, (), (), ()))
    with pytest.raises(CommandFailed, match="there is nothing to accept"):
        await run(vault_renewal.reseal(None, "", as_json=False), home, worker, Typist("one"))
    assert frames(worker) == ["LookAtSeal"]
