"""Market data as panes want it: books that stay true, streams that are shared, candles of any length."""
