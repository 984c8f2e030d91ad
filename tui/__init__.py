"""What the eye and the hand meet: the desk, its commands and the command line."""

__version__ = "0.1.0"
