"""Shared I/O on the worker's loop: HTTP, sockets, limits, clocks. No venue is named here."""
