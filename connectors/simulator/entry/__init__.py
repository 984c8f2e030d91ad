"""Who may come in, with which key, how often, how late; and the log of it."""
