"""Model values in and out of the archive; no row escapes."""
