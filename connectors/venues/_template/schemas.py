"""The venue's messages as they lie on the wire."""
