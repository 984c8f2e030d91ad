"""Where the desk's session with the worker stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from connectors.errors import WorkerGone


class NotThere(WorkerGone):
    """No link to send by: nothing has left, so nothing may have been done."""


class Phase(Enum):
    """Where the session stands."""

    STARTING = "starting"
    JOINED = "joined"
    SILENT = "silent"
    """The worker's socket is open but it answers nothing."""
    GONE = "gone"
    """No worker: `Session.restart` joins again."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What the screen says about the session."""

    phase: Phase = Phase.STARTING
    sentence: str = ""
    exchange_gone: str = ""
    """Why the embedded exchange is gone; empty while it lives or where none is wanted."""

    @property
    def lost(self) -> bool:
        """Whether there is a worker no more, or one that does not answer: nothing it has said is believed then."""
        return self.phase in {Phase.GONE, Phase.SILENT}
