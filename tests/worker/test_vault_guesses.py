"""Wrong secrets wait, in memory only; a recovery key that was shown waits to be typed back, and not for ever."""

from __future__ import annotations

import pytest

from connectors.errors import RecoveryKeyMistyped, SlotRefused, Throttled
from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy
from connectors.ports.vault import Given
from connectors.worker.keys.guesses import Guesses
from connectors.worker.keys.paper import Papers, Renewal
from support.clock import FakeClock
from support.vaults import secret

WRITTEN = "TDR1-M2GT-58X4-MPKA-FA59-NANT-SBDE-NYRB-3CNK-95PN"


def test_three_wrong_secrets_are_free_and_then_each_waits_twice_as_long_up_to_half_a_minute() -> None:
    clock = FakeClock()
    guesses = Guesses(clock)
    assert [guesses.wrong(), guesses.wrong()] == [False, False]
    guesses.require_patience()
    waits = []
    for _ in range(8):
        assert guesses.wrong()
        waits.append(guesses.wait_ms() // 1_000)
        clock.advance(waits[-1])
        guesses.require_patience()
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_secret_that_comes_too_soon_is_told_the_seconds_and_a_right_one_ends_the_count() -> None:
    clock = FakeClock()
    guesses = Guesses(clock)
    for _ in range(5):
        guesses.wrong()
    clock.advance(1.5)
    with pytest.raises(Throttled, match=r"5 wrong secrets.* in 3 s\.") as caught:
        guesses.require_patience()
    assert caught.value.retry_after_s == 3
    guesses.right()
    guesses.require_patience()
    assert not guesses.wrong()


def shown(
    papers: Papers, link: object = "desk", renewal: Renewal | None = None
) -> tuple[SecretBytes, Given, list[int]]:
    written, authority = secret(WRITTEN), Given(OpenedBy.PASSPHRASE, secret("a passphrase that opens"))
    text, groups = papers.show(link, written, authority, renewal)
    assert text.decode() == WRITTEN
    return written, authority, list(groups)


def group(number: int, text: str = WRITTEN) -> bytearray:
    return bytearray(text.split("-")[number], "ascii")


def test_the_two_groups_that_were_asked_for_are_taken_however_they_are_spelled() -> None:
    papers = Papers(FakeClock())
    written, _, (first, second) = shown(papers)
    assert 1 <= first < second <= 9
    spelled = bytearray(group(first).lower().replace(b"0", b"o").replace(b"1", b"l") + b" ")
    waiting = papers.typed_back("desk", (spelled, group(second)))
    assert waiting.written is written
    assert papers.typed_back("desk", (group(first), group(second))) is waiting, "it waits until it is used"


def test_other_groups_are_refused_by_number_and_may_be_typed_again() -> None:
    papers = Papers(FakeClock())
    _, _, (first, second) = shown(papers)
    with pytest.raises(RecoveryKeyMistyped, match=f"groups {first} and {second}"):
        papers.typed_back("desk", (group(second), group(first)))
    with pytest.raises(RecoveryKeyMistyped):
        papers.typed_back("desk", (group(first), bytearray()))
    papers.typed_back("desk", (group(first), group(second)))


def test_every_pair_of_groups_comes_to_be_asked() -> None:
    papers = Papers(FakeClock())
    asked = {tuple(shown(papers)[2]) for _ in range(600)}
    assert len(asked) == 36


def test_a_key_waits_for_its_own_link_only_and_ten_minutes_only_and_is_then_overwritten() -> None:
    clock = FakeClock()
    papers = Papers(clock)
    others = [secret("another passphrase")]
    written, authority, (first, second) = shown(papers, renewal=Renewal(others, ()))
    with pytest.raises(SlotRefused, match="ten minutes"):
        papers.typed_back("another desk", (group(first), group(second)))
    clock.advance(599)
    papers.typed_back("desk", (group(first), group(second)))
    clock.advance(1)
    with pytest.raises(SlotRefused):
        papers.typed_back("desk", (group(first), group(second)))
    assert not any((written, authority.secret, *others)), "a secret outlived its use"


def test_a_new_key_takes_the_place_of_the_one_before() -> None:
    papers = Papers(FakeClock())
    before, _, _ = shown(papers)
    after, _, (first, second) = shown(papers)
    assert not before
    assert papers.typed_back("desk", (group(first), group(second))).written is after
    papers.forget_all()
    assert not after
