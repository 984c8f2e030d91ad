"""The validation behind `storage.settings.load_settings`, imported only where something is set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from storage.settings import PREFIX, Settings, SettingsRefused

_DEFAULT = Settings()


class SettingsDoor(BaseSettings):
    """The bounds of each setting; what it means stands at `storage.settings.Settings`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    venue: str = Field(default=_DEFAULT.venue, min_length=1)
    archive_busy_timeout_ms: int = Field(default=_DEFAULT.archive_busy_timeout_ms, ge=0, le=60_000)
    archive_max_pages: int | None = Field(default=_DEFAULT.archive_max_pages, ge=1)
    worker_start_timeout_s: float = Field(default=_DEFAULT.worker_start_timeout_s, gt=0, le=120)
    exchange_start_timeout_s: float = Field(default=_DEFAULT.exchange_start_timeout_s, gt=0, le=120)
    lock_after_minutes: int = Field(default=_DEFAULT.lock_after_minutes, ge=0, le=1_440)

    audit_anchor_file: str | None = Field(default=_DEFAULT.audit_anchor_file, min_length=1, max_length=4_096)
    proxy: str | None = Field(default=_DEFAULT.proxy, max_length=300)
    ca_file: str | None = Field(default=_DEFAULT.ca_file, max_length=4_096)

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


def read(given: Mapping[str, Any], environ: Mapping[str, str], file: Path) -> Settings:
    """Check the values.

    Args:
        given: What the file holds; its names are known.
        environ: The variables that are set; pydantic-settings reads them from the process itself.
        file: For the sentence.

    Raises:
        SettingsRefused: A value is out of its bounds.
    """
    failure: SettingsRefused
    try:
        return Settings(**SettingsDoor(**given).model_dump())
    except ValidationError as problem:
        failure = _refused(problem, environ, file)
    raise failure


def _refused(problem: ValidationError, environ: Mapping[str, str], file: Path) -> SettingsRefused:
    first = problem.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]).removeprefix(PREFIX.lower())
    variable = PREFIX + name.upper()
    where = variable if variable in environ else f"{name} in {file}"
    message = str(first["msg"])
    return SettingsRefused(
        f"{where} is {first['input']!r}: {message[:1].lower()}{message[1:]}. Change it or remove it."
    )
