"""The venue's messages as facts of the house, pure and exact."""
