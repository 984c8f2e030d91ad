"""What the world says, and what we ask of it. Never imports the desk or the archive."""
