"""The app's door to the terminal: while the desk is covered nothing but the lock screen passes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.screen import Screen

from tui.modals.sheet import Sheet
from tui.screens.frame import DeskScreen

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tui.locker import Locker

NO_PICTURE = "No picture is taken while a secret may be on the screen."


class Curtain(App[int]):
    """Judges each frame and each picture of the screen before it leaves.

    Attributes:
        locker: Knows whether the desk is covered.
    """

    locker: Locker

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Textual's one way to the terminal (a test holds it against its version): a frame of a covered desk stays."""
        if self.locker.may_paint(screen):
            super()._display(screen, renderable)

    @property
    def shows_secrets(self) -> bool:
        """Whether a dialog or a form for secrets is open, or the desk is covered."""
        return self.locker.covered or any(
            isinstance(screen, Sheet | DeskScreen) and screen.secret for screen in self.screen_stack
        )

    def save_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str:
        """Write a picture of the screen; nothing where a secret may be on it.

        Returns:
            The file's name; empty where none was written.
        """
        return "" if self.shows_secrets else super().save_screenshot(filename, path, time_format)

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """As `save_screenshot`, for Textual's own command."""
        return None if self.shows_secrets else super().deliver_screenshot(filename, path, time_format)
