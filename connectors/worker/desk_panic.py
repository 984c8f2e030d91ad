"""Commands about the panic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import Refused
from connectors.worker import api
from connectors.worker.panic import AccountPolicy

if TYPE_CHECKING:
    from connectors.worker.worker import Worker


async def plan(worker: Worker, command: api.PlanPanic) -> api.PanicPlan:
    """What a panic would send now."""
    return worker.panic.plan(external=command.external)


async def start(worker: Worker, command: api.StartPanic) -> api.PanicReport:
    """Begin one, or join the one under way; answered at once."""
    return worker.panic.start(command)


async def get(worker: Worker, _command: api.GetPanic) -> api.PanicReport:
    """How far the newest is."""
    report = worker.panic.report()
    if report is None:
        raise Refused("There was no panic since the worker began.")
    return report


async def set_policy(worker: Worker, command: api.SetPanicPolicy) -> api.Done:
    """What an account's panic does."""
    live = worker.roster.find(command.account)
    if live is None or not live.connection.keyed:
        raise Refused("Only a connection with a key has a panic policy. `tradedesk venues list` shows those there are.")
    await worker.panic.set_policy(command.account, AccountPolicy(command.policy, command.while_covered))
    return api.Done()
