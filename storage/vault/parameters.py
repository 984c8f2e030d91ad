"""What Argon2id is asked to do, and what it may ever be asked: checked before anything is allocated (SECURITY-SPEC §2).

Default: twice the memory of RFC 9106's second choice (§4), ten times the floor of common advice.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.errors import KdfTooCostly, SecretRefused

SUITE = 1
"""Argon2id v1.3, HKDF- and HMAC-SHA256, ChaCha20-Poly1305. One suite a format version; nothing is negotiated."""

MAX_MEMORY_KIB = 1_048_576
MAX_PASSES = 10
MAX_LANES = 8
MAX_WORK = 4_194_304
"""Largest product of memory in KiB and passes: about 15 s on two cores."""
MIN_LANE_KIB = 8
"""Argon2's own floor for each lane, RFC 9106 §3.1."""

CREATE_MEMORY_KIB = 65_536
CREATE_PASSES = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id's parameters; all 0 for a slot that needs no Argon2."""

    memory_kib: int
    passes: int
    lanes: int

    def __str__(self) -> str:
        return f"m = {self.memory_kib} KiB, t = {self.passes}, p = {self.lanes}"


NO_COST = Cost(0, 0, 0)
DEFAULT_COST = Cost(131_072, 3, 4)


def is_readable(cost: Cost) -> bool:
    """Say whether Argon2 would ever be run with these parameters."""
    return (
        1 <= cost.passes <= MAX_PASSES
        and 1 <= cost.lanes <= MAX_LANES
        and MIN_LANE_KIB * cost.lanes <= cost.memory_kib <= MAX_MEMORY_KIB
        and cost.memory_kib * cost.passes <= MAX_WORK
    )


def check_readable(cost: Cost) -> None:
    """Refuse parameters that would exhaust the machine, or that Argon2 cannot run.

    Raises:
        KdfTooCostly: With what was asked and what is allowed.
    """
    if not is_readable(cost):
        raise too_costly(cost)


def too_costly(cost: Cost) -> KdfTooCostly:
    """The refusal of these parameters, with what is allowed."""
    return KdfTooCostly(
        f"A slot asks for Argon2id with {cost}; allowed are m from 8·p to {MAX_MEMORY_KIB} KiB, t from 1 to"
        f" {MAX_PASSES}, p from 1 to {MAX_LANES}, m·t up to {MAX_WORK}, and as much memory as is free."
        " Use another slot, or restore a backup: tradedesk restore FILE"
    )


def is_weak(cost: Cost) -> bool:
    """Say whether a slot is below what would be made today, so that the desk offers to wrap it anew."""
    return cost.memory_kib < CREATE_MEMORY_KIB or cost.passes < CREATE_PASSES


class NewSlotCost:
    """The parameters for slots that are made now; never below the floor.

    Raises:
        SecretRefused: Below the floor.
        KdfTooCostly: Above the ceiling.
    """

    __slots__ = ("cost",)

    def __init__(self, cost: Cost = DEFAULT_COST) -> None:
        check_readable(cost)
        if is_weak(cost):
            raise SecretRefused(
                f"A new slot with {cost} would be too easy to try passphrases on; the least is"
                f" m = {CREATE_MEMORY_KIB} KiB, t = {CREATE_PASSES}. Leave the parameters out to get {DEFAULT_COST}."
            )
        self.cost = cost

    @classmethod
    def weak_for_tests(cls, cost: Cost) -> NewSlotCost:
        """Cheap parameters for tests; a test of the architecture sees that only `tests/support` names this."""
        check_readable(cost)
        made = cls.__new__(cls)
        made.cost = cost
        return made
