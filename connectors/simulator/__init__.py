"""An exchange on loopback, in its own process: real HTTP and WebSocket, Binance's spot protocol, a matched market.

Written from the fact sheet alone (`facts/binance.md`; ``§`` in this package means its paragraphs) and by other hands
than the connector, so that each can catch the other's mistakes. Imports `connectors.model` and `connectors.matching`
only; nothing imports it but the command line, at run time.
"""
