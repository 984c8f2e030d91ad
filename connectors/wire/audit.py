"""Takes down what is asked of an account and what is answered: one row each, redacted here, chained by the archive.

What changes something (a create, cancel, amend) is taken down whole, without key and signature; what only reads, by
its digest. The door stands at the transport, so that nothing that carries a key passes beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from urllib.parse import parse_qsl

import msgspec

from connectors.model.audit import AuditFact, AuditKind, AuditOutcome
from connectors.model.ids import AccountId
from connectors.ports.audit import AuditTrail
from connectors.ports.clock import Clock
from connectors.ports.credentials import Signer

REDACTED = "[redacted]"
MOST_BYTES = 8 * 1024
"""Larger answers are taken down by their digest."""
_FEW_BYTES = 2 * 1024
"""A refusal of a read up to this size is worth its text."""
_REFUSAL = 400

_DENIED = re.compile(
    r"(?i).*(secret|passphrase|password).*|signature|sign|api_?key|listenkey|jwt|token|authorization|cookie"
    r"|x-mbx-apikey|(x-bapi|cb-access|access)-.*|kid|privatekey|95|96|553|554|925"
)
"""Names whose values are never written (SECURITY-SPEC §9; the numbers are FIX tags)."""
_ASSIGNED = re.compile(r"""(?i)((?:signature|api_?key|listenkey|sign|token|secret)["']?\s*[=:]\s*["']?)[^\s"'&,}]+""")
_SHAPED = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.[\w-]+|-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)|TDR1-[0-9A-Za-z-]+"
    r"|[A-Za-z0-9]{64}"
)
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


class Auditor:
    """Takes down the exchanges of one account.

    Args:
        trail: Where they go.
        account: Whose they are.
        clock: Time.
        hidden: Texts that may stand in no row, whatever their name there: the API key.
    """

    def __init__(self, trail: AuditTrail, account: AccountId, clock: Clock, hidden: tuple[str, ...] = ()) -> None:
        self._trail = trail
        self._account = account
        self._clock = clock
        self._hidden = tuple(text for text in hidden if text)

    def __repr__(self) -> str:
        return f"Auditor({self._account})"

    def asked(
        self, operation: str, where: str, text: str | Mapping[str, object], *, changes: bool, client_order_id: str = ""
    ) -> Exchange:
        """A request is about to be sent; nothing of it has left yet.

        Args:
            operation: Our name of it.
            where: Method and path, or the method's name on a WebSocket.
            text: Its parameters: percent-encoded, or by name.
            changes: Whether it may change something at the venue: then its parameters are taken down.
            client_order_id: The order it is about, where it is about one.

        Returns:
            What takes the answer.
        """
        shown = partial(self._parameters, where, text, changes=changes)
        if changes and client_order_id != "" and self._trail.committed(self._account, client_order_id, operation):
            # Written with the order's intent already, as the desk asked it; what was sent for it is in the answer's
            # row, and redacted then: it would hold up the first byte.
            return Exchange(self, operation, client_order_id, shown, changes=changes)
        exchange = Exchange(self, operation, client_order_id or None, dict, changes=changes)
        self._record(AuditKind.REQUEST, exchange, AuditOutcome.SENT, 0, shown())
        return exchange

    def take(self, exchange: Exchange, outcome: str, began_ns: int, detail: dict[str, object]) -> None:
        """Record the end of an exchange."""
        latency_us = max(0, self._clock.monotonic_ns() - began_ns) // 1_000
        self._record(AuditKind.ANSWER, exchange, outcome, latency_us, detail)

    def now_ns(self) -> int:
        """Monotonic time."""
        return self._clock.monotonic_ns()

    def shown(self, value: object) -> object:
        """A value of JSON without what must not be kept."""
        if isinstance(value, str):
            return self._clean(value)
        if isinstance(value, dict):
            return {
                self._clean(str(name)): REDACTED if _DENIED.fullmatch(str(name)) else self.shown(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.shown(inner) for inner in value]
        return value

    def _clean(self, text: str) -> str:
        for hidden in self._hidden:
            text = text.replace(hidden, REDACTED)
        return _SHAPED.sub(REDACTED, _ASSIGNED.sub(rf"\1{REDACTED}", text))

    def _parameters(self, where: str, text: str | Mapping[str, object], *, changes: bool) -> dict[str, object]:
        given = dict(parse_qsl(text, keep_blank_values=True)) if isinstance(text, str) else dict(text)
        shown = self.shown({name: value for name, value in given.items() if name not in {"signature", "apiKey"}})
        if changes:
            return {"sent": where, "params": shown}
        return {"sent": where, "digest": _digest(_encode(shown))}

    def _record(
        self, kind: AuditKind, exchange: Exchange, outcome: str, latency_us: int, detail: dict[str, object]
    ) -> None:
        self._trail.record(
            AuditFact(
                self._clock.time_ns() // 1_000,
                kind,
                exchange.operation,
                outcome,
                latency_us,
                self._account,
                exchange.client_order_id,
                _encode(detail),
            )
        )


class Exchange:
    """One request on its way; it ends exactly once, however it ends."""

    def __init__(
        self,
        auditor: Auditor,
        operation: str,
        client_order_id: str | None,
        sent: Callable[[], dict[str, object]],
        *,
        changes: bool,
    ) -> None:
        """Begin.

        Args:
            auditor: Takes its end.
            operation: Our name of it.
            client_order_id: The order it is about; None: about none.
            sent: Gives what of the request stands in the row of its end.
            changes: Whether it may change something at the venue.
        """
        self.operation = operation
        self.client_order_id = client_order_id
        self._auditor = auditor
        self._sent = sent
        self._changes = changes
        self._began_ns = auditor.now_ns()
        self._ended = False

    def answered(self, status: int, body: bytes) -> None:
        """The venue answered."""
        self._end(str(status), lambda: {**self._sent(), "status": status, **self._body(status, body)})

    def failed(self, *, left: bool) -> None:
        """No answer came; does nothing once one did.

        Args:
            left: Whether bytes of the request may have left.
        """
        self._end(AuditOutcome.LOST if left else AuditOutcome.NOT_SENT, self._sent)

    def _end(self, outcome: str, detail: Callable[[], dict[str, object]]) -> None:
        if not self._ended:
            self._ended = True
            self._auditor.take(self, outcome, self._began_ns, detail())

    def _body(self, status: int, body: bytes) -> dict[str, object]:
        most = MOST_BYTES if self._changes else _FEW_BYTES if status >= _REFUSAL else 0
        if len(body) <= most:
            try:
                return {"body": self._auditor.shown(_decode(body))}
            except (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError, RecursionError):
                # No JSON, or none that can be written again: a page of a firewall is known by its digest.
                return _by_digest(body)
        return _by_digest(body)


def auditor_of(trail: AuditTrail | None, account: AccountId, signer: Signer | None, clock: Clock) -> Auditor | None:
    """The auditor of a connection: only one with a key has any, and only where a trail is kept."""
    return None if trail is None or signer is None else Auditor(trail, account, clock, (signer.api_key,))


def _by_digest(body: bytes) -> dict[str, object]:
    return {"bytes": len(body), "digest": _digest(body)}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
