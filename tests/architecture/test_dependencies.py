"""What is installed is what the lock says, byte for byte, and nothing else runs (SECURITY-SPEC §14, T14)."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

from architecture.checkers.source import PACKAGES, ROOT, Finding, Source, sources

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9._-]+)==", LOCK, re.MULTILINE)}
BOOTSTRAP = {"pip", "setuptools"}
"""What Python's own venv puts into an environment before the lock is read."""
LICENCES = re.compile(
    r"MIT|BSD|0BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla Public License|Unlicense|Zlib|CC0",
    re.IGNORECASE,
)
"""Licences under which a desk may be handed on."""


def name_of(distribution: metadata.Distribution) -> str:
    return distribution.metadata["Name"].lower().replace("_", "-")


# Hashes


def wheel(folder: Path) -> tuple[Path, str]:
    """A tiny package and its hash."""
    path = folder / "tiny-1.0-py3-none-any.whl"
    info = "tiny-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("tiny.py", "")
        made.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        made.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        made.writestr(f"{info}/RECORD", "")
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def install(lock: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Install as the Makefile does, from a folder instead of an index."""
    (folder / "lock").write_text(lock, encoding="utf-8")
    (how,) = set(re.findall(r"pip install --quiet (--require-hashes.*) -r", (ROOT / "Makefile").read_text("utf-8")))
    words = [*how.split(), "--no-index", "--find-links", str(folder), "--target", str(folder / "to")]
    return subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-cache-dir", *words, "-r", str(folder / "lock")],
        env={"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull, "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.parametrize("how", ["as locked", "another hash", "no hash"])
def test_t14_a_package_whose_bytes_are_not_the_locked_ones_is_not_installed(how: str, tmp_path: Path) -> None:
    _, digest = wheel(tmp_path)
    other = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    written = {"as locked": f" --hash=sha256:{digest}", "another hash": f" --hash=sha256:{other}", "no hash": ""}[how]
    done = install(f"tiny==1.0{written}\n", tmp_path)
    installed = (tmp_path / "to" / "tiny.py").exists()
    assert (done.returncode == 0, installed) == (how == "as locked", how == "as locked"), done.stderr


# Code that runs at every start


def recorded() -> dict[str, str]:
    """File in site-packages → hash, as the installed packages of the lock say."""
    found = {}
    for distribution in metadata.distributions():
        if name_of(distribution) in LOCKED | BOOTSTRAP:
            for file in distribution.files or ():
                if file.suffix == ".pth" and file.hash is not None:
                    found[file.name] = file.hash.value
    return found


def unknown_start_files(folder: Path, known: dict[str, str]) -> list[str]:
    """Every ``.pth`` that runs code and is not, byte for byte, one that a locked package brought."""
    unknown = []
    for path in sorted(folder.glob("*.pth")):
        runs = any(line.startswith(("import ", "import\t")) for line in path.read_text(encoding="utf-8").splitlines())
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        if runs and known.get(path.name) != digest:
            unknown.append(path.name)
    return unknown


def test_t14_nothing_runs_at_the_start_that_no_locked_package_brought() -> None:
    assert unknown_start_files(Path(sysconfig.get_path("purelib")), recorded()) == []


def test_t14_an_extra_or_changed_start_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "path_only.pth").write_text("/somewhere\n", encoding="utf-8")
    (tmp_path / "extra.pth").write_text("import os; os.system('true')\n", encoding="utf-8")
    (tmp_path / "a1_coverage.pth").write_text("import os\n", encoding="utf-8")
    assert unknown_start_files(tmp_path, recorded()) == ["a1_coverage.pth", "extra.pth"]


# Imports


@cache
def owners() -> Mapping[str, list[str]]:
    """Importable name → the packages that bring it."""
    return metadata.packages_distributions()


def foreign(names: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Imported top-level names that are neither Python's nor ours, with the packages that have them."""
    packages = owners()
    for name in sorted(names - set(sys.stdlib_module_names) - {*PACKAGES, "__main__"}):
        yield name, {found.lower().replace("_", "-") for found in packages.get(name, ())}


def unlocked_imports(source: Source) -> list[Finding]:
    """Every import of something that is in no locked package."""
    names = {full.split(".")[0] for full in source.imports.values()}
    return [
        Finding(source.path, 1, f"{name} is in no locked package") for name, of in foreign(names) if not of & LOCKED
    ]


def test_t14_every_import_is_in_the_lock() -> None:
    found = [each for source in sources(*PACKAGES) for each in unlocked_imports(source)]
    # Found where it is installed, used where it is there, and named by no dependency of ours.
    assert found == []


def test_t14_an_unlocked_import_is_named() -> None:
    found = unlocked_imports(Source("tui/x.py", "import requests_of_somebody\nfrom httpx import Client\nimport os\n"))
    assert [each.what for each in found] == ["requests_of_somebody is in no locked package"]


def test_t14_help_loads_nothing_from_outside_the_lock() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tui", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    loaded = {
        line.rsplit("|", 1)[1].strip().split(".")[0]
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }
    assert {"typer", "tui"} <= loaded
    strangers = {name for name, of in foreign(loaded) if not of & (LOCKED | BOOTSTRAP)}
    # What Python itself looks for and need not find: hooks of its site, and another Python's strings.
    assert strangers - {"sitecustomize", "usercustomize", "org"} - {"imported package"} == set()


# Licences


def test_every_locked_package_has_a_licence_under_which_it_may_be_handed_on() -> None:
    unclear = {}
    for distribution in metadata.distributions():
        if name_of(distribution) not in LOCKED:
            continue
        said = distribution.metadata
        classifiers = [line for line in said.get_all("Classifier") or () if line.startswith("License")]
        texts = [*(said.get_all("License-Expression") or ()), *(said.get_all("License") or ()), *classifiers]
        texts = [text[:200] for text in texts]
        if not any(LICENCES.search(text) for text in texts):
            unclear[name_of(distribution)] = texts
    # A terminal that tests read; it is no part of what is handed on.
    assert set(unclear) == {"pyte"}
