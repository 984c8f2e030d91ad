from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from support.pane_facts import NANOS
from tui.widgets.ladder.cursor import Centring, Viewport, moved
from tui.widgets.ladder.rows import Grid

QUIET = 2 * NANOS
BUSY = NANOS // 2


def viewport(height: int = 20, bid: int = 100, policy: Centring = Centring.EDGE) -> Viewport:
    view = Viewport(policy)
    view.resize(height)
    view.follow(bid, bid + 1, QUIET)
    return view


def test_the_window_holds_still_while_the_touch_is_inside() -> None:
    view = viewport()
    top = view.top
    assert [view.follow(bid, bid + 1, QUIET) for bid in (101, 104, 106, 95, 94)] == [0, 0, 0, 0, 0]
    assert view.top == top


def test_the_window_jumps_once_when_the_touch_comes_near_the_edge() -> None:
    view = viewport()
    jumped = view.follow(108, 109, QUIET)
    assert jumped == 8
    assert view.follow(108, 109, QUIET) == 0


def test_no_jump_within_a_second_of_a_key_unless_the_touch_leaves() -> None:
    view = viewport()
    assert view.follow(108, 109, BUSY) == 0
    assert view.follow(109, 110, BUSY) == 0
    assert view.follow(110, 111, BUSY) == 10


def test_a_window_scrolled_away_by_hand_stays_until_the_market_comes_back() -> None:
    view = viewport()
    assert view.show(130)
    view.scroll_by_hand(100, 101)
    assert view.follow(100, 101, QUIET) == 0
    assert view.market_rows_away(100, 101) == -10
    assert view.follow(115, 116, QUIET) == 0
    assert view.follow(129, 130, QUIET) != 0


def test_a_manual_window_never_moves_and_tells_where_the_market_is() -> None:
    view = viewport(policy=Centring.MANUAL)
    assert view.follow(124, 125, QUIET) == 0
    assert view.market_rows_away(124, 125) == 14


def test_a_following_window_is_always_centred() -> None:
    view = viewport(policy=Centring.FOLLOW)
    assert view.follow(101, 102, BUSY) == 1


def test_a_spread_wider_than_the_window_does_not_make_it_jump_for_ever() -> None:
    view = viewport()
    view.follow(50, 150, QUIET)
    top = view.top
    for _ in range(3):
        view.follow(50, 150, QUIET)
    assert view.top == top


@given(st.integers(1, 10**7), st.integers(-30, 30), st.sampled_from([1, 2, 5, 10, 100]))
def test_the_cursor_moves_by_labels_and_never_past_the_next(ticks: int, rows: int, group: int) -> None:
    grid = Grid(Decimal("0.01"), group)
    price = grid.tick * ticks
    after = moved(price, rows, grid)
    if rows == 0:
        assert after == price
        return
    assert grid.on_label(after)
    assert after > 0
    if after > grid.label(1):
        distance = (after - price) * (1 if rows > 0 else -1)
        assert grid.step * (abs(rows) - 1) < distance <= grid.step * abs(rows)
