"""Answers kept as proof: by the venue's own id where it gives one, and only for who asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.wire.proof import OURS, Answered, listening, tell


@dataclass
class Reply:
    """An answer of a venue."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


def heard(reply: Reply | None, *, left: bool = True) -> Answered:
    told: list[Answered] = []
    with listening(told.append):
        tell("order.cancel", reply, left=left, latency_ns=12_900_000)
    (one,) = told
    return one


def test_an_answer_carries_the_venues_own_id_and_ours_where_it_gives_none() -> None:
    named = heard(Reply(headers={"x-mbx-uuid": "b4c1", "cf-ray": "edge"}))
    assert (named.request_id, named.status, named.latency_ms) == ("b4c1", 200, 12)
    bare, another = heard(Reply()), heard(Reply())
    assert bare.request_id.startswith(OURS)
    assert bare.request_id != another.request_id


def test_an_answer_that_never_came_is_told_too() -> None:
    lost = heard(None)
    assert (lost.status, lost.left, lost.body) == (None, True, b"")


async def test_only_what_was_asked_in_the_listeners_name_is_heard() -> None:
    told: list[Answered] = []

    async def ask() -> None:
        tell("orders.open", Reply(), left=True, latency_ns=0)

    with listening(told.append):
        mine = asyncio.create_task(ask())
        with listening(None):
            of_the_connection = asyncio.create_task(ask())
    of_somebody_else = asyncio.create_task(ask())
    await asyncio.gather(mine, of_the_connection, of_somebody_else)
    assert len(told) == 1
