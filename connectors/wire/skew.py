"""The venue's clock against ours: an offset with a bound on its error, from answers to "what time is it?"."""

from __future__ import annotations

from dataclasses import dataclass

_KEPT = 16
"""Samples remembered."""

_DRIFT_PPM = 100
"""How fast two clocks may drift apart, in millionths: generous for machines that run NTP, and for those that do not."""


@dataclass(frozen=True, slots=True)
class Offset:
    """The venue's clock minus ours, in ns, and how wrong that may be."""

    ns: int
    error_ns: int


@dataclass(frozen=True, slots=True)
class _Sample:
    offset: Offset
    taken_ns: int


class Skew:
    """Estimates the venue's clock by the midpoint of a question and its answer.

    The venue read its clock somewhere between the two, so the midpoint is wrong by half the round trip at most. The
    sample with the smallest bound is believed, its bound growing with its age.

    Args:
        resolution_ns: How coarse the venue's clock is (1 ms for Binance): it cuts off, so half of it is added.
    """

    def __init__(self, resolution_ns: int = 1_000_000) -> None:
        self._resolution_ns = resolution_ns
        self._samples: list[_Sample] = []

    def add(self, asked_ns: int, answered_ns: int, venue_ns: int) -> Offset:
        """Take one answer.

        Args:
            asked_ns: Our wall clock when the question left.
            answered_ns: Our wall clock when the answer came, on the same scale.
            venue_ns: The venue's clock in the answer.

        Returns:
            The offset believed from now on.
        """
        middle = (asked_ns + answered_ns) // 2
        error = (answered_ns - asked_ns) // 2 + self._resolution_ns // 2
        sample = _Sample(Offset(venue_ns + self._resolution_ns // 2 - middle, error), answered_ns)
        if self._samples and not self._agree(sample):
            self._samples.clear()
        self._samples = [*self._samples[-_KEPT + 1 :], sample]
        return self.offset(answered_ns)

    def offset(self, now_ns: int) -> Offset:
        """The best estimate now; zero with no bound worth naming before the first answer."""
        return Offset(*self._best(now_ns))

    def forget(self) -> None:
        """Drop every sample: the venue said that our time is wrong, so none of them can be trusted."""
        self._samples.clear()

    @property
    def known(self) -> bool:
        """Whether the venue's clock was read at least once."""
        return bool(self._samples)

    def venue_ns(self, now_ns: int) -> int:
        """Our wall time on the venue's clock."""
        return now_ns + self._best(now_ns)[0]

    def _agree(self, sample: _Sample) -> bool:
        """Whether a new sample fits what was believed; if not, one of the two clocks was set, and the past is void."""
        believed = self.offset(sample.taken_ns)
        return abs(sample.offset.ns - believed.ns) <= sample.offset.error_ns + believed.error_ns

    def _best(self, now_ns: int) -> tuple[int, int]:
        """The offset in ns and its bound; in one go, since an order asks for the time thrice on its way."""
        best_ns, least_ns = 0, -1
        for sample in self._samples:
            offset = sample.offset
            bound_ns = offset.error_ns + abs(now_ns - sample.taken_ns) * _DRIFT_PPM // 1_000_000
            if least_ns < 0 or bound_ns < least_ns:
                best_ns, least_ns = offset.ns, bound_ns
        return best_ns, max(0, least_ns)
