"""Repainting rows: what a beat changes goes to the terminal row by row, without composing the screen around it.

Textual composes an update from every widget that touches the box around all changed rows: a millisecond and a half, and
a fifth of one more for each row. Our panes stand side by side and ask for whole rows of their own, so nearly every
update is those rows and nothing else. Whatever is not so plain (a layout, a covered pane, a scrolled one) takes
Textual's way. Not taken: writing to the terminal from the panes; what is on the screen stays Textual's to know.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.pane import LinePane


class RowsUpdate(CompositorUpdate):
    """Rows of panes, each with the cell of the screen it begins in.

    Args:
        rows: Column, line and content.
    """

    def __init__(self, rows: list[tuple[int, int, Strip]]) -> None:
        self.rows = rows

    def render_segments(self, console: Console) -> str:
        """See `CompositorUpdate.render_segments`: CUP (ECMA-48 8.3.21), then the row."""
        return "".join(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.rows)


class RowCompositor(Compositor):
    """Textual's compositor, with a short way for rows of panes that nothing covers."""

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: dict[Widget, tuple[Region, Region]] = {}
        self._owners: dict[Region, tuple[LinePane, Offset] | None] = {}

    def render_partial_update(self) -> ChopsUpdate | RowsUpdate | None:  # type: ignore[override]  # both are updates
        """See `Compositor.render_partial_update`."""
        rows = self._rows_alone(self._dirty_regions)
        if rows is None:
            return super().render_partial_update()
        self._dirty_regions.clear()
        return RowsUpdate(rows)

    def _rows_alone(self, regions: Iterable[Region]) -> list[tuple[int, int, Strip]] | None:
        """The rows that are all of these regions; None where they are not all of that kind."""
        wanted: dict[LinePane, tuple[Offset, set[int]]] = {}
        for region in regions:
            owner = self._owner(region)
            if owner is None:
                return None
            pane, corner = owner
            _, lines = wanted.setdefault(pane, (corner, set()))
            lines.update(range(region.y - corner.y, region.bottom - corner.y))
        return [row for pane, (corner, lines) in wanted.items() for row in _rows_of(pane, corner, lines)] or None

    def _owner(self, region: Region) -> tuple[LinePane, Offset] | None:
        """The pane all of whose width a region is, uncovered, and the cell of the screen it begins in.

        Remembered until the layout changes: Textual makes a new mapping of what is visible then.
        """
        visible = self.visible_widgets
        if visible is not self._laid_out:
            self._laid_out = visible
            self._owners.clear()
        if region not in self._owners:
            self._owners[region] = self._find_owner(region)
        return self._owners[region]

    def _find_owner(self, region: Region) -> tuple[LinePane, Offset] | None:
        # From front to back: the first that is met lies over all that follow.
        for widget, (place, clip) in self.visible_widgets.items():
            seen = place.intersection(clip)
            if not seen.overlaps(region):
                continue
            whole = seen == place and seen.contains_region(region) and region.width == place.width
            return (widget, place.offset) if whole and isinstance(widget, LinePane) else None
        return None


def _rows_of(pane: LinePane, corner: Offset, lines: set[int]) -> Iterable[tuple[int, int, Strip]]:
    """Lines of a pane, asked for at once: what they have in common (styles, filters) costs as much as a line."""
    first = min(lines)
    strips = pane.render_lines(Region(0, first, pane.size.width, max(lines) + 1 - first))
    return ((corner.x, corner.y + line, strips[line - first]) for line in sorted(lines))
