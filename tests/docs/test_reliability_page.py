"""What the page on reliability names exists."""

from __future__ import annotations

import ast

import pytest

from contract.order_fault_cells import ELSEWHERE
from docs import reliability

_NAMED = sorted({test for tests in reliability.CASES.values() for test in tests})


@pytest.mark.parametrize("test", _NAMED)
def test_a_test_that_proves_a_named_case_exists(test: str) -> None:
    path, _, name = test.partition("::")
    tree = ast.parse((reliability.CHECKOUT / path).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert name in {function.name for function in functions}


def test_every_place_where_a_fault_is_tried_elsewhere_exists() -> None:
    paths = [word for where in ELSEWHERE.values() for word in where.replace(",", " ").split()]
    named = [path for path in paths if path.startswith("tests/")]
    assert len(named) >= 10
    assert all((reliability.CHECKOUT / path).exists() for path in named)


def test_forty_mutants_and_more_break_orders_ledgers_journal_signatures_and_book() -> None:
    counts = {prefix: len([*reliability.MUTANTS.glob(f"{prefix}-*.patch")]) for prefix in reliability.GUARANTEES}
    assert all(counts.values()), counts
    assert sum(counts.values()) >= 40
