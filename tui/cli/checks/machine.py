"""This process and this machine: what its environment holds, who can read it, its ciphers and its clock."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping

from connectors.ports.clock import Clock
from tui.cli import environment
from tui.cli.checks.finding import Finding, fail, ok, warn
from tui.hardening import DEVELOPMENT, development

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_TIME_ERROR = 5
"""What the kernel answers while its clock follows no other (adjtimex(2))."""
_STATUS_SIZE = 256
"""More than ``struct timex`` has on any machine."""
_RELEASED_NS = 1_763_683_200_000_000_000
"""2025-11-21: no clock that works stands before this release was written."""
_SLIP_NS = 250_000_000
_VECTOR_SALT = bytes(range(0x20, 0x30))
_VECTOR = bytes.fromhex("de3c4f14e0a7e9b443a0616def109437ffbb93ee6a33a1e88d356dbfd3b16e99")
"""SECURITY-SPEC §15: Argon2id of ``correct horse battery staple``, 64 KiB, one pass, one lane."""


def names(environ: Mapping[str, str]) -> Finding:
    """Whether what the environment holds fits together and is used.

    Raises:
        EnvironmentRefused: Two names disagree.
    """
    held = environment.held()
    proxies = [name for name in environ if name.upper() in _PROXIES and environ[name]]
    if held.notes:
        return warn("environment", " ".join(held.notes), "Unset them, or set what is missing.")
    if proxies:
        return warn(
            "environment",
            f"{', '.join(proxies)} is set and not used: the desk connects to venues directly.",
            "Nothing to do; where venues can be reached through a proxy only, set proxy in the settings file.",
        )
    if held.keys:
        kinds = ", ".join(f"{key.venue} {key.mode}" for key in held.keys)
        return ok("environment", f"Keys for {kinds}. They are stored by tradedesk venues add --from-env alone.")
    return ok("environment", "No keys in it.")


def process(environ: Mapping[str, str], readable: bool | None) -> Finding:
    """Whether other programs of this user can read what a process of ours knows.

    Args:
        environ: The environment.
        readable: What the system says of it (`tui.hardening.readable_by_others`).
    """
    if development(environ):
        return warn(
            "process",
            f"{DEVELOPMENT}=1: other programs of yours can read this one, and a vault with a LIVE key stays shut.",
            f"Unset {DEVELOPMENT} where you trade.",
        )
    if readable:
        return warn(
            "process",
            "The system did not close this process: other programs of yours can read its memory.",
            "Ask whoever runs this machine to allow prctl(PR_SET_DUMPABLE), or trade under a user of its own.",
        )
    if readable is None:
        return ok("process", f"{sys.platform} protects processes in its own way; no core file is written.")
    return ok("process", "Other programs of yours cannot read it; no core file is written.")


def ciphers() -> Finding:
    """Whether this build of the cryptographic library has what the vault needs, and computes it rightly."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    remedy = "Install the wheel of cryptography from the package index: it brings OpenSSL 3.2 or newer."
    try:
        engine = Argon2id(salt=_VECTOR_SALT, length=32, iterations=1, lanes=1, memory_cost=64)
        right = engine.derive(b"correct horse battery staple") == _VECTOR
    except UnsupportedAlgorithm:
        return fail(
            "ciphers", "This build of the cryptography library has no Argon2id: no vault can be opened.", remedy
        )
    if not right:
        return fail("ciphers", "Argon2id of this build computes something else than RFC 9106: do not use it.", remedy)
    return ok("ciphers", "Argon2id is there and computes what RFC 9106 says.")


class Watch:
    """Compares the machine's two clocks from now until `look`: one that is set meanwhile slips against the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._slip_ns = self._apart_ns()

    def look(self, synchronised: bool | None) -> Finding:
        """What this machine's clock is worth.

        Args:
            synchronised: What the system says of it; None where it does not tell.
        """
        check, remedy = "system clock", "Switch on time synchronisation (NTP): orders carry this machine's time."
        slipped_ms = abs(self._apart_ns() - self._slip_ns) // 1_000_000
        if self._clock.time_ns() < _RELEASED_NS:
            return fail(check, "This machine's clock stands before this release was written.", remedy)
        if slipped_ms * 1_000_000 > _SLIP_NS:
            return warn(check, f"This machine's clock was set by {slipped_ms:,} ms while we looked.", remedy)
        if synchronised is False:
            return warn(check, "The system says that its clock follows no other.", remedy)
        return ok(check, "It follows another clock." if synchronised else "It runs evenly; the system tells no more.")

    def _apart_ns(self) -> int:
        return self._clock.time_ns() - self._clock.monotonic_ns()


def synchronised() -> bool | None:
    """Whether the kernel's clock follows another (adjtimex(2), read only); None where that is not known."""
    if sys.platform != "linux":
        return None
    state = int(ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_STATUS_SIZE)))
    return None if state < 0 else state != _TIME_ERROR
