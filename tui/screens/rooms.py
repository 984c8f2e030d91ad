"""Walking between screens, panes, dialogs and the typed line; and which keys count where one has come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.model.ids import AccountId
from connectors.worker import api
from tui.commands.catalogue import footer_of
from tui.commands.command import Context
from tui.messages.failure import sentence_of
from tui.messages.teller import Tone
from tui.screens.frame import DeskScreen, Typed
from tui.session import Phase
from tui.widgets.secret_input import TypedField

if TYPE_CHECKING:
    from tui.desk import Desk


class Rooms:
    """The walk.

    Args:
        desk: The app.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._size = desk.size

    # --- where one is -----------------------------------------------------------------------------------------------

    @property
    def base(self) -> DeskScreen | None:
        """The screen under all dialogs; None before the first one stands."""
        for screen in self._desk.screen_stack:
            if isinstance(screen, DeskScreen):
                return screen
        return None

    @property
    def typing(self) -> bool:
        """Whether the typed line has the focus."""
        return isinstance(self._desk.focused, Typed)

    @property
    def in_text(self) -> bool:
        """Whether printable keys are text now."""
        context, base = self.context(), self.base
        if context in {Context.VENUE_FORM, Context.ORDER_EDIT}:
            return base is not None and base.text is not None and base.text.in_text
        return self.typing or self.field is not None or context in {Context.TICKET, Context.SWITCH}

    @property
    def field(self) -> TypedField | None:
        """The field for a secret or a word that has the focus: the dispatcher writes into it, Textual never does."""
        focused = self._desk.focused
        return focused if isinstance(focused, TypedField) else None

    def context(self) -> Context:
        """The nearest context."""
        dialog, base = self._desk.dialogs.top, self.base
        if dialog is not None:
            return dialog.context
        if base is None:
            return Context.GLOBAL
        return Context.LINE if self.typing else base.context_of(self._desk.focused)

    def contexts(self) -> tuple[Context, ...]:
        """Contexts whose keys count, nearest first."""
        nearest = self.context()
        if self.field is not None:
            return (Context.FIELD, *self._around(nearest))
        return self._around(nearest)

    def _around(self, nearest: Context) -> tuple[Context, ...]:
        if self._desk.dialogs.top is not None or nearest is Context.LINE:
            return (nearest,)
        condition = self._desk.session.condition
        gone = condition.phase is Phase.GONE or bool(condition.exchange_gone)
        around = (nearest,) if nearest is Context.GLOBAL else (nearest, Context.GLOBAL)
        return (Context.GONE, *around) if gone and nearest is not Context.TICKET else around

    # --- screens and panes ------------------------------------------------------------------------------------------

    def go(self, mode: str) -> None:
        """Switch to a screen."""
        self._desk.dialogs.close()
        if self._desk.current_mode == mode:
            self.settle()
            return
        self._desk.switch_mode(mode)

    def back(self) -> None:
        """One step back: within the screen, to the market, or to the ladder."""
        base = self.base
        if base is not None and base.step_back():
            self.settle()
        elif self._desk.current_mode != "market":
            self.go("market")
        else:
            self.focus_pane(Context.LADDER)

    def focus_pane(self, pane: Context) -> None:
        """Focus a pane of the market screen."""
        self.go("market")
        sentence = self._desk.floor.focus_pane(pane)
        if sentence:
            self._desk.say(sentence)
        self.settle()

    def focus_next(self, step: int) -> None:
        """Focus the next or previous pane of this screen."""
        screen = self._desk.screen
        if step > 0:
            screen.focus_next()
        else:
            screen.focus_previous()
        self.settle()

    def arrived(self, screen: DeskScreen) -> None:
        """A screen has come up."""
        desk = self._desk
        screen.take_facts()
        desk.status_changed()
        self.settle()
        if not desk.locker.covered:
            # What it showed when it was left is not so any more, and must not be seen for one frame.
            sum(screen.flushes(desk.clock.time_ns()))

    def resized(self) -> None:
        """The window may have another size: what is staged is dropped then, and order keys wait."""
        if self._desk.size == self._size:
            return
        self._size = self._desk.size
        self._desk.hand.gate.resized(self._desk.clock.monotonic_ns())
        self._desk.ask(None)
        self._desk.call_after_refresh(self.show_keys)

    def settle(self) -> None:
        """Something under the hand has changed."""
        desk = self._desk
        desk.hand.gate.settle(desk.clock.monotonic_ns())
        desk.hand.forget_prefix()
        self.show_keys()
        desk.show_line()

    def show_keys(self) -> None:
        """Put the keys of where the hand is into the footer."""
        base = self.base
        if base is not None:
            base.keys.put(footer_of(self.contexts(), self._desk.size.width))

    def show_symbol(self, symbol: str) -> None:
        """Put another instrument under the hand."""
        self._desk.ask(None)
        self._desk.spawn(self._show(symbol))

    async def _show(self, symbol: str) -> None:
        desk = self._desk
        if not await desk.market.show(symbol):
            desk.say(f"{desk.market.label} has no {symbol}. Nothing was changed.", Tone.WARN)
        self.settle()

    # --- lists ------------------------------------------------------------------------------------------------------

    def move_list(self, rows: int) -> None:
        """Move the selection of this screen's list."""
        base = self.base
        if base is not None:
            base.move_list(rows)

    def reconcile(self) -> None:
        """Ask the venue for orders, fills and balances now."""
        account = self._desk.market.account
        if account is None:
            self._desk.say("There is no connection to ask.")
            return
        self._desk.say(f"Asking {self._desk.market.label}…")
        self._desk.spawn(self._reconcile(account))

    async def _reconcile(self, account: AccountId) -> None:
        desk = self._desk
        trouble = sentence_of(await desk.session.ask(api.Reconcile(account)))
        if trouble:
            desk.say(trouble, Tone.WARN, sticky=True)
        else:
            desk.say(f"{desk.market.label} was asked: the lists are as the venue says.", Tone.GOOD)
