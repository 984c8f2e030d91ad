"""Where a live key may go: to the venue's own hosts, and elsewhere only where that was typed out in full."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.key_house import MAIN, a_worker
from connectors.worker import api
from support.vault_command import Here, Typist, Worker, descriptors
from tui.cli import venues_answers, venues_keys
from tui.cli.exits import CommandFailed
from tui.cli.key_parts import Doors
from tui.cli.venues_asked import Asked
from tui.cli.venues_consent import Consent


def frames(worker: Worker) -> list[str]:
    return [name for name, _frame in worker.handed]


STRANGE = "https://api.binance.example"


@pytest.mark.parametrize(
    ("typist", "accepted", "told"),
    [
        (Typist("id", "secret", "api.binance.example", "LIVE"), (), ""),
        (Typist("id", "secret", "api.binance.com"), (), "That is another host. Nothing was sent."),
        (Typist("id", "secret", "LIVE"), ("api.binance.example",), ""),
        (Typist(able=False), (), "--accept-host api.binance.example"),
        (Typist(able=False), ("api.binance.com",), "--accept-host api.binance.example"),
        (Typist(able=False), ("api.binance.example",), ""),
    ],
)
async def test_a_live_key_goes_to_a_host_nobody_knows_only_where_it_was_typed_out(
    typist: Typist, accepted: tuple[str, ...], told: str, home: Path
) -> None:
    worker = a_worker()
    words = Asked("binance", "main", "live", STRANGE, "wss://stream.binance.com:9443", "")
    consent = Consent(live=not typist.able, hosts=accepted)
    with descriptors("id\nsecret") as (number,):
        doors = Doors() if typist.able else Doors(secret_fd=number)
        body = venues_keys.add(words, doors, consent, as_json=False)
    client = Here(home, worker, typist)
    if not told:
        await body(client)
        assert frames(worker) == ["TryKey", "KeepKey"]
        return
    with pytest.raises(CommandFailed, match=re.escape(told)):
        await body(client)
    assert frames(worker) == [], "not even the trial has sent it there"


async def test_an_edit_to_a_host_nobody_knows_is_typed_out_too(home: Path) -> None:
    for hosts, passes in (((), False), (("api.binance.example",), True)):
        worker = a_worker(ListConnections=api.ConnectionList((MAIN,), ()))
        edited = venues_answers.Edited(rest_url=STRANGE, accept_hosts=hosts)
        client = Here(home, worker, Typist(able=False))
        if passes:
            await venues_answers.edit("main", edited, as_json=False)(client)
        else:
            with pytest.raises(CommandFailed, match="--accept-host"):
                await venues_answers.edit("main", edited, as_json=False)(client)
        assert ("EditConnection" in worker.names()) is passes
