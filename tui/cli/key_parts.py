"""A venue's key on its way in: from descriptors, a file, the environment, or typed (SECURITY-SPEC §8).

What can be read without a question is read before the command begins. Nothing of it is ever in an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from connectors.model.connection import Hosts, KeyKind
from connectors.model.ids import Mode
from connectors.model.secret import SecretBytes
from connectors.worker.secrets import KeyText
from tui.cli import environment, words
from tui.cli.descriptors import read_descriptor
from tui.cli.exits import CommandFailed, Exit
from tui.cli.key_files import is_json, read_file, read_json
from tui.cli.output import complain
from tui.cli.prompt import Prompt
from tui.format.clean import clean

_API_KEY_FD, _SECRET_FD, _PASS_FD = "--api-key-fd", "--secret-fd", "--key-passphrase-fd"
_WHITE = b" \t\r\n"
_HOW = "Give it through a descriptor (--secret-fd 3 3<FILE), from a file (--key-file), or run this at a terminal."


@dataclass(frozen=True, slots=True)
class Doors:
    """Where a key comes from, as it was said on the command line."""

    signs_with: KeyKind | None = None
    secret_fd: int | None = None
    api_key_fd: int | None = None
    key_passphrase_fd: int | None = None
    file: Path | None = None
    from_env: bool = False
    no_key: bool = False

    @classmethod
    def named(  # an option each
        cls,
        signs_with: str,
        secret_fd: int | None,
        api_key_fd: int | None,
        key_passphrase_fd: int | None,
        file: Path | None,
        *,
        from_env: bool,
        no_key: bool,
    ) -> Doors:
        """Read the words.

        Raises:
            CommandFailed: Nothing signs with that.
        """
        kind = words.word(signs_with, KeyKind, "Signature") if signs_with else None
        return cls(kind, secret_fd, api_key_fd, key_passphrase_fd, file, from_env, no_key)

    @property
    def any(self) -> bool:
        """Whether a door is named."""
        return self.from_env or any(
            door is not None for door in (self.secret_fd, self.api_key_fd, self.key_passphrase_fd, self.file)
        )


@dataclass(slots=True)
class KeyParts:
    """What is there of a key; every secret is the owner's to close."""

    kind: KeyKind | None = None
    api_key: SecretBytes | None = field(repr=False, default=None)
    secret: SecretBytes | None = field(repr=False, default=None)
    passphrase: SecretBytes | None = field(repr=False, default=None)
    file: Path | None = None
    names: tuple[str, ...] = ()
    """Variables of the environment it came from."""
    hosts: Hosts = field(default_factory=Hosts)
    """What the environment names beside the key."""

    def text(self) -> KeyText:
        """A copy of a complete key for one frame, which overwrites it."""
        if self.kind is None or self.api_key is None or self.secret is None:
            raise CommandFailed(f"The key is not complete. {_HOW}", Exit.USAGE)
        return KeyText(
            self.kind,
            self.api_key.buffer.decode("ascii", "replace"),
            bytearray(self.secret.buffer),
            None if self.passphrase is None else bytearray(self.passphrase.buffer),
        )

    def close(self) -> None:
        """Overwrite every secret."""
        for part in (self.api_key, self.secret, self.passphrase):
            if part is not None:
                part.close()


def read(doors: Doors, venue: str, mode: Mode) -> KeyParts:
    """Read what needs no question.

    Args:
        doors: Where from.
        venue: Whose key, for the environment.
        mode: Which of its keys, for the environment.

    Raises:
        CommandFailed: Doors that exclude each other, or something that is no key behind one.
    """
    _check(doors)
    if doors.from_env:
        return _from_environment(venue, mode)
    parts = KeyParts(doors.signs_with, file=doors.file)
    try:
        if doors.api_key_fd is not None:
            parts.api_key = _trimmed(read_descriptor(doors.api_key_fd, _API_KEY_FD))
        if doors.key_passphrase_fd is not None:
            parts.passphrase = read_descriptor(doors.key_passphrase_fd, _PASS_FD)
        if doors.file is not None:
            _take(parts, read_file(doors.file), str(doors.file))
        elif doors.secret_fd is not None:
            held = read_descriptor(doors.secret_fd, _SECRET_FD)
            if parts.api_key is None and not is_json(held):
                held = _split(parts, held)
            _take(parts, held, f"{_SECRET_FD} {doors.secret_fd}")
    except BaseException:
        parts.close()
        raise
    return parts


async def complete(parts: KeyParts, prompt: Prompt) -> bool:
    """Ask for what is missing.

    Returns:
        False where nobody gave a key: the connection has none.

    Raises:
        CommandFailed: Something is missing, and it cannot be asked for.
    """
    empty = parts.api_key is None and parts.secret is None
    if parts.api_key is None:
        _require(prompt, "API key")
        free = empty and parts.kind is None
        typed = await prompt.hidden(f"API key (hidden{'; enter alone: no key, market data only' if free else ''}): ")
        parts.api_key = _trimmed(SecretBytes(typed))
        if not len(parts.api_key):
            if free:
                return False
            raise CommandFailed("No API key was typed. Nothing was stored.", Exit.USAGE)
    if parts.secret is None:
        await _ask_secret(parts, prompt)
    if _is_encrypted(parts.secret) and parts.passphrase is None:
        _require(prompt, "passphrase of the key file", f"{_PASS_FD} 4 4<FILE")
        parts.passphrase = SecretBytes(await prompt.hidden("Passphrase of the key file: "))
    return True


async def _ask_secret(parts: KeyParts, prompt: Prompt) -> None:
    if parts.kind not in {None, KeyKind.HMAC}:
        raise CommandFailed(
            f"An {parts.kind} key has many lines: name its file with --key-file. Nothing was stored.", Exit.USAGE
        )
    _require(prompt, "secret")
    held = _trimmed(SecretBytes(await prompt.hidden("Secret (hidden): ")))
    if not len(held):
        raise CommandFailed("No secret was typed. Nothing was stored.", Exit.USAGE)
    parts.secret, parts.kind = held, KeyKind.HMAC


def _require(prompt: Prompt, what: str, how: str = "") -> None:
    if not prompt.able:
        raise CommandFailed(f"The {what} is missing. {f'Give it: {how}' if how else _HOW}", Exit.USAGE)


def _check(doors: Doors) -> None:
    if doors.no_key and doors.any:
        raise CommandFailed("--no-key and a key are two things. Say one of them.", Exit.USAGE)
    if doors.from_env and (doors.file or doors.secret_fd is not None or doors.api_key_fd is not None):
        raise CommandFailed("--from-env takes the whole key from there. Leave out the other doors.", Exit.USAGE)
    if doors.file is not None and doors.secret_fd is not None:
        raise CommandFailed("--key-file and --secret-fd both name the secret. Say one of them.", Exit.USAGE)


def _split(parts: KeyParts, held: SecretBytes) -> SecretBytes:
    """First line: the API key; what follows: the secret."""
    with held:
        line = held.buffer.find(b"\n")
        if line < 0 or held.buffer.startswith(b"-----BEGIN"):
            raise CommandFailed(
                "--secret-fd without --api-key-fd holds the API key on its first line and the secret after it; this"
                " holds no first line of its own. Nothing was stored.",
                Exit.USAGE,
            )
        view = memoryview(held.buffer)
        parts.api_key = _trimmed(SecretBytes(bytearray(view[:line])))
        rest = SecretBytes(bytearray(view[line + 1 :]))
        view.release()
        return rest


def _take(parts: KeyParts, held: SecretBytes, source: str) -> None:
    """Keep a secret, and what it says about itself."""
    if is_json(held):
        api_key, held = read_json(held, source)
        if parts.api_key is None:
            parts.api_key = api_key
    parts.secret = held
    pem = b"-----BEGIN" in held.buffer
    if b"BEGIN EC PRIVATE KEY" in held.buffer:
        raise CommandFailed(
            f"{source} holds an ECDSA key, which no venue of this release takes. Make an Ed25519 key there.", Exit.USAGE
        )
    if b"PUBLIC KEY" in held.buffer:
        raise CommandFailed(f"{source} holds a public key. The private one is needed to sign.", Exit.USAGE)
    if not pem:
        if parts.file is not None and parts.api_key is None and b"\n" in held.buffer.strip():
            parts.secret = held = _split(parts, held)
        parts.secret = _trimmed(held)
    if parts.kind is None:
        if _is_encrypted(parts.secret):
            raise CommandFailed(
                f"{source} is encrypted and does not say what it signs with: --signs-with ed25519 or rsa.", Exit.USAGE
            )
        parts.kind = environment.kind_of(parts.secret.buffer)
    if (parts.kind is KeyKind.HMAC) == pem:
        found = "a private key (PEM)" if pem else "no private key (PEM)"
        raise CommandFailed(f"{source} holds {found}, which does not sign with {parts.kind}.", Exit.USAGE)


def _from_environment(venue: str, mode: Mode) -> KeyParts:
    found = environment.held()
    for key in found.keys:
        if (key.venue, key.mode) == (venue, mode):
            passphrase = None if key.passphrase is None else SecretBytes(bytearray(key.passphrase))
            api_key, secret = SecretBytes(bytearray(key.api_key, "utf-8")), SecretBytes(bytearray(key.secret))
            return KeyParts(key.kind, api_key, secret, passphrase, names=key.names, hosts=key.hosts)
    infix = "" if mode is Mode.LIVE else f"{mode.value}_"
    name = f"{venue}_{infix}API".upper()
    notes = " ".join(found.notes)
    raise CommandFailed(
        f"The environment has no key for {venue} {mode.value}: {name}_KEY and {name}_SECRET. {clean(notes)}".rstrip(),
        Exit.USAGE,
    )


def _trimmed(held: SecretBytes) -> SecretBytes:
    """Without white space around it, which comes with copying; said, because it is a change."""
    kept = bytearray(held.buffer.strip(_WHITE))
    if len(kept) < len(held.buffer.rstrip(b"\r\n")):
        complain("White space around what was given is left out.")
    held.close()
    return SecretBytes(kept)


def _is_encrypted(held: SecretBytes | None) -> bool:
    return held is not None and b"ENCRYPTED" in held.buffer and b"-----BEGIN" in held.buffer
