"""T12: every exchange with an account header has exactly one request and one answer, and no row holds a key."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import uuid6

from chaos.peers import Desk
from connectors.model.ids import OrderId
from connectors.model.order import OrderStatus
from connectors.worker import api
from support.simulator import running_simulator
from worker.house import WorkerHouse, a_worker, archive_at, until
from worker.peer_exchange import PeerExchange

pytestmark = pytest.mark.peers


def rows(home: Path) -> list[dict[str, Any]]:
    """The chain, oldest first."""
    with sqlite3.connect(home / "data" / "tradedesk.db") as database:
        database.row_factory = sqlite3.Row
        found = [dict(row) for row in database.execute("SELECT * FROM audit ORDER BY seq")]
    database.close()
    for row in found:
        row["detail"] = json.loads(row["detail"])
    return found


def logged(log: Path) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """What the exchange saw with a key: requests by what was asked; of REST also by what was answered."""
    asked, answered = {}, Counter[tuple[str, str]]()
    for line in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == "request" and entry["via"] == "rest" and entry.get("key"):
            asked[entry["n"]] = f"{entry['method']} {entry['path']}"
        elif entry["kind"] == "request" and entry["via"] == "ws-api" and entry["method"] not in {"ping", "connect"}:
            asked[entry["n"]] = entry["method"]
        elif entry["kind"] == "answer" and entry["n"] in asked:
            answered[(asked[entry["n"]], str(entry["status"]))] += 1
    return Counter(asked.values()), answered


async def ready(house: WorkerHouse, desk: Desk) -> None:
    live = house.worker.roster.get(desk.account)
    await until(lambda: live.follower is not None and live.follower.ready)


async def trade(desk: Desk) -> tuple[str, ...]:
    """Rest, cancel, fill, be refused; returns the client order ids."""
    resting = desk.resting(await desk.low_price())
    await desk.link.request(resting)
    await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.OPEN)
    await desk.link.request(api.CancelOrders(account=desk.account))
    await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.CANCELED)
    market = desk.market()
    await desk.link.request(market)
    await desk.order_when(market.order_id, lambda order: order.status is OrderStatus.FILLED)
    return resting.order_id.hex, market.order_id.hex


async def test_t12_each_exchange_has_one_request_and_one_answer_as_the_exchange_itself_logged_them(home: Path) -> None:
    log = home / "access.jsonl"
    with running_simulator(home, "--seed", "7", "--symbols", "1", "--access-log", str(log)) as venue:
        exchange = PeerExchange(venue)
        async with a_worker(home) as house:
            desk = await exchange.attach(await house.join("memory"))
            await ready(house, desk)
            placed = await trade(desk)
    found = rows(home)
    requests = [row for row in found if row["kind"] == "REQUEST"]
    answers = [row for row in found if row["kind"] == "ANSWER"]
    sent = Counter(row["detail"]["sent"] for row in found if "sent" in row["detail"])
    asked, _ = logged(log)
    assert sent == asked
    assert asked["POST /api/v3/order"] == 2
    assert asked["userDataStream.subscribe.signature"] == 1
    assert {"GET /api/v3/account", "GET /api/v3/openOrders", "DELETE /api/v3/order"} <= sent.keys()
    assert not [where for where in asked if where.endswith(("/time", "/ping", "/exchangeInfo"))], "sent without the key"
    pairs = Counter((row["operation"], row["client_order_id"]) for row in requests)
    assert pairs == Counter((row["operation"], row["client_order_id"]) for row in answers)
    for client_order_id in placed:
        kinds = [
            row["kind"]
            for row in found
            if (row["operation"], row["client_order_id"]) == ("order.place", client_order_id)
        ]
        assert kinds == ["REQUEST", "ANSWER"]
    assert {row["connection_id"] for row in (*requests, *answers)} == {str(desk.account)}
    assert all(row["latency_us"] > 0 for row in answers if row["outcome"] == "200")
    whole = json.dumps(found, default=repr)
    assert venue.api_key not in whole
    assert venue.api_secret not in whole


async def _batches_of(house: WorkerHouse) -> list[Any]:
    """What is committed from now on, batch by batch."""
    journal = await house.worker.keeper.ask(lambda archive: archive.journal)
    batches: list[Any] = []
    append = journal.append

    def appended(batch: Any) -> int:
        batches.append(batch)
        return append(batch)

    journal.append = appended  # type: ignore[method-assign]
    return batches


async def test_a_creates_request_is_in_the_commit_of_its_intent(home: Path) -> None:
    with running_simulator(home, "--seed", "7", "--symbols", "1") as venue:
        exchange = PeerExchange(venue)
        async with a_worker(home) as house:
            desk = await exchange.attach(await house.join("memory"))
            await ready(house, desk)
            batches = await _batches_of(house)
            order = desk.resting(await desk.low_price())
            await desk.link.request(order)
    (intent,) = [batch for batch in batches if any(entry.kind == "INTENT" for entry in batch.entries)]
    (asked,) = [fact for fact in intent.audit if fact.operation == "order.place"]
    detail = json.loads(asked.detail)
    assert (asked.kind, asked.client_order_id) == ("REQUEST", order.order_id.hex)
    assert (detail["side"], Decimal(detail["price"]), detail["quantity"]) == ("BUY", order.price, "0.001")


async def test_the_request_of_a_replace_is_in_the_commit_of_its_intents_and_stands_there_once(home: Path) -> None:
    with running_simulator(home, "--seed", "7", "--symbols", "1") as venue:
        exchange = PeerExchange(venue)
        async with a_worker(home) as house:
            desk = await exchange.attach(await house.join("memory"))
            await ready(house, desk)
            order = desk.resting(await desk.low_price())
            await desk.link.request(order)
            await desk.order_when(order.order_id, lambda seen: seen.status is OrderStatus.OPEN)
            batches = await _batches_of(house)
            change = api.AmendOrder(order.order_id, OrderId(uuid6.uuid7()), price=(order.price or Decimal(0)) - 1)
            await desk.link.request(change)
            await desk.order_when(change.amend_id, lambda seen: seen.status is OrderStatus.OPEN)
            await desk.link.request(api.CancelOrder(change.amend_id))
            await desk.order_when(change.amend_id, lambda seen: seen.status is OrderStatus.CANCELED)
    (intent,) = [batch for batch in batches if any(entry.kind == "INTENT" for entry in batch.entries)]
    (asked,) = [fact for fact in intent.audit if fact.operation == "order.replace"]
    detail = json.loads(asked.detail)
    assert (asked.kind, asked.client_order_id) == ("REQUEST", change.amend_id.hex)
    assert (detail["in_place_of"], Decimal(detail["price"])) == (str(order.order_id), change.price)
    about = [(row["operation"], row["kind"]) for row in rows(home) if row["client_order_id"] == change.amend_id.hex]
    assert about == [("order.replace", "REQUEST"), ("order.replace", "ANSWER")]


async def test_an_order_that_never_left_is_answered_by_that(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_simulator(home, "--seed", "7", "--symbols", "1") as venue:
        exchange = PeerExchange(venue)
        async with a_worker(home) as house:
            desk = await exchange.attach(await house.join("memory"))
            await ready(house, desk)
            order = desk.resting(await desk.low_price())
            monkeypatch.setattr(house.worker.calls, "_trading", lambda _account: None)  # gone since it was judged
            await desk.link.request(order)
            await desk.order_when(order.order_id, lambda seen: seen.status is OrderStatus.REJECTED)
    about = [(row["kind"], row["outcome"]) for row in rows(home) if row["client_order_id"] == order.order_id.hex]
    assert about == [("REQUEST", "SENT"), ("ANSWER", "NOT_SENT")]


async def test_what_is_done_to_the_desk_is_taken_down(home: Path) -> None:
    with running_simulator(home, "--seed", "7", "--symbols", "1") as venue:
        exchange = PeerExchange(venue)
        async with a_worker(home) as house:
            desk = await exchange.attach(await house.join("memory"))
            await desk.link.request(api.SetTrading(api.TradingState.HALTED))
            await desk.link.request(api.SetTrading(api.TradingState.ACTIVE))
            await desk.link.request(api.EditConnection(desk.account, label="other"))
            await desk.link.request(api.RemoveConnection(desk.account))
    deeds = [(row["operation"], row["outcome"]) for row in rows(home) if row["kind"] == "DESK"]
    assert ("connection.attach", "DONE") in deeds
    assert [deed for deed in deeds if deed[0].startswith("trading.")] == [
        ("trading.halted", "DONE"),
        ("trading.active", "DONE"),
    ]
    assert deeds[-1] == ("connection.remove", "DONE")
    archive = archive_at(home)()
    assert archive.audit.head().seq == len(rows(home))
    archive.close()
