"""Places of one service, in order of preference: when one does not answer, the next is used, and stays in use."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.wire.origins import Origin


class Ring:
    """Which of several places a socket goes to.

    Args:
        origins: One place, or several in order of preference.
    """

    def __init__(self, origins: Origin | Sequence[Origin]) -> None:
        self._origins = (origins,) if isinstance(origins, Origin) else tuple(origins)
        self._place = 0
        self._failed = 0

    @property
    def origin(self) -> Origin:
        """The place in use."""
        return self._origins[self._place]

    @property
    def another(self) -> bool:
        """Whether there is a place that has not failed since one last worked: it costs no wait to try it."""
        return self._failed % len(self._origins) > 0

    def fail(self) -> str:
        """Go on to the next place; returns the host that failed."""
        failed = self.origin.host
        self._failed += 1
        self._place = (self._place + 1) % len(self._origins)
        return failed

    def work(self) -> None:
        """The place in use works."""
        self._failed = 0
