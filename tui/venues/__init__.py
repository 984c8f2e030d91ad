"""The venues screen's own logic: the form of a connection, its test, what is typed before a key is kept."""
