"""Limits and days as the archive's settings have them: JSON, amounts as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import msgspec

from connectors.engine.bounds import LimitKey, Rules, why_not
from connectors.engine.day import Base, Day
from connectors.model.ids import AccountId, Epoch, InstrumentId
from connectors.model.risk import LimitName
from connectors.worker.log import logger

LIMITS_KEY = "risk.limits"
DAYS_KEY = "risk.days"


@dataclass(frozen=True, slots=True)
class _Rule:
    name: LimitName
    value: Decimal | None
    account: UUID | None = None
    venue: str | None = None
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class _Base:
    instrument: str
    realised: Decimal
    fees: Decimal
    unrealised: Decimal | None


@dataclass(frozen=True, slots=True)
class _Day:
    account: UUID
    began_ns: int
    epoch: str
    currency: str
    equity: Decimal | None
    bases: tuple[_Base, ...] = ()
    fees: dict[str, Decimal] = field(default_factory=dict)
    warned: bool = False
    locked_ns: int | None = None
    excused: Decimal = Decimal(0)
    elsewhere: tuple[_Day, ...] = ()


_encode = msgspec.json.Encoder(decimal_format="string").encode


def write_limits(rules: Rules) -> str:
    """What was set, as text."""
    return _encode(
        [
            _Rule(key.name, value, key.account, key.venue, None if key.instrument is None else str(key.instrument))
            for key, value in rules.items()
        ]
    ).decode()


def read_limits(text: str | None) -> dict[LimitKey, Decimal | None]:
    """What was set. A line that cannot be read, or is not legal in this release, is left out: the default holds."""
    found: dict[LimitKey, Decimal | None] = {}
    for raw in _lines(text, LIMITS_KEY):
        try:
            row = msgspec.json.decode(raw, type=_Rule)
            instrument = None if row.instrument is None else InstrumentId.parse(row.instrument)
        except (msgspec.MsgspecError, ValueError) as problem:
            logger().error("limit_unreadable", fault=type(problem).__name__)
            continue
        account = None if row.account is None else AccountId(row.account)
        key = LimitKey(row.name, account, row.venue, instrument)
        if why_not(key, row.value):
            logger().error("limit_not_legal", name=row.name.value)
            continue
        found[key] = row.value
    return found


def write_days(days: Mapping[AccountId, Day]) -> str:
    """Every account's day, as text."""
    return _encode([_written(account, day) for account, day in days.items()]).decode()


def _written(account: AccountId, day: Day) -> _Day:
    return _Day(
        account,
        day.began_ns,
        day.epoch,
        day.currency,
        day.equity,
        tuple(
            _Base(str(instrument), base.realised, base.fees, base.unrealised) for instrument, base in day.bases.items()
        ),
        dict(day.fees),
        day.warned,
        day.locked_ns,
        day.excused,
        tuple(_written(account, other) for other in day.elsewhere),
    )


def read_days(text: str | None) -> dict[AccountId, Day]:
    """Every account's day. One that cannot be read is left out: it begins anew."""
    found: dict[AccountId, Day] = {}
    for raw in _lines(text, DAYS_KEY):
        try:
            row = msgspec.json.decode(raw, type=_Day)
            found[AccountId(row.account)] = _read(row)
        except (msgspec.MsgspecError, ValueError) as problem:
            logger().error("day_unreadable", fault=type(problem).__name__)
    return found


def _read(row: _Day) -> Day:
    return Day(
        row.began_ns,
        Epoch(row.epoch),
        row.currency,
        row.equity,
        {InstrumentId.parse(base.instrument): Base(base.realised, base.fees, base.unrealised) for base in row.bases},
        row.fees,
        row.warned,
        row.locked_ns,
        row.excused,
        tuple(_read(other) for other in row.elsewhere),
    )


def _lines(text: str | None, key: str) -> list[msgspec.Raw]:
    if text is None:
        return []
    try:
        return msgspec.json.decode(text, type=list[msgspec.Raw])
    except msgspec.MsgspecError as problem:
        logger().error("setting_unreadable", name=key, fault=type(problem).__name__)
        return []
