"""Refusals in the exchange's words: HTTP status, code and text (§7)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


class ApiError(Exception):
    """A request is refused.

    ``retry_after_s`` is set where the exchange says when to come back (§3.1), ``data`` where the refusal tells more
    than its text (§4.5), ``reason`` where an event would name it (§1.4, ``r``).
    """

    def __init__(
        self,
        code: int,
        text: str,
        status: int = HTTPStatus.BAD_REQUEST,
        retry_after_s: int | None = None,
        reason: str = "NONE",
    ) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = int(status)
        self.retry_after_s = retry_after_s
        self.data: Any = None
        self.reason = reason


def missing(name: str) -> ApiError:
    """-1102."""
    return ApiError(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def illegal(name: str, pattern: str) -> ApiError:
    """-1100."""
    return ApiError(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{pattern}'.")


def empty(name: str) -> ApiError:
    """-1105."""
    return ApiError(-1105, f"Parameter '{name}' was empty.")


def unneeded(name: str) -> ApiError:
    """-1106."""
    return ApiError(-1106, f"Parameter '{name}' sent when not required.")


def too_precise(name: str) -> ApiError:
    """-1111."""
    return ApiError(-1111, f"Parameter '{name}' has too much precision.")


def filter_failure(name: str) -> ApiError:
    """-1013, a filter of §4.3."""
    return ApiError(-1013, f"Filter failure: {name}")


REASONS = {
    "Account has insufficient balance for requested action.": "INSUFFICIENT_BALANCES",
    "Order would trigger immediately.": "STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY",
    "Order would immediately match and take.": "WOULD_MATCH_IMMEDIATELY",
    "The relationship of the prices for the orders is not correct.": "OCO_BAD_PRICES",
}
"""The engine's texts and what events call them (§1.4)."""


def rejected(text: str) -> ApiError:
    """-2010 with one of the engine's texts."""
    return ApiError(-2010, text, reason=REASONS.get(text, "NONE"))


def unsupported(what: str) -> ApiError:
    """-1013: the symbol does not offer this."""
    return ApiError(-1013, f"{what} are not supported for this symbol.")


def amend_rejected(text: str) -> ApiError:
    """-2038 (§4.6)."""
    return ApiError(-2038, text)


def invalid_symbol() -> ApiError:
    """-1121."""
    return ApiError(-1121, "Invalid symbol.")


def unknown_order() -> ApiError:
    """-2011, a cancel that found nothing."""
    return ApiError(-2011, "Unknown order sent.")


def no_such_order() -> ApiError:
    """-2013, a query that found nothing."""
    return ApiError(-2013, "Order does not exist.")


def unknown_outcome() -> ApiError:
    """-1001 with HTTP 500: the request may or may not have been carried out (§7.1)."""
    return ApiError(-1001, "Internal error; unable to process your request.", HTTPStatus.INTERNAL_SERVER_ERROR)
