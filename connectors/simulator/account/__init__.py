"""The user's account: balances, settlement, and the ledger that keeps them over a restart."""
