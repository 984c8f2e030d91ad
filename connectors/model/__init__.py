"""Frozen facts, standard library only: what the world says and what we ask of it."""
