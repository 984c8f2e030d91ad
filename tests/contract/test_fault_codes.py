"""Every refusal of §7.1, answered once: which error it is to whoever creates an order, and that none was created."""

from __future__ import annotations

import pytest

from contract.fault_code_expectations import CODES, TEXTS
from contract.fault_rig import REQUESTS, Client, Rig, outcome

pytestmark = pytest.mark.peers

_DEFINITIVE = {"Rejected", "InvalidOrder", "InsufficientFunds", "DuplicateOrder", "OrderNotFound", "MarketClosed"}
_ALONE = [code for code, saw in CODES.items() if not {*saw} <= _DEFINITIVE | {"UnknownInstrument"}]
"""After these a connector may keep quiet for a while: each meets one of its own."""

DIFFERS: dict[tuple[int, str], tuple[str, ...]] = {}
"""What today's Binance connector makes of a refusal where that is another class than was written."""


async def _refused(rig: Rig, client: Client, code: int, text: str) -> tuple[tuple[str, ...], str]:
    """What a refusal of a create is to the caller, and the order's client id."""
    fault = {"kind": "refuse", "code": code, "of": REQUESTS["create"]}
    await rig.arm(fault | {"text": text} if text else fault, "create")
    request = client.request()
    saw = await outcome(lambda: client.place(request))
    await rig.disarm()
    return saw, request.client_order_id


async def test_definitive_refusals_are_what_the_sheet_says(rig: Rig) -> None:
    wanted = {(code, ""): saw for code, saw in CODES.items() if code not in _ALONE} | TEXTS
    found = {}
    async with rig.client() as client:
        for (code, text), names in wanted.items():
            saw, client_id = await _refused(rig, client, code, text)
            assert await rig.orders(client_id) == 0
            if not {*saw} & {*names}:
                found[code, text] = saw
    assert found == DIFFERS


@pytest.mark.parametrize("code", _ALONE)
async def test_a_refusal_that_says_more_is_what_the_sheet_says(rig: Rig, code: int) -> None:
    async with rig.client() as client:
        saw, client_id = await _refused(rig, client, code, "")
    assert {*saw} & {*CODES[code]}, saw
    assert await rig.orders(client_id) == (saw == ("ok",))
