"""Keys and words for the vault: what opens it is changed by a typed secret, asked for again each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.commands.command import Command, Context
from tui.format.clean import clean

if TYPE_CHECKING:
    from tui.desk import Desk

HINT = (
    "passphrase  recovery  slot add [LABEL]  slot remove ID  keyring add [LABEL]  rotate  status  lock [hard]  unlock"
)


class VaultCommand(Command):
    """Works on the venues screen, where who can open the vault is listed."""

    contexts = (Context.VENUES,)


class LockNow(VaultCommand):
    """Cover the desk; the passphrase shows it again."""

    id, keys, words = "vault.lock", ("v l",), "lock the desk"
    shown, told = "vl", "vault: lock the desk"

    def run(self, desk: Desk) -> None:
        """Lock."""
        desk.locker.lock()


class UnlockNow(VaultCommand):
    """Ask for what opens the vault."""

    id, keys, words = "vault.unlock", ("v u",), "unlock the vault"
    shown, told = "vu", "vault: unlock"

    def run(self, desk: Desk) -> None:
        """Ask."""
        desk.locker.ask()


class ChangeVaultPassphrase(VaultCommand):
    """Another passphrase in the place of the old one."""

    id, keys, words = "vault.passphrase", ("v p",), "change the passphrase"
    shown, told = "vp", "vault: change the passphrase"

    def run(self, desk: Desk) -> None:
        """Ask for both."""
        desk.vault.change_passphrase()


class AddVaultPassphrase(VaultCommand):
    """A second passphrase beside the first."""

    id, keys, words = "vault.second", ("v s",), "second passphrase"
    shown, told = "vs", "vault: a second passphrase"

    def run(self, desk: Desk) -> None:
        """Ask for both."""
        desk.vault.add_passphrase()


class MakeVaultRecovery(VaultCommand):
    """A recovery key, shown once."""

    id, keys, words = "vault.recovery", ("v r",), "make a recovery key"
    shown, told = "vr", "vault: make a recovery key"

    def run(self, desk: Desk) -> None:
        """Make it."""
        desk.vault.make_recovery()


class AddVaultKeyring(VaultCommand):
    """Let the system's keyring open the vault at start."""

    id, keys, words = "vault.keyring", ("v k",), "add the system's keyring"
    shown, told = "vk", "vault: the system's keyring opens it"

    def run(self, desk: Desk) -> None:
        """Ask for the authority."""
        desk.vault.add_keyring()


class RemoveVaultSlot(VaultCommand):
    """Let one secret no longer open the vault."""

    id, keys, words = "vault.remove", ("v x",), "end a slot"
    shown, told = "vx", "vault: end a slot"

    def run(self, desk: Desk) -> None:
        """Ask which, and for the authority."""
        desk.vault.remove_slot()


class RotateVault(VaultCommand):
    """Renew the data key, every stored key and every slot."""

    id, keys, words = "vault.rotate", ("v n",), "new data key"
    shown, told = "vn", "vault: new data key"

    def run(self, desk: Desk) -> None:
        """Ask for every passphrase."""
        desk.vault.rotate()


VAULT: tuple[type[Command], ...] = (
    LockNow,
    UnlockNow,
    ChangeVaultPassphrase,
    AddVaultPassphrase,
    MakeVaultRecovery,
    AddVaultKeyring,
    RemoveVaultSlot,
    RotateVault,
)
"""In the order of the help page."""


def vault_line(desk: Desk, rest: list[str]) -> str:
    """Do what ``:vault …`` says.

    Args:
        desk: Whose line it is.
        rest: The words after ``vault``.

    Returns:
        Why it was refused, as a sentence; empty when it was done.
    """
    plain: dict[tuple[str, ...], Callable[[], None]] = {
        (): desk.vault.status,
        ("status",): desk.vault.status,
        ("lock",): desk.locker.lock,
        ("lock", "hard"): desk.locker.lock_hard,
        ("unlock",): desk.locker.ask,
        ("passphrase",): desk.vault.change_passphrase,
        ("recovery",): desk.vault.make_recovery,
        ("rotate",): desk.vault.rotate,
        ("slot", "add"): desk.vault.add_passphrase,
        ("slot", "remove"): desk.vault.remove_slot,
        ("keyring", "add"): desk.vault.add_keyring,
    }
    named: dict[tuple[str, ...], Callable[[str], None]] = {
        ("slot", "add"): desk.vault.add_passphrase,
        ("slot", "remove"): desk.vault.remove_slot,
        ("keyring", "add"): desk.vault.add_keyring,
    }
    words = tuple(rest)
    if words in plain:
        plain[words]()
    elif words[:2] in named and len(words) == _NAMED_WORDS:
        named[words[:2]](words[2])
    else:
        return f"vault has no {clean(' '.join(words), 30)}. Nothing was done. Known: vault {HINT}."
    return ""


_NAMED_WORDS = 3
