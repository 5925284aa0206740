"""Texts that were typed without spaces get them where they belong; spans still point into what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.everyday_words import EverydayWords
from nlu.named_words import NamedWords
from nlu.spacing import AS_TYPED, Spacing
from nlu.spacing_training import fit_spacing
from nlu.written import Written

KOREAN = [
    f"{what} {number} {unit} {please}"
    for what in ("커피", "라떼", "빵")
    for number, unit in (("두", "잔"), ("세", "개"), ("한", "잔"))
    for please in ("주세요", "부탁해요", "더 주세요")
]
ENGLISH = [
    "i would like to order two coffees please",
    "can i get a latte to go",
    "two lattes",
    "when do you open",
    "checkout",
]
LEARNT = fit_spacing([*KOREAN, *ENGLISH])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("라떼세개부탁해요", "라떼 세 개 부탁해요"),
        ("빵두개더주세요", "빵 두 개 더 주세요"),
        ("iwouldliketogetalatte", "i would like to get a latte"),
        ("2coffeesplease", "2 coffees please"),
        ("checkout", "checkout"),
        ("k7m2p9xa", "k7m2p9xa"),
        ("라떼 세개", "라떼 세개"),
        ("", ""),
    ],
)
def test_missing_spaces_are_found(typed: str, read: str) -> None:
    assert LEARNT.respaced(Written.of(typed)).text == read


def test_live_names_are_words_too() -> None:
    assert LEARNT.respaced(Written.of("canigetblackbeannoodles")).text != "can i get black bean noodles"
    assert LEARNT.respaced(Written.of("canigetabibimbap"), [NamedWords.of(["bibimbap"])]).text == "can i get a bibimbap"
    names = [NamedWords.of(["black bean noodle", "굴보쌈", "물 막국수"])]
    assert LEARNT.respaced(Written.of("canigetblackbeannoodles"), names).text == "can i get black bean noodles"
    assert LEARNT.respaced(Written.of("굴보쌈두개주세요"), names).text == "굴보쌈 두 개 주세요"
    assert LEARNT.respaced(Written.of("물막국수두개주세요"), names).text == "물 막국수 두 개 주세요"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2lattes,1coffees", "2 lattes, 1 coffees"),
        ("lattes-2/coffees-1", "lattes - 2 / coffees - 1"),
        ("라떼coffees두개주세요", "라떼 coffees 두 개 주세요"),
        ("라떼2coffeesplease", "라떼 2 coffees please"),
    ],
)
def test_signs_numbers_and_english_between_korean_stand_apart(typed: str, read: str) -> None:
    assert LEARNT.respaced(Written.of(typed)).text == read


def test_words_that_stand_side_by_side_decide_where_one_ends() -> None:
    apart = fit_spacing(["meat pie", "meat stew", "meat", "please wake me", "wake me up", "me too", "six or so", "at"])
    assert apart.respaced(Written.of("wakemeatsix")).text == "wake meat six"
    known = fit_spacing(["meat pie", "meat stew", "meat", "wake me at noon", "wake me up", "me at six", "at six"])
    assert known.respaced(Written.of("wakemeatsix")).text == "wake me at six"


def test_how_a_text_begins_decides_too() -> None:
    texts = [f"im {how} {what}" for how in ("proper", "very") for what in ("hungry", "tired", "sad")]
    learnt = fit_spacing([*texts, "they say improper words", "so improper", "what improper things", "most improper"])
    assert learnt.respaced(Written.of("impropersad")).text == "im proper sad"
    assert learnt.respaced(Written.of("1impropersad")).text == "1 improper sad"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("wedidntopen", "we didnt open"),
        ("isthechef'slatte", "is the chef's latte"),
        ("whendoyouopen??twolattes", "when do you open?? two lattes"),
        ("2ndlatte", "2nd latte"),
        ("50%latte", "50% latte"),
    ],
)
def test_what_is_typed_carelessly_is_parted_too(typed: str, read: str) -> None:
    texts = [*ENGLISH, "we didn't open", "is it open", "is the chef in", "the second latte", "the third one"]
    assert fit_spacing(texts, everyday=True).respaced(Written.of(typed)).text == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("pleasejoink7m2p9xanow", "please join k7m2p9xa now"),
        ("canigetto6olive-ro3-gil", "can i get to 6 olive-ro 3-gil"),
        ("icedlattew/jalapeñoatflat3b", "iced latte w/ jalapeño at flat 3b"),
        ("twoteas-onetogo+twolattesx2", "two teas - one to go + two lattes x2"),
        ("tenat5pmorder500mlandtwenty-twolattes", "ten at 5pm order 500ml and twenty-two lattes"),
    ],
)
def test_codes_addresses_and_accents_stay_whole(typed: str, read: str) -> None:
    texts = [*ENGLISH, "please join now", "jalapeno", "at my flat", "iced latte w/ olive", "two teas x 2", "ten", "and"]
    assert fit_spacing(texts, everyday=True).respaced(Written.of(typed)).text == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [("ohno", "oh no"), ("at5", "at 5"), ("noat", "noat"), ("1p.m.please", "1p.m. please"), ("xqzv", "xqzv")],
)
def test_a_few_letters_are_parted_between_words_that_often_stand_together(typed: str, read: str) -> None:
    assert (
        fit_spacing([*ENGLISH, "oh no thanks", "oh no", "oh yes", "at 6", "at 7"], everyday=True)
        .respaced(Written.of(typed))
        .text
        == read
    )


def test_the_words_of_a_live_name_stay_together() -> None:
    learnt = fit_spacing([*ENGLISH, "bean sprouts", "some bean sprouts", "soups"], everyday=True)
    names = [NamedWords.of(["bean sprout soup"])]
    assert learnt.respaced(Written.of("twobeansproutsoups"), names).text == "two bean sprout soups"


def test_everyday_english_is_known_beside_the_texts() -> None:
    known = fit_spacing(ENGLISH, everyday=True)
    assert LEARNT.respaced(Written.of("wherecaniwashmyhands")).text != "where can i wash my hands"
    assert known.respaced(Written.of("wherecaniwashmyhands")).text == "where can i wash my hands"


def test_it_reads_as_before_when_stored() -> None:
    again = Spacing.restored(LEARNT.stored())
    assert (again.words.pairs, again.words.turns) == (LEARNT.words.pairs, LEARNT.words.turns)
    for typed in ("라떼세개부탁해요", "iwouldliketogetalatte", "2lattes,1coffees"):
        assert again.respaced(Written.of(typed)) == LEARNT.respaced(Written.of(typed))


def test_who_never_types_a_space_teaches_none() -> None:
    assert (
        fit_spacing(["커피주세요", "라떼주세요", "빵주세요", "물", "커피 줘", "네", "아니요", "안녕"]).weights.size == 0
    )


def test_nothing_learnt_changes_nothing() -> None:
    assert AS_TYPED.respaced(Written.of("라떼세개주세요")).text == "라떼세개주세요"


WORDS = EverydayWords.of({"latte": 9.5, "a": 2.5, "lattes": 11.0, "at": 4.0})


@given(st.text("alte's", max_size=12))
def test_every_everyday_word_in_a_run_is_found_where_it_stands(run: str) -> None:
    found = WORDS.within(run, 6)
    spans = [(start, end) for start in range(len(run)) for end in range(start + 1, len(run) + 1) if end - start <= 6]
    assert found == {(start, end): cost for start, end in spans if (cost := WORDS.cost(run[start:end])) is not None}


@given(st.text(max_size=40) | st.sampled_from([one.replace(" ", "") for one in (*KOREAN, *ENGLISH)]))
def test_only_spaces_are_added_and_every_span_leads_to_what_was_typed(typed: str) -> None:
    plain = Written.of(typed)
    found = LEARNT.respaced(plain)
    assert found.text.replace(" ", "") == plain.text.replace(" ", "")
    letters = [i for i, char in enumerate(found.text) if char != " "]
    assert [found.span(i, i + 1) for i in letters] == [
        plain.span(i, i + 1) for i, char in enumerate(plain.text) if char != " "
    ]
