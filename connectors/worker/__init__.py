"""The background connector worker, a process of its own: owns venues, archive and signers, runs the engine."""
