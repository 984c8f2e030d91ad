"""The operating system's keyring as the vault uses it, extra ``tradedesk[keyring]`` (SECURITY-SPEC §4).

Its library would choose a backend from the environment and from a file, and run whatever code those name. So it is
never asked to choose: one of five classes is taken by name, and no backend from elsewhere is imported.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Protocol, cast

from connectors.errors import SlotRefused, VaultLocked
from connectors.model.secret import SecretBytes
from storage.vault.unlocking import Keyring

SERVICE = "tradedesk-vault"
ANSWER_S = 30
"""How long an answer is waited for, in seconds: a system may ask its user to unlock the keyring first."""
_OVERRIDES = "KEYRING_PROPERTY_"
_LIBRARY = "keyring.backends"
_FOREIGN = ("keyring.errors:KeyringError",)


class Backend(Protocol):
    """What the five classes have in common."""

    viable: bool

    def get_password(self, service: str, username: str) -> str | None:
        """The text kept for a name; None when there is none."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a text."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a text."""
        ...


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the five."""

    module: str
    backend: str
    name: str
    """What a user calls it."""
    raises: tuple[str, ...] = ()
    """``module:class`` of what it lets through beside the library's own errors."""


_KINDS = (
    _Kind("macOS", "Keyring", "macOS Keychain"),
    _Kind(
        "Windows",
        "WinVaultKeyring",
        "Windows Credential Manager",
        ("pywintypes:error", "win32ctypes.pywin32.pywintypes:error"),
    ),
    _Kind(
        "SecretService",
        "Keyring",
        "Secret Service",
        ("secretstorage.exceptions:SecretStorageException", "jeepney.wrappers:DBusErrorResponse"),
    ),
    _Kind("libsecret", "Keyring", "Secret Service (libsecret)", ("gi.repository.GLib:Error",)),
    _Kind("kwallet", "DBusKeyring", "KWallet", ("dbus.exceptions:DBusException",)),
)
"""In the order in which they are tried; it never changes, or a slot's item would be looked for elsewhere."""


def find(environ: Mapping[str, str] | None = None) -> tuple[Keyring | None, str, str]:
    """Look for a keyring of this system; blocks, because the system is asked.

    Args:
        environ: The environment the library would read; None: this process's.

    Returns:
        The keyring, what its users call it, and, where there is none, a sentence that says why.
    """
    names = sorted(name for name in (os.environ if environ is None else environ) if _OVERRIDES in name)
    if names:
        return None, "", f"{names[0]} is set, which would change where the keyring keeps things. Unset it."
    for kind in _KINDS:
        module = _imported(kind)
        if module is None:
            return (
                None,
                "",
                "No keyring can be used: its library is missing. Install it: pip install 'tradedesk[keyring]'",
            )
        backend = getattr(module, kind.backend)
        if backend.viable:
            return SystemKeyring(backend(), kind.name, _classes((*_FOREIGN, *kind.raises))), kind.name, ""
    return None, "", "This system offers no keyring to this login, as is usual over SSH. Use the passphrase."


def _imported(kind: _Kind) -> ModuleType | None:
    try:
        return importlib.import_module(f"{_LIBRARY}.{kind.module}")
    except ImportError:
        return None


def _classes(names: tuple[str, ...]) -> tuple[type[Exception], ...]:
    """The errors by these names, of those libraries that were loaded."""
    pairs = (name.split(":") for name in names)
    found = (getattr(sys.modules.get(module), name, None) for module, name in pairs)
    return tuple(cast("type[Exception]", kind) for kind in found if kind is not None)


class SystemKeyring:
    """`storage.vault.unlocking.Keyring` over one backend; each value is kept in base64.

    What a backend is given or gives is text, which cannot be overwritten: it is kept as briefly as we can.

    Args:
        backend: One of the five.
        name: What its users call it.
        foreign: What it raises beside errors of the system.
        answer_s: Seconds after which it counts as silent.
    """

    def __init__(
        self, backend: Backend, name: str, foreign: tuple[type[Exception], ...] = (), answer_s: float = ANSWER_S
    ) -> None:
        self._backend = backend
        self._name = name
        # A broken bus shows as any of these three.
        self._failures: tuple[type[Exception], ...] = (*foreign, OSError, RuntimeError, ValueError)
        self._answer_s = answer_s
        self._asking: threading.Thread | None = None

    def get(self, account: str) -> SecretBytes | None:
        """What is kept for an account; None when there is nothing, or nothing of ours.

        Raises:
            VaultLocked: It could not be read.
        """
        answer, problem = self._ask(lambda: self._backend.get_password(SERVICE, account))
        if problem:
            raise VaultLocked(f"The system's keyring ({self._name}) could not be read: {problem}. Type the passphrase.")
        try:
            return None if answer is None else SecretBytes(bytearray(base64.b64decode(answer, validate=True)))
        except (binascii.Error, ValueError):
            return None

    def put(self, account: str, secret: SecretBytes) -> None:
        """Keep a value.

        Raises:
            SlotRefused: It could not be kept; nothing was changed.
        """
        text = base64.b64encode(secret.buffer).decode("ascii")
        _, problem = self._ask(lambda: self._backend.set_password(SERVICE, account, text))
        if problem:
            raise SlotRefused(
                f"The system's keyring ({self._name}) did not keep the key: {problem}. Unlock the keyring and try"
                " again, or use the passphrase alone."
            )

    def delete(self, account: str) -> None:
        """Forget a value; nothing happens when there is none.

        Raises:
            SlotRefused: It may still be there.
        """
        there, problem = self._ask(lambda: self._backend.get_password(SERVICE, account))
        if there is not None and not problem:
            _, problem = self._ask(lambda: self._backend.delete_password(SERVICE, account))
        if problem:
            raise SlotRefused(
                f"The system's keyring ({self._name}) could not delete {SERVICE} {account}: {problem}. Its slot has"
                " ended, but it still opens old copies of the vault: delete it with the system's own tool."
            )

    def _ask(self, call: Callable[[], str | None]) -> tuple[str | None, str]:
        """The answer, and why there is none: in a thread, because a keyring may wait for its user for ever."""
        if self._asking is not None and self._asking.is_alive():
            return None, "it has not answered an earlier question yet"
        answers: list[tuple[str | None, str]] = []

        def ask() -> None:
            try:
                answers.append((call(), ""))
            except self._failures as problem:
                # Its class alone: what a library writes of its failure is not ours to show.
                answers.append((None, f"it said {type(problem).__name__}"))

        self._asking = threading.Thread(target=ask, name="keyring", daemon=True)
        self._asking.start()
        self._asking.join(self._answer_s)
        if answers:
            return answers[0]
        if self._asking.is_alive():
            return None, f"it did not answer within {self._answer_s} s"
        return None, "it broke off"
