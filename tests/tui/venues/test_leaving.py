"""A form that is left: nothing of a key stays, wherever one looks."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from connectors.model.connection import Connection
from connectors.model.vault import VaultFacts, VaultState
from connectors.worker import api
from connectors.worker.secrets import TryKey
from support import venue_desk
from support.desk_stage import Stage
from support.venue_desk import API_KEY, SECRET, begin, fill
from tui.venues.fields import Field
from tui.venues.form import Form
from tui.venues.sheets import FormSheet

SIZE = (80, 24)


async def test_esc_at_any_step_leaves_nothing_behind(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        steps = len(stage.desk.venues.form.form.shown()) if stage.desk.venues.form is not None else 0
        assert steps > 6
        for step in range(steps):
            form, side = stage.desk.venues.form, stage.desk.venues.side
            assert form is not None
            assert set(form.form.texts.values()) == {""} or not step
            form.form.texts[Field.KEY] = API_KEY
            side.secrets[Field.SECRET].paste(SECRET)
            form.form.move(-20)
            stage.desk.venues.hand.move(step)
            await stage.press(pilot, "escape")
            assert stage.desk.venues.form is None
            assert not any(secret.filled for secret in side.secrets.values())
            await stage.press(pilot, "a")
            await stage.until(pilot, lambda: stage.desk.venues.form is not None)
        assert not stage.link.handed
        assert not stage.link.sent(api.AddConnection)


@pytest.mark.parametrize("how", ["another screen", "cover"])
async def test_leaving_otherwise_overwrites_the_secret_too(stage: Stage, how: str) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        if how == "cover":
            venue_desk.vault(stage, VaultFacts(VaultState.COVERED))
        else:
            await stage.press(pilot, "f2")
        await stage.until(pilot, lambda: stage.desk.venues.form is None)
        assert not any(secret.filled for secret in stage.desk.venues.side.secrets.values())


async def test_neither_screen_nor_message_nor_any_held_text_has_the_secret(stage: Stage) -> None:
    seen: list[str] = []
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        await fill(stage, pilot)
        stage.link.secret_answers[TryKey] = [venue_desk.refused()]
        await stage.press(pilot, "ctrl+y")
        await stage.until(pilot, lambda: "did not pass" in stage.line)
        seen += [stage.screen(), stage.line, stage.desk.export_screenshot(), repr(stage.desk.teller.history)]
        seen += [repr(stage.desk.venues.form), repr(stage.link.commands)]
        await stage.press(pilot, "up", "up", "up", "ctrl+r")
        assert SECRET[:12] in stage.screen(), "ctrl+r shows it"
        stage.clock.advance(6)
        await stage.settle(pilot)
        seen.append(stage.screen())
        await stage.press(pilot, "escape")
        seen.append(stage.screen())
        stage.link.handed.clear()
    parts = [whole[at : at + 8] for whole in (SECRET, API_KEY) for at in range(len(whole) - 7)]
    assert not [part for part in parts if any(part in text for text in seen)], "no eight characters of either"
    side = stage.desk.venues.side
    held = [each for each in gc.get_objects() if isinstance(each, bytearray) and SECRET.encode() in each]
    assert not held
    assert not side.secrets[Field.SECRET].filled


async def test_no_picture_is_taken_while_the_form_is_open(stage: Stage, tmp_path: Path) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await begin(stage, pilot)
        assert stage.desk.save_screenshot("form.svg", str(tmp_path)) == ""
        await stage.press(pilot, "escape")
        assert stage.desk.save_screenshot("list.svg", str(tmp_path)).endswith("list.svg")


def test_the_form_itself_has_no_place_for_a_secret() -> None:
    form = Form.for_new(venue_desk.VENUES.venues, frozenset())
    form.focus = Field.SECRET
    form.write(SECRET)
    assert SECRET not in repr(FormSheet(form))


def test_a_connection_never_holds_a_key() -> None:
    assert not {"api_key", "secret", "passphrase"} & set(Connection.__dataclass_fields__)
