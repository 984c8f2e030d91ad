"""Panic: one chord halts, cancels, closes by policy, and shows the venues' own answers (REQUIREMENTS H9).

Accounts go side by side: a slow or dead venue holds up no other. Nothing waits for the archive, for a client, or for
the vault of a covered desk, whose signers are still here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from uuid import UUID

from connectors.engine import inputs
from connectors.engine.inputs import Trading
from connectors.engine.panicking import closes, is_stop, marked
from connectors.errors import ArchiveFailed, TradedeskError
from connectors.model.connection import Connection
from connectors.model.ids import AccountId
from connectors.ports.archive import Archive
from connectors.worker import api
from connectors.worker.api.panic import PanicPolicy, PanicReport, PanicStep, PlannedAccount, StepState
from connectors.worker.house import House
from connectors.worker.log import logger
from connectors.worker.panic_account import AccountRun
from connectors.worker.panic_steps import Steps, covered_plan, covered_report
from connectors.worker.roster import Roster

POLICIES_KEY = "panic.policies"
"""Where the archive remembers what each account's panic does: JSON by account id."""

TELL_EVERY_S = 0.1
"""A report that changes all the time is told no more often."""

KEPT = "kept: its panic cancels only"
COVERED = "kept: the desk is covered. Unlock and press ^g twice to close them"


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """What an account's panic does."""

    policy: PanicPolicy = PanicPolicy.CANCEL
    while_covered: bool = False
    """Positions are closed on a covered desk too, without the passphrase."""


class Panic:
    """The newest panic of a worker, and what each account's would do.

    Args:
        house: The worker's parts.
        roster: The connections.
        covered: Whether the desk is covered now.
        publish: Gives an event to every client that is attached.
    """

    def __init__(
        self,
        house: House,
        roster: Roster,
        covered: Callable[[], bool],
        publish: Callable[[api.NumberedEvent], None],
    ) -> None:
        self._house = house
        self._roster = roster
        self._covered = covered
        self._publish = publish
        self._policies: dict[AccountId, AccountPolicy] = {}
        self._runs: dict[AccountId, AccountRun] = {}
        self._head: PanicReport | None = None
        self._told: PanicReport | None = None
        self._telling = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def load(self) -> None:
        """Learn the policies that were set. Where they cannot be read, every account's panic only cancels."""
        try:
            self._policies = await self._house.keeper.ask(_policies)
        except (ArchiveFailed, ValueError) as problem:
            logger().warning("panic_policies_unread", fault=type(problem).__name__)

    @property
    def running(self) -> bool:
        """Whether a panic is under way: the worker lives on until it has ended."""
        return any(not run.ended for run in self._runs.values())

    def report(self) -> PanicReport | None:
        """How far the newest panic is, as it may be shown now; None: there was none."""
        if self._head is None:
            return None
        whole = replace(self._head, accounts=tuple(run.report() for run in self._runs.values()))
        return covered_report(whole) if self._covered() else whole

    def moved(self, event: api.NumberedEvent) -> None:
        """Something happened that a run may be waiting for."""
        if not isinstance(event, api.PanicMoved):
            for run in self._runs.values():
                run.moved()

    def policy(self, account: AccountId) -> AccountPolicy:
        """What an account's panic does; unless set, it closes nothing."""
        return self._policies.get(account, AccountPolicy())

    async def set_policy(self, account: AccountId, policy: AccountPolicy) -> None:
        """Change it, in force once it is on disk.

        Raises:
            ArchiveFailed: It cannot be written.
        """
        changed = {**self._policies, account: policy}
        await self._house.keeper.ask(lambda archive: archive.settings.set(POLICIES_KEY, _written(changed)))
        self._policies = changed

    # --- the plan

    def plan(self, *, external: bool) -> api.PanicPlan:
        """What a panic would send now; accounts with something to do first."""
        asked = [live.connection for live in self._roster.all() if self._asks(live.connection)]
        planned = [self._planned(connection, external=external) for connection in asked]
        plan = api.PanicPlan(tuple(sorted(planned, key=lambda each: not (each.orders or each.closes))))
        return covered_plan(plan) if self._covered() else plan

    def _asks(self, connection: Connection) -> bool:
        """Whether a venue is asked about this connection: it has a key, and its exchange, if embedded, runs."""
        account = connection.account
        if not connection.keyed:
            return False
        if connection.embedded:
            return self._runs_here(account)
        return connection.active or bool(self._marked(account, external=True))

    def _runs_here(self, account: AccountId) -> bool:
        try:
            self._roster.get(account)
        except TradedeskError:
            return False
        return True

    def _marked(self, account: AccountId, *, external: bool) -> int:
        found = marked(self._house.executor.state, account, external=external, flatten=False)
        return len(found.first) + len(found.then)

    def _planned(self, connection: Connection, *, external: bool) -> PlannedAccount:
        state, account = self._house.executor.state, connection.account
        found = marked(state, account, external=external, flatten=False)
        flatten = self._flattens(account)
        found_closes = closes(state, account, once_canceled=True) if flatten else ()
        positions = tuple((close.instrument, -close.side.sign * close.quantity) for close in found_closes)
        return PlannedAccount(
            account,
            connection.label,
            connection.mode,
            PanicPolicy.FLATTEN if flatten else PanicPolicy.CANCEL,
            len(found.first),
            sum(1 for order in found.first if is_stop(order)),
            len(found.external),
            positions,
        )

    def _flattens(self, account: AccountId) -> bool:
        policy = self.policy(account)
        return policy.policy is PanicPolicy.FLATTEN and (policy.while_covered or not self._covered())

    # --- doing it

    def start(self, command: api.StartPanic) -> PanicReport:
        """Halt at once, then send; whoever asks while one is under way joins it and hurries it on."""
        executor, now_ns = self._house.executor, self._house.clock.time_ns()
        if executor.state.trading is not Trading.HALTED:
            executor.feed(inputs.SetTrading(Trading.HALTED, "by you", executor.now()))
        head = self._head if self.running else None
        if head is None:
            head, self._runs = PanicReport(command.panic_id, now_ns, command.external, ()), {}
        wider = command.external and not head.external
        head = self._head = replace(head, external=head.external or command.external)
        for live in self._roster.all():
            connection = live.connection
            run = self._runs.get(connection.account)
            if run is not None and not (run.ended and (wider or self._marked(connection.account, external=wider))):
                run.external = head.external
                run.hurry()
            elif self._asks(connection):
                self._begin(connection, now_ns)
        self._end_if_over()
        self._tell_now()
        return self.report() or head

    def _begin(self, connection: Connection, now_ns: int) -> None:
        account = connection.account
        policy, flatten = self.policy(account), self._flattens(account)
        steps = Steps(account, connection.label, connection.mode, policy.policy)
        steps.note(PanicStep.REFUSED, StepState.DONE, done=1, of=1, time_ns=now_ns)
        why = COVERED if policy.policy is PanicPolicy.FLATTEN else KEPT
        find = partial(self._roster.get, account)
        run = AccountRun(find, self._house, steps, flatten=flatten, why_kept=why, told=self._tell)
        run.external = self._head is not None and self._head.external
        self._runs[account] = run
        task = self._house.supervisor.spawn(f"panic-{connection.label}", self._run(run), partial(_fault, run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, run: AccountRun) -> None:
        try:
            await run.run()
        finally:
            run.ended = True
            self._end_if_over()
            self._tell_now()

    def _end_if_over(self) -> None:
        if self._head is not None and self._head.ended_ns is None and not self.running:
            self._head = replace(self._head, ended_ns=self._house.clock.time_ns())
            proved = all(run.steps.proved_ns is not None for run in self._runs.values())
            logger().warning("panic_ended", accounts=len(self._runs), proved=proved)

    async def stop(self) -> None:
        """Send nothing more: the worker closes its connections. What has no answer stays on record as such."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    # --- telling

    def _tell(self) -> None:
        """Let clients know soon, what changes until then included."""
        if not self._telling:
            self._telling = True
            self._house.supervisor.spawn("panic-tell", self._tell_soon())

    async def _tell_soon(self) -> None:
        await self._house.clock.sleep(TELL_EVERY_S)
        self._telling = False
        self._tell_now()

    def _tell_now(self) -> None:
        report = self.report()
        if report is not None and report != self._told:
            self._told = report
            self._publish(api.PanicMoved(report))


def _fault(run: AccountRun, sentence: str) -> None:
    run.steps.sentence = sentence


def _written(policies: dict[AccountId, AccountPolicy]) -> str:
    return json.dumps(
        {str(account): [each.policy.value, each.while_covered] for account, each in policies.items()}, sort_keys=True
    )


def _policies(archive: Archive) -> dict[AccountId, AccountPolicy]:
    kept = json.loads(archive.settings.get(POLICIES_KEY) or "{}", parse_float=Decimal)
    return {
        AccountId(UUID(account)): AccountPolicy(PanicPolicy(policy), bool(covered))
        for account, (policy, covered) in kept.items()
    }
