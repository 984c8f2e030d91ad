"""`.ci/run` says in one sentence what is missing, before it starts what cannot succeed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from architecture.checkers.source import ROOT


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with a shell and little else, for a user who may install nothing."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "dirname"):
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    script(folder / "id", "echo 1000")
    return folder


def script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def ci(path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".ci" / "run"],
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_in_ci_the_shared_files_are_not_optional(bare: Path, tmp_path: Path) -> None:
    done = ci(bare, CI="true", TRADEDESK_SHARED=str(tmp_path / "none"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert str(tmp_path / "none") in done.stderr


def test_without_ci_the_shared_files_are_optional(bare: Path, tmp_path: Path) -> None:
    done = ci(bare, TRADEDESK_SHARED=str(tmp_path / "none"))
    assert "shared files" not in done.stderr


def test_what_is_missing_and_cannot_be_installed_is_named(bare: Path) -> None:
    done = ci(bare)
    assert done.returncode == 1
    assert done.stderr == "python3 is missing and cannot be installed from here: install it and run .ci/run again.\n"


def test_a_package_that_cannot_be_fetched_is_named(bare: Path) -> None:
    script(bare / "id", "echo 0")
    script(bare / "apt-get", "echo 'E: Unable to locate package' >&2; exit 100")
    done = ci(bare)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("python3 is missing and apt-get could not install it")


def test_a_missing_package_is_installed_and_then_checks_and_tests_run(bare: Path) -> None:
    script(bare / "id", "echo 0")
    for tool in ("python3", "tmux"):
        script(bare / tool, "exit 0")
    log = bare / "log"
    made = bare / "make"
    # The package manager of this machine brings make, which then writes down what it is asked for.
    script(
        bare / "apt-get", f"printf '#!/bin/sh\\necho \"$1\" >> {log}\\n' > {made}; {shutil.which('chmod')} +x {made}"
    )
    done = ci(bare)
    assert done.returncode == 0, done.stderr
    assert log.read_text(encoding="utf-8").split() == ["--version", "check", "test"]
