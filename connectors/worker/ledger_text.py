"""External lines and third fees as the archive's settings keep them: JSON of the life they belong to, money as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from connectors.engine.effects import LinesMoved
from connectors.model.ids import AccountId, Epoch, InstrumentId


def lines_key(account: AccountId) -> str:
    """Name of the setting."""
    return f"ledger.{account}"


def lines_text(moved: LinesMoved) -> str:
    """Lines to be kept."""
    lines = {asset: [str(external), at_ns] for asset, (external, at_ns) in moved.lines.items()}
    return json.dumps({"epoch": moved.epoch, "lines": lines}, sort_keys=True)


def lines_of(text: str | None, epoch: Epoch) -> Mapping[str, tuple[Decimal, int | None]]:
    """Kept lines of a life; none where others were kept, or what is there is not of this form."""
    try:
        kept = json.loads(text or "{}", parse_float=Decimal)
        if kept.get("epoch") != epoch:
            return {}
        return {
            asset: (Decimal(external), None if at_ns is None else int(at_ns))
            for asset, (external, at_ns) in kept["lines"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
        # A line that begins anew costs an explanation of what moved meanwhile; a wrong one would invent a move.
        return {}


Fees = Mapping[tuple[InstrumentId, str], Decimal]


def fees_key(account: AccountId) -> str:
    """Name of the setting."""
    return f"ledger.fees.{account}"


def fees_text(epoch: Epoch, fees: Fees, read: int) -> str:
    """Fees in third assets, and how far they were read."""
    rows = [[str(instrument), asset, str(amount)] for (instrument, asset), amount in fees.items()]
    return json.dumps({"epoch": epoch, "read": read, "fees": rows}, sort_keys=True)


def fees_of(text: str | None, epoch: Epoch) -> tuple[Fees, int]:
    """Kept fees of a life, and how far they were read; from the beginning where none of this form are kept."""
    try:
        kept = json.loads(text or "{}", parse_float=Decimal)
        if kept.get("epoch") != epoch:
            return {}, 0
        fees = {(InstrumentId.parse(name), asset): Decimal(amount) for name, asset, amount in kept["fees"]}
        return fees, int(kept["read"])
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation):
        return {}, 0
