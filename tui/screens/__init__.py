"""The screens (Textual modes), one file each, and the walk between them."""
