"""Binance's words on amends, replaces and tests as facts of the house (facts §4.4–4.6): pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import msgspec

from connectors.errors import TradedeskError, Unknown
from connectors.model.change import Amendment, CancelOutcome, CreateOutcome, FeeRates, ReplaceReport
from connectors.model.ids import ClientOrderId, VenueOrderId
from connectors.model.order import OrderReport, ReportSource
from connectors.venues.binance import order_schemas, parse, refusals, reports, schemas
from connectors.venues.binance.parse import nanos
from connectors.venues.binance.symbols import instrument_id

_order = msgspec.json.Decoder(schemas.Order)
_problem = msgspec.json.Decoder(schemas.Problem)
_BAD_REQUEST = 400
_NOT_TRIED = "Binance did not try this half."


def amended(answer: order_schemas.Amended) -> OrderReport:
    """An order as amended; the answer names its new client id and the one before.

    Raises:
        Malformed: A number in it is none.
    """
    row = answer.amended_order
    report = reports.order(
        schemas.Order(
            symbol=row.symbol,
            order_id=row.order_id,
            client_order_id=row.client_order_id,
            order_list_id=row.order_list_id,
            transact_time=answer.transact_time,
            price=row.price,
            orig_qty=_first(row.qty, row.orig_qty),
            executed_qty=row.executed_qty,
            cummulative_quote_qty=_first(row.cumulative_quote_qty, row.cummulative_quote_qty),
            orig_quote_order_qty=row.quote_order_qty,
            stop_price=row.stop_price,
            status=row.status,
            time_in_force=row.time_in_force,
            type=row.type,
            side=row.side,
            is_working=row.is_working,
            working_time=row.working_time,
            iceberg_qty=row.iceberg_qty,
            trailing_delta=row.trailing_delta,
            trailing_time=row.trailing_time,
            self_trade_prevention_mode=row.self_trade_prevention_mode,
            prevented_quantity=_first(row.prevented_qty, row.prevented_quantity),
        ),
        ReportSource.ACK,
    )
    before = row.orig_client_order_id
    renamed = before and before != row.client_order_id
    return replace(report, replaced_client_order_id=ClientOrderId(before) if renamed else None)


def amendment(row: order_schemas.AmendmentRow) -> Amendment:
    """One entry of ``GET /order/amendments``."""
    return Amendment(
        instrument=instrument_id(row.symbol),
        venue_order_id=VenueOrderId(str(row.order_id)),
        execution_id=str(row.execution_id),
        old_client_order_id=ClientOrderId(row.orig_client_order_id) if row.orig_client_order_id else None,
        new_client_order_id=ClientOrderId(row.new_client_order_id) if row.new_client_order_id else None,
        old_quantity=reports.finite(row.orig_qty),
        new_quantity=reports.finite(row.new_qty),
        time_ns=nanos(row.time),
    )


def replaced(row: order_schemas.Replaced, operation: str) -> ReplaceReport:
    """Both outcomes of a cancel-and-replace, in either mode (facts §4.5).

    A word this release does not know, and a half whose own problem says that its outcome is unknown, are UNKNOWN.

    Raises:
        Malformed: A number in an order is none.
    """
    cancelled, cancel_problem = _half(row.cancel_result, row.cancel_response, operation)
    created, create_problem = _half(row.new_order_result, row.new_order_response, operation)
    cancel_outcomes = {
        "SUCCESS": CancelOutcome.DONE,
        "FAILURE": CancelOutcome.FAILED,
        "NOT_ATTEMPTED": CancelOutcome.FAILED,
    }
    create_outcomes = {
        "SUCCESS": CreateOutcome.ACCEPTED,
        "FAILURE": CreateOutcome.REFUSED,
        "NOT_ATTEMPTED": CreateOutcome.NOT_ATTEMPTED,
    }
    cancel = cancel_outcomes.get(row.cancel_result, CancelOutcome.UNKNOWN)
    create = create_outcomes.get(row.new_order_result, CreateOutcome.UNKNOWN)
    return ReplaceReport(
        cancel=CancelOutcome.UNKNOWN if isinstance(cancel_problem, Unknown) else cancel,
        create=CreateOutcome.UNKNOWN if isinstance(create_problem, Unknown) else create,
        cancelled=cancelled,
        created=created,
        cancel_code=cancel_problem.code if cancel_problem else "",
        cancel_reason=_said(cancel_problem, row.cancel_result),
        create_code=create_problem.code if create_problem else "",
        create_reason=_said(create_problem, row.new_order_result),
    )


def fee_rates(answer: order_schemas.Tested) -> FeeRates | None:
    """What a test tells of fees; None where they were not asked for."""
    standard = answer.standard_commission_for_order
    if standard is None:
        return None
    special, tax, discount = (
        answer.special_commission_for_order,
        answer.tax_commission_for_order,
        answer.discount,
    )
    applies = discount.enabled_for_account and discount.enabled_for_symbol
    return FeeRates(
        maker=reports.finite(standard.maker),
        taker=reports.finite(standard.taker),
        tax_maker=reports.finite(tax.maker),
        tax_taker=reports.finite(tax.taker),
        special_maker=reports.finite(special.maker),
        special_taker=reports.finite(special.taker),
        discount=reports.finite(discount.discount) if applies else None,
        discount_asset=discount.discount_asset if applies else "",
    )


def _half(word: str, body: msgspec.Raw, operation: str) -> tuple[OrderReport | None, TradedeskError | None]:
    """What was said of one half: the order of a success, or the problem of a failure."""
    if word == "SUCCESS":
        return reports.order(parse.decode(_order, bytes(body), operation), ReportSource.ACK), None
    if word != "FAILURE":
        return None, None
    problem = parse.decode(_problem, bytes(body), operation)
    refusal = refusals.Refusal(_BAD_REQUEST, problem.code, problem.msg, operation, idempotent=False)
    return None, refusals.error_of(refusal)


def _said(problem: TradedeskError | None, word: str) -> str:
    if problem is not None:
        return problem.sentence
    return _NOT_TRIED if word == "NOT_ATTEMPTED" else ""


def _first(*numbers: Decimal | None) -> Decimal:
    return next((number for number in numbers if number is not None), Decimal(0))


def amendments(rows: Sequence[order_schemas.AmendmentRow]) -> tuple[Amendment, ...]:
    """Every amend of a page."""
    return tuple(amendment(row) for row in rows)
