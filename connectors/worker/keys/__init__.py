"""The vault in the worker: opened in a thread of its own, its keys made into signers, and what is refused meanwhile."""
