"""Orders: a create is sent at most once."""
