"""What risk, halt, reduce and resume do and write."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.ids import AccountId, InstrumentId
from connectors.model.risk import LimitName
from connectors.worker import api
from tui.cli import risk_shapes, words
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.output import say, say_json, table
from tui.format import numbers
from tui.format.clean import clean
from tui.format.times import clock, date

OFF = "off"
WORD = "RESUME"
_PERCENT = Decimal(100)
_SHARES = frozenset({LimitName.ORDER_VALUE, LimitName.COLLAR, LimitName.DAY_LOSS})
_AMOUNTS = frozenset({LimitName.ORDER_AMOUNT, LimitName.POSITION_VALUE})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a limit is set, as it was typed; nothing: everywhere."""

    account: str | None = None
    exchange: str | None = None
    instrument: str | None = None


def show(account: str | None, instrument: str | None, *, as_json: bool) -> Body:
    """What stands."""

    async def body(client: Client) -> None:
        owner, symbol = await _resolved(client, account, instrument)
        found = await client.ask(api.GetRisk(owner, symbol), api.RiskFacts)
        if as_json:
            say_json(risk_shapes.facts(found))
            return
        say(_trading_words(found))
        for one in found.accounts:
            say("")
            say(_account_words(one))
        if not found.accounts:
            say("No connection has a key: there is nothing to risk.")

    return body


def put(name: str, value: str | None, place: Place, *, as_json: bool) -> Body:
    """Set a limit, switch it off, or take back what was set (no value)."""
    limit = words.word(name, LimitName, "Limit")
    wanted = None if value is None or value == OFF else read(limit, value)

    async def body(client: Client) -> None:
        owner, symbol = await _resolved(client, place.account, place.instrument, anyone=True)
        command = api.SetLimit(limit, wanted, owner, symbol, off=value == OFF, venue=place.exchange)
        await client.ask(command, api.Done)
        found = await client.ask(api.GetRisk(owner, symbol), api.RiskFacts)
        if as_json:
            say_json(risk_shapes.facts(found))
            return
        if value is None:
            say(f"{limit.value} was taken back there; the wider limit holds again. It is recorded.")
        else:
            told = "switched off" if wanted is None else value_words(limit, wanted)
            say(f"{limit.value} is {told}{_where(place)}. It is recorded.")

    return body


def read(limit: LimitName, text: str) -> Decimal:
    """A limit's value: ``5%`` and ``0.05`` are the same share.

    Raises:
        CommandFailed: It is no number, or a per cent of what is counted.
    """
    share = text.endswith("%")
    value = words.amount(text.removesuffix("%").strip(), "Limit")
    if share and limit not in _SHARES:
        raise CommandFailed(f"{limit.value} is no share: give a number without %, or off.", Exit.USAGE)
    return value / _PERCENT if share else value


def unlock(account: str | None, typed: str | None, *, as_json: bool) -> Body:
    """Open a loss lock."""

    async def body(client: Client) -> None:
        owner = await _locked(client, account)
        word = typed
        if word is None:
            if not client.prompt.able:
                raise CommandFailed(
                    f"A loss lock opens by a typed word. Nothing was changed. Say that it is meant: --typed {WORD}",
                    Exit.USAGE,
                )
            lost = f"{owner.label} is locked by its day loss. "
            word = await client.prompt.line(f"{lost}Type {WORD} to let new orders pass; it is recorded: ")
        await client.ask(api.UnlockLoss(owner.account, word), api.Done)
        found = await client.ask(api.GetRisk(owner.account), api.RiskFacts)
        if as_json:
            say_json(risk_shapes.facts(found))
        else:
            say(f"The loss lock of {owner.label} is open until 00:00 UTC, or a further limit is lost. It is recorded.")

    return body


async def _locked(client: Client, account: str | None) -> api.AccountRisk:
    """The account whose lock is meant: the one that is shut, where none is named."""
    if account is not None:
        connection = await client.registered(account)
        found = (await client.ask(api.GetRisk(connection.account), api.RiskFacts)).accounts
        return found[0]
    shut = [one for one in (await client.ask(api.GetRisk(), api.RiskFacts)).accounts if one.locked]
    if len(shut) == 1:
        return shut[0]
    if not shut:
        raise CommandFailed("No loss lock is shut: there is nothing to unlock.")
    labels = ", ".join(one.label for one in shut)
    raise CommandFailed(f"Several loss locks are shut: {labels}. Name one with --account.", Exit.USAGE)


def trading(state: str, *, as_json: bool) -> Body:
    """New orders on, off, or only those that reduce."""
    wanted = api.TradingState(state)

    async def body(client: Client) -> None:
        await client.ask(api.SetTrading(wanted), api.Done)
        found = await client.ask(api.GetRisk(), api.RiskFacts)
        if as_json:
            say_json(risk_shapes.trading(found))
            return
        say(_trading_words(found))
        for one in found.accounts:
            if one.locked and wanted is api.TradingState.ACTIVE:
                say(f"{one.label} stays locked by its day loss: tradedesk risk unlock --account {one.label}")

    return body


async def _resolved(
    client: Client, account: str | None, instrument: str | None, *, anyone: bool = False
) -> tuple[AccountId | None, InstrumentId | None]:
    """Account and instrument by their names. An instrument is looked up where the account is, or at the default one."""
    if account is None and instrument is None:
        return None, None
    connection = await client.use(account)
    if not connection.keyed:
        raise CommandFailed(f"{connection.label} has no key: it can place no order, and has no limits.")
    symbol = None if instrument is None else (await client.instrument(connection, instrument)).id
    return (None if account is None and anyone else connection.account), symbol


# --- words


def value_words(limit: LimitName, value: Decimal) -> str:
    """``5 %``, ``10``, ``2,000.00``."""
    if limit in _SHARES:
        return f"{numbers.exact(value * _PERCENT)} %"
    return numbers.fixed(value, 2) if limit in _AMOUNTS else numbers.exact(value)


def _where(place: Place) -> str:
    named = [clean(one) for one in (place.account, place.exchange, place.instrument) if one is not None]
    return f" for {' '.join(named)}" if named else ""


def _trading_words(found: api.RiskFacts) -> str:
    reason = f" {clean(found.reason)}" if found.reason else ""
    since = f" since {date(found.since_ns)} {clock(found.since_ns)} UTC" if found.since_ns else ""
    return f"{found.trading.value}{reason}{since}."


def _account_words(one: api.AccountRisk) -> str:
    currency = clean(one.currency)
    lines = [f"{clean(one.label)}: equity {numbers.money(one.equity, 2)} {currency}".rstrip()]
    if one.unpriced:
        lines[0] += f", without {', '.join(clean(asset) for asset in one.unpriced)} (no price)"
    if one.day_equity is not None:
        pnl = f"realised {numbers.signed(one.realised, 2)}, unrealised {numbers.signed(one.unrealised, 2)}"
        lines.append(
            f"day: {pnl}, fees {numbers.fixed(one.fees, 2)}, of {numbers.fixed(one.day_equity, 2)} at its begin"
        )
    if one.locked:
        lines.append(
            f"LOCKED: the day loss limit of {numbers.money(one.loss_limit, 2)} was reached. tradedesk risk unlock"
        )
    rows = [
        (
            limit.name.value,
            OFF if limit.value is None else value_words(limit.name, limit.value),
            numbers.NONE if limit.used is None else value_words(limit.name, limit.used),
            limit.scope.value,
        )
        for limit in one.limits
    ]
    return "\n".join([*lines, table(["limit", ">at most", ">used", "set for"], rows)])
