"""What the venue can do through this room; whatever is not named is missing."""

from __future__ import annotations

from connectors.model.capabilities import Capabilities
from connectors.model.ids import Product
from connectors.venues._template.constants import VENUE

CAPABILITIES = Capabilities(venue=VENUE, products=frozenset({Product.SPOT}), modes=frozenset())
