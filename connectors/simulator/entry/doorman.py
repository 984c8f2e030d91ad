"""Which requests on loopback are meant for this exchange."""

from __future__ import annotations

from connectors.simulator.entry.asgi import Headers


class Doorman:
    """Who may come in: a request to our own loopback name, from no page but our own (SECURITY-SPEC §13).

    Without it a page in the user's browser could trade on this exchange through a name that resolves to 127.0.0.1.
    """

    def __init__(self, port: int) -> None:
        names = [f"{host}:{port}" for host in ("127.0.0.1", "[::1]", "localhost")]
        self._hosts = {name.encode() for name in names}
        self._origins = {f"http://{name}".encode() for name in names}

    def admits(self, headers: Headers) -> bool:
        """Whether Host is ours and Origin absent or ours."""
        hosts = [value.lower() for name, value in headers if name.lower() == b"host"]
        origins = [value.lower() for name, value in headers if name.lower() == b"origin"]
        return len(hosts) == 1 and hosts[0] in self._hosts and all(origin in self._origins for origin in origins)
