"""Keys in the environment (REQUIREMENTS M2): read before anything else, removed, and bound to what their name says.

The variable is the weak way: other programs of the user may have read it before we started, and so may whoever
started us. A descriptor (``--secret-fd``) is the right one.

A name is ``<VENUE>[_<MODE>]_<FIELD>``. Without a mode it means LIVE, or TESTNET where ``<VENUE>_TESTNET`` says so. The
embedded exchange's keys are minted for each run and are never read here.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field

from connectors.errors import Refused
from connectors.model.connection import Hosts, KeyKind
from connectors.model.ids import Mode

PASSPHRASE = "TRADEDESK_PASSPHRASE"  # noqa: S105  # a name
"""Opens the vault."""

_VENUES = ("BINANCE", "BITGET", "BYBIT", "COINBASE", "BSDEX", "KRAKEN", "OKX")
"""Whose keys are taken out of the environment, whether or not this release has a room for the venue."""
_MODES = {"LIVE": Mode.LIVE, "TESTNET": Mode.TESTNET, "DEMO": Mode.DEMO}
_API_KEY, _SECRET, _PASSPHRASE = "API key", "secret", "passphrase"
_FIELDS = {
    "API_KEY": _API_KEY,
    "API_SECRET": _SECRET,
    "SECRET_KEY": _SECRET,
    "API_SECRET_KEY": _SECRET,
    "API_PRIVATE_KEY": _SECRET,
    "PRIVATE_KEY": _SECRET,
    "SECRET": _SECRET,
    "API_PASSPHRASE": _PASSPHRASE,
    "PASSPHRASE": _PASSPHRASE,
}
_NAME = re.compile(rf"({'|'.join(_VENUES)})(?:_({'|'.join(_MODES)}))?_({'|'.join(_FIELDS)})")
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})
_ED25519, _RSA = bytes.fromhex("06032b6570"), bytes.fromhex("06092a864886f70d010101")
"""Object identifiers in a PKCS#8 key (RFC 8410 §3, RFC 8017 appendix A.1)."""


class EnvironmentRefused(Refused):
    """Two names in the environment disagree, or one has a value it cannot have; the sentence names them."""


@dataclass(frozen=True, slots=True)
class EnvironmentKey:
    """One key, bound to exactly the venue and mode its names say, to the shipped hosts, and to this process."""

    venue: str
    mode: Mode
    kind: KeyKind
    api_key: str = field(repr=False)
    secret: bytearray = field(repr=False)
    passphrase: bytearray | None = field(repr=False)
    names: tuple[str, ...]
    """The variables it came from."""
    hosts: Hosts = field(default_factory=Hosts)
    """From ``<VENUE>_TESTNET_URL`` and ``<VENUE>_WS_URL``; empty: the shipped hosts."""


@dataclass(frozen=True, slots=True)
class EnvironmentKeys:
    """All that was found."""

    keys: tuple[EnvironmentKey, ...] = ()
    passphrase: bytearray | None = field(repr=False, default=None)
    """From ``TRADEDESK_PASSPHRASE``."""
    notes: tuple[str, ...] = ()
    """Sentences about names that were found and are not used."""


@dataclass(slots=True)
class _Found:
    """Parts of one key, each with the name it came from."""

    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


_held: EnvironmentKeys | EnvironmentRefused = EnvironmentKeys()


def hold(environ: MutableMapping[str, str]) -> None:
    """Take the keys out of the environment and keep them for `held`; never raises what `held` can tell."""
    global _held  # noqa: PLW0603  # the environment is the process's own, and it is read once
    try:
        _held = take_environment_keys(environ)
    except EnvironmentRefused as refused:
        _held = refused.with_traceback(None)


def held() -> EnvironmentKeys:
    """What `hold` found.

    Raises:
        EnvironmentRefused: Two names disagreed, or one has a value it cannot have.
    """
    if isinstance(_held, EnvironmentRefused):
        raise _held
    return _held


def take_environment_keys(environ: MutableMapping[str, str]) -> EnvironmentKeys:
    """Read every key the environment holds and remove it from there, whatever becomes of it.

    Args:
        environ: ``os.environ``; its secrets are gone afterwards, even where an error is raised.

    Raises:
        EnvironmentRefused: Two names disagree, or one has a value it cannot have; no value is repeated.
    """
    passphrase = environ.pop(PASSPHRASE, None)
    named = {name: environ.pop(name) for name in [name for name in environ if _NAME.fullmatch(name)]}
    found: dict[tuple[str, Mode], _Found] = {}
    for name, text in sorted(named.items()):
        match = _NAME.fullmatch(name)
        if match is not None and text:
            venue, mode_word, part = match.groups()
            mode = _MODES[mode_word] if mode_word else _own_mode(venue, environ)
            _put(found.setdefault((venue, mode), _Found()), _FIELDS[part], name, text)
    keys: list[EnvironmentKey] = []
    notes: list[str] = []
    for (venue, mode), parts in found.items():
        made = _key(venue, mode, parts, environ)
        if isinstance(made, str):
            notes.append(made)
        else:
            keys.append(made)
    _refuse_one_key_in_two_modes(keys)
    if "RECV_WINDOW" in environ:
        notes.append("RECV_WINDOW is set and not used: the desk gives each kind of request its own window.")
    return EnvironmentKeys(tuple(keys), None if passphrase is None else _bytes(passphrase), tuple(notes))


def _own_mode(venue: str, environ: Mapping[str, str]) -> Mode:
    """What a name without a mode means."""
    switch = f"{venue}_TESTNET"
    said = environ.get(switch, "").strip().lower()
    if said not in _YES | _NO:
        raise EnvironmentRefused(f"{switch} is {said[:20]!r}, wanted 1 or 0. Change it or unset it.")
    return Mode.TESTNET if said in _YES else Mode.LIVE


def _put(found: _Found, part: str, name: str, text: str) -> None:
    before = found.parts.get(part)
    if before is not None and before[1] != text:
        raise EnvironmentRefused(f"{before[0]} and {name} are both set and disagree. Unset one of them.")
    found.parts.setdefault(part, (name, text))
    found.names.append(name)


def _key(venue: str, mode: Mode, found: _Found, environ: Mapping[str, str]) -> EnvironmentKey | str:
    """The key, or why its parts are none."""
    prefix = f"{venue}_{mode.upper()}" if f"_{mode.upper()}_" in found.names[0] else venue
    for part, name in ((_API_KEY, f"{prefix}_API_KEY"), (_SECRET, f"{prefix}_API_SECRET")):
        if part not in found.parts:
            return f"{' and '.join(found.names)} without {name}: that is no whole key, and it is not used."
    secret = _bytes(found.parts[_SECRET][1])
    passphrase = found.parts.get(_PASSPHRASE)
    return EnvironmentKey(
        venue=venue.lower(),
        mode=mode,
        kind=kind_of(secret),
        api_key=found.parts[_API_KEY][1].strip(),
        secret=secret,
        passphrase=None if passphrase is None else _bytes(passphrase[1]),
        names=tuple(found.names),
        hosts=_hosts(venue, mode, environ),
    )


def kind_of(secret: bytes | bytearray) -> KeyKind:
    """What a secret signs with, told by its own form: a PEM says its algorithm, anything else is a shared secret."""
    text = bytes(secret)
    if b"-----BEGIN" not in text:
        return KeyKind.HMAC
    body = b"".join(line for line in text.splitlines() if b"-----" not in line and b":" not in line)
    try:
        der = base64.b64decode(body)
    except binascii.Error:
        der = b""
    # An encrypted key does not say; the venues that take RSA at all advise Ed25519.
    return KeyKind.RSA if b"BEGIN RSA" in text or (_RSA in der and _ED25519 not in der) else KeyKind.ED25519


def _hosts(venue: str, mode: Mode, environ: Mapping[str, str]) -> Hosts:
    """Hosts the environment names. They are judged like every other: an unknown one counts as LIVE."""
    rest = environ.get(f"{venue}_TESTNET_URL", "").strip().rstrip("/") if mode is Mode.TESTNET else ""
    stream = environ.get(f"{venue}_WS_URL", "").strip().rstrip("/") if mode is _own_mode(venue, environ) else ""
    return Hosts((rest,) if rest else (), stream)


def _refuse_one_key_in_two_modes(keys: list[EnvironmentKey]) -> None:
    seen: dict[tuple[str, str], EnvironmentKey] = {}
    for key in keys:
        other = seen.setdefault((key.venue, key.api_key), key)
        if other is not key:
            raise EnvironmentRefused(
                f"{other.names[0]} and {key.names[0]} hold the same key for {other.mode} and for {key.mode}. One key"
                " has one mode: unset one of them."
            )


def _bytes(text: str) -> bytearray:
    """As it stood in the environment; a PEM gets back the line ends that files of variables write with a backslash."""
    whole = text.replace("\\n", "\n") if "-----BEGIN" in text else text.removesuffix("\n")
    return bytearray(whole.encode("utf-8", "surrogateescape"))
