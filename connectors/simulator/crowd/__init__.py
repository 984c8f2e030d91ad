"""The crowd of the `flow` market: who they are, what they do, and the book they do it in."""
