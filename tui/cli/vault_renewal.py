"""``vault rotate`` and ``vault reseal``: the whole vault written anew."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy, SlotFacts, VaultFacts
from connectors.worker import api
from connectors.worker.secrets import LookAtSeal, RecoveryMade, RenewDataKey, Reseal
from tui.cli import vault_opening, vault_shapes
from tui.cli.client import Client
from tui.cli.descriptors import read_descriptor
from tui.cli.exits import CommandFailed, Exit
from tui.cli.failures import WorkerRefused
from tui.cli.market_answers import Body
from tui.cli.output import say, say_json
from tui.cli.secret_screen import require_screen, show_recovery_key
from tui.cli.vault_answers import SHORT_ID, read_recovery
from tui.format.clean import clean

_OTHER_OPTION = "--other-passphrase-fd"
_LEAKED = "The copies that leaked still hold the old API keys: revoke them at the venue."


def rotate(other_fds: Sequence[int], drop: Sequence[str], *, as_json: bool) -> Body:
    """A new data key, and every slot built anew."""
    others = [read_descriptor(number, _OTHER_OPTION) for number in other_fds]

    async def body(client: Client) -> None:
        try:
            renewed = await _rotate(client, others, drop)
        finally:
            for other in others:
                other.close()
        if as_json:
            say_json({"slots": [vault_shapes.slot(one) for one in renewed.slots], "sentence": _LEAKED})
        else:
            say(f"The data key, every stored key and every slot are renewed. {_LEAKED}")

    return body


async def _rotate(client: Client, others: list[SecretBytes], drop: Sequence[str]) -> VaultFacts:
    staying = _staying((await vault_opening.facts(client)).slots, drop)
    if any(one.by is OpenedBy.RECOVERY for one in staying) and not client.prompt.can_show:
        named = next(one.slot_id[:SHORT_ID] for one in staying if one.by is OpenedBy.RECOVERY)
        raise CommandFailed(
            "The recovery key is made anew by this and shown at a terminal only. Nothing was changed. Run it at one,"
            f" or let the recovery key end: --drop {named}",
            Exit.USAGE,
        )
    authority = await vault_opening.passphrase(client)
    try:
        await vault_opening.require_open(client, authority)
        wanted = sum(one.by is OpenedBy.PASSPHRASE for one in staying) - 1
        while len(others) < wanted and client.prompt.able:
            others.append(SecretBytes(await client.prompt.hidden("The vault's other passphrase: ")))
        frame = RenewDataKey(
            authority.typed(),
            tuple(bytearray(other.buffer) for other in others),
            tuple(one.slot_id for one in _named((await vault_opening.facts(client)).slots, drop)),
        )
        answer = await client.link.hand(frame)
        if isinstance(answer, RecoveryMade):
            require_screen(client, "The new recovery key")
            await show_recovery_key(client, answer, api.Done)
        elif isinstance(answer, api.Failure):
            raise WorkerRefused(answer)
    finally:
        authority.close()
    return await vault_opening.facts(client)


def reseal(recovery_fd: int | None, accept: str, *, as_json: bool) -> Body:
    """Keep what still opens of a vault that someone else has changed."""
    read = read_recovery(recovery_fd)

    async def body(client: Client) -> None:
        authority = await (vault_opening.passphrase(client) if read is None else vault_opening.recovery(client, read))
        try:
            difference = await client.hand(LookAtSeal(authority.typed()), api.SealDifference)
            if difference.sealed:
                raise CommandFailed(
                    "The vault's seal is whole: there is nothing to accept. Run: tradedesk vault unlock"
                )
            wanted = _labels(difference)
            if not as_json:
                _show(difference)
            if accept != wanted:
                await _typed(client, wanted, accept)
            await client.hand(Reseal(authority.typed()), api.VaultOpened)
        finally:
            authority.close()
        if as_json:
            say_json({**vault_shapes.seal_difference(difference), "resealed": True})
        else:
            say(f"The vault is sealed anew and open. {_LEAKED}")

    return body


def _show(difference: api.SealDifference) -> None:
    for what, found in (
        ("no longer opens, and is dropped", difference.broken),
        ("slot ends", difference.slots_dropped),
        ("stays; compare every fact", difference.kept),
    ):
        for one in found:
            say(f"{what}: {clean(one)}")


async def _typed(client: Client, wanted: str, given: str) -> None:
    """Have the labels typed of what is about to be believed."""
    if given or not client.prompt.able:
        raise CommandFailed(
            f"Nothing was changed. If every fact of these is right, accept them by their labels: --accept {wanted!r}",
            Exit.TAMPERED,
        )
    if await client.prompt.line(f"If every fact is right, type {wanted} to keep it: ") != wanted:
        raise CommandFailed("That differs. Nothing was changed.", Exit.TAMPERED)


def _labels(difference: api.SealDifference) -> str:
    """What is typed: the label of each connection that stays, or ``nothing``."""
    return ",".join(clean(one).split(" (", 1)[0] for one in difference.kept) or "nothing"


def _named(slots: Sequence[SlotFacts], beginnings: Sequence[str]) -> tuple[SlotFacts, ...]:
    found = []
    for beginning in beginnings:
        fitting = [one for one in slots if one.slot_id.startswith(beginning.lower())]
        if len(fitting) != 1:
            word = "names no slot" if not fitting else "names several slots"
            raise CommandFailed(f"--drop {clean(beginning)} {word}. List them: tradedesk vault slots", Exit.USAGE)
        found.append(fitting[0])
    return tuple(found)


def _staying(slots: Sequence[SlotFacts], drop: Sequence[str]) -> tuple[SlotFacts, ...]:
    gone = _named(slots, drop)
    return tuple(one for one in slots if one not in gone)
