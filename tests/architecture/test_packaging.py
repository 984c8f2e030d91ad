"""What is installed is named, explained, pinned and complete."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from architecture.checkers.source import PACKAGES, ROOT

PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
META = tomllib.loads(PROJECT)["project"]

PINNED = {
    "textual": "8.2.8",
    "rich": "15.0.0",
    "pytest": "8.4.2",
    "syrupy": "4.8.0",
    "pytest-textual-snapshot": "1.1.0",
}
"""They draw, compare or store pixels: another version is another picture."""


def requirements() -> list[Requirement]:
    """Every direct dependency, run and test."""
    extras = META["optional-dependencies"].values()
    return [Requirement(line) for line in [*META["dependencies"], *(line for extra in extras for line in extra)]]


def locked(text: str) -> dict[str, tuple[str, int]]:
    """Read a lock: name → (version, number of hashes)."""
    found: dict[str, tuple[str, int]] = {}
    for block in re.split(r"\n(?=\S)", text.strip()):
        head, *rest = block.splitlines()
        name, version = head.split(" ")[0].split("==")
        found[name.lower().replace("_", "-")] = (version, sum("--hash=sha256:" in line for line in rest))
    return found


A_DEPENDENCY = re.compile(r'\s+"[A-Za-z0-9][A-Za-z0-9_.-]*(\[\w+\])?\s*([<>=~!]=?[^"]*)"')


def unexplained(text: str) -> list[str]:
    """Every dependency line of a pyproject that does not stand under a comment."""
    lines = text.splitlines()
    pairs = zip(["", *lines], lines, strict=False)
    return [line.strip() for before, line in pairs if A_DEPENDENCY.match(line) and not before.strip().startswith("#")]


def test_every_dependency_stands_under_a_line_that_says_why() -> None:
    assert unexplained(PROJECT) == []


def test_a_dependency_without_a_reason_is_named() -> None:
    assert unexplained('dependencies = [\n    # Why.\n    "good>=1",\n    "bad>=2,<3",\n]') == ['"bad>=2,<3",']


def test_every_dependency_is_locked_in_a_version_it_allows() -> None:
    lock = locked(LOCK)
    wrong = [str(need) for need in requirements() if lock.get(need.name.lower(), ("0", 0))[0] not in need.specifier]
    assert wrong == []


@pytest.mark.parametrize(("name", "version"), PINNED.items(), ids=PINNED)
def test_what_draws_is_pinned_exactly(name: str, version: str) -> None:
    assert [str(need.specifier) for need in requirements() if need.name == name] == [f"=={version}"]


def test_every_locked_package_has_a_hash() -> None:
    bare = [name for name, (_, hashes) in locked(LOCK).items() if not hashes]
    assert bare == []


def test_a_locked_package_without_a_hash_is_seen() -> None:
    assert locked("a==1 \\\n    --hash=sha256:00\nb==2\n") == {"a": ("1", 1), "b": ("2", 0)}


def test_the_lock_names_no_host_and_no_path() -> None:
    assert re.findall(r"https?:|--index|--extra|--find|--trusted|file:", LOCK) == []


def test_the_wheel_holds_every_file_of_the_three_packages_and_no_other(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    # A style sheet, a page of help or a migration that stayed behind would be missed only on another machine.
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == wanted


def test_ci_and_the_makefile_install_only_what_is_hashed() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes --only-binary :all:" in makefile
    assert "--no-deps --no-build-isolation -e ." in makefile
