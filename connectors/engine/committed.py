"""Intents that are on disk, or could not be written: what waited for that goes on, or never happened."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.engine import amending, lists, placing, replacing
from connectors.engine.draft import Draft
from connectors.engine.effects import Accepted, Commit, Declined, Level
from connectors.engine.inputs import CommitFailed, Committed
from connectors.engine.leaving import not_sent
from connectors.engine.orders import witness
from connectors.engine.state import Pending
from connectors.model.changed import replace
from connectors.model.ids import OrderId
from connectors.model.order import EvidenceKind
from connectors.ports.archive import Batch, JournalEntry


def on_committed(draft: Draft, committed: Committed) -> None:
    """The archive has it: it may leave."""
    token = committed.token
    listed = draft.state.lists.get(token)
    if listed is not None:
        lists.written(draft, listed, _take_list(draft, token))
    elif token in draft.state.committing:
        order_id, amend_id = _take_change(draft, token)
        if draft.order(order_id) is None:
            _decline_gone(draft, order_id, amend_id)
        else:
            amending.written(draft, order_id, amend_id)
    elif (pending := _take_pending(draft, token)) is not None:
        if pending.replaces is not None and draft.order(pending.replaces) is None:
            draft.know(pending.order)
            draft.do(Accepted(not_sent(draft, pending.order, f"not sent: {_GONE}")))
        else:
            (placing if pending.replaces is None else replacing).written(draft, pending)


_GONE = "its connection was removed meanwhile"


def _decline_gone(draft: Draft, order_id: OrderId, ticket: OrderId) -> None:
    draft.do(Declined(order_id, f"Nothing was sent: {_GONE}.", ticket=ticket))


def on_commit_failed(draft: Draft, failed: CommitFailed) -> None:
    """It could not be written: there is no order and no change, and nothing leaves but what only reduces."""
    token = failed.token
    listed = draft.state.lists.get(token)
    if listed is not None:
        legs = _take_list(draft, token)
        if all(leg.order.reduce_only for leg in legs):
            lists.written(draft, listed, _aside(draft, legs, failed.sentence))
        else:
            _decline(draft, listed.list_id, listed.list_id, failed)
    elif token in draft.state.committing:
        order_id, amend_id = _take_change(draft, token)
        if draft.order(order_id) is None:
            _decline_gone(draft, order_id, amend_id)
        else:
            amending.unwritten(draft, order_id, amend_id, failed.sentence)
    elif (pending := _take_pending(draft, token)) is not None:
        if pending.replaces is not None and draft.order(pending.replaces) is None:
            _decline_gone(draft, pending.replaces, pending.order.order_id)
        elif pending.order.reduce_only:
            (kept,) = _aside(draft, [pending], failed.sentence)
            (placing if pending.replaces is None else replacing).written(draft, kept)
        elif pending.replaces is not None:
            amending.unwritten(draft, pending.replaces, pending.order.order_id, failed.sentence)
        else:
            _decline(draft, pending.order.order_id, None, failed)


def _decline(draft: Draft, order_id: OrderId, ticket: OrderId | None, failed: CommitFailed) -> None:
    sentence = f"The order was not sent, because it could not be written down first. {failed.sentence}"
    draft.do(Declined(order_id, sentence, "ARCHIVE", archive=True, ticket=ticket))


def _aside(draft: Draft, coming: Sequence[Pending], why: str) -> list[Pending]:
    """Go on with reduce-only orders although the archive did not take their intents: no disk keeps risk up.

    Their intents are in memory and in the rescue log before a byte leaves, and are written when the archive is back. It
    may take them all the same, only later: whatever becomes of the orders then has the higher revision, so that none is
    left there that nobody ended.
    """
    text = f"did not wait for the archive, because it only reduces: {why}"
    kept = [
        replace(one, order=replace(witness(one.order, draft.at.time_ns, EvidenceKind.INTENT, text), revision=1))
        for one in coming
    ]
    old = [draft.state.orders[one.replaces] for one in coming if one.replaces is not None]
    entries = [JournalEntry(0, draft.at.time_ns, EvidenceKind.AMEND_SENT, order) for order in old]
    entries += [JournalEntry(0, draft.at.time_ns, EvidenceKind.INTENT, one.order) for one in kept]
    draft.do(Commit(Batch(entries=tuple(entries)), aside=True))
    names = " and ".join(one.order.handle for one in kept)
    told = f"{names} only {'reduces' if len(kept) == 1 else 'reduce'}: the archive was not waited for."
    draft.warn(Level.WARN, told, kept[0].order)
    return kept


def _take_pending(draft: Draft, token: int) -> Pending | None:
    pending = dict(draft.state.pending)
    found = pending.pop(token, None)
    draft.state = replace(draft.state, pending=pending)
    return found


def _take_change(draft: Draft, token: int) -> tuple[OrderId, OrderId]:
    committing = dict(draft.state.committing)
    found = committing.pop(token)
    draft.state = replace(draft.state, committing=committing)
    return found


def _take_list(draft: Draft, token: int) -> list[Pending]:
    listed = draft.state.lists[token]
    left = {other: one for other, one in draft.state.lists.items() if other != token}
    draft.state = replace(draft.state, lists=left)
    return [pending for each in listed.tokens if (pending := _take_pending(draft, each)) is not None]
