"""A guard: no test of this house leaves the machine."""

from __future__ import annotations

import ipaddress
import sys


class LeftTheMachine(RuntimeError):
    """A test tried to reach a host outside loopback.

    Not an OSError on purpose: code under test translates those, and the test would pass for the wrong reason.
    """


def is_loopback(host: object) -> bool:
    """Say whether a host, as the socket module is given it, is this machine."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or name in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback or str(name) == "0.0.0.0"  # noqa: S104 - compared, not bound
    except ValueError:
        return False


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if not is_loopback(host):
        raise LeftTheMachine(f"A test tried to reach {host!r}; tests stay on loopback. Point it at the simulator.")


def keep_on_loopback() -> None:
    """Refuse every connection and look-up outside loopback, for the rest of this process."""
    sys.addaudithook(_refuse)
