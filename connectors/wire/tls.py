"""The one TLS context: certificates and names checked, TLS 1.2 at least, no debug hook of the environment."""

from __future__ import annotations

import ssl
from functools import cache

from connectors.wire.egress import chosen, trust


@cache
def client_context() -> ssl.SSLContext:
    """The context of every client of this process: to read the system's certificates takes 50 ms and some megabytes.

    Not `ssl.create_default_context`: that one writes session keys to where SSLKEYLOGFILE points.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    if ca_file := chosen().ca_file:
        trust(context, ca_file)
    return context
