"""Keys kept, tried, changed and removed: registration first, then its key, undone together; nothing half is used."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.model.connection import Connection, ConnectionStatus, Hosts, KeyKind, LinkState
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance, KeyRights
from connectors.model.vault import VaultState
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer
from connectors.ports.venue import Connector
from connectors.worker import api
from connectors.worker.secrets import CreateVault, KeepKey, KeyText, TryKey
from storage.paths import HomeUnusable
from storage.vault.anchor import Anchor, AnchorFile
from support.vaults import PASSPHRASE
from worker.house import WorkerHouse, a_worker, until
from worker.owner import NOWHERE, Away, Owner, away, kept, key, nowhere, rows
from worker.peer_exchange import Ears


@pytest.fixture
async def house(home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home, make_connector=away) as made:
        yield made


@pytest.fixture
async def owner(house: WorkerHouse) -> Owner:
    made = Owner(await house.join("socket"))
    await made.create()
    return made


async def test_a_key_whose_test_fails_is_kept_switched_off_only(owner: Owner, home: Path) -> None:
    refused = await owner.refused(KeepKey(nowhere(active=True), key()))
    assert refused.kind is api.FailureKind.REFUSED
    assert "the test failed at connect" in refused.sentence
    assert rows(home) == []
    answer = await kept(owner, nowhere())
    assert [(name, passed) for name, passed, _ in answer.steps] == [("connect", False)]
    assert answer.connection.key_tail == "AAAA"
    row, state, reason = (await owner.listed())["main"]
    assert (row.key_kind, row.active, state) == (KeyKind.HMAC, False, LinkState.OFF)
    assert "switched off" in reason
    off = await owner.refused(api.GetBalances(row.account))
    assert "tradedesk venues enable main" in off.sentence


async def test_a_field_in_the_wrong_form_is_refused_by_its_name_and_never_repeated(owner: Owner, home: Path) -> None:
    short = await owner.refused(KeepKey(nowhere(), KeyText(KeyKind.HMAC, "short-key", bytearray(b"S" * 64))))
    assert (short.kind, "short-key" in short.sentence) == (api.FailureKind.CREDENTIAL_REFUSED, False)
    assert "api_key" in short.sentence
    pem = await owner.refused(KeepKey(nowhere(), KeyText(KeyKind.ED25519, "A" * 64, bytearray(b"no pem"))))
    assert pem.kind is api.FailureKind.CREDENTIAL_REFUSED
    extra = KeyText(KeyKind.HMAC, "A" * 64, bytearray(b"S" * 64), bytearray(b"third"))
    assert (await owner.refused(KeepKey(nowhere(), extra))).kind is api.FailureKind.CREDENTIAL_REFUSED
    assert rows(home) == []


async def test_one_api_key_under_two_labels_is_told(owner: Owner) -> None:
    first = await kept(owner, nowhere())
    second = await kept(owner, nowhere("again"))
    twice = "main has this key too: both show the same orders and positions, each of them twice."
    assert (twice in first.warnings, twice in second.warnings) == (False, True)


async def test_one_api_key_is_kept_in_one_mode_and_the_registration_is_taken_back(owner: Owner, home: Path) -> None:
    await kept(owner, nowhere())
    twice = await owner.refused(KeepKey(replace(nowhere("demo two", Mode.DEMO)), key()))
    assert twice.kind is api.FailureKind.SECRET_REFUSED
    assert "one key belongs to one venue and one mode" in twice.sentence
    taken = await owner.refused(KeepKey(nowhere(), key("B")))
    assert (taken.kind, "taken" in taken.sentence) == (api.FailureKind.REFUSED, True)
    assert rows(home) == [("main", True, True)]
    assert list(await owner.listed()) == ["main"]


async def test_a_live_key_nobody_could_ask_about_needs_its_acceptance(owner: Owner, home: Path) -> None:
    live = nowhere("real", Mode.LIVE)
    needed = await owner.refused(KeepKey(live, key()))
    assert (needed.kind, needed.code) == (api.FailureKind.ACCEPTANCE_NEEDED, Acceptance.UNKNOWN_RIGHTS.value)
    assert rows(home) == []
    answer = await kept(owner, replace(live, accepted=(Acceptance.UNKNOWN_RIGHTS,)))
    assert answer.connection.accepted == (Acceptance.UNKNOWN_RIGHTS,)
    assert any("Ed25519" in warning for warning in answer.warnings)


async def test_a_live_key_goes_to_a_strange_host_only_where_it_was_typed_out(owner: Owner, home: Path) -> None:
    strange = Hosts(("https://elsewhere.example",), "wss://stream.example", "wss://sockets.example/ws-api/v3")
    live = replace(nowhere("real", Mode.LIVE), hosts=strange, accepted=(Acceptance.UNKNOWN_RIGHTS,))
    for frame in (
        KeepKey(live, key()),
        KeepKey(live, key(), ("elsewhere.example",)),
        TryKey(replace(live, active=True), key(), ("api.binance.com",)),
    ):
        refused = await owner.refused(frame)
        assert refused.kind is api.FailureKind.REFUSED
        assert "--accept-host" in refused.sentence
    assert rows(home) == []
    account = (await kept(owner, replace(live, hosts=Hosts()))).connection.account
    moved = api.EditConnection(account, hosts=strange)
    assert "elsewhere.example" in (await owner.refused(moved)).sentence
    assert (await owner.listed())["real"][0].hosts == Hosts()
    both = ("elsewhere.example", "sockets.example")
    assert isinstance(await owner.link.request(replace(moved, hosts_typed=both)), api.Done)
    assert (await owner.listed())["real"][0].hosts == strange


@pytest.mark.parametrize("mode", [Mode.SIM, Mode.PAPER])
async def test_modes_without_keys_of_their_own_take_none(owner: Owner, mode: Mode) -> None:
    refused = await owner.refused(KeepKey(nowhere("main", mode), key()))
    assert refused.kind is api.FailureKind.REFUSED


async def test_what_is_sealed_changes_with_the_vault_open_and_what_is_not_without(house: WorkerHouse) -> None:
    owner = Owner(await house.join("socket"))
    await owner.create()
    account = (await kept(owner, nowhere())).connection.account
    ask = owner.link.request
    assert await ask(api.EditConnection(account, label="other", accepted=(Acceptance.TRANSFER,))) == api.Done()
    moved = replace(NOWHERE, rest=("http://127.0.0.1:2",))
    assert await ask(api.EditConnection(account, hosts=moved)) == api.Done()
    row, _, _ = (await owner.listed())["other"]
    assert (row.accepted, row.hosts) == ((Acceptance.TRANSFER,), moved)
    await ask(api.LockVault())
    for change in (
        api.EditConnection(account, label="third"),
        api.EditConnection(account, hosts=NOWHERE),
        api.EditConnection(account, accepted=()),
        api.RemoveConnection(account),
    ):
        assert (await owner.refused(change)).kind is api.FailureKind.VAULT_LOCKED
    assert await ask(api.EditConnection(account, active=True)) == api.Done()
    row, _, reason = (await owner.listed())["other"]
    assert (row.active, row.hosts) == (True, moved)
    assert "locked" in reason
    await owner.open()
    assert house.worker.signers.signer(account) is not None
    assert await ask(api.EditConnection(account, active=False)) == api.Done()
    assert house.worker.signers.signer(account) is None


async def test_a_removed_connection_leaves_no_key_and_nothing_to_sign_with(
    owner: Owner, house: WorkerHouse, home: Path
) -> None:
    account = (await kept(owner, nowhere())).connection.account
    assert await owner.link.request(api.RemoveConnection(account)) == api.Done()
    assert rows(home) == []
    assert house.worker.signers.signer(account) is None
    await owner.link.request(api.LockVault())
    await owner.open()
    assert await owner.listed() == {}


async def test_a_row_that_says_it_has_a_key_and_has_none_is_shown_with_its_remedy(home: Path) -> None:
    broken = replace(nowhere("half", active=True), keyed=True)
    async with a_worker(home, make_connector=away) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        await house.worker.keeper.ask(lambda archive: archive.connections.add(broken))
    async with a_worker(home, make_connector=away) as house:
        owner = Owner(await house.join("socket"))
        for opened in (False, True):
            if opened:
                await owner.open()
            row, state, reason = (await owner.listed())["half"]
            assert (row.keyed, row.key_kind, state) == (True, None, LinkState.OFF)
            assert "tradedesk venues key half" in reason
            refused = await owner.refused(api.GetBalances(broken.account))
            assert "has none" in refused.sentence
        await kept(owner, replace(broken, active=False))
        assert rows(home) == [("half", True, True)]
        assert await owner.link.request(api.RemoveConnection(broken.account)) == api.Done()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("hosts = replace(hosts, '127.0.0.1:1', '127.0.0.1:9')", "origins"),
        ("embedded = 1", "embedded"),
        ("keyed = 0", "having no key"),
    ],
)
async def test_a_registration_that_is_not_what_its_key_was_sealed_with_is_not_used(
    home: Path, change: str, word: str
) -> None:
    async with a_worker(home, make_connector=away) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await kept(owner, nowhere())).connection.account
        await owner.link.request(api.EditConnection(account, active=True))
    with closing(sqlite3.connect(home / "data" / "tradedesk.db")) as file, file:
        file.execute(f"UPDATE exchange_connections SET {change}")  # noqa: S608  # this file's own words
    async with a_worker(home, make_connector=away) as house:
        owner = Owner(await house.join("socket"))
        await owner.open()
        assert house.worker.signers.signer(account) is None
        picture = await owner.link.request(api.Attach())
        assert isinstance(picture, api.Picture)
        assert any(word in alert.sentence for alert in picture.alerts), picture.alerts
        refused = await owner.refused(api.GetBalances(account))
        assert refused.kind is api.FailureKind.REFUSED


async def test_a_key_that_was_kept_is_not_taken_back_because_only_its_anchor_failed(
    owner: Owner, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: AnchorFile, _anchor: Anchor) -> None:
        raise HomeUnusable("The anchor could not be written.")

    with monkeypatch.context() as broken:
        broken.setattr(AnchorFile, "write", full)
        answer = await kept(owner, nowhere())
        assert answer.warnings == ("The anchor could not be written.",)
    assert rows(home) == [("main", True, True)]
    await owner.link.request(api.LockVault())
    await owner.open()


async def test_a_vault_that_was_made_is_open_though_its_anchor_failed(
    house: WorkerHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: AnchorFile, _anchor: Anchor) -> None:
        raise HomeUnusable("The anchor could not be written.")

    owner = Owner(await house.join("socket"))
    with monkeypatch.context() as broken:
        broken.setattr(AnchorFile, "write", full)
        told = await owner.refused(CreateVault(bytearray(PASSPHRASE, "utf-8")))
        assert told.sentence == "The anchor could not be written."
    assert await owner.state() is VaultState.OPEN
    await kept(owner, nowhere())


async def test_a_keyless_connection_is_edited_without_a_vault(house: WorkerHouse) -> None:
    owner = Owner(await house.join("socket"))
    row = nowhere("market", active=True)
    ask = owner.link.request
    assert await ask(api.AddConnection(row)) == api.Done()
    assert await ask(api.EditConnection(row.account, label="data", active=False)) == api.Done()
    edited, _, reason = (await owner.listed())["data"]
    assert (edited.active, "switched off" in reason) == (False, True)
    assert await ask(api.AddConnection(nowhere("other"))) == api.Done()
    taken = await owner.refused(api.EditConnection(row.account, label="other"))
    assert "taken" in taken.sentence
    assert "label" in (await owner.refused(api.EditConnection(row.account, label=" blank"))).sentence
    assert await ask(api.EditConnection(row.account, active=True)) == api.Done()
    assert (await owner.listed())["data"][0].active


class Loose(Away):
    """A connector whose key may withdraw, as its venue says by now."""

    def status(self) -> ConnectionStatus:
        rights = KeyRights(True, True, False, True, "/rights", 1)
        return replace(super().status(), state=LinkState.LIVE, rights=rights)


async def test_a_right_that_appears_later_is_alarmed_once_and_stops_new_positions(home: Path) -> None:
    def loose(
        connection: Connection, signer: Signer | None, clock: Clock, trail: AuditTrail | None = None
    ) -> Connector:
        return Loose(connection, signer, clock, trail=trail)

    async with a_worker(home, make_connector=loose) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (
            await kept(owner, replace(nowhere("real", Mode.LIVE), accepted=(Acceptance.UNKNOWN_RIGHTS,)))
        ).connection.account
        ears = Ears(owner.link)
        await owner.link.request(api.Attach())
        await owner.link.request(api.EditConnection(account, active=True))
        await until(lambda: any(isinstance(event, api.TradingChanged) for event in ears.told))
        house.worker.roster.get(account).tell()
        await owner.facts()
        (alert,) = ears.alerts()
        assert "may withdraw funds now" in alert
        states = [event.state for event in ears.told if isinstance(event, api.TradingChanged)]
        assert states == [api.TradingState.REDUCING]
