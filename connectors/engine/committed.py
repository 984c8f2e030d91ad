"""Intents that are on disk, or could not be written: what waited for that goes on, or never happened."""

from __future__ import annotations

from connectors.engine import amending, lists, placing, replacing
from connectors.engine.draft import Draft
from connectors.engine.effects import Declined
from connectors.engine.inputs import CommitFailed, Committed
from connectors.engine.state import Pending
from connectors.model.changed import replace
from connectors.model.ids import OrderId


def on_committed(draft: Draft, committed: Committed) -> None:
    """The archive has it: it may leave."""
    token = committed.token
    listed = draft.state.lists.get(token)
    if listed is not None:
        lists.written(draft, listed, _take_list(draft, token))
    elif token in draft.state.committing:
        amending.written(draft, *_take_change(draft, token))
    elif (pending := _take_pending(draft, token)) is not None:
        (placing if pending.replaces is None else replacing).written(draft, pending)


def on_commit_failed(draft: Draft, failed: CommitFailed) -> None:
    """It could not be written: there is no order and no change, and nothing leaves."""
    token = failed.token
    sentence = f"The order was not sent, because it could not be written down first. {failed.sentence}"
    listed = draft.state.lists.get(token)
    if listed is not None:
        _take_list(draft, token)
        draft.do(Declined(listed.list_id, sentence, "ARCHIVE", archive=True, ticket=listed.list_id))
    elif token in draft.state.committing:
        amending.unwritten(draft, *_take_change(draft, token), failed.sentence)
    elif (pending := _take_pending(draft, token)) is not None:
        if pending.replaces is not None:
            amending.unwritten(draft, pending.replaces, pending.order.order_id, failed.sentence)
            return
        if pending.order.reduce_only and not pending.canceled:
            placing.send_unwritten(draft, pending, failed.sentence)
            return
        draft.do(Declined(pending.order.order_id, sentence, "ARCHIVE", archive=True))


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
