"""When a socket said what, and whether it has been quiet for too long: by arrival, never by what a venue claims."""

from __future__ import annotations

from connectors.wire.dialogue import Patience

_SECOND = 1_000_000_000
_LONGEST_S = 600


class Silence:
    """The quiet of one socket, over its lives.

    Args:
        patience: How long it may be quiet.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._heard_ns = 0
        self._data_ns = 0
        self._data_s = patience.data_s

    def begin(self, now_ns: int) -> None:
        """A connection opened; monotonic ns."""
        self._heard_ns = self._data_ns = now_ns

    def data(self, now_ns: int) -> None:
        """A frame came."""
        self._heard_ns = self._data_ns = now_ns
        self._data_s = self._patience.data_s

    def pong(self, now_ns: int) -> None:
        """A pong came."""
        self._heard_ns = now_ns

    def quiet_ns(self, now_ns: int) -> int:
        """Ns since anything came, pongs included."""
        return now_ns - self._heard_ns

    def asks(self, now_ns: int) -> bool:
        """Whether it is time to ask with a ping: a busy socket needs none."""
        return self.quiet_ns(now_ns) >= self._patience.ping_after_s * _SECOND

    def too_long(self, host: str, now_ns: int, *, expects_data: bool) -> str:
        """What to say of a silence that cannot be borne any longer; empty while it can."""
        quiet_s = self.quiet_ns(now_ns) / _SECOND
        if quiet_s > self._patience.silence_s:
            return f"{host} said nothing for {round(quiet_s)} s."
        without_s = (now_ns - self._data_ns) / _SECOND
        if expects_data and without_s > self._data_s:
            self._data_s = min(2 * self._data_s, _LONGEST_S)
            return f"{host} sent no data for {round(without_s)} s."
        return ""
