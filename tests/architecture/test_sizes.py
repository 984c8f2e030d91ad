"""Files end at 300 lines, functions at 50, classes at 20 public methods."""

from __future__ import annotations

import pytest

from architecture.checkers.sizes import FILE_LINES_HARD, long_file, long_functions, wide_classes
from architecture.checkers.source import PACKAGES, Source, report, sources

LONGER_FILES: dict[str, str] = {
    "connectors/worker/api/__init__.py": "what may be asked and answered, by name: one list, a line a name",
}
"""Files that may pass 300 lines, never 500, each with the reason why it is one thing and not two."""

EVERYTHING = [*PACKAGES, "tests"]


def test_no_file_is_longer_than_the_house_allows() -> None:
    findings = [
        finding
        for source in sources(*EVERYTHING)
        for finding in (long_file(source, FILE_LINES_HARD) if source.path in LONGER_FILES else long_file(source))
    ]
    assert not findings, report(findings)


def test_a_file_excused_for_its_length_still_needs_the_excuse() -> None:
    needed = {source.path for source in sources(*EVERYTHING) if long_file(source)}
    assert set(LONGER_FILES) <= needed, f"no longer long: {sorted(set(LONGER_FILES) - needed)}"


def test_no_function_is_longer_than_fifty_lines() -> None:
    findings = [finding for source in sources(*EVERYTHING) for finding in long_functions(source)]
    assert not findings, report(findings)


def test_no_class_has_more_than_twenty_public_methods() -> None:
    findings = [finding for source in sources(*PACKAGES) for finding in wide_classes(source)]
    assert not findings, report(findings)


@pytest.mark.parametrize(("lines", "found"), [(300, 0), (301, 1)], ids=["at the limit", "one over"])
def test_a_file_over_the_limit_is_named(lines: int, found: int) -> None:
    assert len(long_file(Source("x.py", "a = 1\n" * lines))) == found


@pytest.mark.parametrize(("body", "found"), [(49, 0), (50, 1)], ids=["at the limit", "one over"])
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_function_over_the_limit_is_named_even_inside_a_class(kind: str, body: int, found: int) -> None:
    text = f"class A:\n    {kind} f(self):\n" + "        a = 1\n" * body
    assert len(long_functions(Source("x.py", text))) == found


@pytest.mark.parametrize(("methods", "found"), [(20, 0), (21, 1)], ids=["at the limit", "one over"])
def test_a_class_with_too_many_public_methods_is_named(methods: int, found: int) -> None:
    public = "".join(f"    def m{number}(self): ...\n" for number in range(methods))
    text = f"class A:\n    def _own(self): ...\n{public}"
    assert len(wide_classes(Source("x.py", text))) == found
