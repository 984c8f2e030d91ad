"""venues remove, edit, enable, disable, list: what is asked first, and what reaches the worker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.key_house import MAIN, RIGHTS, a_worker
from connectors.model.connection import Connection
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance, KeyRights
from connectors.model.vault import VaultState
from connectors.worker import api
from support.vault_command import Here, Typist, Worker
from tui.cli import venues_answers, venues_words
from tui.cli.exits import CommandFailed, Exit


def listing(*found: Connection) -> Worker:
    return a_worker(ListConnections=api.ConnectionList(found, ()))


async def test_a_connection_with_a_key_is_removed_only_when_it_is_meant(home: Path) -> None:
    for typist, yes, removed in (
        (Typist("main"), False, True),
        (Typist("mian"), False, False),
        (Typist(able=False), False, False),
        (Typist(able=False), True, True),
    ):
        worker = listing(MAIN)
        body = venues_answers.remove("main", yes=yes, as_json=False)
        if removed:
            await body(Here(home, worker, typist))
        else:
            with pytest.raises(CommandFailed) as refused:
                await body(Here(home, worker, typist))
            assert refused.value.exit is Exit.USAGE
        assert ("RemoveConnection" in worker.names()) is removed


async def test_an_edit_says_what_changes_and_accepts_only_by_label(home: Path) -> None:
    worker = listing(MAIN)
    edited = venues_answers.Edited(label="scalp", rest_url="https://api1.binance.com", accept=(Acceptance.WITHDRAWAL,))
    await venues_answers.edit("main", edited, as_json=False)(Here(home, worker, Typist("main")))
    (command,) = [one for one in worker.asked if isinstance(one, api.EditConnection)]
    assert (command.label, command.active, command.accepted) == ("scalp", None, (Acceptance.WITHDRAWAL,))
    assert command.hosts is not None
    assert command.hosts.rest == ("https://api1.binance.com",)
    for typist, told in ((Typist("scalp"), "That is not its label"), (Typist(able=False), "--accept-label main")):
        worker = listing(MAIN)
        with pytest.raises(CommandFailed, match=told):
            await venues_answers.edit("main", edited, as_json=False)(Here(home, worker, typist))
        assert not [one for one in worker.asked if isinstance(one, api.EditConnection)]
    with pytest.raises(CommandFailed, match="Nothing is to be changed"):
        venues_answers.edit("main", venues_answers.Edited(), as_json=False)
    with pytest.raises(CommandFailed, match="--own-hosts and an address"):
        venues_answers.edit("main", venues_answers.Edited(rest_url="https://x", own_hosts=True), as_json=False)
    with pytest.raises(CommandFailed, match="belongs to the simulated market"):
        venues_answers.edit("main", venues_answers.Edited(label="demo"), as_json=False)


@pytest.mark.parametrize("on", [True, False])
async def test_switching_asks_for_no_open_vault(on: bool, home: Path) -> None:
    worker = listing(MAIN)
    worker.state = VaultState.LOCKED
    await venues_answers.switch("main", on=on, as_json=False)(Here(home, worker, Typist()))
    (command,) = [one for one in worker.asked if isinstance(one, api.EditConnection)]
    assert command == api.EditConnection(MAIN.account, active=on)


@pytest.mark.parametrize(
    ("change", "rights", "words"),
    [
        ({"keyed": False}, None, ""),
        ({}, RIGHTS, "read, trade, no IP list"),
        ({}, replace(RIGHTS, withdraw=True, ip_restricted=True), "read, trade, can withdraw"),
        ({}, KeyRights(None, None, None, None, "404", 1), "withdrawal right unknown"),
        ({}, replace(RIGHTS, trade=False, transfer=True, ip_restricted=None), "read only, can transfer"),
        ({"accepted": (Acceptance.WITHDRAWAL,)}, None, "can withdraw"),
        ({"accepted": (Acceptance.UNKNOWN_RIGHTS,)}, None, "withdrawal right unknown"),
        ({}, None, ""),
        ({"mode": Mode.TESTNET}, KeyRights(None, None, None, None, "not applicable", 1), ""),
        ({"mode": Mode.TESTNET}, replace(RIGHTS, withdraw=True), "read, trade, can withdraw"),
    ],
)
def test_what_a_key_may_do_is_said_and_unknown_is_never_no(
    change: dict[str, Any], rights: KeyRights | None, words: str
) -> None:
    assert venues_words.rights_words(replace(MAIN, **change), rights) == words
