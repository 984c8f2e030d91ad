"""The form of a connection: what it asks for, what it refuses, what it makes."""

from __future__ import annotations

from uuid import UUID

import pytest

from connectors.model.connection import Hosts, KeyKind
from connectors.model.ids import AccountId, Mode
from connectors.model.rights import Acceptance
from support import venue_desk
from tui.venues.fields import Field, Missing, masked
from tui.venues.form import Form
from tui.venues.sheets import FormSheet

ACCOUNT = AccountId(UUID(int=7))


def new(*taken: str) -> Form:
    """An empty form over the venues of the stage."""
    return Form.for_new(venue_desk.VENUES.venues, frozenset(taken))


def filled(label: str = "main", **texts: str) -> Form:
    """A form with a label and other texts by field name."""
    form = new("demo")
    form.texts[Field.LABEL] = label
    for name, text in texts.items():
        form.texts[Field[name]] = text
    return form


def to(form: Form, place: Field) -> None:
    """Move the hand to a field as keys do."""
    form.move(-20)
    while form.focus is not place:
        before = form.focus
        form.move(1)
        assert form.focus is not before, f"{place} cannot be reached"


def test_it_begins_with_the_venue_and_the_safest_mode_and_live_comes_last() -> None:
    form = new()
    assert (form.focus, form.venue, form.mode, form.step) == (Field.VENUE, "binance", Mode.DEMO, 1)
    assert form.modes == (Mode.DEMO, Mode.TESTNET, Mode.LIVE)
    to(form, Field.MODE)
    seen = []
    for steps in (1, 5, 1):
        form.turn(steps)
        seen.append(form.mode)
    assert seen == [Mode.TESTNET, Mode.LIVE, Mode.LIVE]


def test_the_hand_passes_over_fields_that_are_not_asked_for() -> None:
    form = new()
    assert Field.OPENS in form.shown()
    assert Field.REST not in form.shown()
    to(form, Field.KIND)
    form.turn(1)
    assert Field.OPENS not in form.shown()
    form.turn(2)
    assert not form.asks_key
    assert {Field.KEY, Field.SECRET, Field.FILE}.isdisjoint(form.shown())
    to(form, Field.HOSTS)
    form.turn(1)
    assert {Field.REST, Field.STREAM, Field.WS_API} <= set(form.shown())
    form.move(20)
    assert form.focus is Field.TEST
    assert form.step == 5


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("", "A label is missing"),
        ("   ", "A label is missing"),
        ("two words", "does not fit"),
        ("test two!", "does not fit"),
        ("x" * 33, "does not fit"),
        ("[@click=app.bell]", "does not fit"),
        ("demo", "belongs to the simulated market"),
        ("main", "a connection main already"),
    ],
)
def test_a_label_that_cannot_be_is_refused_in_its_field(label: str, told: str) -> None:
    form = new("main")
    form.texts[Field.LABEL] = label
    with pytest.raises(Missing, match=told) as missing:
        form.connection(ACCOUNT, 1)
    assert missing.value.place is Field.LABEL
    assert not form.fits(Field.LABEL)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Field.REST, "api.example.com"),
        (Field.REST, "ftp://api.example.com"),
        (Field.REST, "https://user@api.example.com"),
        (Field.REST, "https://api.example.com?x=1"),
        (Field.STREAM, "https://stream.example.com"),
        (Field.WS_API, "wss://two words"),
    ],
)
def test_a_host_that_is_no_address_is_refused_in_its_field(place: Field, text: str) -> None:
    form = filled()
    form.own_hosts = True
    form.texts[place] = text
    with pytest.raises(Missing, match="no address") as missing:
        form.connection(ACCOUNT, 1)
    assert missing.value.place is place
    assert not form.fits(place)


@pytest.mark.parametrize(("label", "mark"), [("test-two", "✓"), ("test two!", "✗")])
def test_the_mark_beside_the_label_is_what_saving_will_say(label: str, mark: str) -> None:
    form = new()
    form.texts[Field.LABEL] = label
    drawn = ["".join(text for text, _ in line) for line in FormSheet(form).lines(60)]
    (row,) = [line for line in drawn if label in line]
    assert mark in row


def test_hosts_that_are_not_asked_for_are_not_taken() -> None:
    form = filled(REST="https://127.0.0.1:9443")
    assert form.connection(ACCOUNT, 1).hosts == Hosts()
    form.own_hosts = True
    form.texts[Field.STREAM] = "wss://127.0.0.1:9443/"
    assert form.connection(ACCOUNT, 1).hosts == Hosts(("https://127.0.0.1:9443",), "wss://127.0.0.1:9443")


def test_a_filled_form_makes_the_connection_it_shows() -> None:
    form = filled("scalp2")
    form.mode, form.kind = Mode.TESTNET, KeyKind.HMAC
    made = form.connection(ACCOUNT, 5, (Acceptance.WITHDRAWAL,))
    assert (made.account, made.venue, made.label, made.mode) == (ACCOUNT, "binance", "scalp2", Mode.TESTNET)
    assert made.keyed
    assert made.active
    assert (made.key_kind, made.accepted, made.created_ns) == (KeyKind.HMAC, (Acceptance.WITHDRAWAL,), 5)
    form.kind = None
    assert not form.connection(ACCOUNT, 5).keyed


def test_an_api_key_is_read_without_the_white_space_of_its_paste_and_missed_when_it_is_not_there() -> None:
    assert filled(KEY=" abc def\t").api_key() == "abcdef"
    with pytest.raises(Missing, match="API key is missing") as missing:
        filled(KEY="  ").api_key()
    assert missing.value.place is Field.KEY


def test_an_edited_connection_keeps_what_is_not_changed() -> None:
    hosts = Hosts(("https://127.0.0.1:1", "https://127.0.0.1:2"), "wss://127.0.0.1:1", more_streams=("wss://[::1]:1",))
    before = venue_desk.connection(venue_desk.MAIN, "main", Mode.LIVE, hosts=hosts, accepted=(Acceptance.TRANSFER,))
    form = Form.for_edit(venue_desk.VENUES.venues, frozenset({"main", "demo"}), before)
    assert form.focus is Field.LABEL
    assert form.connection(ACCOUNT, 9) == before
    assert not form.asks_key
    to(form, Field.ACCEPTED)
    form.turn(1)
    assert form.connection(ACCOUNT, 9).accepted == ()


def test_venue_and_mode_of_a_registered_connection_cannot_change() -> None:
    before = venue_desk.connection(venue_desk.MAIN, "main", Mode.LIVE)
    form = Form.for_edit(venue_desk.VENUES.venues, frozenset(), before)
    form.move(-20)
    assert form.focus is Field.LABEL
    form.focus = Field.MODE
    form.turn(-1)
    assert form.mode is Mode.LIVE


def test_another_key_is_asked_for_only_where_it_is_chosen() -> None:
    before = venue_desk.connection(venue_desk.MAIN, "main", Mode.LIVE, accepted=(Acceptance.WITHDRAWAL,))
    form = Form.for_edit(venue_desk.VENUES.venues, frozenset(), before)
    to(form, Field.KIND)
    form.turn(2)
    assert form.asks_key
    another = form.connection(ACCOUNT, 9)
    assert another.key_kind is KeyKind.HMAC
    assert another.accepted == (), "accepted was the key before"
    form.turn(-2)
    assert Field.SECRET not in form.shown()
    assert form.connection(ACCOUNT, 9).key_kind is KeyKind.ED25519


def test_text_is_typed_and_erased_in_the_field_under_the_hand_alone() -> None:
    form = new()
    form.write("x")
    assert set(form.texts.values()) == {""}
    to(form, Field.LABEL)
    form.write("ma\x1b[31min\n")
    assert form.texts[Field.LABEL] == "ma[31min"
    form.erase()
    assert form.label == "ma[31mi"
    form.erase(whole=True)
    assert form.label == ""


def test_an_api_key_shows_its_two_ends_and_a_short_one_nothing() -> None:
    assert masked(venue_desk.API_KEY) == "hF8s…tQ2p"
    assert masked("abcdefghijk") == "•" * 11
    assert masked("") == ""
