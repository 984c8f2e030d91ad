"""What a test may not do: wait on the wall clock, roll unseeded dice, or assert nothing."""

from __future__ import annotations

import ast

from architecture.checkers.source import Finding, Function, Source, called_name, full_name, last_word

LONGEST_PAUSE_S = 1.0
WORDS_OF_A_SENTENCE = 3

POLLERS = ("tests/support/", "tests/bench/")
"""Where the loops live that wait for another process."""

PROVES = ("assert", "check", "expect", "prove", "raises", "warns", "fail", "snap_compare")
"""Beginnings of calls that fail a test when something is not so; so does what waits ``until`` it is so."""


def wall_clock_sleeps(source: Source) -> list[Finding]:
    """Name ``time.sleep`` and an ``asyncio.sleep`` of a second or more: poll a condition, or move the clock.

    A support module that polls another process may pause for less than a second inside its ``while`` loop.
    """
    if not source.says("sleep"):
        return []
    names = source.imports
    polling = _calls_in_loops(source) if source.path.startswith(POLLERS) else set()
    findings = []
    for node in source.nodes:
        if not isinstance(node, ast.Call):
            continue
        name = full_name(node.func, names)
        long = bool(node.args) and _seconds(node.args[0]) >= LONGEST_PAUSE_S
        if name == "time.sleep" and (long or id(node) not in polling):
            findings.append(source.finding(node, "time.sleep: poll a condition"))
        if name == "asyncio.sleep" and long:
            findings.append(source.finding(node, "asyncio.sleep of a second or more: poll a condition"))
    return findings


def _calls_in_loops(source: Source) -> set[int]:
    loops = [node for node in source.nodes if isinstance(node, ast.While)]
    return {id(node) for loop in loops for node in ast.walk(loop) if isinstance(node, ast.Call)}


def _seconds(node: ast.expr) -> float:
    return float(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, int | float) else 0.0


def unseeded_random(source: Source) -> list[Finding]:
    """Name chance without a seed: the module's own generator, ``Random()`` with no argument, ``SystemRandom``."""
    if not source.says("random"):
        return []
    names = source.imports
    findings = []
    for node in source.nodes:
        if not isinstance(node, ast.Call):
            continue
        name = full_name(node.func, names)
        seeded = name == "random.Random" and (node.args or node.keywords)
        if name.startswith("random.") and not seeded:
            findings.append(source.finding(node, f"{name} without a seed: use the rng fixture or Random(seed)"))
    return findings


def every_test(source: Source) -> list[Function]:
    """Every test function of a file, methods of test classes included."""
    return [n for n in source.nodes if isinstance(n, Function) and n.name.startswith("test_")]


def _proves(test: Function) -> bool:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
        name = called_name(node).lstrip("_") if isinstance(node, ast.Call) else ""
        if name.startswith(PROVES) or "until" in name.split("_"):
            return True
    return False


def proofless_tests(source: Source) -> list[Finding]:
    """Name each test that cannot fail: no assertion, or only constants asserted."""
    return [source.finding(test, f"{test.name} asserts nothing") for test in every_test(source) if not _proves(test)]


def empty_assertions(source: Source) -> list[Finding]:
    """Name each assertion of something that is always so: ``assert True``, ``assert (x, "message")``, ``x == x``."""
    findings = []
    for node in source.nodes:
        if not isinstance(node, ast.Assert):
            continue
        claim = node.test
        constant = isinstance(claim, ast.Constant) and bool(claim.value)
        pair = isinstance(claim, ast.Tuple) and bool(claim.elts)
        itself = (
            isinstance(claim, ast.Compare)
            and isinstance(claim.ops[0], ast.Eq)
            and bool(last_word(claim.left))
            and not isinstance(claim.left, ast.Call)
            and ast.dump(claim.left) == ast.dump(claim.comparators[0])
        )
        if constant or pair or itself:
            findings.append(source.finding(node, "asserts what is always so"))
    return findings


def names_that_are_no_sentence(source: Source) -> list[Finding]:
    """Name each test whose name has fewer than three words after ``test``."""
    return [
        source.finding(test, f"{test.name} is no sentence: say what holds")
        for test in every_test(source)
        if len([word for word in test.name.split("_")[1:] if word]) < WORDS_OF_A_SENTENCE
    ]
