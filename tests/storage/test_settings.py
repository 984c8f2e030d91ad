"""Settings: environment over file over default; a name nobody knows stops the start."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from storage.settings import Settings, SettingsRefused, load_settings
from storage.settings_door import SettingsDoor


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_file_and_environment_the_defaults_stand(toml: Path) -> None:
    settings = load_settings(toml, {})
    assert (settings.venue, settings.archive_max_pages) == ("demo", None)


def test_the_environment_wins_over_the_file(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml.write_text('venue = "b"\narchive_busy_timeout_ms = 100\n')
    monkeypatch.setenv("TRADEDESK_VENUE", "c")
    settings = load_settings(toml, os.environ)
    assert (settings.venue, settings.archive_busy_timeout_ms) == ("c", 100)


def test_an_unknown_name_in_the_file_is_named_with_the_nearest(toml: Path) -> None:
    toml.write_text("archive_max_page = 4\n")
    with pytest.raises(
        SettingsRefused, match=r"'archive_max_page', which is no setting. Did you mean archive_max_pages"
    ):
        load_settings(toml, {})


def test_an_unknown_name_in_the_environment_is_named_with_the_nearest(toml: Path) -> None:
    with pytest.raises(SettingsRefused, match=r"TRADEDESK_VENU is set.*Did you mean TRADEDESK_VENUE\?"):
        load_settings(toml, {"TRADEDESK_VENU": "b"})
    assert load_settings(toml, {"TRADEDESK_HOME": "/x", "OTHER": "1"}) == Settings()


@pytest.mark.parametrize(("name", "value"), [("ARCHIVE_MAX_PAGES", "0"), ("WORKER_START_TIMEOUT_S", "soon")])
def test_a_value_out_of_bounds_names_the_variable_and_the_value(
    toml: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"TRADEDESK_{name}", value)
    with pytest.raises(SettingsRefused, match=rf"TRADEDESK_{name} is '{value}': input should be"):
        load_settings(toml, os.environ)


def test_a_value_out_of_bounds_in_the_file_names_the_file(toml: Path) -> None:
    toml.write_text("archive_max_pages = -1\n")
    with pytest.raises(SettingsRefused, match=rf"archive_max_pages in {toml} is -1"):
        load_settings(toml, {})


@pytest.mark.parametrize("name", ["binance_api_key", "vault_passphrase", "SECRET"])
def test_a_secret_in_the_file_stops_the_start_and_is_not_repeated(toml: Path, name: str) -> None:
    toml.write_text(f'{name} = "canary"\n')
    with pytest.raises(SettingsRefused, match="holds no secrets") as caught:
        load_settings(toml, {})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("content", [b"venue = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_a_sentence(toml: Path, content: bytes) -> None:
    toml.write_bytes(content)
    with pytest.raises(SettingsRefused, match="is not TOML"):
        load_settings(toml, {})


def test_what_is_set_nowhere_costs_no_validation_library() -> None:
    script = "import sys, storage.settings as s; from pathlib import Path\ns.load_settings(Path('/nowhere'), {})\n"
    script += "sys.exit('pydantic' in sys.modules or 'pydantic_settings' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_bounds_are_stated_for_every_setting() -> None:
    assert {field.name: field.default for field in fields(Settings)} == {
        name: field.default for name, field in SettingsDoor.model_fields.items()
    }
