"""Where the recorded feeds, fixtures and vectors lie: beside the checkout, never inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]


def shared_root() -> Path:
    """Return the folder the shared files are looked for in: TRADEDESK_SHARED, else ../shared beside the checkout."""
    named = os.environ.get("TRADEDESK_SHARED")
    return Path(named) if named else _CHECKOUT.parent / "shared"


def shared_path(*parts: str) -> Path:
    """Return a file or folder of the shared files, or skip the test with the name of what is missing.

    Args:
        parts: The path below the shared folder: ``shared_path("tapes", "x.gz")``.

    Returns:
        A path that exists.
    """
    path = shared_root().joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared file {'/'.join(parts)} is absent: set TRADEDESK_SHARED to the folder that holds it")
    return path
