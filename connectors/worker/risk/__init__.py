"""Risk as the worker keeps it: marks for the engine, limits and days over a restart, and what clients ask of them."""
