"""A desk that was lost (UX-SPEC, DESIGN §7): by default everything stays in force; an account may want it cancelled."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from connectors.engine import inputs
from connectors.errors import ArchiveFailed, Refused
from connectors.model.ids import AccountId
from connectors.model.order import OrderOrigin
from connectors.ports.archive import Archive
from connectors.worker import api
from connectors.worker.executor import Executor
from connectors.worker.keeper import Keeper
from connectors.worker.log import logger
from connectors.worker.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.worker.worker import Worker

POLICIES_KEY = "disconnect.policies"
"""Where the archive remembers accounts whose orders do not outlive the last desk: JSON by account id."""

DESK = "desk"
"""How a desk greets; commands are called otherwise, and their end is never a loss."""


class Partings:
    """Desks that come and go.

    Args:
        keeper: Remembers the policies.
        executor: Sends what is cancelled.
    """

    def __init__(self, keeper: Keeper, executor: Executor) -> None:
        self._keeper = keeper
        self._executor = executor
        self._policies: dict[AccountId, api.OnDisconnect] = {}
        self._quit: set[Session] = set()

    async def load(self) -> None:
        """Learn the policies that were set; where they cannot be read, everything stays in force."""
        try:
            self._policies = await self._keeper.ask(_read)
        except (ArchiveFailed, ValueError) as problem:
            logger().warning("disconnect_policies_unread", fault=type(problem).__name__)

    def policy(self, account: AccountId) -> api.OnDisconnect:
        """What becomes of an account's orders when the last desk is lost."""
        return self._policies.get(account, api.OnDisconnect.LEAVE)

    async def set_policy(self, account: AccountId, policy: api.OnDisconnect) -> None:
        """Change it, in force once it is on disk.

        Raises:
            ArchiveFailed: It cannot be written.
        """
        changed = {**self._policies, account: policy}
        text = json.dumps({str(owner): each.value for owner, each in changed.items()}, sort_keys=True)
        await self._keeper.ask(lambda archive: archive.settings.set(POLICIES_KEY, text))
        self._policies = changed

    def quits(self, session: Session) -> None:
        """A desk says that its user leaves."""
        self._quit.add(session)

    def left(self, session: Session, others: Iterable[Session]) -> None:
        """A client is gone. Only the last desk's loss counts: another may look after the orders.

        Args:
            session: Whose link ended.
            others: Clients that are still there.
        """
        quit_, self._quit = session in self._quit, self._quit - {session}
        if session.client != DESK or quit_ or any(other.client == DESK for other in others):
            return
        logger().warning("desk_lost")
        for account, policy in self._policies.items():
            if policy is api.OnDisconnect.CANCEL_ALL:
                self._cancel(account)

    def _cancel(self, account: AccountId) -> None:
        executor, state = self._executor, self._executor.state
        mine = [order for order in state.unfinished() if order.account == account and order.origin is OrderOrigin.DESK]
        if not mine:
            return
        label = state.label(account)
        count = f"{len(mine)} order{'s' if len(mine) > 1 else ''}"
        sentence = f"The last desk was lost: {count} of {label} cancelled, as on_disconnect says."
        executor.warn(api.AlertLevel.DANGER, sentence, account)
        for order in mine:
            executor.feed(inputs.Cancel(order.order_id, executor.now()))


def _read(archive: Archive) -> dict[AccountId, api.OnDisconnect]:
    kept = json.loads(archive.settings.get(POLICIES_KEY) or "{}", parse_float=Decimal)
    return {AccountId(UUID(owner)): api.OnDisconnect(policy) for owner, policy in kept.items()}


# --- commands


async def set_policy(worker: Worker, command: api.SetOnDisconnect) -> api.Done:
    """What becomes of an account's orders."""
    _require_keyed(worker, command.account)
    await worker.partings.set_policy(command.account, command.policy)
    return api.Done()


async def policies(worker: Worker, command: api.GetPolicies) -> api.Policies:
    """What an account does by itself."""
    _require_keyed(worker, command.account)
    panic = worker.panic.policy(command.account)
    return api.Policies(panic.policy, panic.while_covered, worker.partings.policy(command.account))


def part(worker: Worker, session: Session, _command: api.Part) -> api.Result:
    """A desk quits by its user's will."""
    worker.partings.quits(session)
    return api.Done()


def _require_keyed(worker: Worker, account: AccountId) -> None:
    live = worker.roster.find(account)
    if live is None or not live.connection.keyed:
        raise Refused("Only a connection with a key has such a policy. `tradedesk venues list` shows those there are.")
