"""Breaks the house on purpose, one guarantee at a time, and sees that a test notices (`make mutants`).

A mutant is a patch in this folder. Its first lines say what it breaks and which test must go red:

    Breaks: the intent is committed before a byte leaves
    Killed by: tests/worker/test_intent.py::test_a_crash_after_the_send_finds_the_intent
    --- a/connectors/worker/effects.py
    ...

Each is applied in a copy of the checkout; the checkout itself is never touched.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COPIED = (
    "tui",
    "connectors",
    "storage",
    "tests",
    "docs",
    "pyproject.toml",
    "README.md",
    "Makefile",
    "requirements.lock",
)
TESTS_FAILED = 1
"""pytest's exit code when it ran and a test failed; every other one means that nothing was proved."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One guarantee broken: what, how, and who must notice."""

    name: str
    breaks: str
    killed_by: str
    patch: str


def read(path: Path) -> Mutant:
    """Read a mutant from its patch.

    Raises:
        ValueError: One of the two lines at its head is missing.
    """
    text = path.read_text(encoding="utf-8")
    head = dict(re.findall(r"^(Breaks|Killed by): (.+)$", text, re.MULTILINE))
    missing = {"Breaks", "Killed by"} - head.keys()
    if missing:
        raise ValueError(f"{path.name} does not say {' and '.join(sorted(missing))!r} in its first lines")
    return Mutant(path.stem, head["Breaks"], head["Killed by"], text)


def verdict(mutant: Mutant, root: Path = ROOT) -> str:
    """Apply a mutant in a copy of ``root`` and run its test: ``killed``, or in what way it was not."""
    with tempfile.TemporaryDirectory(prefix="mutant") as folder:
        copy = Path(folder) / "desk"
        copy.mkdir()
        for name in COPIED:
            source = root / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, copy / name)
        python = _interpreter(copy)
        before = _run_test(mutant, copy, python)
        if before != 0:
            return f"its test does not pass unbroken (pytest ended with {before})"
        applied = subprocess.run(
            ["git", "apply", "-"], cwd=copy, input=mutant.patch, capture_output=True, text=True, check=False
        )
        if applied.returncode:
            return f"the patch no longer fits: {applied.stderr.strip()}"
        # Compiled code is told from old by whole seconds: a mutant made within the same second would not be seen.
        for compiled in [*copy.rglob("__pycache__")]:
            shutil.rmtree(compiled)
        after = _run_test(mutant, copy, python)
    if after == 0:
        return "SURVIVED"
    return "killed" if after == TESTS_FAILED else f"its test could not run (pytest ended with {after})"


def _interpreter(copy: Path) -> Path:
    """Make an environment that finds the copy, then what is installed here.

    A path variable would not do: the desk starts its worker isolated, and an isolated interpreter reads none.
    """
    home = copy / ".venv"
    venv.create(home, symlinks=True)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "mutant.pth").write_text(f"{copy}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return home / "bin" / "python"


def _run_test(mutant: Mutant, copy: Path, python: Path) -> int:
    shared = os.environ.get("TRADEDESK_SHARED") or str(ROOT.parent / "shared")
    environment = {**os.environ, "TRADEDESK_SHARED": shared}
    command = [str(python), "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", mutant.killed_by]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False).returncode


def main() -> int:
    """Run the mutants named on the command line, or all; return 1 when one is not killed."""
    wanted = set(sys.argv[1:])
    paths = [path for path in sorted(HERE.glob("*.patch")) if not wanted or path.stem in wanted]
    if not paths:
        print(f"No mutant to run in {HERE.relative_to(ROOT)}.")
        return 1 if wanted else 0
    mutants = [read(path) for path in paths]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        verdicts = list(pool.map(verdict, mutants))
    for mutant, said in zip(mutants, verdicts, strict=True):
        print(f"{said:<10} {mutant.name}: {mutant.breaks}")
    killed = verdicts.count("killed")
    print(f"{killed} of {len(mutants)} killed")
    return 0 if killed == len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
