"""The form of Binance's keys (facts §2.1), checked when a connection is registered (REQUIREMENTS A3, P2).

An API key and an HMAC secret are 64 letters and digits each, as in every published example; the embedded exchange
mints others. RSA and Ed25519 keys sign with the private half the user made, an unencrypted PKCS#8 PEM. What does not
fit is refused by the field's name; a value is never repeated, not even in part.
"""

from __future__ import annotations

import re

from connectors.errors import CredentialRefused
from connectors.model.connection import KeyKind
from connectors.model.ids import Mode
from connectors.ports.credentials import Signer
from connectors.venues.binance.constants import VENUE
from connectors.wire.signers import Ed25519Signer, HmacSigner, RsaSigner

_LENGTH = 64
_ISSUED = re.compile(r"[A-Za-z0-9]{64}")
_MINTED = re.compile(r"[A-Za-z0-9_-]{4,128}")


def signer(mode: Mode, kind: KeyKind, api_key: str, secret: bytes) -> Signer:
    """Make a signer from a credential; see `connectors.registry.signer`.

    Raises:
        CredentialRefused: A field is missing or has the wrong form.
    """
    _check("api_key", api_key, mode)
    if kind is KeyKind.RSA:
        return RsaSigner(api_key, secret)
    if kind is KeyKind.ED25519:
        return Ed25519Signer(api_key, secret)
    if b"-----BEGIN" in secret:
        raise _refused("api_secret", "holds a PEM: it belongs to an RSA or Ed25519 key")
    _check("api_secret", secret.decode("ascii", "replace"), mode)
    return HmacSigner(api_key, secret)


def _check(field: str, text: str, mode: Mode) -> None:
    if not text:
        raise _refused(field, "is missing")
    form = _MINTED if mode is Mode.SIM else _ISSUED
    if form.fullmatch(text):
        return
    if mode is not Mode.SIM and len(text) != _LENGTH:
        raise _refused(field, f"has {len(text)} characters; Binance's have {_LENGTH}. Copy it again, whole")
    raise _refused(field, "holds other characters than letters and digits. Copy it again, without spaces or quotes")


def _refused(field: str, what: str) -> CredentialRefused:
    return CredentialRefused(f"The field {field} {what}.", field=field, venue=VENUE)
