"""The run of the mutants tells a mutant that was noticed from one that was not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mutants.__main__ import HERE, Mutant, read, verdict

PATCH = """--- a/tui/price.py
+++ b/tui/price.py
@@ -1 +1 @@
-PRICE = 1
+PRICE = 2
"""
# The mutant must reach an isolated child process too: that is how the desk starts its worker.
CHILD = """
import subprocess, sys

def price_in_a_child():
    command = [sys.executable, "-I", "-c", "import tui.price; print(tui.price.PRICE)"]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)

"""
TEST = "tests/test_price.py::test_a_price_is_what_it_was"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout of three files with one guarantee."""
    (tmp_path / "tui").mkdir()
    (tmp_path / "tests").mkdir()
    # A regular package, as ours is: without this the installed one would be found in its place.
    (tmp_path / "tui" / "__init__.py").touch()
    (tmp_path / "tui" / "price.py").write_text("PRICE = 1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath = ['.']\n", encoding="utf-8")
    return tmp_path


def house_test(house: Path, claim: str) -> None:
    text = CHILD + f"def test_a_price_is_what_it_was():\n    PRICE = price_in_a_child()\n    assert {claim}\n"
    (house / "tests" / "test_price.py").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("claim", "said"),
    [("PRICE == 1", "killed"), ("PRICE > 0", "SURVIVED"), ("PRICE == 3", "does not pass unbroken")],
    ids=["noticed", "not noticed", "red before"],
)
def test_a_mutant_is_killed_only_by_a_test_that_was_green_and_goes_red(house: Path, claim: str, said: str) -> None:
    house_test(house, claim)
    assert said in verdict(Mutant("price", "a price stays", TEST, PATCH), house)


def test_a_mutant_that_no_longer_fits_is_told(house: Path) -> None:
    house_test(house, "PRICE == 1")
    stale = PATCH.replace("PRICE = 1", "PRICE = 7")
    assert "no longer fits" in verdict(Mutant("price", "a price stays", TEST, stale), house)


def test_a_mutant_says_what_it_breaks_and_who_must_notice(tmp_path: Path) -> None:
    path = tmp_path / "price.patch"
    path.write_text(f"Breaks: a price stays\nKilled by: {TEST}\n{PATCH}", encoding="utf-8")
    mutant = read(path)
    assert (mutant.name, mutant.breaks, mutant.killed_by) == ("price", "a price stays", TEST)
    path.write_text(PATCH, encoding="utf-8")
    with pytest.raises(ValueError, match="does not say 'Breaks and Killed by'"):
        read(path)


def test_every_mutant_names_a_test_that_exists() -> None:
    named = [read(path).killed_by for path in sorted(HERE.glob("*.patch"))]
    gone = [name for name in named if not (HERE.parents[1] / name.partition("::")[0]).exists()]
    assert gone == []


def _stands(patch: str) -> bool:
    """Whether what each hunk expects stands in its file, with nothing between."""
    root, code = HERE.parents[1], ""
    for part in re.split(r"^(?=--- |@@ )", patch, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        if lines[0].startswith("--- "):
            code = (root / lines[0].removeprefix("--- a/")).read_text(encoding="utf-8")
        elif "\n".join(line[1:] for line in lines[1:] if line[:1] in {" ", "-", ""}) not in code:
            return False
    return True


def test_every_mutant_still_fits_the_code() -> None:
    assert [path.name for path in sorted(HERE.glob("*.patch")) if not _stands(read(path).patch)] == []
