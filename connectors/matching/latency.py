"""How long an order takes from the hand to the queue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """Delay in ns each way: ``order_ns`` until an order is matched, ``answer_ns`` until its answer is seen."""

    order_ns: int = 0
    answer_ns: int = 0

    def __post_init__(self) -> None:
        if self.order_ns < 0 or self.answer_ns < 0:
            raise ValueError(f"latency {self.order_ns}/{self.answer_ns} ns is negative")

    def arrives(self, sent_ns: int) -> int:
        """When an order sent at ``sent_ns`` reaches the queue."""
        return sent_ns + self.order_ns

    def answered(self, matched_ns: int) -> int:
        """When the sender sees the answer to what was matched at ``matched_ns``."""
        return matched_ns + self.answer_ns
