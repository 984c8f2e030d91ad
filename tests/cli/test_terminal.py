"""What doctor can tell of a terminal without drawing on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.cli import terminal


@pytest.mark.parametrize(
    ("environ", "what", "fits", "sentence"),
    [
        ({"TERM": "dumb"}, "kind", False, "TERM=dumb: the desk cannot draw here."),
        ({}, "kind", False, "TERM=: the desk cannot draw here."),
        ({"TERM": "xterm"}, "kind", True, "TERM=xterm."),
        ({"TERM": "xterm-256color"}, "colours", True, "256."),
        ({"COLORTERM": "truecolor"}, "colours", True, "16 million."),
        ({"TERM": "linux"}, "colours", False, "16 or unknown."),
        ({"NO_COLOR": "1"}, "colours", True, "NO_COLOR is set: signs and letters carry every meaning."),
    ],
)
def test_kind_and_colours_are_read_from_the_environment(
    environ: dict[str, str], what: str, fits: bool, sentence: str
) -> None:
    seen = {one.what: one for one in terminal.look(environ)}
    assert (seen[what].fits, seen[what].sentence) == (fits, sentence)
    assert fits or seen[what].remedy
    assert "tmux" not in seen


@pytest.mark.parametrize(
    ("said", "fits"), [("echo 10", True), ("echo 500", False), ("echo nothing", False), ("exit 1", False)]
)
def test_tmux_that_holds_the_escape_key_back_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, fits: bool
) -> None:
    tool = tmp_path / "tmux"
    tool.write_text(f"#!/bin/sh\n{said}\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    seen = {one.what: one for one in terminal.look({"TMUX": "x"})}["tmux"]
    assert seen.fits is fits
    assert fits or "set -sg escape-time 10" in seen.remedy


@pytest.mark.parametrize(("columns", "fits"), [("80", True), ("79", False)])
def test_a_window_too_small_is_named(monkeypatch: pytest.MonkeyPatch, columns: str, fits: bool) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("LINES", "24")
    seen = {one.what: one for one in terminal.look({})}["size"]
    assert (seen.fits, seen.sentence) == (fits, f"{columns}×24.")
