"""Protocols only: what the inner rooms ask of the outer ones."""
