"""Slips of the finger are mended where that is plain, and nothing else changes; spans lead to what was typed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.key_odds import CODES, KEYS, KeyOdds, learnt, mixed, run_hashes, stream
from nlu.proofreading import Proofreader
from nlu.slips import AS_HIT, Slips
from nlu.understanding import Context, Name
from nlu.written import Written

TAUGHT = [
    f"{dish} {number} {counter} {please}"
    for dish in ("아메리카노", "라떼", "김치찌개", "돈까스")
    for number, counter in (("한", "잔"), ("두", "개"), ("세", "그릇"), ("네", "잔"))
    for please in ("주세요", "부탁해요", "배달해 주세요", "포장해 주세요")
] + [
    f"{ask} {count} {dish} {please}"
    for ask in ("can i have", "i would like", "please bring")
    for count in ("one", "two", "three")
    for dish in ("lattes", "fried chickens", "kimchi stews")
    for please in ("please", "for delivery", "to take away")
]
WORDS = frozenset(word for text in TAUGHT for word in text.split())
SLIPS = Slips.of(learnt(stream(text)[0] for text in TAUGHT))
PROOF = Proofreader(slips=SLIPS, words=WORDS)
SHOP = Context(at_hand=(Name("item", "1", ("멘보샤", "prawn toast")), Name("item", "2", ("꿔바로우", "guobaorou"))))
ANYTHING = st.text(max_size=30) | st.text("ㄱㅏㅣ가까닭뀌 세두잔개주세요abcdeflt'0123,.?", max_size=30)


@pytest.mark.parametrize("price", ["사천오백원으로", "칠천오백원", "삼천육백원에", "만오천오백원"])
def test_a_price_in_words_stays_though_another_is_usual(price: str) -> None:
    usual = [
        f"{dish} {much}으로 바꿔줘" for dish in ("아메리카노", "라떼") for much in ("삼천오백원", "만삼천오백원")
    ] * 20
    slips = Slips.of(learnt(stream(text)[0] for text in (*TAUGHT, *usual)))
    proof = Proofreader(slips=slips, words=frozenset(word for text in usual for word in text.split()))
    assert proof.read(f"아메리카노 {price} 바꿔줘", Context()).text == f"아메리카노 {price} 바꿔줘"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("라떼 두 개 주세오", "라떼 두 개 주세요"),
        ("라떼 두 개 ㅈ세요", "라떼 두 개 주세요"),
        ("김치찌개 세 그릇 부탁해욪", "김치찌개 세 그릇 부탁해요"),
        ("아메ㄹ카노 네 잔 배달해 주세요", "아메리카노 네 잔 배달해 주세요"),
        ("라떼 새 그릇 주세요", "라떼 세 그릇 주세요"),
        ("라떼 새 그릇만 주세요", "라떼 세 그릇만 주세요"),
        ("can i hvae two lattes please", "can i have two lattes please"),
        ("i would like three fried chickns to tkae away", "i would like three fried chickens to take away"),
        ("pleasse bring one kimchi stews", "please bring one kimchi stews"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert PROOF.read(typed, Context()).text == meant


@pytest.mark.parametrize("typed", ["멘보샤 두 개 주세요", "꿔바로우 세 그릇", "prawn toast please", "two guobaorou"])
@pytest.mark.parametrize("context", [SHOP, Context(around=SHOP.at_hand)])
def test_live_names_are_no_slips(typed: str, context: Context) -> None:
    assert PROOF.read(typed, context).text == typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("꿔빠로우 세 그릇 주세요", "꿔바로우 세 그릇 주세요"),
        ("멘뵤샤 두 개 주세요", "멘보샤 두 개 주세요"),
        ("please bring two pranw toast", "please bring two prawn toast"),
        ("two guobaaorou please", "two guobaorou please"),
    ],
)
def test_live_names_are_mended_too(typed: str, meant: str) -> None:
    assert PROOF.read(typed, Context()).text != meant
    assert PROOF.read(typed, SHOP).text == meant


@pytest.mark.parametrize(
    "typed",
    [
        "라떼 두잔 주세요",
        "비트코인 시세",
        "what is the weather in lisbon",
        "초대코드 k7m2p9xa",
        "주소는 라덴로 12, 한빛아파트 103동 802호",
        "ㅋㅋㅋ",
        "12345",
        "",
    ],
)
def test_what_nobody_taught_stays(typed: str) -> None:
    assert PROOF.read(typed, Context()).text == typed


def test_answers_in_ones_own_words_stay() -> None:
    assert PROOF.read("라떼 두 개 주세오", Context(expect="text")).text == "라떼 두 개 주세오"
    assert PROOF.read("라떼 두 개 주세오", Context(expect="quantity")).text == "라떼 두 개 주세요"


def test_a_known_word_stays_where_another_is_likelier() -> None:
    typed = Written.of("라떼 두 개 주세오")
    assert SLIPS.mended(typed, WORDS.__contains__).text == "라떼 두 개 주세요"
    assert SLIPS.mended(typed, (WORDS | {"주세오"}).__contains__) == typed


@given(st.lists(st.sampled_from(sorted(WORDS)), max_size=8).map(" ".join))
def test_known_words_are_never_touched(typed: str) -> None:
    assert SLIPS.mended(Written.of(typed), WORDS.__contains__).text == typed


@given(ANYTHING)
def test_every_span_leads_into_what_was_typed(typed: str) -> None:
    found = PROOF.read(typed, SHOP)
    spans = [found.span(i, i + 1) for i in range(len(found.text))]
    assert all(0 <= start <= end <= len(typed) for start, end in spans)
    assert spans == sorted(spans)
    assert bool(found.text.strip()) == bool(Written.of(typed).text.strip())


@given(ANYTHING)
def test_who_has_learnt_nothing_mends_nothing(typed: str) -> None:
    assert AS_HIT.mended(Written.of(typed), WORDS.__contains__) == Written.of(typed)


@given(st.text("가나다ab ", max_size=12), st.data())
def test_words_in_the_place_of_others_keep_what_is_around(typed: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(typed)))
    end = data.draw(st.integers(start, len(typed)))
    words = data.draw(st.text("가나abc", max_size=5))
    found = Written.of(typed).with_words(start, end, words)
    assert found.text == typed[:start] + words + typed[end:]
    assert [found.span(i, i + 1) for i in range(start)] == [(i, i + 1) for i in range(start)]
    rest = start + len(words)
    assert [found.span(rest + i, rest + i + 1) for i in range(len(typed) - end)] == [
        (i, i + 1) for i in range(end, len(typed))
    ]
    inside = [found.span(i, i + 1) for i in range(start, rest)]
    assert all(start <= low <= high <= end for low, high in inside)


def test_the_chances_after_any_keys_make_up_one() -> None:
    assert SLIPS.odds is not None
    keys, _ = stream("라떼 두 개")
    rows = np.array([[*keys[:-2], code] for code in range(1, len(KEYS) + 1)], dtype=np.uint8)
    assert np.exp(SLIPS.odds.logs(rows, mixed(run_hashes(rows)))[:, -1]).sum() == pytest.approx(1, abs=0.1)


def test_odds_are_read_as_they_were_stored() -> None:
    assert SLIPS.odds is not None
    again = KeyOdds.restored(SLIPS.odds.stored())
    mender = Slips.restored(SLIPS.stored())
    for text in ("라떼 두 개 주세오", "can i hvae two lattes"):
        typed = Written.of(text)
        assert mender.mended(typed, WORDS.__contains__) == SLIPS.mended(typed, WORDS.__contains__)
    assert Slips.restored(AS_HIT.stored()).odds is None
    keys = np.array(stream("김치찌개 two please")[0], dtype=np.uint8)
    assert np.array_equal(again.logs(keys, mixed(run_hashes(keys))), SLIPS.odds.logs(keys, mixed(run_hashes(keys))))


def test_what_follows_often_is_likely_and_what_never_does_is_not() -> None:
    assert SLIPS.odds is not None
    keys = np.array(stream("주세요")[0], dtype=np.uint8)
    other = keys.copy()
    other[keys == CODES["ㅛ"]] = CODES["ㅑ"]
    usual, odd = (SLIPS.odds.logs(row, mixed(run_hashes(row))) for row in (keys, other))
    assert usual[keys == CODES["ㅛ"]] > -0.5
    assert odd[keys == CODES["ㅛ"]] < -3
