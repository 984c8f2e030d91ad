"""Rows of the archive for other programs: CSV and JSON."""
