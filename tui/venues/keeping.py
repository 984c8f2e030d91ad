"""What becomes of a filled-in form: tried, agreed to by typing, kept; or left, and then nothing of it stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import uuid6

from connectors.model.connection import Connection
from connectors.model.ids import AccountId
from connectors.model.rights import Acceptance
from connectors.model.vault import VaultState
from connectors.worker import api
from connectors.worker.secrets import KeepKey, RecoveryMade, TryKey
from tui.format.clean import clean
from tui.messages.teller import Tone
from tui.venues.fields import Field, Missing
from tui.venues.opening import Opening, Then
from tui.venues.sheets import FormSheet
from tui.venues.verdict import Verdict, Word, hosts_to_type, refusal_of, words_for

if TYPE_CHECKING:
    from tui.desk import Desk
    from tui.screens.venues import VenuesScreen

NOTHING = "Nothing was stored."


class Keeping:
    """See the module.

    Args:
        desk: The app.
        screen: The venues screen.
        opening: Opens the vault, or makes it.
    """

    def __init__(self, desk: Desk, screen: VenuesScreen, opening: Opening) -> None:
        self._desk = desk
        self._screen = screen
        self._opening = opening
        self._account = AccountId(uuid6.uuid7())
        self._agreed: list[Word] = []
        self._busy = False
        self._edits = 0
        """How often something was filled in: a test is of what was there when it began."""
        self._made = False
        """A vault was made on the way."""

    def begin(self) -> None:
        """A form was opened."""
        self._account = AccountId(uuid6.uuid7())
        self.changed()

    def changed(self) -> None:
        """Something was filled in: what was tested and agreed to was something else."""
        self._agreed.clear()
        self._edits += 1
        form = self._screen.form
        if form is not None:
            form.verdict = None

    def leave(self) -> None:
        """Close whatever stands beside the list; what was typed is overwritten."""
        if self._screen.form is not None:
            self._desk.say(f"Left. {NOTHING}")
        self.changed()
        self._screen.close_sheet()

    def try_form(self) -> None:
        """Test what is filled in."""
        sheet = self._screen.form
        if sheet is not None and not self._busy:
            self._desk.spawn(self._tried(sheet))

    async def _tried(self, sheet: FormSheet) -> None:
        verdict = await self._try(sheet)
        if verdict is not None:
            self._tell(sheet.form.label, verdict)

    async def _try(self, sheet: FormSheet) -> Verdict | None:
        """Test; what came of it, None where it was not tested."""
        form = sheet.form
        connection = self._filled(sheet, ())
        if connection is None:
            return None
        if not form.asks_key:
            self._desk.say("No key is given here: there is nothing to try. ^y saves it; then t on the list tests it.")
            return None
        if not self._agreed_to(sheet, hosts_to_type(connection), self.try_form):
            return None
        sheet.testing, self._busy, form.focus = True, True, Field.TEST
        before = self._edits
        self._screen.show_form()
        try:
            result = await self._opening.hand(
                TryKey(connection, self._screen.side.key_text(form), _typed(connection)), self.try_form
            )
        finally:
            sheet.testing, self._busy = False, False
        if self._screen.form is not sheet:
            return None
        found = self._found(result) if self._edits == before else None
        if self._edits != before:
            self._desk.say("What is filled in was changed while it was tested: t tests it again.", Tone.WARN)
        sheet.verdict = found
        self._screen.show_form()
        return found

    def _found(self, result: api.Result | RecoveryMade | None) -> Verdict | None:
        """What a test found; where there was none, why is said."""
        if isinstance(result, api.KeyTried):
            return Verdict.of(result)
        if result is not None:
            self._opening.failed(result)
        return None

    def _tell(self, label: str, verdict: Verdict) -> None:
        if not verdict.passed:
            told = f"{label} did not pass: {verdict.failure} ^y keeps it switched off."
            self._desk.say(told, Tone.DANGER, sticky=True)
        elif verdict.needs:
            tone = Tone.DANGER if Acceptance.WITHDRAWAL in verdict.needs else Tone.WARN
            self._desk.say(refusal_of(verdict.needs[0], label).why, tone, sticky=True)
        else:
            self._desk.say(f"{label} passed every step. ^y saves it.", Tone.GOOD)

    def save(self) -> None:
        """Keep what is filled in, once it was tested and what has to be typed was typed."""
        sheet = self._screen.form
        if sheet is not None and not self._busy:
            self._desk.spawn(self._save(sheet))

    async def _save(self, sheet: FormSheet) -> None:
        form = sheet.form
        connection = self._filled(sheet, self._accepted())
        if connection is None:
            return
        if not form.asks_key:
            await self._store_plain(sheet, connection)
            return
        verdict = sheet.verdict
        if verdict is None:
            verdict = await self._try(sheet)
            if verdict is not None and not verdict.passed:
                self._tell(form.label, verdict)
            if verdict is None or not verdict.passed:
                # Why it did not pass is to be read first: the next ^y keeps it switched off.
                return
        if not self._agreed_to(sheet, words_for(verdict.needs, form.label, connection.mode), self.save):
            return
        await self._keep(sheet, replace(connection, active=connection.active and verdict.passed))

    def _agreed_to(self, sheet: FormSheet, words: Sequence[Word], again: Then) -> bool:
        """Whether every word was typed; the first that was not is asked for, and then the deed is tried again."""
        missing = [word for word in words if word not in self._agreed]
        if missing:
            self._ask_word(sheet, missing[0], again)
        return not missing

    def _ask_word(self, sheet: FormSheet, word: Word, again: Then) -> None:
        self._desk.say(word.why, Tone.DANGER if word.accepts is Acceptance.WITHDRAWAL else Tone.WARN, sticky=True)
        sheet.asked = word
        self._screen.show_form()

        def closed() -> None:
            sheet.asked = None
            self._screen.show_form()

        def take(text: str) -> str:
            closed()
            if self._screen.form is not sheet:
                return ""
            if text.strip() != word.text:
                return f"That is not {word.text}. {NOTHING}"
            self._agreed.append(word)
            again()
            return ""

        self._desk.asking.ask_text("word", f"type {word.text}, then enter; esc goes back", take, closed)

    def _accepted(self) -> tuple[Acceptance, ...]:
        return tuple(word.accepts for word in self._agreed if word.accepts is not None)

    async def _keep(self, sheet: FormSheet, connection: Connection) -> None:
        """Hand the key over to be kept; with no vault yet, one is made first."""
        if self._desk.store.vault.state is VaultState.NONE and not self._made:
            self._desk.say("Keys are kept in a vault, and there is none yet: choose its passphrase.")
            self._opening.door.make(self._vault_made)
            return
        self._busy = True
        try:
            key = self._screen.side.key_text(sheet.form)
            result = await self._opening.hand(KeepKey(connection, key, _typed(connection)), self.save)
        finally:
            self._busy = False
        if isinstance(result, api.KeyKept):
            self._kept(sheet, result)
        elif result is not None:
            self._refused(sheet, result)

    def _vault_made(self) -> None:
        """Go on, also before the worker's word of it has come: its answer was first."""
        self._made = True
        self.save()

    def _kept(self, sheet: FormSheet, result: api.KeyKept) -> None:
        self._screen.clerk.verdicts[result.connection.account] = Verdict(result.steps, result.rights, result.warnings)
        connection = result.connection
        file_said = self._screen.side.file_said
        self._close(sheet, connection.account)
        off = "" if connection.active else ", switched off: its test did not pass"
        warned = "".join(f" {clean(warning)}" for warning in result.warnings)
        self._desk.say(f"{clean(connection.label)} is kept{off}.{warned}{file_said}", Tone.GOOD)
        if self._made:
            self._made = False
            self._opening.door.offer_recovery()

    def _refused(self, sheet: FormSheet, result: api.Result | RecoveryMade) -> None:
        """Why it was not kept; a right that was not seen before must be agreed to now."""
        verdict = sheet.verdict
        if isinstance(result, api.Failure) and result.kind is api.FailureKind.ACCEPTANCE_NEEDED and verdict is not None:
            needed = Acceptance(result.code)
            sheet.verdict = replace(verdict, needs=tuple(dict.fromkeys((*verdict.needs, needed))))
            if self._screen.form is sheet:
                self._screen.show_form()
                self._ask_word(sheet, refusal_of(needed, sheet.form.label), self.save)
            return
        self._opening.failed(result)
        if self._screen.form is sheet:
            self._screen.show_form()

    async def _store_plain(self, sheet: FormSheet, connection: Connection) -> None:
        """A connection without a key, or a registered one that keeps its own."""
        before = sheet.form.edited
        moved = before is not None and connection.hosts != before.hosts
        if moved and not self._agreed_to(sheet, hosts_to_type(connection), self.save):
            return
        if before is None:
            result = await self._opening.ask(api.AddConnection(connection), self.save)
        else:
            result = await self._opening.ask(
                api.EditConnection(
                    connection.account,
                    label=None if connection.label == before.label else connection.label,
                    hosts=None if connection.hosts == before.hosts else connection.hosts,
                    accepted=None if connection.accepted == before.accepted else connection.accepted,
                    hosts_typed=_typed(connection),
                ),
                self.save,
            )
        if not isinstance(result, api.Done):
            if result is not None:
                self._opening.failed(result)
            return
        self._close(sheet, connection.account)
        told = "is changed" if before is not None else "is added, market data only. t tests it"
        self._desk.say(f"{clean(connection.label)} {told}.", Tone.GOOD)

    def _close(self, sheet: FormSheet, account: AccountId) -> None:
        self._agreed.clear()
        if self._screen.form is sheet:
            self._screen.close_sheet()
        self._screen.select(account)

    def _filled(self, sheet: FormSheet, accepted: tuple[Acceptance, ...]) -> Connection | None:
        """The connection; None where something is missing, which is said and gone to."""
        form = sheet.form
        try:
            connection = form.connection(self._account, self._desk.clock.time_ns(), accepted)
            if form.asks_key:
                self._screen.side.check_key(form)
        except Missing as missing:
            form.focus = missing.place
            self._desk.say(str(missing), Tone.WARN, sticky=True)
            self._screen.show_form()
            return None
        return connection


def _typed(connection: Connection) -> tuple[str, ...]:
    """The hosts that `hosts_to_type` asked for: nothing is handed over before all of them were typed."""
    return tuple(word.text for word in hosts_to_type(connection))
