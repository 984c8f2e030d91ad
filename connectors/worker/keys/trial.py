"""A connection tried step by step, beside whatever is connected; what its key may do, judged (SECURITY-SPEC §11)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from connectors import registry
from connectors.errors import AcceptanceNeeded, Refused, TradedeskError
from connectors.model.connection import Connection, KeyKind
from connectors.model.ids import Mode
from connectors.model.rights import Acceptance, KeyRights
from connectors.ports.clock import Clock
from connectors.ports.venue import Connector

_MS_NS = 1_000_000
Step = tuple[str, bool, str]
"""Name, whether it passed, and a sentence."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial found."""

    steps: tuple[Step, ...]
    rights: KeyRights | None = None

    @property
    def passed(self) -> bool:
        """Whether every step did."""
        return all(passed for _, passed, _ in self.steps)


async def try_out(connector: Connector, clock: Clock) -> Trial:
    """Connect anew; stops at the first step that fails, and closes what it opened."""
    steps: list[Step] = []
    found: list[KeyRights] = []
    try:
        for name, run in _steps(connector, clock, found):
            try:
                steps.append((name, True, await run()))
            except TradedeskError as problem:
                steps.append((name, False, str(problem)))
                break
    finally:
        await connector.close()
    return Trial(tuple(steps), found[0] if found else None)


def _steps(
    connector: Connector, clock: Clock, found: list[KeyRights]
) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
    async def connect() -> str:
        await connector.connect()
        return "The venue answers."

    async def compare_clocks() -> str:
        offset_ms = (await connector.server_time_ns() - clock.time_ns()) // _MS_NS
        return f"The venue's clock is {abs(offset_ms)} ms {'ahead of' if offset_ms >= 0 else 'behind'} this machine's."

    async def instruments() -> str:
        return f"{len(await connector.market.instruments()):,} instruments."

    async def account() -> str:
        if connector.account is None:
            return "No key: market data only."
        held = len(await connector.account.balances())
        return f"The key can read the account: {held} {'asset' if held == 1 else 'assets'}."

    async def rights() -> str:
        if connector.account is None:
            return "No key: nothing to ask."
        found.append(await connector.account.key_rights())
        return rights_sentence(connector.connection.mode, found[0])

    steps: list[tuple[str, Callable[[], Awaitable[str]]]]
    steps = [("connect", connect), ("clock", compare_clocks), ("instruments", instruments), ("account", account)]
    return [*steps, ("rights", rights)] if connector.account is not None else steps


def rights_sentence(mode: Mode, rights: KeyRights) -> str:
    """What a key may do, in a sentence."""
    if not rights.known:
        if mode is not Mode.LIVE:
            return f"What the key may do is not told in mode {mode}; there is no real money in it."
        return f"Whether the key may withdraw is not known ({rights.source})."
    may = [word for word, has in (("trade", rights.trade), ("withdraw", rights.withdraw)) if has]
    may += ["transfer"] if rights.transfer else []
    return f"The key may read{''.join(f', {word}' for word in may)}; it {_address(rights)}."


def _address(rights: KeyRights) -> str:
    return "works from listed addresses only" if rights.ip_restricted else "works from every address"


def judged(connection: Connection, rights: KeyRights | None) -> tuple[tuple[str, ...], tuple[Acceptance, ...]]:
    """What is to be said of a key, and what must be accepted before it is kept.

    Only a live key can lose money; what is not known of one is never read as "no".
    """
    if connection.mode is not Mode.LIVE:
        return (), ()
    if rights is None or not rights.known:
        needs: tuple[Acceptance, ...] = (Acceptance.UNKNOWN_RIGHTS,)
    else:
        needs = (Acceptance.WITHDRAWAL,) if rights.withdraw else ()
    warnings = []
    if rights is None or not rights.ip_restricted:
        warnings.append("This key has no list of addresses: whoever copies it can trade with it. Add one at the venue.")
    if rights is not None and rights.transfer is not False:
        warnings.append("This key may move funds between accounts, or that is not known. Take the right from it.")
    if rights is not None and rights.trade is False:
        warnings.append("This key may not trade: it shows the account and places no order.")
    if connection.key_kind is KeyKind.HMAC:
        warnings.append("This key's secret is shared with the venue. An Ed25519 key keeps the private half here alone.")
    return tuple(warnings), needs


def require_accepted(connection: Connection, needs: tuple[Acceptance, ...]) -> None:
    """See that everything that must be accepted was.

    Raises:
        AcceptanceNeeded: Something was not.
    """
    for needed in needs:
        if needed in connection.accepted:
            continue
        if needed is Acceptance.WITHDRAWAL:
            sentence = (
                f"{connection.label}: this key may withdraw funds. Remove that right at the venue and test again,"
                " or accept it by typing."
            )
        else:
            sentence = (
                f"{connection.label}: the venue does not say whether this key may withdraw funds."
                " Test again, or accept that by typing."
            )
        raise AcceptanceNeeded(sentence, acceptance=needed.value, venue=connection.venue)


def require_typed(row: Connection, typed: tuple[str, ...]) -> None:
    """See that a live key goes to the hosts its venue's room names, or to those somebody typed out (SECURITY-SPEC §11).

    Raises:
        Refused: It would go elsewhere.
    """
    strange = next((host for host in registry.strange_hosts(row) if host not in typed), None)
    if strange is not None:
        raise Refused(
            f"{strange} is none of the hosts this release knows for {row.venue}, and {row.label}'s key would go there."
            f" Nothing was sent. Say that it is meant: --accept-host {strange}",
            venue=row.venue,
            operation="credential",
        )
