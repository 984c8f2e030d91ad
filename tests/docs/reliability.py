"""``docs/reliability.md``: what was tried on orders, and what came of it; made from the tests and their figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from chaos import reliability as kept
from chaos.await_points import LEFT_OUT, ROOMS, VENUE, found
from chaos.beginnings import BEGINNINGS
from chaos.scenarios import ENDINGS, SCENARIOS
from chaos.unreachable import UNREACHABLE
from contract.order_fault_cells import CELLS, ELSEWHERE, FAULTS, cell

CHECKOUT = Path(__file__).parents[2]
MUTANTS = CHECKOUT / "tests" / "mutants"

_TRUTH = "tests/worker/test_truth_over_exchange.py"
_SCALE = "tests/worker/test_order_scale.py"

CASES: Mapping[str, tuple[str, ...]] = {
    "answer dropped, MARKET filled": (
        f"{_TRUTH}::test_a_market_order_whose_answer_is_dropped_and_of_which_nothing_is_told_is_found_filled_once",
        "tests/chaos/test_kill.py::test_killed_between_the_send_and_the_answer_a_filled_order_is_found_filled_and_its_fills_count_once",
    ),
    "filled at once, never among open orders": (
        f"{_TRUTH}::test_a_market_order_whose_answer_is_dropped_and_of_which_nothing_is_told_is_found_filled_once",
    ),
    "1,000 orders at a venue's limits": (
        f"{_SCALE}::test_a_thousand_orders_at_the_limits_are_a_thousand_orders_and_none_is_over_them",
    ),
    "fill after cancel": ("tests/engine/test_orders.py::test_a_fill_after_the_cancel_counts_and_the_state_stays",),
    "partial fill, then reset": (
        f"{_TRUTH}::test_an_order_filled_in_part_whose_answer_is_reset_and_that_is_canceled_counts_each_fill_once",
    ),
    "fee in a third asset": (
        "tests/engine/test_ledger.py::test_a_fee_in_a_third_asset_is_counted_in_that_asset_and_in_no_number_of_the_position",
    ),
    "dust": (
        f"{_TRUTH}::test_dust_that_fees_leave_is_a_position_that_no_order_can_close_and_is_said_to_be_so",
        "tests/engine/test_ledger.py::test_dust_that_is_left_after_fees_in_base_stays_a_position_with_its_cost",
    ),
    "amend racing a fill": (
        "tests/engine/test_amending.py::test_a_fill_that_overtakes_the_change_counts_once_and_decides_it",
        "tests/engine/test_replacing.py::test_what_was_filled_between_is_taken_off_the_new_order",
    ),
    "two accounts on one venue": (
        f"{_TRUTH}::test_two_accounts_on_one_venue_with_the_same_order_and_trade_ids_are_kept_apart",
    ),
    "two desks on one worker": (
        f"{_TRUTH}::test_two_desks_on_one_worker_see_one_order_of_one_ticket_and_each_others_cancels",
    ),
    "full disk": (
        "tests/worker/test_keeper.py::test_a_full_disk_refuses_who_waits_and_keeps_the_rest_until_it_has_room",
        "tests/worker/test_panic_trouble.py::test_a_full_disk_holds_up_no_cancel_and_no_close_and_is_written_later",
    ),
    "locked file": (
        "tests/storage/test_failures.py::test_a_locked_file_fails_after_its_wait_and_works_once_it_is_free",
        "tests/worker/test_panic_trouble.py::test_a_locked_archive_holds_up_no_cancel",
    ),
    "clock an hour off": (f"{_SCALE}::test_under_a_clock_an_hour_off_orders_are_taken_and_look_ups_find_them",),
}
"""What goes wrong, and the tests that prove what comes of it."""

GUARANTEES: Mapping[str, str] = {
    "order": "orders: the reducer, changes, lists",
    "stuck": "look-ups and decisions by hand",
    "kill": "what a worker leaves behind, and what the next one makes of it",
    "journal": "the journal: committed before a byte leaves, replayed whole",
    "ledger": "fills, positions, both ledgers",
    "risk": "limits, trading state, loss lock",
    "panic": "panic",
    "auth": "signatures",
    "book": "the book",
}
"""Prefix of mutants' names, and what they break."""

_HEAD = """# Reliability

Made by `make docs` from the tests and the figures of their newest long run; a test fails when it is stale. What is
promised: no order is lost, none is sent twice, none is shown as something it is not.

"""


def page() -> str:
    """The whole page."""
    return _HEAD + "\n".join(line for part in (kills(), points(), matrix(), cases(), mutants()) for line in part) + "\n"


def kills() -> Iterator[str]:
    """The kill test, and its newest figures."""
    yield "## Kills"
    yield ""
    yield (
        "A worker is killed by SIGKILL at an await, before it, while it waits or after it, the exchange living on; the "
        "next one starts on the same archive. Then the exchange's orders, fills and balances, asked by hand, are held "
        "against the archive and against what the worker shows: every ticket is at most one order ever, nothing is "
        "missing, nothing is there twice, and a second start writes nothing. Every run of the tests has 48 kills, each "
        "at another await, on two archives; `make soak` has 1,000 on twenty (`tests/chaos/test_kill_points.py`)."
    )
    yield ""
    if not kept.FILE.exists():
        yield "No long run has been kept yet: `make soak` writes its figures to `docs/reliability.json`."
        yield ""
    else:
        run = kept.kept()
        there, died = sum(run.found.values()), sum(len(lines) for lines in run.killed.values())
        yield f"| the newest long run, {run.day} | |"
        yield "|---|---:|"
        yield f"| kills{f', in {run.parts} parts' if run.parts > 1 else ''} | {run.kills:,} |"
        yield f"| armed, and not reached that time | {run.missed:,} |"
        yield f"| lost, doubled or misreported | {run.wrongs:,} |"
        yield f"| second starts that wrote something | {run.rewritten:,} |"
        yield f"| awaits found in the code | {there:,} |"
        yield f"| listed below as unreachable | {run.listed:,} |"
        rest = there - run.listed
        yield f"| awaits died at | {died:,} ({100 * died // there} % of all, {100 * died // rest} % of the rest) |"
        yield from (f"| kills {moment} an await | {count:,} |" for moment, count in run.moments.items())
        yield ""
    yield "| what the worker was doing | |"
    yield "|---|---|"
    yield from (f"| `{name}` | {_first(made.__doc__)} |" for name, made in {**SCENARIOS, **ENDINGS}.items())
    for name, one in BEGINNINGS.items():
        yield f"| `{name}` | {_first(one.before.__doc__)} {_first(one.after.__doc__)} |"
    yield ""


def points() -> Iterator[str]:
    """Where it may die."""
    everything = found()
    died = kept.kept().killed if kept.FILE.exists() else {}
    yield "### Awaits"
    yield ""
    rooms = ", ".join(f"`{room}`" for room in ROOMS)
    yield f"Found by reading the code of {rooms} and {len(VENUE)} modules of the venue."
    yield ""
    yield "| module | awaits | died at | the lines, as they were then |"
    yield "|---|---:|---:|---|"
    for path in dict.fromkeys(point.path for point in everything):
        count, lines = sum(point.path == path for point in everything), died.get(path, [])
        yield f"| `{path}` | {count} | {len(lines) or '–'} | {', '.join(str(line) for line in lines)} |"
    yield ""
    yield "Not reached by any scenario:"
    yield ""
    yield from (f"- `{name}`: {why}" for name, why in UNREACHABLE.items())
    yield ""
    yield "Not looked at, because no order passes there:"
    yield ""
    yield from (f"- `{path}`: {why}" for path, why in LEFT_OUT.items())
    yield ""


def matrix() -> Iterator[str]:
    """Faults × operations."""
    yield "## Faults"
    yield ""
    yield (
        "What becomes of an operation when the fault strikes its own request, at the worker, over real sockets: the "
        "orders' states at the end, oldest first; requests that reached the venue → orders it ever had. Written before "
        "it was run (`tests/contract/order_fault_cells.py`), and held against the run by "
        "`tests/contract/test_order_faults.py`, evidence included."
    )
    yield ""
    yield f"| fault | {' | '.join(CELLS)} |"
    yield f"|---|{'---|' * len(CELLS)}"
    for fault in FAULTS:
        told = [cell(fault, operation) for operation in CELLS]
        row = [f"{', '.join(one.states)} · {one.requests} → {one.at_venue}" for one in told]
        yield f"| {fault} | {' | '.join(row)} |"
    yield ""
    yield "Faults that strike no single request of an order, and where they are tried:"
    yield ""
    yield from (f"- {fault}: {where}" for fault, where in ELSEWHERE.items())
    yield ""


def cases() -> Iterator[str]:
    """Cases with a name."""
    yield "## Cases"
    yield ""
    yield "| case | proved by |"
    yield "|---|---|"
    for case, tests in CASES.items():
        yield f"| {case} | {'<br>'.join(f'`{test}`' for test in tests)} |"
    yield ""


def mutants() -> Iterator[str]:
    """Code broken on purpose."""
    yield "## Mutants"
    yield ""
    yield "Each breaks one guarantee in a copy of the code, and a named test must notice (`make mutants`)."
    yield ""
    for prefix, what in GUARANTEES.items():
        broken = sorted(MUTANTS.glob(f"{prefix}-*.patch"))
        yield f"### {what[0].upper()}{what[1:]} ({len(broken)})"
        yield ""
        yield from (f"- `{file.stem}`: {_breaks(file)}" for file in broken)
        yield ""


def _breaks(file: Path) -> str:
    told = re.search(r"^Breaks: (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return told.group(1) if told else ""


def _first(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
