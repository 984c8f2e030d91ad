"""The vault: the data key, the slots that wrap it, every encrypted field. FORMAT.md has every byte."""
