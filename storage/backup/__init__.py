"""Copies of the archive: made while it is in use, and put back in its place."""
