"""Adding a connection by key: tried, agreed to by typing, kept; and nothing of the secret anywhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

from connectors.model.connection import KeyKind
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance
from connectors.model.vault import VaultFacts
from connectors.worker import api
from connectors.worker.secrets import CreateVault, KeepKey, TryKey
from support import venue_desk
from support.desk_stage import Stage
from support.venue_desk import API_KEY, SECRET, begin, fill, keeps, kept, put, tried, word
from tui.modals.vault_create import CreateVaultSheet
from tui.venues.fields import Field

SIZE = (80, 24)


async def test_a_testnet_key_is_tried_and_kept_with_keys_alone(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        assert "hF8s…tQ2p" in stage.screen()
        assert "white space trimmed" in stage.screen()
        stage.link.secret_answers[TryKey] = [tried()]
        kept(stage)
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: bool(keeps(stage)))
        (frame,) = keeps(stage)
        connection, key = frame.connection, frame.key
        assert (connection.label, connection.mode, connection.key_kind) == ("scalp2", Mode.TESTNET, KeyKind.HMAC)
        assert connection.keyed
        assert connection.active
        assert connection.accepted == ()
        assert (key.api_key, bytes(key.secret), key.passphrase) == (API_KEY, SECRET.encode(), None)
        await stage.settle(pilot)
        assert stage.desk.venues.form is None
        assert stage.line == "scalp2 is kept."


async def test_t_on_the_test_row_tries_it_and_stores_nothing(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        stage.link.secret_answers[TryKey] = [tried(warnings=(venue_desk.NO_IP_LIST,))]
        await stage.press(pilot, "tab", "tab", "tab", "t")
        await stage.until(pilot, lambda: "passed every step" in stage.line)
        screen = stage.screen()
        assert "✓ The venue answers." in screen
        assert "! This key works from every" in screen
        assert not keeps(stage)


async def test_what_is_changed_after_the_test_must_be_tested_again(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        stage.link.secret_answers[TryKey] = [tried()]
        await stage.press(pilot, "tab", "tab", "tab", "t")
        form = stage.desk.venues.form
        assert form is not None
        await stage.until(pilot, lambda: form.verdict is not None)
        await stage.press(pilot, "up", "up", "up", "x")
        assert form.form.focus is Field.SECRET
        assert form.verdict is None


async def test_a_key_that_can_withdraw_is_kept_only_for_accept_and_the_label(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        stage.link.secret_answers[TryKey] = [tried(Acceptance.WITHDRAWAL, withdraw=True)]
        kept(stage)
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: "may withdraw funds" in stage.line)
        assert "CAN WITHDRAW: refused" in stage.screen()
        await word(stage, pilot, "ACCEPT")
        assert stage.line == "That is not ACCEPT scalp2. Nothing was stored."
        assert not keeps(stage)
        await stage.press(pilot, "ctrl+y")
        await word(stage, pilot, "ACCEPT scalp2")
        await stage.until(pilot, lambda: bool(keeps(stage)))
        assert keeps(stage)[0].connection.accepted == (Acceptance.WITHDRAWAL,)


async def test_unknown_rights_are_accepted_by_one_word(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        stage.link.secret_answers[TryKey] = [tried(Acceptance.UNKNOWN_RIGHTS, withdraw=None)]
        kept(stage)
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: "does not say whether this key may withdraw" in stage.line)
        await stage.press(pilot, "escape")
        assert not keeps(stage)
        assert stage.desk.venues.form is not None
        await stage.press(pilot, "ctrl+y")
        await word(stage, pilot, "ACCEPT")
        await stage.until(pilot, lambda: bool(keeps(stage)))
        assert keeps(stage)[0].connection.accepted == (Acceptance.UNKNOWN_RIGHTS,)


async def test_live_ends_with_the_word_live_after_what_must_be_accepted(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot, "main", right=2)
        stage.link.secret_answers[TryKey] = [tried(Acceptance.WITHDRAWAL, withdraw=True)]
        kept(stage)
        await stage.press(pilot, "ctrl+y")
        await word(stage, pilot, "ACCEPT main")
        await stage.until(pilot, lambda: "Type LIVE" in stage.line and stage.desk.rooms.typing)
        assert not keeps(stage)
        await word(stage, pilot, "live")
        assert not keeps(stage)
        await stage.press(pilot, "ctrl+y")
        await word(stage, pilot, "LIVE")
        await stage.until(pilot, lambda: bool(keeps(stage)))
        assert keeps(stage)[0].connection.mode is Mode.LIVE


async def test_a_live_key_goes_to_a_host_of_ones_own_only_where_that_was_typed_out_again(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot, "main", right=2)
        await stage.press(pilot, "tab", "tab", "right", "tab")
        put(stage, "https://api.example.com")
        stage.link.secret_answers[TryKey] = [tried()]
        await stage.press(pilot, "ctrl+y")
        await word(stage, pilot, "api.example.org")
        assert stage.line == "That is not api.example.com. Nothing was stored."
        assert not stage.link.handed, "nothing was sent, not even to try it"
        await stage.press(pilot, "ctrl+y")
        await word(stage, pilot, "api.example.com")
        await stage.until(pilot, lambda: len(stage.link.handed) == 1)
        assert not keeps(stage)


async def test_what_is_changed_while_it_is_tested_is_not_what_was_tested(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        stage.link.secret_answers[TryKey] = [tried()]
        stage.link.argon = asyncio.Event()
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: bool(stage.link.handed))
        await stage.press(pilot, "up", "up", "up", "x")
        stage.link.argon.set()
        await stage.until(pilot, lambda: "changed while it was tested" in stage.line)
        assert not keeps(stage)


async def test_a_key_that_failed_its_test_is_kept_only_switched_off(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        stage.link.secret_answers[TryKey] = [venue_desk.refused("The signature was refused.")]
        kept(stage)
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: "did not pass" in stage.line)
        assert stage.line == "scalp2 did not pass: The signature was refused. ^y keeps it switched off."
        assert not keeps(stage)
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: bool(keeps(stage)))
        assert not keeps(stage)[0].connection.active


async def test_a_right_that_only_the_keeping_finds_is_asked_about_then(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        stage.link.secret_answers[TryKey] = [tried()]
        needed = api.Failure(api.FailureKind.ACCEPTANCE_NEEDED, "This key may withdraw.", "withdrawal")
        stage.link.secret_answers[KeepKey] = [needed]
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: stage.desk.rooms.typing)
        assert "ACCEPT scalp2" in stage.line
        kept(stage)
        await word(stage, pilot, "ACCEPT scalp2")
        await stage.until(pilot, lambda: len(keeps(stage)) == 2)
        assert keeps(stage)[1].connection.accepted == (Acceptance.WITHDRAWAL,)


async def test_what_is_missing_is_said_and_gone_to(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        form = stage.desk.venues.form
        assert form is not None
        for place, told, keys in (
            (Field.LABEL, "A label is missing", ("m",)),
            (Field.KEY, "The API key is missing", ("k",)),
            (Field.SECRET, "The secret is missing", ("s",)),
        ):
            await stage.press(pilot, "ctrl+y")
            assert form.form.focus is place
            assert stage.line.startswith(told)
            await stage.press(pilot, *keys)
        assert not stage.link.handed


async def test_without_a_vault_a_passphrase_is_asked_for_before_the_key_is_kept(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot, VaultFacts())
        await fill(stage, pilot)
        stage.link.secret_answers[TryKey] = [tried()]
        kept(stage)
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: isinstance(stage.desk.screen, CreateVaultSheet))
        assert not keeps(stage)
        await stage.press(pilot, "escape")
        await stage.settle(pilot)
        assert not keeps(stage)
        assert stage.desk.venues.form is not None
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: isinstance(stage.desk.screen, CreateVaultSheet))
        made = api.VaultOpened(venue_desk.OPEN.slots[0], anchored=True)
        stage.link.secret_answers[CreateVault] = [made]
        for _ in range(2):
            put(stage, "correct horse battery staple")
            await stage.press(pilot, "enter")
        # The worker's word that there is a vault now comes after its answer, or not yet.
        await stage.until(pilot, lambda: bool(keeps(stage)))
        assert bytes(keeps(stage)[0].key.secret) == SECRET.encode(), "the secret has outlived the question"
        await stage.until(pilot, lambda: "Make a recovery key too" in stage.line)
        await stage.press(pilot, "n")
        assert stage.line == "Not made. vr makes one."


async def test_a_locked_vault_is_opened_before_the_form(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        venue_desk.prepare(stage)
        await stage.until(pilot, lambda: stage.desk.session.joined)
        stage.desk.store.vault = venue_desk.LOCKED
        asked: list[object] = []
        stage.desk.venues.door.unlock = asked.append  # type: ignore[assignment,method-assign]  # no dialog in the way
        await stage.press(pilot, "f6", "a")
        assert stage.desk.venues.form is None
        assert len(asked) == 1


async def test_a_keyless_connection_needs_neither_vault_nor_test(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot, VaultFacts())
        await stage.press(pilot, "tab", "right", "right", "tab")
        put(stage, "public")
        await stage.press(pilot, "tab", "right", "right", "right", "ctrl+y")
        await stage.until(pilot, lambda: bool(stage.link.sent(api.AddConnection)))
        made = stage.link.sent(api.AddConnection)[0].connection
        assert (made.label, made.mode, made.keyed, made.key_kind) == ("public", Mode.LIVE, False, None)
        assert stage.line == "public is added, market data only. t tests it."
        assert not stage.link.handed


async def test_own_hosts_are_bound(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        await stage.press(pilot, "tab", "tab", "right", "tab")
        put(stage, "http://127.0.0.1:9443")
        stage.link.secret_answers[TryKey] = [tried()]
        kept(stage)
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: bool(keeps(stage)))
        assert keeps(stage)[0].connection.hosts.rest == ("http://127.0.0.1:9443",)


async def test_a_key_from_a_file_is_read_once(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(SECRET)
    file.chmod(0o600)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot, secret="")
        await stage.press(pilot, "tab")
        put(stage, str(file))
        stage.link.secret_answers[TryKey] = [tried()]
        kept(stage)
        await stage.press(pilot, "tab", "tab", "t")
        await stage.until(pilot, lambda: "passed every step" in stage.line)
        file.unlink()
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: bool(keeps(stage)))
        assert bytes(keeps(stage)[0].key.secret) == SECRET.encode()
        assert "may be deleted now" in stage.line


async def test_a_file_that_cannot_be_read_is_said_and_gone_to(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        await stage.press(pilot, "tab")
        put(stage, "/no/such")
        await stage.press(pilot, "ctrl+y")
        form = stage.desk.venues.form
        assert form is not None
        assert form.form.focus is Field.FILE
        assert "cannot be read" in stage.line
