"""What the venue calls things: its name, hosts by mode, paths, limits assumed until it says its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from connectors.model.ids import Mode
from connectors.wire.limiter import Limit

VENUE = "template"

KNOWN_HOSTS: Mapping[str, Mode] = MappingProxyType({})
"""Host → the mode it belongs to; a host that is not here and not loopback counts as LIVE."""

DEFAULT_LIMITS: tuple[Limit, ...] = ()
