"""What happens when the last desk is lost, and what accounts do by themselves: settings of an account's keeping."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.model.ids import AccountId
from connectors.worker.api.panic import PanicPolicy


class OnDisconnect(StrEnum):
    """What becomes of an account's orders when the last desk is lost: killed, hung up, cut off. Quitting is no loss."""

    LEAVE = "leave"
    """They stay in force: the default."""
    CANCEL_ALL = "cancel_all"
    """All of the desk's own are cancelled, stops too; orders of other tools stay."""


@dataclass(frozen=True, slots=True)
class SetOnDisconnect:
    """Change it. Audited. Reply: `Done`."""

    account: AccountId
    policy: OnDisconnect


@dataclass(frozen=True, slots=True)
class Part:
    """A desk says that its user quits: its end is no loss. Reply: `Done`."""


@dataclass(frozen=True, slots=True)
class GetPolicies:
    """Reply: `Policies`."""

    account: AccountId


@dataclass(frozen=True, slots=True)
class Policies:
    """What an account does by itself."""

    panic: PanicPolicy
    while_covered: bool
    on_disconnect: OnDisconnect
