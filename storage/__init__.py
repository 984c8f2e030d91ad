"""What the desk keeps: its paths, its settings and its archive."""
