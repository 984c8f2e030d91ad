"""The list of connections: what it says, and its keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from connectors.model.connection import Hosts, LinkState
from connectors.model.ids import Mode
from connectors.worker import api
from connectors.worker.secrets import KeepKey, TryKey
from support import venue_desk
from support.desk_stage import Stage
from support.venue_desk import MAIN, PUBLIC, SCALP, tried
from tui.widgets.line import text_of

SIZE = (120, 40)


@asynccontextmanager
async def listed(stage: Stage, size: tuple[int, int] = SIZE) -> AsyncIterator[Pilot[int]]:
    """The venues screen with four connections and an open vault."""
    async with stage.desk.run_test(size=size) as pilot:
        venue_desk.prepare(stage)
        await stage.until(pilot, lambda: stage.desk.session.joined)
        venue_desk.three(stage)
        venue_desk.vault(stage, venue_desk.OPEN)
        await stage.press(pilot, "f6")
        await stage.settle(pilot)
        yield pilot


def rows(stage: Stage) -> dict[str, str]:
    """Rows of the list by their label."""
    lines = [line.split("│")[0] for line in stage.screen().splitlines()[3:7]]
    return {line[1:].split()[0]: line for line in lines}


async def test_each_connection_says_its_mode_state_rights_and_last_use(stage: Stage) -> None:
    async with listed(stage):
        told = rows(stage)
        assert list(told) == ["demo", "main", "public", "scalp2"]
        assert all(word in told["main"] for word in ("LIVE", "● connected", "read trade, no IP list", "now"))
        assert all(word in told["scalp2"] for word in ("TESTNET", "↻ reconnecting", "not told: test money"))
        assert all(word in told["public"] for word in ("○ off", "no key", "yesterday"))


async def test_vault_capabilities_and_slots_stand_below_the_list(stage: Stage) -> None:
    async with listed(stage):
        screen = stage.screen()
        assert "vault unlocked" in screen.splitlines()[1]
        assert "CAPABILITIES binance spot" in screen
        assert "emulated   GTD  replace (loses the queue)" in screen
        assert "passphrase     main" in screen
        assert "recovery key   paper" in screen


async def test_the_vault_line_counts_down_to_its_lock(stage: Stage) -> None:
    stage.desk.locker._after_minutes = 15  # noqa: SLF001  # as the setting would
    async with listed(stage):
        assert "vault unlocked, locks in 15 min" in stage.screen().splitlines()[1]
        stage.clock.advance(61)
        stage.desk.flush()
        assert "locks in 14 min" in text_of(stage.desk.venues.heading_row.body_lines(120, 1)[0])


async def test_space_switches_off_and_on(stage: Stage) -> None:
    async with listed(stage) as pilot:
        await stage.press(pilot, "down", "space")
        assert stage.link.sent(api.EditConnection) == [api.EditConnection(MAIN, active=False)]
        assert stage.line == "main is switched off: its orders stay at the venue."
        await stage.press(pilot, "down", "space")
        assert stage.link.sent(api.EditConnection)[1] == api.EditConnection(PUBLIC, active=True)


async def test_the_simulated_market_is_neither_changed_nor_deleted(stage: Stage) -> None:
    async with listed(stage) as pilot:
        for key, deed in (("space", "switched"), ("x", "deleted"), ("e", "changed")):
            await stage.press(pilot, key)
            assert stage.line == f"demo is the simulated market and stays. Nothing was {deed}."
        assert not stage.link.sent(api.EditConnection)
        assert not stage.link.sent(api.RemoveConnection)


async def test_a_connection_is_deleted_only_for_its_label(stage: Stage) -> None:
    async with listed(stage) as pilot:
        await stage.press(pilot, "down", "x")
        await stage.settle(pilot)
        assert "DELETE main?" in stage.screen()
        assert "revoke it there" in stage.screen()
        for text, line in (
            ("", "Nothing is not main. Nothing was deleted."),
            ("Main", "Main is not main. Nothing was deleted."),
        ):
            stage.desk.venues.typed.value = text
            await stage.press(pilot, "enter")
            await stage.settle(pilot)
            assert stage.line == line
            await stage.press(pilot, "x")
        await stage.press(pilot, "escape")
        await stage.settle(pilot)
        assert "DELETE" not in stage.screen()
        assert not stage.link.sent(api.RemoveConnection)
        await stage.press(pilot, "x")
        stage.desk.venues.typed.value = "main"
        await stage.press(pilot, "enter")
        await stage.until(pilot, lambda: bool(stage.link.sent(api.RemoveConnection)))
        assert stage.link.sent(api.RemoveConnection) == [api.RemoveConnection(MAIN)]
        assert stage.line == "main is deleted. Its orders and fills stay. Revoke its key at the venue."


async def test_a_kept_key_is_tested_without_being_typed_again(stage: Stage) -> None:
    async with listed(stage) as pilot:
        stage.link.secret_answers[TryKey] = [tried(), venue_desk.refused("The signature was refused.")]
        await stage.press(pilot, "down", "t")
        await stage.until(pilot, lambda: "passed every step" in stage.line)
        (frame,) = stage.link.handed
        assert isinstance(frame, TryKey)
        assert (frame.connection.account, frame.key) == (MAIN, None)
        assert "✓ The venue answers." in stage.screen()
        await stage.press(pilot, "t")
        await stage.until(pilot, lambda: "did not pass" in stage.line)
        assert "✗ The signature was refused." in stage.screen()


async def test_public_data_is_tested_by_a_plain_command(stage: Stage) -> None:
    async with listed(stage) as pilot:
        stage.link.answers[api.TestConnection] = api.ConnectionTested(venue_desk.STEPS)
        await stage.press(pilot, "t")
        await stage.until(pilot, lambda: "demo passed every step" in stage.line)
        assert not stage.link.handed


async def test_a_label_and_hosts_are_changed_without_a_new_key(stage: Stage) -> None:
    async with listed(stage) as pilot:
        await stage.press(pilot, "down", "down", "down", "e")
        await stage.until(pilot, lambda: stage.desk.venues.form is not None)
        await stage.press(pilot, "ctrl+u", *"t2", "tab", "tab", "tab", "ctrl+u")
        stage.desk.venues.hand.write("https://127.0.0.1:9444")
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: bool(stage.link.sent(api.EditConnection)))
        wanted = api.EditConnection(SCALP, label="t2", hosts=Hosts(("https://127.0.0.1:9444",)))
        assert stage.link.sent(api.EditConnection) == [wanted]
        assert not stage.link.handed
        assert stage.line == "t2 is changed."


async def test_a_live_key_is_led_to_a_host_of_ones_own_only_where_that_was_typed_out(stage: Stage) -> None:
    async with listed(stage) as pilot:
        await stage.press(pilot, "down", "e")
        await stage.until(pilot, lambda: stage.desk.venues.form is not None)
        await stage.press(pilot, "tab", "tab", "right", "tab")
        stage.desk.venues.hand.write("https://api.example.com")
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: stage.desk.rooms.typing)
        assert not stage.link.sent(api.EditConnection)
        stage.desk.venues.typed.value = "api.example.com"
        await stage.press(pilot, "enter")
        await stage.until(pilot, lambda: bool(stage.link.sent(api.EditConnection)))


async def test_another_key_is_tried_agreed_to_and_kept_for_the_same_account(stage: Stage) -> None:
    async with listed(stage) as pilot:
        await stage.press(pilot, "down", "e")
        await stage.until(pilot, lambda: stage.desk.venues.form is not None)
        await stage.press(pilot, "tab", "right", "right", "tab")
        stage.desk.venues.hand.write(venue_desk.API_KEY)
        await stage.press(pilot, "tab", *"secret")
        stage.link.secret_answers[TryKey] = [tried()]
        main = venue_desk.connection(MAIN, "main", Mode.LIVE)
        stage.link.secret_answers[KeepKey] = [api.KeyKept(main, venue_desk.STEPS, venue_desk.rights())]
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: stage.desk.rooms.typing)
        stage.desk.venues.typed.value = "LIVE"
        await stage.press(pilot, "enter")
        await stage.until(pilot, lambda: len(stage.link.handed) == 2)
        kept = stage.link.handed[1]
        assert isinstance(kept, KeepKey)
        assert kept.connection.account == MAIN


async def test_what_the_worker_refuses_is_said_and_nothing_is_claimed(stage: Stage) -> None:
    async with listed(stage) as pilot:
        refusal = api.Failure(api.FailureKind.REFUSED, "main still has 2 working orders.")
        stage.link.answers[api.EditConnection] = refusal
        await stage.press(pilot, "down", "space")
        assert stage.line == "main still has 2 working orders."


async def test_a_locked_vault_is_asked_for_and_then_the_deed_is_done(stage: Stage) -> None:
    async with listed(stage) as pilot:
        stage.link.answers[api.RemoveConnection] = api.Failure(api.FailureKind.VAULT_LOCKED, "The vault is locked.")
        asked: list[object] = []
        stage.desk.venues.door.unlock = asked.append  # type: ignore[assignment,method-assign]  # no dialog in the way
        await stage.press(pilot, "down", "x")
        stage.desk.venues.typed.value = "main"
        await stage.press(pilot, "enter")
        await stage.until(pilot, lambda: bool(asked))
        del stage.link.answers[api.RemoveConnection]
        assert callable(asked[0])
        asked[0]()
        await stage.until(pilot, lambda: len(stage.link.sent(api.RemoveConnection)) == 2)
        assert stage.line.startswith("main is deleted.")


async def test_in_a_narrow_window_list_and_details_take_turns(stage: Stage) -> None:
    async with listed(stage, (80, 24)) as pilot:
        await stage.press(pilot, "down")
        assert "rights" in stage.screen().splitlines()[2]
        await stage.press(pilot, "enter")
        await stage.settle(pilot)
        assert "works from anywhere" in stage.screen()
        assert "CAPABILITIES" not in stage.screen()
        await stage.press(pilot, "enter")
        await stage.settle(pilot)
        assert "CAPABILITIES" in stage.screen()


async def test_esc_in_the_details_of_a_narrow_window_goes_back_to_the_list_and_then_to_the_market(stage: Stage) -> None:
    async with listed(stage, (80, 24)) as pilot:
        await stage.press(pilot, "down", "enter")
        await stage.settle(pilot)
        assert "CAPABILITIES" not in stage.screen()
        await stage.press(pilot, "escape")
        await stage.settle(pilot)
        assert stage.desk.current_mode == "venues"
        assert "CAPABILITIES" in stage.screen()
        await stage.press(pilot, "escape")
        assert stage.desk.current_mode == "market"


async def test_what_a_venue_writes_is_painted_as_text(stage: Stage) -> None:
    async with listed(stage) as pilot:
        evil = "[@click=app.quit]\x1b[31mboo[/b]"
        hostile = venue_desk.connection(MAIN, "main", Mode.LIVE)
        venue_desk.tell(stage, hostile, LinkState.REFUSED, reason=evil)
        refused = venue_desk.refused(evil)
        stage.link.secret_answers[TryKey] = [refused]
        await stage.press(pilot, "down", "t")
        await stage.until(pilot, lambda: "did not pass" in stage.line)
        assert "\x1b" not in stage.screen()
        assert "[@click=app.quit]" in stage.screen()
        assert stage.desk.is_running
