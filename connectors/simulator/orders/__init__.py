"""The user's orders from request to end: what is refused, what waits, what trades, what hangs together."""
