"""The `tape` market: a recording, read and told again."""
