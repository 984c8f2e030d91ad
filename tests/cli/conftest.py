from __future__ import annotations

from pathlib import Path

import pytest

from support.command import Command


@pytest.fixture
def tradedesk(home: Path) -> Command:
    """The command in an empty home."""
    return Command(home)
