"""Settings: ``TRADEDESK_*`` in the environment over ``config/settings.toml`` over the defaults.

Only settings that something reads stand here; a name nobody knows is an error, because a misspelt limit that silently
does nothing is worse than a start that stops. Secrets are never settings.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connectors.errors import Refused

PREFIX = "TRADEDESK_"

_ELSEWHERE = frozenset({"TRADEDESK_HOME", "TRADEDESK_SHARED"})
"""Names of ours that are no settings: where everything lies, and where the tests find their recordings."""

_SECRET_WORDS = ("secret", "passphrase", "password", "api_key", "apikey", "token", "private_key")


class SettingsRefused(Refused):
    """A setting has an unknown name or a value it cannot have; the sentence names it."""


class Settings(BaseSettings):
    """Everything that can be set. Times in s or ms as their names say."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    venue: str = Field(default="demo", min_length=1)
    """Connection a command uses when none is named."""
    archive_busy_timeout_ms: int = Field(default=2_000, ge=0, le=60_000)
    """How long a commit waits for another program that holds the archive."""
    archive_max_pages: int | None = Field(default=None, ge=1)
    """Most pages of 4 KiB the archive may have; unset: as many as the disk takes."""
    worker_start_timeout_s: float = Field(default=10.0, gt=0, le=120)
    """How long a client waits for a worker it started."""
    exchange_start_timeout_s: float = Field(default=10.0, gt=0, le=120)
    """How long the embedded exchange may take to say where it listens."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the base's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # .env files are not read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first; the file's values come as arguments."""
        return env_settings, init_settings


def load_settings(file: Path, environ: Mapping[str, str]) -> Settings:
    """Read and check all settings.

    Args:
        file: The settings file; it need not exist.
        environ: The environment whose names are checked; values are read from the process's own.

    Raises:
        SettingsRefused: An unknown name, a value out of its bounds, a file that is no TOML, or a secret in it.
    """
    known = tuple(Settings.model_fields)
    given = _from_file(file)
    for name in given:
        if any(word in name.lower() for word in _SECRET_WORDS):
            raise SettingsRefused(f"{file} has {name!r}: a settings file holds no secrets. Remove the line.")
        if name not in known:
            raise SettingsRefused(f"{file} has {name!r}, which is no setting.{_near(name, known)}")
    names = tuple(PREFIX + name.upper() for name in known)
    for name in environ:
        if name.startswith(PREFIX) and name not in names and name not in _ELSEWHERE:
            raise SettingsRefused(f"{name} is set, which is no setting.{_near(name, names)}")
    failure: SettingsRefused
    try:
        return Settings(**given)
    except ValidationError as problem:
        failure = _refused(problem, file, environ)
    raise failure


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsRefused(f"{file} is not TOML ({problem}). Mend the line or move the file away.") from None
    except OSError as problem:
        raise SettingsRefused(f"{file} cannot be read ({problem.strerror}). Make it readable for you.") from None


def _near(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]}?" if near else f" There are: {', '.join(sorted(known))}."


def _refused(problem: ValidationError, file: Path, environ: Mapping[str, str]) -> SettingsRefused:
    first = problem.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]).removeprefix(PREFIX.lower())
    variable = PREFIX + name.upper()
    where = variable if variable in environ else f"{name} in {file}"
    return SettingsRefused(f"{where} is {first['input']!r}: {_lower(first['msg'])}. Change it or remove it.")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
