"""Binance spot. The room's README says what is native, what is emulated and what is missing."""
