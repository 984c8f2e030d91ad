"""One class per command: keys, words, help and footer all derive from it."""
