"""The REST surface: which path answers what."""
