"""Every refusal falls in exactly one class, with a sentence to act on (facts §7; REQUIREMENTS B5, P7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import errors
from connectors.errors import InvalidOrder, Rejected, Throttled, TradedeskError
from connectors.venues.binance.refusals import Refusal, banned_until_ms, error_of

CASES: list[tuple[int, int, str, type[TradedeskError], type[TradedeskError]]] = [
    # status, code, text, class of a read, class of a create
    (
        400,
        -2010,
        "Account has insufficient balance for requested action.",
        errors.InsufficientFunds,
        errors.InsufficientFunds,
    ),
    (400, -2010, "Duplicate order sent.", errors.DuplicateOrder, errors.DuplicateOrder),
    (400, -2011, "Unknown order sent.", errors.OrderNotFound, errors.OrderNotFound),
    (400, -2010, "Market is closed.", errors.MarketClosed, errors.MarketClosed),
    (400, -2010, "Order would immediately match and take.", InvalidOrder, InvalidOrder),
    (400, -2010, "Stop price would trigger immediately.", InvalidOrder, InvalidOrder),
    (400, -2010, "This symbol is not permitted for this account.", errors.Unauthorised, errors.Unauthorised),
    (400, -2010, "Rest API trading is not enabled.", errors.Unauthorised, errors.Unauthorised),
    (400, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE", InvalidOrder, InvalidOrder),
    (400, -2013, "Order does not exist.", errors.OrderNotFound, errors.OrderNotFound),
    (400, -1121, "Invalid symbol.", errors.UnknownInstrument, errors.UnknownInstrument),
    (400, -1021, "Timestamp for this request is outside of the recvWindow.", errors.ClockSkew, errors.ClockSkew),
    (400, -1022, "Signature for this request is not valid.", errors.Unauthorised, errors.Unauthorised),
    (401, -2015, "Invalid API-key, IP, or permissions for action.", errors.Unauthorised, errors.Unauthorised),
    (429, -1003, "Too much request weight used.", Throttled, Throttled),
    (429, -1015, "Too many new orders.", Throttled, Throttled),
    (418, -1003, "Way too much request weight used; IP banned until 1795000000000.", Throttled, Throttled),
    (400, -1001, "Internal error.", errors.Retry, errors.Unknown),
    (400, -1006, "An unexpected response was received.", errors.Retry, errors.Unknown),
    (408, -1007, "Timeout waiting for response from backend server.", errors.Retry, errors.Unknown),
    (503, -1008, "Server is currently overloaded.", errors.Retry, errors.Unavailable),
    (500, 0, "", errors.Retry, errors.Unknown),
    (400, -1016, "This service is no longer available.", errors.Unavailable, errors.Unavailable),
    (400, -1111, "Parameter has too much precision.", InvalidOrder, InvalidOrder),
    (400, -9999, "Something nobody has heard of.", Rejected, Rejected),
    (403, 0, "", errors.Unauthorised, errors.Unauthorised),
]


@pytest.mark.parametrize(("status", "code", "text", "read", "create"), CASES)
def test_a_refusal_is_classed_by_what_to_do_next(
    status: int, code: int, text: str, read: type[TradedeskError], create: type[TradedeskError]
) -> None:
    for idempotent, expected in ((True, read), (False, create)):
        error = error_of(Refusal(status, code, text, "order.place", idempotent))
        assert type(error) is expected
        assert (error.venue, error.operation, error.code, error.text) == ("binance", "order.place", str(code), text)
        assert error.sentence[0].isupper()
        assert error.sentence.endswith(".")


@given(status=st.integers(400, 599), code=st.integers(-5_100, 0), text=st.text(max_size=300), idempotent=st.booleans())
def test_no_code_and_no_text_is_without_a_class_and_none_brings_control_characters(
    status: int, code: int, text: str, idempotent: bool
) -> None:
    error = error_of(Refusal(status, code, text, "order.place", idempotent))
    assert type(error) is not TradedeskError
    assert error.text.isprintable()
    assert len(error.text) <= 200
    assert not (idempotent and isinstance(error, errors.Unknown))


def test_a_filter_is_named_with_its_remedy() -> None:
    error = error_of(Refusal(400, -1013, "Filter failure: LOT_SIZE", "order.place", idempotent=False))
    assert isinstance(error, InvalidOrder)
    assert error.filter == "LOT_SIZE"
    assert "lot step" in error.sentence
    many = error_of(Refusal(400, -1013, "Filter failure: MAX_NUM_ORDERS", "order.place", idempotent=False))
    assert "cancel one" in many.sentence


def test_a_ban_keeps_its_time_and_says_that_nothing_happened() -> None:
    error = error_of(Refusal(418, -1003, "x", "book", idempotent=True, retry_after_s=300))
    assert isinstance(error, Throttled)
    assert (error.retry_after_s, error.banned) == (300, True)
    assert "300 s" in error.sentence


def test_the_end_of_a_ban_is_read_from_its_text() -> None:
    assert banned_until_ms("IP banned until 1795000000000. Please use the websocket") == 1795000000000
    assert banned_until_ms("banned until tomorrow") is None
