"""What the key may do (REQUIREMENTS G1): ``GET /sapi/v1/account/apiRestrictions``, which live keys have alone.

``canWithdraw`` of ``GET /account`` describes the account and says nothing of the key, so it is never looked at.
Whatever is missing, of another type, or answered by an error reads as unknown.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import msgspec

from connectors.errors import Malformed, TradedeskError
from connectors.model.ids import Mode
from connectors.model.rights import KeyRights, unknown
from connectors.ports.clock import Clock
from connectors.venues.binance import endpoints, parse
from connectors.venues.binance.constants import VENUE
from connectors.venues.binance.gate import Gate
from connectors.wire.limiter import Priority

ASKED_IN = frozenset({Mode.LIVE, Mode.SIM})
"""Testnet and demo have no ``/sapi`` (facts §1.1); the embedded exchange has this one call of it."""

_NOTHING = msgspec.Raw(b"null")
_log = logging.getLogger(__name__)


class Restrictions(msgspec.Struct, gc=False, rename="camel"):
    """The answer; each field as it lies there, since only a literal true or false says anything."""

    enable_spot_and_margin_trading: msgspec.Raw = _NOTHING
    enable_withdrawals: msgspec.Raw = _NOTHING
    enable_internal_transfer: msgspec.Raw = _NOTHING
    permits_universal_transfer: msgspec.Raw = _NOTHING
    ip_restrict: msgspec.Raw = _NOTHING


_restrictions = msgspec.json.Decoder(Restrictions)


def rights(answer: Restrictions, time_ns: int) -> KeyRights:
    """The rights an answer tells of."""
    internal, universal = _flag(answer.enable_internal_transfer), _flag(answer.permits_universal_transfer)
    transfer = True if internal or universal else None if None in {internal, universal} else False
    return KeyRights(
        trade=_flag(answer.enable_spot_and_margin_trading),
        withdraw=_flag(answer.enable_withdrawals),
        transfer=transfer,
        ip_restricted=_flag(answer.ip_restrict),
        source=endpoints.KEY_RIGHTS.path,
        time_ns=time_ns,
    )


def _flag(raw: msgspec.Raw) -> bool | None:
    return {b"true": True, b"false": False}.get(bytes(raw).strip())


class RightsReader:
    """Asks for the rights of one connection's key and keeps the last answer.

    Args:
        gate: The way to the venue.
        mode: The connection's mode.
        clock: Time.
    """

    def __init__(self, gate: Gate, mode: Mode, clock: Clock) -> None:
        self._gate = gate
        self._mode = mode
        self._clock = clock
        self.known = unknown("not asked yet", 0)
        """The newest answer, with its time; never asked for here."""

    async def ask(self) -> KeyRights:
        """Ask now. A venue that does not say is no failure: the last answer stays, or all of it is unknown."""
        now_ns = self._clock.time_ns()
        if self._mode not in ASKED_IN:
            self.known = unknown(f"{VENUE} does not tell in mode {self._mode}", now_ns)
            return self.known
        try:
            body = await self._gate.ask(endpoints.KEY_RIGHTS, priority=Priority.ACCOUNT, attempts=1)
            self.known = rights(parse.decode(_restrictions, body, endpoints.KEY_RIGHTS.operation), now_ns)
        except TradedeskError as problem:
            _log.info("%s: the key's rights are not known: %s", VENUE, problem.sentence)
            if isinstance(problem, Malformed) or not self.known.known:
                self.known = unknown(problem.sentence, now_ns)
            else:
                self.known = replace(self.known, source=f"{endpoints.KEY_RIGHTS.path}, asked again in vain")
        return self.known
