"""venues policy: what an account does in a panic, and when the last desk is lost."""

from __future__ import annotations

from connectors.worker import api
from tui.cli import words
from tui.cli.client import Client
from tui.cli.exits import CommandFailed
from tui.cli.market_answers import Body
from tui.cli.output import say, say_json
from tui.format.clean import clean


def policy(
    label: str, panic: str | None, while_covered: bool | None, on_disconnect: str | None, *, as_json: bool
) -> Body:
    """Show an account's policies, after changing what was named."""
    wanted = None if panic is None else words.word(panic.upper(), api.PanicPolicy, "Panic policy")
    parting = None if on_disconnect is None else words.word(on_disconnect, api.OnDisconnect, "Policy")

    async def body(client: Client) -> None:
        connection = await client.registered(label)
        if not connection.keyed:
            raise CommandFailed(f"{connection.label} has no key: there is nothing of yours to cancel or close there.")
        account = connection.account
        known = await client.ask(api.GetPolicies(account), api.Policies)
        if wanted is not None or while_covered is not None:
            covered = known.while_covered if while_covered is None else while_covered
            await client.ask(api.SetPanicPolicy(account, wanted or known.panic, covered), api.Done)
        if parting is not None:
            await client.ask(api.SetOnDisconnect(account, parting), api.Done)
        known = await client.ask(api.GetPolicies(account), api.Policies)
        if as_json:
            say_json(
                {
                    "venue": connection.label,
                    "panic": known.panic.value.lower(),
                    "while_covered": known.while_covered,
                    "on_disconnect": known.on_disconnect.value,
                }
            )
            return
        say(_words(clean(connection.label), known))

    return body


def _words(label: str, known: api.Policies) -> str:
    closes = "cancels all and closes what the desk holds, at market within the collar"
    does = closes if known.panic is api.PanicPolicy.FLATTEN else "cancels all and closes nothing"
    covered = ", on a covered desk too" if known.while_covered and known.panic is api.PanicPolicy.FLATTEN else ""
    stays = "stays in force" if known.on_disconnect is api.OnDisconnect.LEAVE else "is cancelled"
    return f"{label}: a panic {does}{covered}. When the last desk is lost, what works there {stays}."
