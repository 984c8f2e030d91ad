"""The exchange's words: parameters as they are read, refusals, and what is said as JSON."""
