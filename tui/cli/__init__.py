"""The command line: every command is a client of the worker, or starts one.

It loads neither the screen nor the archive unless a command needs it; so the modules that Typer reads import little,
and a command imports what it needs when it runs.
"""
