"""Keys of the venues screen and of the form beside its list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.command import Command, Context

if TYPE_CHECKING:
    from tui.desk import Desk


class VenueCommand(Command):
    """Works on the list of connections."""

    contexts = (Context.VENUES,)


class VenueAdd(VenueCommand):
    """Add a connection."""

    id, keys, words = "venues.add", ("a",), "add a connection"
    footer = "add"

    def run(self, desk: Desk) -> None:
        """Open the form."""
        desk.venues.clerk.add()


class VenueEdit(VenueCommand):
    """Change the selected connection: label, hosts, another key."""

    id, keys, words = "venues.edit", ("e",), "edit: label, hosts, another key"
    footer = "edit"

    def run(self, desk: Desk) -> None:
        """Open the form with it."""
        desk.venues.clerk.edit()


class VenueTest(VenueCommand):
    """Test the selected connection; no order is sent."""

    id, keys, words = "venues.test", ("t",), "test it; sends no order"
    footer = "test"

    def run(self, desk: Desk) -> None:
        """Test."""
        desk.venues.clerk.test()


class VenueSwitch(VenueCommand):
    """Switch the selected connection on or off."""

    id, keys, words = "venues.switch", ("space",), "switch on / off"
    footer = "on/off"

    def run(self, desk: Desk) -> None:
        """Switch."""
        desk.venues.clerk.switch()


class VenueDelete(VenueCommand):
    """Delete the selected connection, after its label was typed."""

    id, keys, words = "venues.delete", ("x", "delete"), "delete; its label is typed"
    shown, footer = "x", "delete"

    def run(self, desk: Desk) -> None:
        """Ask."""
        desk.venues.clerk.delete()


class VenueDetails(VenueCommand):
    """Everything that is known of the selected connection."""

    id, keys, words = "venues.details", ("enter",), "details"
    footer = "details"

    def run(self, desk: Desk) -> None:
        """Show or hide them."""
        desk.venues.toggle_details()


class FormCommand(Command):
    """Works in the form of a connection."""

    contexts = (Context.VENUE_FORM,)


class FormUp(FormCommand):
    """The field above."""

    id, keys, words = "venue.up", ("up", "shift+tab"), "field above"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.venues.hand.move(-1)


class FormDown(FormCommand):
    """The next field."""

    id, keys, words = "venue.down", ("down", "tab"), "field below"
    shown, footer = "tab", "next field"

    def run(self, desk: Desk) -> None:
        """Move."""
        desk.venues.hand.move(1)


class FormEnter(FormCommand):
    """The next field, or the test where the hand is on it."""

    id, keys, words = "venue.enter", ("enter",), "next field, or run the test"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Move, or test."""
        desk.venues.hand.enter()


class FormLeft(FormCommand):
    """The choice before."""

    id, keys, words = "venue.left", ("left",), "choices"
    shown, footer = "← →", "choose"

    def run(self, desk: Desk) -> None:
        """Turn."""
        desk.venues.hand.turn(-1)


class FormRight(FormCommand):
    """The next choice."""

    id, keys, words = "venue.right", ("right", "space"), "next choice"
    hidden = True

    def run(self, desk: Desk) -> None:
        """Turn."""
        desk.venues.hand.turn(1)


class FormErase(FormCommand):
    """Take a character away."""

    id, keys, words = "venue.erase", ("backspace", "delete"), "erase"
    shown = "bksp"

    def run(self, desk: Desk) -> None:
        """Erase."""
        desk.venues.hand.erase()


class FormClear(FormCommand):
    """Empty the field."""

    id, keys, words = "venue.clear", ("ctrl+u",), "empty the field"
    shown = "^u"

    def run(self, desk: Desk) -> None:
        """Erase all of it."""
        desk.venues.hand.erase(whole=True)


class FormReveal(FormCommand):
    """Show the secret for five seconds."""

    id, keys, words = "venue.reveal", ("ctrl+r",), "show the secret for 5 s"
    shown = "^r"

    def run(self, desk: Desk) -> None:
        """Show it, or hide it again."""
        desk.venues.hand.reveal()


class FormTest(FormCommand):
    """Test what is filled in; no order is sent."""

    id, keys, words = "venue.test", ("t",), "test; not in a text field"
    footer = "test"

    def run(self, desk: Desk) -> None:
        """Test."""
        desk.venues.keeping.try_form()


class FormSave(FormCommand):
    """Keep it."""

    id, keys, words = "venue.save", ("ctrl+y",), "save"
    shown, footer = "^y", "save"

    def run(self, desk: Desk) -> None:
        """Test where that was not done, ask what must be typed, and keep it."""
        desk.venues.keeping.save()


class FormClose(FormCommand):
    """Leave the form; nothing of it is stored."""

    id, keys, words = "venue.close", ("escape",), "leave; nothing is stored"
    shown, footer = "esc", "leave"

    def run(self, desk: Desk) -> None:
        """Close it."""
        desk.venues.keeping.leave()


VENUES: tuple[type[Command], ...] = (
    VenueAdd,
    VenueEdit,
    VenueTest,
    VenueSwitch,
    VenueDelete,
    VenueDetails,
    FormDown,
    FormUp,
    FormEnter,
    FormTest,
    FormSave,
    FormClose,
    FormLeft,
    FormRight,
    FormErase,
    FormClear,
    FormReveal,
)
"""In the order of the help page."""
