"""Routing in the archive: settings by pair, decisions whole, outcomes where they belong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.errors import ArchiveFailed, Refused
from connectors.model.routing import RouteCandidate, RoutePart, RoutingDecision, RoutingPolicy, RoutingSettings
from connectors.model.side import Side
from storage.archive import Archive
from support.kept import BTCUSDT, T0, account, order


def decision(number: int = 1, *parts: RoutePart) -> RoutingDecision:
    given = parts or (
        RoutePart(account(1), BTCUSDT, Decimal("0.0100")),
        RoutePart(account(2), BTCUSDT, Decimal("0.005")),
    )
    return RoutingDecision(
        decision_id=UUID(int=number),
        time_ns=T0 + number,
        policy=RoutingPolicy.BEST_PRICE,
        base="BTC",
        quote="USDT",
        side=Side.BUY,
        quantity=sum((part.quantity for part in given), Decimal(0)),
        limit_price=Decimal("61804.00"),
        reason="main is 0.4 basis points better after fees.",
        candidates=(
            RouteCandidate(
                account(1),
                BTCUSDT,
                True,
                "best",
                Decimal("61804.10"),
                Decimal("0.00100"),
                Decimal("3.2"),
                Decimal("0.01"),
                41,
            ),
            RouteCandidate(account(3), BTCUSDT, False, "not connected"),
        ),
        parts=given,
    )


def test_settings_are_kept_by_pair_and_replaced(archive: Archive) -> None:
    of_all = RoutingSettings("", RoutingPolicy.LOWEST_FEES, T0)
    of_btc = RoutingSettings("BTC/USDT", RoutingPolicy.USER_PREFERENCE, T0 + 1, (account(2), account(1)), 3)
    archive.routing.set(of_btc)
    archive.routing.set(of_all)
    assert archive.routing.settings() == [of_all, of_btc]
    changed = replace(of_btc, policy=RoutingPolicy.HIGHEST_LIQUIDITY, accounts=(), most_parts=1)
    archive.routing.set(changed)
    assert archive.routing.settings() == [of_all, changed]


def test_a_decision_comes_back_whole_newest_first(archive: Archive) -> None:
    alone = replace(decision(2, RoutePart(account(1), BTCUSDT, Decimal("1"))), limit_price=None, candidates=())
    archive.routing.decide(decision(1))
    archive.routing.decide(alone)
    assert archive.routing.decisions() == [alone, decision(1)]
    assert archive.routing.decisions(limit=1) == [alone]
    assert str(archive.routing.decisions()[1].parts[0].quantity) == "0.0100"
    assert str(archive.routing.decisions()[1].candidates[0].fee_rate) == "0.00100"


def test_what_came_of_a_part_is_kept_beside_what_it_was_given(archive: Archive) -> None:
    archive.routing.decide(decision())
    sent = replace(decision().parts[1], order_id=order(7).order_id)
    archive.routing.came_of(UUID(int=1), 2, sent)
    ended = replace(sent, filled=Decimal("0.0050"), cost=Decimal("309.0205"), outcome="FILLED", outcome_ns=T0 + 9)
    archive.routing.came_of(UUID(int=1), 2, ended)
    (found,) = archive.routing.decisions()
    assert found.parts == (decision().parts[0], ended)
    for wrong in (replace(ended, quantity=Decimal("0.006")), replace(ended, account=account(9))):
        with pytest.raises(Refused, match="no such part"):
            archive.routing.came_of(UUID(int=1), 2, wrong)
    with pytest.raises(Refused, match="no such part"):
        archive.routing.came_of(UUID(int=1), 3, ended)
    assert archive.routing.decisions()[0].parts[1] == ended


def test_parts_that_do_not_sum_to_the_order_are_refused_and_leave_nothing(archive: Archive) -> None:
    with pytest.raises(Refused, match=r"sum to 0.0150, not to its 0.02\."):
        archive.routing.decide(replace(decision(), quantity=Decimal("0.02")))
    assert archive.routing.decisions() == []


def test_a_decision_is_kept_once(archive: Archive) -> None:
    archive.routing.decide(decision())
    with pytest.raises(ArchiveFailed):
        archive.routing.decide(decision())
    assert archive.routing.decisions() == [decision()]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    quantities=st.lists(st.decimals(min_value="0.00000001", max_value="1000000", places=8), min_size=1, max_size=5),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_whatever_was_decided_comes_back_with_every_digit(
    archive: Archive, quantities: list[Decimal], text: str
) -> None:
    number = UUID(int=1 + len(archive.routing.decisions(limit=1_000_000)))
    parts = tuple(RoutePart(account(at), BTCUSDT, quantity) for at, quantity in enumerate(quantities))
    made = replace(decision(1, *parts), decision_id=number, reason=text, time_ns=T0 + number.int % 1000)
    archive.routing.decide(made)
    found = next(one for one in archive.routing.decisions(limit=1_000_000) if one.decision_id == number)
    assert found == made
    assert [format(part.quantity, "f") for part in found.parts] == [format(quantity, "f") for quantity in quantities]
