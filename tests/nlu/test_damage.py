"""Damaged texts: the same each time, and no more damaged than they are meant to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from nlu.damage import DAMAGES, Damage, damaged
from nlu.keystrokes import PAIRS, keys_of, typed

SLIPS: tuple[Damage, ...] = ("no_spaces", "one_typo", "two_typos")
SENTENCES = st.text("가나닭값없뷁의과요 한마리abc latte12,?", max_size=25)
SAID = [
    "후라이드 한 마리 주세요",
    "닭갈비 없어요? 괜찮아요",
    "could you bring two iced lattes please",
    "I want to pay with my card",
]


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3) | st.sampled_from(" abc1?"), max_size=20))
def test_what_is_typed_key_by_key_comes_out_as_it_was(text: str) -> None:
    assert typed(keys_of(text)) == text


def test_keys_compose_as_an_input_method_does() -> None:
    assert typed("ㄷㅏㄹㄱㅇㅣ") == "닭이"
    assert typed("ㄷㅏㄹㄱㅣ") == "달기"
    assert typed("ㅇㅓㅂㅅㅓ") == "업서"
    assert typed("ㄱㅗㅏㅇ") == "광"
    assert typed("ㄱㄱㅏ ㅏ") == "ㄱ가 ㅏ"
    assert typed("ㅇㅓㅃㅏ") == "어빠"


@given(SENTENCES, st.sampled_from(DAMAGES), st.integers(0, 5))
def test_the_same_text_is_damaged_the_same_each_time(text: str, damage: Damage, seed: int) -> None:
    assert damaged(text, damage, seed) == damaged(text, damage, seed)


@given(SENTENCES, st.integers(0, 200))
def test_numbers_survive_every_slip(text: str, seed: int) -> None:
    digits = [char for char in text if char.isdigit()]
    for damage in SLIPS:
        assert [char for char in damaged(text, damage, seed) if char.isdigit()] == digits


@pytest.mark.parametrize("text", SAID)
@pytest.mark.parametrize("seed", range(40))
def test_one_typo_is_one_slip_of_the_finger(text: str, seed: int) -> None:
    before, after = keys_of(text), keys_of(damaged(text, "one_typo", seed))
    assert before != after
    # A final consonant written as it sounds (없 as 업) is one slip of two keys.
    assert OSA.distance(before, after) <= 2
    assert abs(len(before) - len(after)) <= 1


@pytest.mark.parametrize("text", SAID)
def test_slips_are_of_many_kinds(text: str) -> None:
    assert len({damaged(text, "one_typo", seed) for seed in range(60)}) > 30


def test_no_spaces_takes_spaces_and_nothing_else() -> None:
    assert damaged("아아 두 잔,  라떼", "no_spaces") == "아아두잔,라떼"


def test_slang_is_what_friends_write() -> None:
    assert {damaged("네 고마워요", "slang", seed)[0] for seed in range(20)} & set("넹넵넴")
    assert any("u" in damaged("can you please bring it", "slang", seed).split() for seed in range(9))
    assert all(damaged(text, "slang") != text for text in SAID)


def test_two_letter_keys_are_two_letters() -> None:
    assert all(len(pair) == 2 for pair in PAIRS.values())
