"""Entities by tokens: tags and spans say the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlu.tagging import features_of, spans_of, tags_of, tokens_of
from nlu.tagging_training import fit_tagger


@given(st.text(max_size=30), st.data())
def test_spans_of_whole_tokens_survive_their_tags(text: str, data: st.DataObject) -> None:
    tokens = tokens_of(text)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(tokens)), max_size=6)))
    spans = [
        (name, tokens[first].start, tokens[last - 1].end)
        for name, first, last in zip("abcabc", cuts[::2], cuts[1::2], strict=False)
    ]
    assert spans_of(tokens, tags_of(tokens, spans)) == spans
    assert len(features_of(tokens)) == len(tokens)


def test_a_field_finds_words_it_never_saw_by_what_is_around_them() -> None:
    dishes = ["kimbap", "ramen", "tteokbokki", "latte", "mandu"]
    texts = [(f"can i get a {dish} please", [("item", 12, 12 + len(dish))]) for dish in dishes]
    korean = [(f"{dish} 하나 주세요", [("item", 0, len(dish))]) for dish in ("김밥", "라면", "떡볶이", "만두", "라떼")]
    tagger = fit_tagger([*texts, *korean, ("hello there", []), ("안녕하세요", [])])
    assert tagger is not None
    assert tagger.spans("can i get a sundae please") == [("item", 12, 18)]
    assert tagger.spans("순대 하나 주세요") == [("item", 0, 2)]


def test_texts_without_entities_teach_no_field() -> None:
    assert fit_tagger([("hello", [])]) is None
