"""Balances, fills, and what the user stream tells of them."""
