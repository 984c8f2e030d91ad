"""Times as every screen writes them. Instants are ns since the Unix epoch; spans are ns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

NANOS = 1_000_000_000
_MICRO = 1_000
_MILLI = 1_000_000
_MINUTE = 60
_HOUR = 3600
_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CALENDAR_END_NS = 253_402_300_799 * NANOS
"""Last second of the year 9999: a venue's time beyond it is written as unknown."""


def moment(time_ns: int, zone: tzinfo = UTC) -> datetime | None:
    """An aware moment, whole microseconds; None beyond the calendar."""
    if not 0 <= time_ns <= _CALENDAR_END_NS:
        return None
    return (_EPOCH + timedelta(microseconds=time_ns // _MICRO)).astimezone(zone)


def clock(time_ns: int, zone: tzinfo = UTC) -> str:
    """``14:03:27``."""
    at = moment(time_ns, zone)
    return "--:--:--" if at is None else f"{at:%H:%M:%S}"


def clock_short(time_ns: int, zone: tzinfo = UTC) -> str:
    """``14:03``."""
    return clock(time_ns, zone)[:5]


def clock_ms(time_ns: int, zone: tzinfo = UTC) -> str:
    """``14:03:27.118``, milliseconds cut off."""
    return f"{clock(time_ns, zone)}.{time_ns // _MILLI % 1000:03d}"


def clock_cs(time_ns: int, zone: tzinfo = UTC) -> str:
    """``14:03:27.91``, hundredths cut off: what the tape has room for."""
    return clock_ms(time_ns, zone)[:-1]


def date(time_ns: int, zone: tzinfo = UTC) -> str:
    """``2030-01-02``."""
    at = moment(time_ns, zone)
    return "----------" if at is None else f"{at:%Y-%m-%d}"


def day_month(time_ns: int, zone: tzinfo = UTC) -> str:
    """``02 Jan``."""
    at = moment(time_ns, zone)
    return "------" if at is None else f"{at:%d} {_MONTHS[at.month - 1]}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def zone_name(time_ns: int, zone: tzinfo = UTC) -> str:
    """``UTC`` or ``+2``, ``+5:30``: what stands behind a clock."""
    at = moment(time_ns, zone)
    offset = None if at is None else at.utcoffset()
    if not offset:
        return "UTC"
    seconds = int(offset.total_seconds())
    hours, minutes = divmod(abs(seconds) // _MINUTE, _MINUTE)
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{hours}:{minutes:02d}" if minutes else f"{sign}{hours}"


def span(length_ns: int) -> str:
    """A whole span: ``3s``, ``2m14``, ``42m47``, ``4h51m``, ``3d02h``. A negative one is ``0s``."""
    seconds = max(length_ns, 0) // NANOS
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m{seconds % _MINUTE:02d}"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h{seconds % _HOUR // _MINUTE:02d}m"
    return f"{seconds // _DAY}d{seconds % _DAY // _HOUR:02d}h"


def seconds_words(length_ns: int) -> str:
    """``12 s``, and ``0.8 s`` below ten seconds when it is not whole."""
    tenths = max(length_ns, 0) * 10 // NANOS
    whole, tenth = divmod(tenths, 10)
    return f"{whole}.{tenth} s" if tenth and whole < 10 else f"{whole} s"  # noqa: PLR2004  # tenths matter below ten


def length_words(length_ns: int) -> str:
    """A length in words: ``12 s``, ``0.8 s``, and ``3m00`` from a minute on."""
    return seconds_words(length_ns) if length_ns < _MINUTE * NANOS else span(length_ns)


def milliseconds(length_ns: int) -> str:
    """A latency: ``2.1 ms`` below ten, ``41 ms`` above."""
    tenths = max(length_ns, 0) * 10 // _MILLI
    return f"{tenths // 10}.{tenths % 10} ms" if tenths < 100 else f"{tenths // 10} ms"  # noqa: PLR2004


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``3rd``, ``4th``, ``11th``."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 order``, ``3 orders``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
