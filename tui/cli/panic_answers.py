"""What panic does and writes."""

from __future__ import annotations

import uuid6

from connectors.clock import SystemClock
from connectors.model.ids import OrderId
from connectors.model.vault import VaultState
from connectors.worker import api
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.output import say, table
from tui.format import times
from tui.format.clean import clean
from tui.messages import panics

_LOOK_S = 0.1
_PATIENCE_S = 120
_NANOS = 1_000_000_000


def panic(*, yes: bool, external: bool, as_json: bool) -> Body:
    """Halt at once, list what will be sent, ask, send, and show the report. Sent unasked, the panic itself halts."""

    async def body(client: Client) -> None:
        if not yes:
            await client.ask(api.SetTrading(api.TradingState.HALTED), api.Done)
        await _open_if_locked(client)
        plan = await client.ask(api.PlanPanic(external), api.PanicPlan)
        if not as_json:
            say(_plan_words(plan))
        if not yes:
            await _agreed(client)
        begun = await client.ask(api.StartPanic(OrderId(uuid6.uuid7()), external), api.PanicReport)
        report = await _followed(client, begun)
        if as_json:
            say(panics.as_json(report).rstrip("\n"))
        else:
            say(_report_words(report))
        _require_proved(report)

    return body


async def _open_if_locked(client: Client) -> None:
    """Keys of a locked vault sign nothing; without its passphrase the panic goes as far as it can."""
    facts = await client.ask(api.GetVault(), api.VaultFacts)
    if facts.state is not VaultState.LOCKED:
        return
    try:
        await client.open_vault()
    except CommandFailed as problem:
        say(f"{problem.sentence} Connections with keys in it cannot be reached by this panic.")


async def _agreed(client: Client) -> None:
    if not client.prompt.able:
        raise CommandFailed("HALTED. Nothing else was sent: say that it is meant, --yes.", Exit.USAGE)
    if (await client.prompt.line("Send this? y sends, anything else leaves it halted: ")).lower() not in {"y", "yes"}:
        raise CommandFailed("HALTED. Nothing else was sent. tradedesk resume lets new orders pass.")


async def _followed(client: Client, report: api.PanicReport) -> api.PanicReport:
    """The report once it is over, or as it stands when nobody should wait any longer: the worker goes on."""
    clock = SystemClock()
    until_ns = clock.monotonic_ns() + _PATIENCE_S * _NANOS
    while report.ended_ns is None and clock.monotonic_ns() < until_ns:
        await clock.sleep(_LOOK_S)
        report = await client.ask(api.GetPanic(), api.PanicReport)
    return report


def _require_proved(report: api.PanicReport) -> None:
    missing = [each for each in report.accounts if each.proved_ns is None]
    if missing:
        names = ", ".join(clean(each.label) or "a connection" for each in missing)
        goes_on = "The worker goes on. " if report.ended_ns is None else ""
        raise CommandFailed(f"{names} did not prove that nothing is left. {goes_on}Look at the venue itself.")


def _plan_words(plan: api.PanicPlan) -> str:
    if not plan.accounts:
        return "HALTED. No connection with a key: there is nothing to cancel."
    rows = [
        (
            clean(each.label) or "a connection",
            each.mode.value,
            str(each.orders),
            str(each.stops),
            str(each.external),
            ", ".join(f"{clean(name.symbol)} {quantity.normalize():f}" for name, quantity in each.closes)
            or ("nothing" if each.policy is api.PanicPolicy.FLATTEN else "by policy: none"),
        )
        for each in plan.accounts
    ]
    heads = ["venue", "mode", ">cancels", ">stops among them", ">of other tools", "closes at market"]
    return "HALTED. This will be sent:\n" + table(heads, rows)


def _report_words(report: api.PanicReport) -> str:
    lines: list[str] = []
    for each in report.accounts:
        label = clean(each.label) or "a connection"
        lines.append(f"{label} ({each.mode.value}): {panics.verdict(each, each.left)}")
        for step in each.steps:
            told = f"   {clean(step.sentence)}" if step.sentence else ""
            lines.append(f"  {panics.step_name(step.step, short=False):24}{panics.cell(step, report.started_ns)}{told}")
        proofs = [proof for step in each.steps for proof in step.proofs]
        lines += [
            f"  {times.clock_ms(proof.time_ns)}  {proof.operation:14} {clean(proof.outcome)}  {clean(proof.request_id)}"
            for proof in proofs
        ]
        if each.sentence:
            lines.append(f"  {clean(each.sentence)}")
    if report.ended_ns is not None:
        lines.append(panics.ended_words(report).replace(":resume", "tradedesk resume"))
    return "\n".join(lines)
