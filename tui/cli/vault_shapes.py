"""The JSON of the vault commands; never a secret. Field names are stable, as in `tui.cli.shapes`."""

from __future__ import annotations

from connectors.model.vault import SlotFacts, VaultFacts
from connectors.worker.api import SealDifference
from tui.cli.output import Json
from tui.cli.shapes import iso

_MS_NS = 1_000_000


def slot(fact: SlotFacts) -> dict[str, Json]:
    """What opens the vault, without the secret."""
    return {
        "slot_id": fact.slot_id,
        "opens_by": fact.by.value,
        "label": fact.label,
        "created": iso(fact.created_ms * _MS_NS),
        "weak": fact.weak,
    }


def vault(fact: VaultFacts) -> dict[str, Json]:
    """How far the vault is open, and who can open it."""
    return {
        "state": fact.state.value,
        "slots": [slot(one) for one in fact.slots],
        "keyring": fact.keyring or None,
        "keyring_sentence": fact.keyring_sentence,
        "guess_wait_ms": fact.guess_wait_ms,
    }


def seal_difference(fact: SealDifference) -> dict[str, Json]:
    """What a reseal drops and keeps."""
    return {
        "sealed": fact.sealed,
        "broken": list(fact.broken),
        "kept": list(fact.kept),
        "slots_dropped": list(fact.slots_dropped),
    }
