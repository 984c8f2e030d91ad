"""One connection: its parts, how they come up, how they are kept alive."""
