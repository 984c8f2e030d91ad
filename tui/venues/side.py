"""The pane beside the list, and the fields for secrets that lie over its rows."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Container

from connectors.errors import CredentialRefused
from connectors.model.connection import KeyKind
from connectors.model.secret import SecretBytes, overwrite
from connectors.ports.clock import Clock
from connectors.worker.secrets import KeyText
from tui.venues.fields import HIDDEN, Field, Missing
from tui.venues.form import Form
from tui.venues.keyfile import read_key_file
from tui.venues.sheets import FormSheet, Sheet
from tui.widgets.line import DIM, Line
from tui.widgets.pane import LinePane
from tui.widgets.secret_input import SecretInput

TRIMMED = "white space trimmed"


class KeySecret(SecretInput):
    """A secret of the form, which is told when it changes: what was tested before was another key."""

    on_changed: Callable[[], None] | None = None
    _told = 0

    def paste(self, text: str) -> None:
        """Take pasted text; that white space was trimmed is known only afterwards."""
        super().paste(text)
        if self.trimmed and self.on_changed is not None:
            self.on_changed()

    def _changed(self) -> None:
        super()._changed()
        if self._length != self._told:
            self._told = self._length
            if self.on_changed is not None:
                self.on_changed()


class SheetPane(LinePane):
    """Draws a sheet and scrolls so that the row under the hand is seen."""

    can_focus = True
    _sheet: Sheet | None = None
    first = 0
    """Lines above the first one shown."""

    def put(self, sheet: Sheet | None) -> None:
        """Show a sheet."""
        self._sheet = sheet
        self.touch_up()

    def scroll_rows(self, rows: int) -> None:
        """Scroll a sheet that is only read."""
        self.first = max(self.first + rows, 0)
        self.touch_up()

    def heading(self, width: int) -> Line:
        """The sheet's title."""
        return [(" ", DIM)] if self._sheet is None else self._sheet.heading(width)

    def body_lines(self, width: int, height: int) -> list[Line]:
        """As much of it as fits, around the row that must be seen."""
        if self._sheet is None:
            return []
        lines = self._sheet.lines(width)
        most = max(len(lines) - height, 0)
        seen = self._sheet.seen()
        if isinstance(self._sheet, FormSheet):
            self.first = max(min(self.first, seen), seen - height + 1, 0)
        self.first = min(self.first, most)
        return lines[self.first : self.first + height]


class SidePane(Container):
    """The sheet and the two secret fields of a form.

    Args:
        clock: Times how long a revealed secret stays.
        rule: Draw ``│`` between it and the list.
    """

    DEFAULT_CSS = """
    SidePane { layers: base above; height: 1fr; }
    SidePane > KeySecret { layer: above; position: absolute; display: none; }
    """

    def __init__(self, clock: Clock, *, rule: bool, id: str) -> None:  # noqa: A002  # Textual's own word
        super().__init__(id=id)
        self.pane = SheetPane(rule=rule, id=f"{id}-sheet")
        # A private key as PEM has line breaks in it; what opens one has not.
        self.secrets = {
            Field.SECRET: KeySecret(clock, may_reveal=True, lines=True, id=f"{id}-secret"),
            Field.OPENS: KeySecret(clock, may_reveal=True, id=f"{id}-opens"),
        }
        self.file_said = ""
        """What is to be said of the key file that was read."""
        self._form: FormSheet | None = None
        self._file = ""
        self._file_held = SecretBytes(bytearray())

    def compose(self) -> ComposeResult:
        """The pane, and over it the fields."""
        yield self.pane
        yield from self.secrets.values()

    # --- the form ---------------------------------------------------------------------------------------------------

    def put(self, sheet: Sheet | None) -> None:
        """Show a sheet; one that is no form overwrites what the form's secret fields held."""
        form = sheet if isinstance(sheet, FormSheet) else None
        if form is None or form is not self._form:
            for secret in self.secrets.values():
                secret.clear()
            self._forget_file()
            self.pane.first = 0
        self._form = form
        self.pane.put(sheet)
        self.place()

    def place(self) -> None:
        """Lay the secret fields over their rows and give the focused one the focus."""
        form = self._form
        for place, secret in self.secrets.items():
            row = None if form is None or place not in form.form.shown() else self._row(form, place)
            secret.display = row is not None
            if row is None or form is None:
                continue
            column, cells = form.box_of(self._inner)
            secret.styles.width = cells + 2
            secret.styles.offset = (column + int(self.pane.rule), row)
        if form is not None and self.screen.focused in {self.pane, *self.secrets.values()}:
            self.take_focus()

    def take_focus(self) -> None:
        """Focus where the hand is."""
        place = None if self._form is None else self._form.form.focus
        target = self.secrets.get(place) if place is not None and place in HIDDEN else None
        self.screen.set_focus(self.pane if target is None or not target.display else target)

    @property
    def _inner(self) -> int:
        return self.pane.size.width - int(self.pane.rule)

    def _row(self, form: FormSheet, place: Field) -> int | None:
        """The row of a field on the pane, its title counted; None while it is scrolled away."""
        if not self.pane.size.height:
            return None
        # Composed here so that the rows are those of the next frame.
        self.pane.body_lines(self._inner, self.pane.size.height - 1)
        row = form.row_of(place)
        if row is None or not 0 <= row - self.pane.first < self.pane.size.height - 1:
            return None
        return row - self.pane.first + 1

    def on_resize(self) -> None:
        """The rows may lie elsewhere."""
        self.call_after_refresh(self.place)

    # --- secrets ----------------------------------------------------------------------------------------------------

    def note(self) -> None:
        """Tell the form which secrets are there, and what was done to a paste."""
        form = self._form
        if form is None:
            return
        for place, secret in self.secrets.items():
            if secret.filled:
                form.filled.add(place)
            else:
                form.filled.discard(place)
            told = secret.trouble or (TRIMMED if secret.trimmed else "")
            form.notes |= {place: told}

    def key_text(self, form: Form) -> KeyText:
        """The key as it was given, in buffers of its own: the caller's to overwrite.

        Raises:
            Missing: A part is missing, or a file cannot be read.
        """
        kind = form.kind
        if kind is None:
            raise Missing(Field.KIND, "This connection has no key.")
        api_key, path = form.api_key(), form.texts[Field.FILE].strip()
        secret = self._from_file(path) if path else self.secrets[Field.SECRET].copied()
        if kind is KeyKind.HMAC:
            # The venue shows it as one word: what stands between its letters came with the paste.
            whole = secret
            secret = bytearray().join(whole.split())
            overwrite(whole)
        if not secret:
            raise Missing(Field.SECRET, "The secret is missing: type or paste it, or name the file it is in.")
        opens = self.secrets[Field.OPENS].copied() if Field.OPENS in form.shown() else bytearray()
        return KeyText(kind, api_key, secret, opens or None)

    def check_key(self, form: Form) -> None:
        """See that a key is there, whole; nothing of it is kept.

        Raises:
            Missing: As of `key_text`.
        """
        key = self.key_text(form)
        overwrite(key.secret)
        if key.passphrase is not None:
            overwrite(key.passphrase)

    def _from_file(self, path: str) -> bytearray:
        """What is in the file, which is read once for as long as it is named so."""
        if path != self._file:
            self._forget_file()
            try:
                secret, self.file_said = read_key_file(path)
            except CredentialRefused as problem:
                refusal = problem.sentence
            else:
                self._file, self._file_held = path, SecretBytes(secret)
                return secret[:]
            raise Missing(Field.FILE, refusal)
        return self._file_held.buffer[:]

    def _forget_file(self) -> None:
        self._file_held.close()
        self._file = self.file_said = ""
