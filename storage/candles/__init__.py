"""Candles that were fetched once, in a file that may be deleted at any time."""
