"""Numbers as every screen writes them: ``,`` groups, ``.`` decimals, ASCII ``-``, a sign on every gain or loss."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal

NONE = "–"
"""What stands for a value nobody knows; never 0."""

_UNITS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_THOUSAND = Decimal(1000)
_HUNDRED = Decimal(100)
_TEN = Decimal(10)
_BASIS_POINTS = Decimal(10_000)
_ROOMY = Context(prec=100)
"""Quantising never runs out of digits in it, whatever the ambient context is."""
_PLACES = tuple(Decimal(1).scaleb(-digits) for digits in range(13))
_LONGEST = 40
"""Characters beyond which a number is written with an exponent: a venue may send any exponent, a line is finite."""


def _round(value: Decimal, decimals: int, rounding: str) -> Decimal:
    unit = _PLACES[decimals] if 0 <= decimals < len(_PLACES) else Decimal(1).scaleb(-decimals)
    return value.quantize(unit, rounding, _ROOMY)


def _written(rounded: Decimal) -> str:
    """Minus nothing is nothing."""
    return f"{abs(rounded) if rounded.is_zero() else rounded:,f}"


def fixed(value: Decimal, decimals: int) -> str:
    """``61804.01`` → ``61,804.01`` with exactly ``decimals`` digits after the point, rounded half to even.

    Minus nothing is written as nothing: ``-0.001`` with two decimals is ``0.00``.
    """
    if not value.is_finite():
        return NONE
    if value.adjusted() > _LONGEST:
        return f"{value:.3E}"
    return _written(_round(value, decimals, ROUND_HALF_EVEN))


def exact(value: Decimal, at_least: int = 0) -> str:
    """Every digit of a value and no more, but at least ``at_least`` digits after the point: ``0.01`` → ``0.010``."""
    if not value.is_finite():
        return NONE
    exponent = value.normalize(_ROOMY).as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return fixed(value, max(digits, at_least))


def short(value: Decimal, width: int, decimals: int) -> str:
    """A size in at most ``width`` characters: fixed decimals, then fewer, then ``1.23M``; too small a one is ``<.001``.

    Rounded down, so that a size on the screen is really there.

    Args:
        value: Zero or more.
        width: Room, at least 5.
        decimals: Digits after the point while there is room.
    """
    if value.is_zero() or not value.is_finite() or value.adjusted() > _LONGEST:
        return fixed(value, decimals)
    for digits in range(decimals, -1, -1):
        text = _written(_round(value, digits, ROUND_DOWN))
        if len(text) > width:
            continue
        if value.adjusted() < -digits:
            return _below(digits)
        # Fewer decimals than usual only while two figures are left to compare.
        if digits == decimals or value.adjusted() > -digits:
            return text
        break
    return compact(value, width) if value >= 1 else _below(max(min(decimals, width - 2), 0))


def _below(digits: int) -> str:
    return f"<{Decimal(1).scaleb(-digits):f}".replace("<0.", "<.")


def compact(value: Decimal, width: int = 5) -> str:
    """``18422`` → ``18.4k``, ``1234567`` → ``1.23M``: as many digits as ``width`` characters hold, then a unit."""
    text = ""
    for unit, letter in _UNITS:
        if abs(value) < unit:
            continue
        for digits in (2, 1, 0):
            text = fixed(_round(value / unit, digits, ROUND_DOWN), digits) + letter
            if len(text) <= width and (digits < 2 or abs(value / unit) < _TEN):  # noqa: PLR2004  # 1.23M but 12.3M
                return text
        return text
    for digits in (2, 1, 0):
        text = fixed(_round(value, digits, ROUND_DOWN), digits)
        if len(text) <= width:
            return text
    return text


def signed(value: Decimal | None, decimals: int = 2) -> str:
    """A gain or loss: ``+5.20``, ``-4.10``, ``0.00``; ``–`` where nobody knows."""
    if value is None:
        return NONE
    text = fixed(value, decimals)
    return f"+{text}" if value > 0 and any(digit in "123456789" for digit in text) else text


def money(value: Decimal | None, decimals: int = 2) -> str:
    """An amount without a sign of gain: ``8,213.40``; ``–`` where nobody knows."""
    return NONE if value is None else fixed(value, decimals)


def percent(value: Decimal | None, decimals: int = 2) -> str:
    """A change that is already in per cent: ``+1.82%``."""
    return NONE if value is None else f"{signed(value, decimals)}%"


def share(part: Decimal, whole: Decimal) -> str:
    """A share in whole per cent: ``26%``; ``–`` of nothing."""
    return f"{fixed(part / whole * _HUNDRED, 0)}%" if whole else NONE


def basis_points(distance: Decimal, reference: Decimal) -> str:
    """A distance in basis points of a reference price: ``0.6``; ``–`` without a reference."""
    return fixed(distance / reference * _BASIS_POINTS, 1) if reference else NONE


def price(value: Decimal | None, decimals: int) -> str:
    """A price with the instrument's decimals, more if it needs them (an old order off the present grid)."""
    return NONE if value is None else exact(value, decimals)


def typed(value: Decimal) -> str:
    """A quantity as one would type it: all digits, no trailing zero, no comma: ``0.01``, ``1500``."""
    return exact(value).replace(",", "")
