"""Each check of doctor fails on what it is for, and says what to do (REQUIREMENTS M1)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from connectors.errors import ArchiveFailed, Refused
from storage.archive import open_archive
from storage.paths import FilesTooOpen, Home, HomeUnusable, private_file
from storage.settings import SettingsRefused
from support.command import Command
from tui.cli.checks import places
from tui.cli.checks.finding import Level, refused, tried

NOW_NS = 1_900_000_000_000_000_000
GIGABYTE = 1 << 30


class Usage(NamedTuple):
    """As `shutil.disk_usage` tells it."""

    total: int
    used: int
    free: int


@pytest.fixture
def place(home: Path) -> Home:
    """The five folders, made."""
    made = Home.below(home)
    made.prepare()
    return made


def test_an_error_is_a_finding_whose_last_sentence_is_the_remedy() -> None:
    found = refused("x", Refused("The disk is full. Free some room."))
    assert (found.level, found.sentence, found.remedy) == (Level.FAIL, "The disk is full.", "Free some room.")
    assert found.whole == "The disk is full. Free some room."


# --- places


def test_a_folder_open_to_others_fails_with_the_chmod_line(place: Home) -> None:
    place.data.chmod(0o755)
    found = tried("folders", lambda: places.folders(place))
    assert found.level is Level.FAIL
    assert found.remedy.endswith(f"chmod 700 {place.data}")
    with pytest.raises(FilesTooOpen):
        places.folders(place)


def test_a_folder_that_is_a_link_fails(place: Home, tmp_path: Path) -> None:
    place.sim.rmdir()
    place.sim.symlink_to(tmp_path)
    with pytest.raises(HomeUnusable):
        places.folders(place)
    assert "Put a real one there" in tried("folders", lambda: places.folders(place)).remedy


def test_a_file_that_others_can_read_fails_and_is_closed_on_request(place: Home) -> None:
    for path in (place.state / "worker.log", place.data / "tradedesk.db-wal", place.run / "x"):
        private_file(path)
    (place.state / "worker.log").chmod(0o640)
    (place.run / "x").chmod(0o604)
    found = places.files(place)
    assert found.level is Level.FAIL
    assert "worker.log" in found.sentence
    assert "db-wal" not in found.sentence
    assert "tradedesk doctor --fix-permissions" in found.remedy
    place.state.chmod(0o750)
    done = places.repair(place)
    assert len(done) == 3
    assert (place.state / "worker.log").stat().st_mode & 0o777 == 0o600
    assert place.state.stat().st_mode & 0o777 == 0o700
    assert places.files(place).level is Level.OK


def test_a_link_among_the_files_fails_and_its_target_is_left_alone(place: Home, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch(0o644)
    target.chmod(0o644)
    (place.data / "tradedesk.db").symlink_to(target)
    found = places.files(place)
    assert found.level is Level.FAIL
    assert "Move it away" in found.remedy
    assert places.repair(place) == ()
    assert target.stat().st_mode & 0o777 == 0o644


def test_the_users_own_settings_file_may_be_read_but_not_written_by_others(place: Home) -> None:
    place.settings_file.write_text('venue = "demo"\n')
    place.settings_file.chmod(0o644)
    assert places.files(place).level is Level.OK
    place.settings_file.chmod(0o664)
    assert places.files(place).level is Level.FAIL


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("venu = 'x'", "Did you mean venue?"),
        ("archive_busy_timeout_ms = -1", "Change it or remove it."),
        ("api_secret = 'canary'", "Remove the line."),
        ("venue = ", "Mend the line or move the file away."),
    ],
)
def test_a_bad_settings_file_fails_with_what_to_do(place: Home, text: str, remedy: str) -> None:
    place.settings_file.write_text(text)
    found = tried("settings", lambda: places.settings(place, {}))
    assert (found.level, found.remedy) == (Level.FAIL, remedy)
    assert "canary" not in found.whole
    with pytest.raises(SettingsRefused):
        places.settings(place, {})


def test_a_damaged_archive_fails(place: Home) -> None:
    place.database.write_bytes(b"no database" * 1_000)
    place.database.chmod(0o600)
    with pytest.raises(ArchiveFailed):
        places.archive(place)
    found = tried("archive", lambda: places.archive(place))
    assert found.level is Level.FAIL
    assert found.remedy


def test_a_page_that_rotted_is_found(place: Home) -> None:
    open_archive(place.database).close()
    with closing(sqlite3.connect(place.database)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'orders'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with place.database.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 64)
    found = tried("archive", lambda: places.archive(place))
    assert found.level is Level.FAIL
    assert found.remedy


def test_the_way_to_the_venues_is_told(place: Home) -> None:
    assert "reached directly." in places.settings(place, {}).sentence
    place.settings_file.write_text('proxy = "http://proxy.example:3128"\nca_file = "/etc/own.pem"\n')
    place.settings_file.chmod(0o600)
    found = places.settings(place, {}).sentence
    assert "through http://proxy.example:3128, with the certificates of /etc/own.pem too." in found


def test_an_archive_without_a_backup_is_named_with_the_command_to_make_one(place: Home) -> None:
    open_archive(place.database).close()
    found = {each.check: each for each in places.archive_upkeep(place, NOW_NS)}
    assert found["archive backup"].level is Level.WARN
    assert found["archive backup"].remedy == "Make one: tradedesk backup FILE"
    assert found["archive pages"].level is Level.OK
    shutil.copy(place.database, place.database.with_name("tradedesk.db.restoring"))
    left = {each.check: each for each in places.archive_upkeep(place, NOW_NS)}["archive leftover"]
    assert (left.level, left.remedy[:7]) == (Level.WARN, "Run: rm")


@pytest.mark.parametrize(("free", "level"), [(50 << 20, Level.FAIL), (500 << 20, Level.WARN), (9 << 30, Level.OK)])
def test_a_disk_without_room_fails(place: Home, monkeypatch: pytest.MonkeyPatch, free: int, level: Level) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(GIGABYTE, GIGABYTE - free, free))
    found = places.disk(place)
    assert found.level is level
    assert found.remedy.startswith("Free ") or level is Level.OK


@pytest.mark.parametrize(
    ("kind", "level", "word"),
    [
        ("nfs4", Level.WARN, "on another machine"),
        ("cifs", Level.WARN, "on another machine"),
        ("tmpfs", Level.WARN, "in memory"),
        ("ext4", Level.OK, "on this machine"),
    ],
)
def test_a_disk_of_another_machine_is_named(place: Home, tmp_path: Path, kind: str, level: Level, word: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {place.data.resolve()} {kind} rw 0 0\nbad line\n")
    found = places.file_system(place, mounts)
    assert (found.level, word in found.sentence) == (level, True)
    assert "TRADEDESK_HOME" in found.remedy or level is Level.OK


def test_where_mounts_cannot_be_read_nothing_is_claimed(place: Home, tmp_path: Path) -> None:
    assert places.file_system(place, tmp_path / "none").sentence == "unknown kind, on this machine."


@pytest.mark.parametrize("name", ["Dropbox", "OneDrive - Firm", "Nextcloud"])
def test_a_folder_that_is_synced_is_named(name: str) -> None:
    home = Home.below(Path("/home/me") / name / "desk")
    found = places.file_system(home)
    assert found.level is Level.WARN
    assert name in found.sentence
    assert "TRADEDESK_HOME" in found.remedy


def test_a_mark_of_a_syncing_program_is_seen(tmp_path: Path) -> None:
    (tmp_path / ".stfolder").mkdir()
    assert places.file_system(Home.below(tmp_path / "desk")).level is Level.WARN


# --- the command


def test_a_home_open_to_others_is_mended_and_written_down(tradedesk: Command) -> None:
    home = Home.below(tradedesk.home)
    home.prepare()
    private_file(home.state / "old.log")
    (home.state / "old.log").chmod(0o644)
    said = tradedesk("doctor")
    assert said.code == 1
    assert "✗  files" in said.out
    mended = tradedesk("doctor", "--fix-permissions", "--json")
    assert mended.code == 0, mended
    told = {one["check"]: one for one in mended.json["checks"]}
    assert told["repaired"]["sentence"] == f"{home.state / 'old.log'}: 0644 is 0600 now."
    assert told["files"]["level"] == "ok"
    assert "permissions repaired" in (home.state / "log" / "clients.log").read_text()
    assert os.stat(home.state / "old.log").st_mode & 0o777 == 0o600  # noqa: PTH116  # as the system tells it
