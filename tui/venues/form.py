"""The fields of a connection as they are being filled in, and the connection they make. Pure, and never a secret.

What is typed as a secret stays in its own field on the screen (`tui.venues.side`); here only which field it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TypeVar

from connectors.model.connection import Connection, Hosts, KeyKind
from connectors.model.ids import AccountId, Mode, Product
from connectors.model.rights import Acceptance
from connectors.worker import api
from tui.venues.fields import (
    FIELDS,
    KINDS,
    LABEL,
    MODES,
    OF_HOSTS,
    OF_KEY,
    RESERVED,
    SCHEMES,
    STEPS,
    TEXTS,
    Field,
    Missing,
)

Choice = TypeVar("Choice")


@dataclass
class Form:
    """See the module.

    Attributes:
        venues: What can be registered.
        taken: Labels of other connections.
        edited: The connection that is being changed; None: a new one.
        focus: The field under the hand.
    """

    venues: tuple[api.VenueFacts, ...]
    taken: frozenset[str] = frozenset()
    edited: Connection | None = None
    focus: Field = Field.VENUE
    venue: str = ""
    mode: Mode = Mode.DEMO
    kind: KeyKind | None = KeyKind.ED25519
    new_key: bool = True
    """Whether a key is given; an edited connection keeps its own until this is chosen."""
    own_hosts: bool = False
    forget_accepted: bool = False
    texts: dict[Field, str] = field(default_factory=lambda: dict.fromkeys(TEXTS, ""), repr=False)
    """By field; the whole API key is among them, hence no part of the repr."""

    # --- making -----------------------------------------------------------------------------------------------------

    @classmethod
    def for_new(cls, venues: tuple[api.VenueFacts, ...], taken: frozenset[str]) -> Form:
        """An empty form: the first venue, its safest mode."""
        form = cls(venues, taken, venue=venues[0].venue if venues else "")
        form.mode = form.modes[0] if form.modes else Mode.LIVE
        return form

    @classmethod
    def for_edit(cls, venues: tuple[api.VenueFacts, ...], taken: frozenset[str], of: Connection) -> Form:
        """A form that holds a connection as it is."""
        form = cls(venues, taken - {of.label}, of, Field.LABEL, of.venue, of.mode)
        form.kind = of.key_kind or (KeyKind.HMAC if of.keyed else None)
        form.new_key = False
        form.own_hosts = of.hosts != Hosts()
        rest = of.hosts.rest[0] if of.hosts.rest else ""
        form.texts |= {
            Field.LABEL: of.label,
            Field.REST: rest,
            Field.STREAM: of.hosts.stream,
            Field.WS_API: of.hosts.ws_api,
        }
        return form

    # --- what is so -------------------------------------------------------------------------------------------------

    @property
    def modes(self) -> tuple[Mode, ...]:
        """Modes of the chosen venue that can be registered."""
        found = next((each for each in self.venues if each.venue == self.venue), None)
        return tuple(mode for mode in MODES if found is None or mode in found.modes)

    @property
    def products(self) -> tuple[Product, ...]:
        """Products of the chosen venue."""
        found = next((each for each in self.venues if each.venue == self.venue), None)
        return (Product.SPOT,) if found is None or Product.SPOT in found.products else found.products[:1]

    @property
    def label(self) -> str:
        """The label as typed."""
        return self.texts[Field.LABEL].strip()

    def fits(self, place: Field) -> bool:
        """Whether what stands in a field will be taken: the same look as when it is saved."""
        try:
            if place is Field.LABEL:
                self._label()
            elif place in OF_HOSTS:
                self._address(place)
        except Missing:
            return False
        return True

    @property
    def asks_key(self) -> bool:
        """Whether a key has to be given."""
        return self.kind is not None and self.new_key

    @property
    def step(self) -> int:
        """Which of the `LAST_STEP` steps the hand is at."""
        return STEPS.get(self.focus, 4)

    def shown(self) -> tuple[Field, ...]:
        """Fields that there are now."""
        left_out: set[Field] = set()
        if not self.asks_key:
            left_out |= OF_KEY
        elif self.kind is KeyKind.HMAC:
            left_out.add(Field.OPENS)
        if not self.own_hosts:
            left_out |= OF_HOSTS
        if self.edited is None or not self.edited.accepted:
            left_out.add(Field.ACCEPTED)
        return tuple(each for each in FIELDS if each not in left_out)

    def fixed(self, place: Field) -> bool:
        """Whether a field is shown but cannot be changed: venue and mode of a registered connection."""
        return self.edited is not None and place in {Field.VENUE, Field.MODE}

    # --- keys -------------------------------------------------------------------------------------------------------

    def move(self, steps: int) -> None:
        """Go to another field; the ends hold."""
        free = [each for each in self.shown() if not self.fixed(each)]
        at = free.index(self.focus) if self.focus in free else 0
        self.focus = free[max(0, min(at + steps, len(free) - 1))]

    def turn(self, steps: int) -> None:
        """Another choice of the field under the hand."""
        if self.fixed(self.focus):
            return
        match self.focus:
            case Field.VENUE:
                self.venue = _turned(tuple(each.venue for each in self.venues), self.venue, steps)
                if self.mode not in self.modes:
                    self.mode = self.modes[0]
            case Field.MODE:
                self.mode = _turned(self.modes, self.mode, steps)
            case Field.KIND:
                self._turn_kind(steps)
            case Field.HOSTS:
                self.own_hosts = _turned((False, True), self.own_hosts, steps)
            case Field.ACCEPTED:
                self.forget_accepted = _turned((False, True), self.forget_accepted, steps)
            case _:
                return

    def _turn_kind(self, steps: int) -> None:
        """A registered connection keeps its key or gets another; one with a key cannot become one without."""
        if self.edited is None:
            self.kind = _turned(KINDS, self.kind, steps)
            return
        given = tuple(kind for kind in KINDS if kind is not None)
        at = _turned(("keep", *given), self.kind if self.new_key else "keep", steps)
        self.new_key = at != "keep"
        if isinstance(at, KeyKind):
            self.kind = at
        else:
            self.kind = self.edited.key_kind if self.edited.keyed else None

    def write(self, text: str) -> None:
        """Take typed or pasted characters into the text under the hand; what does not print is left out."""
        if self.focus in TEXTS:
            self.texts[self.focus] += "".join(letter for letter in text if letter.isprintable())

    def erase(self, *, whole: bool = False) -> None:
        """Take the last character away, or all of them."""
        if self.focus in TEXTS:
            self.texts[self.focus] = "" if whole else self.texts[self.focus][:-1]

    def wipe(self) -> None:
        """Forget what was typed of a key."""
        self.texts |= {Field.KEY: "", Field.FILE: ""}

    # --- what it makes ----------------------------------------------------------------------------------------------

    def connection(self, account: AccountId, now_ns: int, accepted: tuple[Acceptance, ...] = ()) -> Connection:
        """The connection that is filled in.

        Args:
            account: Of a new one; a registered one keeps its own.
            now_ns: When it is made, ns since the epoch.
            accepted: What was accepted by typing.

        Raises:
            Missing: Something is missing or does not fit.
        """
        if not self.venue:
            raise Missing(Field.VENUE, "No venue is known yet: the connector worker has not told. Try again.")
        label, hosts = self._label(), self._hosts()
        if self.edited is not None:
            kind = self.kind if self.asks_key else self.edited.key_kind
            # What was accepted was accepted of the key it has: another one is judged anew.
            kept = () if self.forget_accepted or self.asks_key else self.edited.accepted
            keyed = self.edited.keyed or self.asks_key
            return replace(self.edited, label=label, hosts=hosts, keyed=keyed, key_kind=kind, accepted=accepted or kept)
        return Connection(
            account,
            self.venue,
            label,
            self.mode,
            products=self.products,
            hosts=hosts,
            keyed=self.kind is not None,
            created_ns=now_ns,
            key_kind=self.kind,
            accepted=accepted,
        )

    def api_key(self) -> str:
        """The public half, white space taken away.

        Raises:
            Missing: There is none.
        """
        text = "".join(self.texts[Field.KEY].split())
        if not text:
            raise Missing(Field.KEY, "The API key is missing: the venue shows it where the key was made.")
        return text

    def _label(self) -> str:
        label = self.label
        if not label:
            raise Missing(Field.LABEL, "A label is missing: what you will call this connection, such as main.")
        if not LABEL.fullmatch(label):
            raise Missing(
                Field.LABEL, "This label does not fit: up to 32 letters, digits, dots and dashes, such as main."
            )
        if label == RESERVED and (self.edited is None or self.edited.label != RESERVED):
            raise Missing(Field.LABEL, f"The label {RESERVED} belongs to the simulated market. Choose another.")
        if label in self.taken:
            raise Missing(Field.LABEL, f"There is a connection {label} already. Choose another label.")
        return label

    def _hosts(self) -> Hosts:
        if not self.own_hosts:
            return Hosts()
        rest, stream, ws_api = (self._address(place) for place in (Field.REST, Field.STREAM, Field.WS_API))
        kept = Hosts() if self.edited is None else self.edited.hosts
        more = kept.rest[1:] if kept.rest[:1] == (rest,) else ()
        return replace(kept, rest=(rest, *more) if rest else (), stream=stream, ws_api=ws_api)

    def _address(self, place: Field) -> str:
        text, (secure, plain) = self.texts[place].strip(), SCHEMES[place]
        if text and not re.fullmatch(rf"(?:{secure}|{plain})://[^\s/@?#]+(?:/[^\s?#@]*)?", text):
            raise Missing(
                place, f"The {place} host is no address. Write it like {secure}://host:443 ({plain} only on loopback)."
            )
        return text.rstrip("/")


def _turned(choices: tuple[Choice, ...], chosen: Choice, steps: int) -> Choice:
    """The choice so many places on; the ends hold."""
    at = choices.index(chosen) if chosen in choices else 0
    return choices[max(0, min(at + steps, len(choices) - 1))]
