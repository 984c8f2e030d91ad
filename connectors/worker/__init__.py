"""The background connector worker: a process of its own that owns venues, archive and signers and runs the engine's effects."""
