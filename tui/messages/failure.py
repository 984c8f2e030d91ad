"""Why a command failed, in the worker's words and the venue's."""

from __future__ import annotations

from connectors.worker import api
from connectors.worker.secrets import RecoveryMade


def sentence_of(result: api.Result | RecoveryMade) -> str:
    """Why a command failed; empty when it did not."""
    if not isinstance(result, api.Failure):
        return ""
    own = " ".join(part for part in (result.code, result.text) if part)
    return f"{result.sentence} [{own}]" if own else result.sentence
