"""Errors, named by what the caller must do next (DESIGN §6).

Every one carries the venue, the operation, the venue's own code and text and a sentence the trader can act on. None
ever carries a key, a signature or a signed query. Foreign exceptions are translated at one door per transport.
"""

from __future__ import annotations


class TradedeskError(Exception):
    """Base of everything this package raises on purpose.

    Attributes:
        sentence: One sentence for the trader: what happened, which value, what to do.
        venue: Venue name, or empty when no venue is concerned.
        operation: What was attempted, such as ``order.place``.
        code: The venue's own code as text, or empty.
        text: The venue's own words, cleaned, or empty.
    """

    def __init__(
        self,
        sentence: str,
        *,
        venue: str = "",
        operation: str = "",
        code: str = "",
        text: str = "",
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.venue = venue
        self.operation = operation
        self.code = code
        self.text = text

    def __str__(self) -> str:
        own = f" [{' '.join(part for part in (self.code, self.text) if part)}]" if self.code or self.text else ""
        return f"{self.sentence}{own}"


class Retry(TradedeskError):
    """Transient, and safe to try again.

    Nothing happened at the venue (connect refused before the first byte, idempotent read).
    """


class Throttled(TradedeskError):
    """A limit was met; nothing happened.

    Attributes:
        retry_after_s: Seconds to wait before anything is sent to this venue again.
        banned: The venue closed the door (418), not only asked for patience.
    """

    def __init__(  # the class says it
        self,
        sentence: str,
        *,
        retry_after_s: float,
        banned: bool = False,
        venue: str = "",
        operation: str = "",
        code: str = "",
        text: str = "",
    ) -> None:
        super().__init__(sentence, venue=venue, operation=operation, code=code, text=text)
        self.retry_after_s = retry_after_s
        self.banned = banned


class Unknown(TradedeskError):
    """It may have happened: bytes may have left and no answer came. Look it up; never send it again.

    Attributes:
        client_order_ids: The client order ids to look up; empty where the operation concerns no single orders.
        venue_order_ids: The venue's own order ids to look up (the order a replace or an amend was for).
        client_list_id: The client id of the order list to look up, or empty.
    """

    client_order_ids: tuple[str, ...] = ()
    venue_order_ids: tuple[str, ...] = ()
    client_list_id: str = ""


class Rejected(TradedeskError):
    """The venue refused definitively; nothing happened. ``code`` and ``text`` say why."""


class InsufficientFunds(Rejected):
    """Balance too small."""


class InvalidOrder(Rejected):
    """A filter or a rule of the venue is broken.

    Attributes:
        filter: The filter's name, such as ``PRICE_FILTER``; empty when the venue names none.
    """

    def __init__(  # the class says it
        self,
        sentence: str,
        *,
        filter: str = "",  # noqa: A002  # the field's standard term
        venue: str = "",
        operation: str = "",
        code: str = "",
        text: str = "",
    ) -> None:
        super().__init__(sentence, venue=venue, operation=operation, code=code, text=text)
        self.filter = filter


class DuplicateOrder(Rejected):
    """The client order id is taken: look the order up."""


class OrderNotFound(Rejected):
    """The venue knows no such order (any more)."""


class MarketClosed(Rejected):
    """The instrument does not trade now."""


class UnknownInstrument(Rejected):
    """The venue has no such instrument."""


class Unauthorised(TradedeskError):
    """Key, permission or IP address: the user must mend it; retrying does not help."""


class ClockSkew(TradedeskError):
    """The venue finds our time wrong; nothing happened. Re-sync, then try once more."""


class Unavailable(TradedeskError):
    """Maintenance, breaker open, or the service is gone; nothing happened."""


class Malformed(TradedeskError):
    """What came is not the protocol (HTML, truncated JSON, another type). The connection stays up."""


class Refused(TradedeskError):
    """The desk itself refused before anything was sent: a limit, a filter, a mode, a broken book, a full disk."""


class Withheld(Refused):
    """Something forbade a request in the moment its first byte would have left: nothing left, and the desk knows."""


class CredentialRefused(Refused):
    """A credential lacks a field, or has one in the wrong form; nothing was stored or sent.

    Attributes:
        field: The field, such as ``private_key``. Its value is never named.
    """

    def __init__(self, sentence: str, *, field: str, venue: str = "") -> None:
        super().__init__(sentence, venue=venue, operation="credential")
        self.field = field


class ArchiveFailed(TradedeskError):
    """The archive could not be read or written (full disk, locked or damaged file)."""


class WorkerGone(TradedeskError):
    """No connector worker answers on the local socket."""


class VaultError(Refused):
    """Base of what the vault refuses."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, operation="vault")


class VaultLocked(VaultError):
    """The operation needs an open vault."""


class WrongPassphrase(VaultError):
    """No slot knows this secret. A deliberately edited salt looks the same; nobody can tell these apart."""


class VaultDamaged(VaultError):
    """A checksum, a length, a count or an id is wrong; no key was derived.

    Attributes:
        part: What is damaged, such as ``the header`` or ``connection main``.
    """

    def __init__(self, part: str, what: str, remedy: str = "Restore a backup: tradedesk restore FILE") -> None:
        super().__init__(f"The vault is damaged: {part} {what}. Nothing was opened or changed. {remedy}")
        self.part = part


class VaultTampered(VaultError):
    """The secret is right, and yet something does not open as it was written.

    Attributes:
        part: What was changed, as far as that can be told.
    """

    def __init__(self, part: str) -> None:
        super().__init__(
            f"The vault was changed by someone without its key: {part}. Nothing was opened or changed, and no key is"
            " used. Restore a backup, or look at the difference: tradedesk vault reseal"
        )
        self.part = part


class VaultRolledBack(VaultError):
    """The file is an older copy, or another vault, than the newest one this desk has written.

    Attributes:
        found: Generation of the file.
        newest: Generation of the anchor.
    """

    def __init__(self, found: int, newest: int, what: str) -> None:
        super().__init__(
            f"The vault is {what} ({found} here, {newest} was the newest)."
            " Keys that were replaced since then may be in it: check them at the venue, then accept this copy,"
            " or restore a newer backup. Nothing was changed."
        )
        self.found = found
        self.newest = newest


class VaultUnsupported(VaultError):
    """Written in a form this release, or this build of its libraries, cannot read."""


class KdfTooCostly(VaultError):
    """A slot asks for an Argon2 outside what is ever run; nothing was allocated."""


class VaultMoved(VaultError):
    """Another process has written the vault since we read it, or a vault is already there."""


class SlotRefused(VaultError):
    """A slot cannot be added, replaced or removed so."""


class SecretRefused(VaultError):
    """A passphrase, recovery key or field is not one the vault would keep."""


class RecoveryKeyMistyped(SecretRefused):
    """The recovery key's own check fails: it was mistyped. Whether it is the right one is not known."""


class AcceptanceNeeded(Refused):
    """A key may do more than trade, or its venue does not say; it is kept only where that was accepted by typing.

    Attributes:
        acceptance: What must be accepted: a value of `connectors.model.rights.Acceptance`.
    """

    def __init__(self, sentence: str, *, acceptance: str, venue: str = "") -> None:
        super().__init__(sentence, venue=venue, operation="credential", code=acceptance)
        self.acceptance = acceptance
