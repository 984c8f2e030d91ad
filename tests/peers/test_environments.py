"""The throw-away environments are pinned to the last digit, and one that cannot be made says so by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from peers import environments
from peers.environments import REQUIREMENTS, pinned, python_of

_HEADING = re.compile(r"## ([a-z-]+): \S.{20,}")


def _headings() -> list[str]:
    return [line for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]


@pytest.mark.parametrize("heading", _headings())
def test_every_client_says_why_it_is_here_and_is_pinned_whole(heading: str) -> None:
    match = _HEADING.fullmatch(heading)
    assert match, f"{heading!r} says no reason"
    lines = pinned(match[1])
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[\w.]+", line) for line in lines), lines
    assert len({line.partition("==")[0].lower() for line in lines}) == len(lines)


def test_a_client_without_lines_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no lines for 'nobody'"):
        pinned("nobody")


@pytest.mark.parametrize(("ci", "ending"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_without_a_registry_the_test_skips_by_name_and_fails_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: str, ending: type[BaseException]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(environments, "pinned", lambda _peer: ["a-client-that-nobody-published==0.0.0"])
    for name, value in {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": ""}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ending, match=r"nobody cannot be installed from a package registry: .*nobody-published"):
        python_of("nobody")
    assert [path.name for path in (tmp_path / "tradedesk-peers").iterdir() if path.is_dir()] == []
