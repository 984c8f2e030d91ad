"""What the worker says: that it answers, how its vault stands, which venues it reaches, what their clocks say."""

from __future__ import annotations

from connectors.errors import TradedeskError
from connectors.model.connection import Connection, ConnectionStatus, LinkState
from connectors.model.vault import OpenedBy, VaultFacts, VaultState
from connectors.worker import api
from storage.paths import Home
from tui.cli.checks.finding import Finding, Level, fail, ok, refused, told, warn
from tui.cli.client import Client
from tui.embedded import LABEL
from tui.format.clean import clean

_OFFSET_WANTED_MS = 250
_OFFSET_ALLOWED_MS = 2_000
"""Below the recvWindow of creates (2–3 s): beyond it a venue refuses orders."""
_UP = frozenset({LinkState.LIVE, LinkState.SLOW})


async def look(home: Home) -> list[Finding]:
    """Join the worker, or start one, and ask it.

    Args:
        home: Whose worker.
    """
    client = Client(home, "doctor")
    findings: list[Finding] = []
    check = "worker"
    try:
        await client.join()
        findings.append(ok(check, f"It answers at {home.worker_socket}."))
        check = "vault"
        findings.append(vault(await client.link.request(api.GetVault())))
        check = "simulated market"
        market = await client.use(LABEL)
        await client.ask(api.GetInstruments(market.account), api.Instruments)
        refusals = {label: await _tried(client, one) for label, one in (await _others(client)).items()}
        statuses = {connection.label: status for connection, status in await client.connections()}
        findings.append(simulated(statuses.get(LABEL)))
        findings += [venue(label, statuses.get(label), refusal) for label, refusal in refusals.items()]
        findings += [clock(label, status) for label, status in statuses.items() if status is not None]
    except TradedeskError as problem:
        findings.append(refused(check, problem))
    finally:
        await client.close()
    return findings


async def _others(client: Client) -> dict[str, Connection]:
    return {one.label: one for one, _status in await client.connections() if one.active and not one.embedded}


async def _tried(client: Client, connection: Connection) -> api.Failure | None:
    """Let the worker open a connection; the vault is not opened for it, and nobody is asked for a passphrase."""
    answer = await client.link.request(api.GetInstruments(connection.account))
    return answer if isinstance(answer, api.Failure) else None


def vault(answer: object) -> Finding:
    """How the vault stands.

    Args:
        answer: The worker's, to `connectors.worker.api.GetVault`.
    """
    if isinstance(answer, api.Failure):
        return told("vault", answer.sentence)
    if not isinstance(answer, VaultFacts):
        return fail("vault", "The worker does not say how its vault stands.", "Close every desk and try again.")
    if answer.state is VaultState.NONE:
        return ok("vault", "There is none yet: it is made with the first key.")
    if any(slot.weak for slot in answer.slots):
        return warn(
            "vault",
            "A passphrase is protected by less work than a new one gets.",
            "Change it, to the same or another: tradedesk vault passphrase",
        )
    if not any(slot.by is OpenedBy.RECOVERY for slot in answer.slots):
        return warn(
            "vault",
            f"It is {answer.state.value.lower()}, and has no recovery key: a lost passphrase is a lost vault.",
            "Make one: tradedesk vault recovery",
        )
    return ok("vault", f"It is {answer.state.value.lower()}; {len(answer.slots)} secrets open it.")


def simulated(status: ConnectionStatus | None) -> Finding:
    """Whether the embedded exchange runs and serves."""
    check = "simulated market"
    if status is not None and status.state in _UP:
        return ok(check, "It starts and the worker is connected to it.")
    reason = "" if status is None else clean(status.reason)
    return fail(
        check,
        f"It started, but the worker is not connected to it. {reason}".rstrip(),
        "Close every desk and run doctor again; state/exchange.err may say why.",
    )


def venue(label: str, status: ConnectionStatus | None, refusal: api.Failure | None) -> Finding:
    """Whether a venue is reached.

    Args:
        label: The connection's.
        status: What the worker says of it; None where it was not opened.
        refusal: How it answered when it was asked for its instruments; None: with them.
    """
    check = f"venue {label}"
    if refusal is not None and refusal.kind is api.FailureKind.VAULT_LOCKED:
        return warn(check, f"{label} was not tried: the vault is locked.", "Open it: tradedesk vault unlock")
    if refusal is not None:
        found = told(check, refusal.sentence)
        return found if found.remedy else fail(check, found.sentence, f"Try it by steps: tradedesk venues test {label}")
    if status is None or status.state in _UP:
        return ok(check, f"{label} answers.")
    reason = clean(status.reason) or f"It is {status.state.value}."
    return Finding(check, Level.FAIL, reason, f"Try it by steps: tradedesk venues test {label}")


def clock(label: str, status: ConnectionStatus) -> Finding:
    """What the venue says of this machine's clock."""
    check = f"clock {label}"
    offset_ms = status.clock_offset_ms
    if offset_ms is None:
        return warn(
            check, f"{label} has not told its time ({status.state.value}).", "Run doctor again when it answers."
        )
    said = f"{label} is {abs(offset_ms)} ms {'ahead of' if offset_ms > 0 else 'behind'} this machine."
    if abs(offset_ms) > _OFFSET_ALLOWED_MS:
        return fail(check, said, "Set this machine's clock (NTP): orders would be refused.")
    if abs(offset_ms) > _OFFSET_WANTED_MS:
        return warn(check, said, "Set this machine's clock (NTP).")
    return ok(check, said)
