"""How this process reaches the network: directly, or through the proxy and with the certificates of the settings.

Set once, before anything connects. The environment is never asked: a proxy named there would be handed signed requests
by whoever can set a variable (SECURITY-SPEC §11). What stands on this machine is reached directly.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass

from connectors.errors import Refused
from connectors.wire.origins import Origin

_PROXY = re.compile(r"http://(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class Egress:
    """The settings ``proxy`` and ``ca_file``; empty: directly, with the system's certificates alone."""

    proxy: str = ""
    """``http://host:port``. TLS passes through it unopened; it holds no name and no password."""
    ca_file: str = ""
    """PEM certificates believed beside the system's."""


@dataclass(slots=True)
class _Chosen:
    egress: Egress


_chosen = _Chosen(Egress())


def choose(egress: Egress) -> None:
    """Use these from now on.

    Raises:
        Refused: The proxy is no address, or the file cannot be used; the sentence names the setting.
    """
    if egress.proxy and not _PROXY.fullmatch(egress.proxy):
        raise Refused(
            "The setting proxy is no address of a proxy. Write it as http://host:port, without a name or a password."
        )
    if egress.ca_file:
        trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), egress.ca_file)
    _chosen.egress = egress


def chosen() -> Egress:
    """What is used."""
    return _chosen.egress


def proxy_for(origin: Origin) -> str | None:
    """The proxy on the way to a place; None for the direct way, which every address of this machine has."""
    return None if origin.loopback else _chosen.egress.proxy or None


def trust(context: ssl.SSLContext, ca_file: str) -> None:
    """Believe the certificates of a file too.

    Raises:
        Refused: It cannot be read, or holds none.
    """
    failure: Refused
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError as problem:  # ssl.SSLError is one
        failure = Refused(
            f"The setting ca_file names {ca_file}, which cannot be used ({problem.strerror or type(problem).__name__})."
            " Name a file of PEM certificates, or remove the setting."
        )
    else:
        return
    raise failure
