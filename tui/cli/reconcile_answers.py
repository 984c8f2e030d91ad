"""What ``reconcile`` does and writes."""

from __future__ import annotations

from connectors.worker import api
from tui.cli import shapes
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.output import Json, say, say_json
from tui.embedded import LABEL
from tui.format import numbers
from tui.format.clean import clean


def reconcile(account: str | None, *, as_json: bool) -> Body:
    """Compare one account with its venue, or every one."""

    async def body(client: Client) -> None:
        found = await _asked(client, account)
        if as_json:
            say_json([_told(one) for one in found])
        else:
            for one in found:
                say(sentence(one))
        failed = [one.label for one in found if one.failed]
        if failed:
            raise CommandFailed(f"Not compared: {', '.join(clean(label) for label in failed)}.", Exit.UNREACHABLE)

    return body


async def _asked(client: Client, account: str | None) -> tuple[api.AccountReconciled, ...]:
    if account is not None:
        connection = await client.use_keyed(account)
        command = api.Reconcile(connection.account, detailed=True)
        return (await client.ask(command, api.Reconciled)).accounts
    if any(connection.label == LABEL for connection, _status in await client.connections()):
        await client.use(LABEL)
    found = (await client.ask(api.Reconcile(), api.Reconciled)).accounts
    if not found:
        raise CommandFailed("No connection has a key that is open: there is nothing to compare.", Exit.USAGE)
    return found


def sentence(one: api.AccountReconciled) -> str:
    """What was listed and what differed, such as ``demo: 2 open orders, 3 balances listed. Nothing differed``."""
    if one.failed:
        return f"{clean(one.label)}: not asked. {clean(one.failed)}"
    fills = ", ".join(clean(instrument.symbol) for instrument in one.instruments)
    asked = f"{_count(one.open_orders, 'open order')}, {_count(one.balances, 'balance')}"
    asked += f" and {_count(one.fills, 'fill')} of {fills}" if fills else ""
    return f"{clean(one.label)}: {asked} listed. {_differences(one)}"


def _differences(one: api.AccountReconciled) -> str:
    said = []
    if one.booked:
        said.append(f"{_count(one.booked, 'fill')} booked")
    if one.changed:
        said.append(f"{', '.join(one.changed)} stood otherwise")
    if one.adopted:
        said.append(f"{', '.join(one.adopted)} of other tools adopted")
    if one.looked_up:
        said.append(f"{', '.join(one.looked_up)} looked up")
    said += [f"{clean(asset)} moved by {numbers.exact(delta)} outside the desk" for asset, delta in one.external]
    if one.moved:
        said.append(f"balances of {', '.join(clean(asset) for asset in one.moved)} stood otherwise")
    return f"{'; '.join(said)}." if said else "Nothing differed."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _told(one: api.AccountReconciled) -> Json:
    return {
        "venue": one.label,
        "failed": one.failed or None,
        "open_orders": one.open_orders,
        "fills": one.fills,
        "balances": one.balances,
        "fills_asked": [instrument.symbol for instrument in one.instruments],
        "changed": list(one.changed),
        "adopted": list(one.adopted),
        "booked": one.booked,
        "looked_up": list(one.looked_up),
        "external": {asset: shapes.digits(delta) for asset, delta in one.external},
        "balances_moved": list(one.moved),
        "differs": one.differs,
    }
