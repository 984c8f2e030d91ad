"""The venue's symbols and stream names."""
