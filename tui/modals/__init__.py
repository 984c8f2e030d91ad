"""Dialogs over the body; rows 1, H-1 and H stay visible and live."""
