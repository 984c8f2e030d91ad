"""Each fault × each order operation at the worker: state, evidence, requests and the venue's own orders.

The expectations were written first (`contract.order_fault_cells`) and are looked up here, not made here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.fault_expectations import FAULTS
from contract.order_fault_cells import CELLS, DIFFERS, ELSEWHERE, REQUESTS, Struck, cell
from contract.order_fault_cells import FAULTS as STRIKING
from contract.order_fault_rig import SPEED, OrderRig, an_order_rig
from support.simulator import Simulator

pytestmark = pytest.mark.peers


def test_every_fault_has_a_cell_for_every_operation_or_a_place_where_it_is_tried() -> None:
    assert STRIKING.keys() | ELSEWHERE.keys() == FAULTS.keys() | {"clock refused"}
    assert not STRIKING.keys() & ELSEWHERE.keys()
    assert CELLS.keys() == REQUESTS.keys()
    assert all(row.keys() == {*Struck} for row in CELLS.values())
    assert all(one.why for row in CELLS.values() for one in row.values())
    assert all(fault in STRIKING and operation in CELLS for fault, operation in DIFFERS)


@pytest.mark.scaled(SPEED)
@pytest.mark.timeout(400)
@pytest.mark.parametrize("fault", STRIKING)
async def test_every_operation_comes_to_what_was_written_before(home: Path, faulty: Simulator, fault: str) -> None:
    wrong: dict[str, str] = {}
    async with an_order_rig(home, faulty) as rig:
        for operation in CELLS:
            told = await differs(rig, fault, operation)
            if told:
                wrong[operation] = told
            await rig.calm()
    assert not wrong, wrong


async def differs(rig: OrderRig, fault: str, operation: str) -> str:
    """How an operation differs from its cell; nothing where it does not."""
    wanted = cell(fault, operation)
    ids = await rig.run(fault, operation)
    orders = await rig.settled(*ids)
    kinds = {line.kind.value for line in orders[-1].evidence}
    if operation == "amend":
        states = tuple(f"{order.status.value} {order.quantity}" for order in orders)
    else:
        states = tuple(order.status.value for order in orders)
    counted = await rig.counted(operation, wanted.requests)
    found = (
        states,
        tuple(kind for kind in wanted.evidence if kinds & {*kind.split("|")}),
        counted,
        await rig.at_venue(orders),
    )
    if found == (wanted.states, wanted.evidence, wanted.requests, wanted.at_venue):
        return ""
    return f"{found} instead of {wanted}; evidence {[(line.kind.value, line.text) for line in orders[-1].evidence]}"
