"""Requests on their way to the model venue, and how they end."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Answer, Moment
from connectors.errors import DuplicateOrder, OrderNotFound
from connectors.model.ids import OrderId
from connectors.model.order import OrderReport
from engine.world import ACCOUNT
from property.model_venue import ModelVenue

Sent = fx.Send | fx.SendCancel | fx.SendAmend | fx.SendReplace | fx.SendList


@dataclass
class InTheAir:
    """A request on its way."""

    send: Sent
    signed_ns: int
    told_lost: bool = False
    """The desk has given up on its answer."""
    left: bool = True
    """Its bytes are on the wire; before that it is signed, and the engine has its last word."""


def leaving(send: Sent, now: Moment) -> inputs.Input | None:
    """What the engine is asked in the moment the first byte of a request may leave; a cancel leaves unasked."""
    match send:
        case fx.SendAmend():
            return inputs.ChangeSending(send.order_id, send.since_ns, now)
        case fx.SendCancel():
            return None
        case _:
            first, *others = creates(send)
            return inputs.Sending(first, now, tuple(others))


def creates(effect: Sent) -> tuple[OrderId, ...]:
    """Orders that a request would make."""
    match effect:
        case fx.SendCancel() | fx.SendAmend():
            return ()
        case fx.Send():
            return (effect.order_id,)
        case fx.SendReplace():
            return (effect.new_id,)
        case fx.SendList():
            return effect.order_ids


def taken(venue: ModelVenue, flying: InTheAir, now: Moment) -> tuple[inputs.Input, list[OrderReport]]:
    """What the venue makes of a request: the answer, and what the stream says."""
    match flying.send:
        case fx.Send(request=request):
            events = venue.place(request, flying.signed_ns)
            return inputs.Reported(ACCOUNT, venue.acknowledged(venue.orders[-1]), now), events
        case fx.SendAmend(order_id=order_id, request=change, since_ns=since_ns):
            events = venue.amend(change, flying.signed_ns)
            return inputs.AmendEnded(order_id, since_ns, events[0], None, "", now), events
        case fx.SendReplace(order_id=order_id, request=both):
            halves, events = venue.replace(both, flying.signed_ns)
            return inputs.ReplaceEnded(order_id, halves, None, "", now), events
        case fx.SendList(request=listed):
            said, events = venue.place_list(listed, flying.signed_ns)
            return inputs.ListEnded(ACCOUNT, listed.client_list_id, said, None, "", now), events
        case fx.SendCancel() as cancel:
            events = venue.cancel(cancel.client_order_id, cancel.venue_order_id)
            return inputs.CancelEnded(cancel.order_id, events[0], None, "", now), events


def failed(send: Sent, problem: Exception, now: Moment) -> inputs.Input:
    how = Answer.REFUSED
    if isinstance(problem, DuplicateOrder):
        how = Answer.DUPLICATE
    elif isinstance(problem, OrderNotFound):
        how = Answer.NOT_FOUND
    return without_report(send, how, str(problem), now)


def without_report(send: Sent, how: Answer, sentence: str, now: Moment) -> inputs.Input:
    match send:
        case fx.Send():
            return inputs.PlaceFailed(send.order_id, how, sentence, now)
        case fx.SendCancel():
            return inputs.CancelEnded(send.order_id, None, how, sentence, now)
        case fx.SendAmend():
            return inputs.AmendEnded(send.order_id, send.since_ns, None, how, sentence, now)
        case fx.SendReplace():
            return inputs.ReplaceEnded(send.order_id, None, how, sentence, now)
        case fx.SendList():
            return inputs.ListEnded(ACCOUNT, send.request.client_list_id, None, how, sentence, now)
