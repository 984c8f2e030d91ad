"""Public data: REST answers and streams."""
