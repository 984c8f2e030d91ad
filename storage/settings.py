"""Settings: ``TRADEDESK_*`` in the environment over ``config/settings.toml`` over the defaults.

Only settings that something reads stand here; a name nobody knows is an error, because a misspelt limit that silently
does nothing is worse than a start that stops. Secrets are never settings.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from connectors.errors import Refused

PREFIX = "TRADEDESK_"

_ELSEWHERE = frozenset({"TRADEDESK_DEV", "TRADEDESK_HOME", "TRADEDESK_PASSPHRASE", "TRADEDESK_SHARED"})
"""Names of ours that are no settings: openness to a debugger, where everything lies, what opens the vault (taken out at
the start), and where the tests find their recordings."""

_SECRET_WORDS = ("secret", "passphrase", "password", "api_key", "apikey", "token", "private_key")


class SettingsRefused(Refused):
    """A setting has an unknown name or a value it cannot have; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, with its default. Times in s or ms as their names say; bounds in `SettingsDoor`."""

    venue: str = "demo"
    """Connection a command uses when none is named."""
    archive_busy_timeout_ms: int = 2_000
    """How long a commit waits for another program that holds the archive."""
    archive_max_pages: int | None = None
    """Most pages of 4 KiB the archive may have; unset: as many as the disk takes."""
    worker_start_timeout_s: float = 10.0
    """How long a client waits for a worker it started."""
    exchange_start_timeout_s: float = 10.0
    """How long the embedded exchange may take to say where it listens."""
    lock_after_minutes: int = 30
    """Without a key for so long, the desk with an open vault is covered; 0: never."""
    audit_anchor_file: str | None = None
    """A file, best on another disk, that gets the head of the audit chain at each anchor; unset: none."""
    proxy: str | None = None
    """``http://host:port`` on the way to venues; unset: directly. The environment's proxies are never used."""
    ca_file: str | None = None
    """PEM certificates believed beside the system's, such as those of a company's proxy."""


def load_settings(file: Path, environ: Mapping[str, str]) -> Settings:
    """Read and check all settings.

    Args:
        file: The settings file; it need not exist.
        environ: The environment, such as ``os.environ``.

    Raises:
        SettingsRefused: An unknown name, a value out of its bounds, a file that is no TOML, or a secret in it.
    """
    given = _checked(_from_file(file), file)
    own = {name: value for name, value in environ.items() if name.startswith(PREFIX) and name not in _ELSEWHERE}
    known = tuple(PREFIX + field.name.upper() for field in fields(Settings))
    for name in own:
        if name not in known:
            raise SettingsRefused(f"{name} is set, which is no setting.{_near(name, known)}")
    if not given and not own:
        return Settings()
    # A third of a second of imports, which a command without settings need not wait for.
    from storage.settings_door import read  # noqa: PLC0415

    return read(given, own, file)


def _from_file(file: Path) -> dict[str, Any]:
    # Raised outside the except: the parser's own error holds the file's whole text, which may be what it should not.
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as problem:
        failure = SettingsRefused(f"{file} is not TOML ({problem}). Mend the line or move the file away.")
    except UnicodeDecodeError as problem:
        failure = SettingsRefused(
            f"{file} is not TOML (byte {problem.start} is no UTF-8). Mend the line or move the file away."
        )
    except OSError as problem:
        failure = SettingsRefused(f"{file} cannot be read ({problem.strerror}). Make it readable for you.")
    raise failure


def _checked(given: dict[str, Any], file: Path) -> dict[str, Any]:
    known = tuple(field.name for field in fields(Settings))
    for name in given:
        if any(word in name.lower() for word in _SECRET_WORDS):
            raise SettingsRefused(f"{file} has {name!r}: a settings file holds no secrets. Remove the line.")
        if name not in known:
            raise SettingsRefused(f"{file} has {name!r}, which is no setting.{_near(name, known)}")
    return given


def _near(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]}?" if near else f" There are: {', '.join(sorted(known))}."
