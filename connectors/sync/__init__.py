"""Sans-I/O machines: they are fed what arrived and say what to do next; nothing here waits, sends or asks the time."""
