"""What is learnt: kept as it was, sure where it is sure, and told apart from what it never saw."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.calibrating import gate, temperature, threshold
from nlu.embedding import Encoder
from nlu.linear import OUTSIDE, Floats
from nlu.meaning import fit_meaning, teachers
from nlu.model import Gate, Model, chances
from nlu.semantic import SemanticModel
from nlu.training import Sample, train

SAID = {
    "coffee": ("커피 주세요", "커피 한 잔 줘", "커피 마실래요", "커피 부탁해요", "a coffee please", "get me a coffee"),
    "hours": (
        "몇 시에 열어요",
        "언제 문 열어요",
        "몇 시까지 해요",
        "언제 닫아요",
        "when do you open",
        "when do you close",
    ),
    "thanks": ("고마워요", "감사합니다", "정말 고마워", "감사해요", "thank you so much", "thanks a lot"),
    OUTSIDE: ("오늘 날씨 어때", "비가 올까", "축구 이겼어?", "주식 올랐나", "who won the match", "is it raining"),
}


def samples() -> list[Sample]:
    said = [
        (label, text) for texts in zip(*SAID.values(), strict=True) for label, text in zip(SAID, texts, strict=True)
    ]
    return [Sample(text, not text.isascii(), label, source, text) for source, (label, text) in enumerate(said)]


@pytest.fixture(scope="module")
def model() -> Model:
    tagged = [("a coffee please", [("item", 2, 8)]), ("get me a coffee", [("item", 9, 15)]), ("thanks a lot", [])]
    return train(samples(), frozenset({"please"}), tagged)


def read(model: Model, text: str) -> tuple[str, bool]:
    judged = model.judge(text, text, not text.isascii())
    return model.labels[int(judged.chances.argmax())], judged.in_scope


def test_it_knows_what_it_was_taught(model: Model) -> None:
    assert [read(model, one.text)[0] for one in samples()] == [one.label for one in samples()]


def test_a_stored_model_judges_as_before(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path / "kept.npz")
    again = Model.load(tmp_path / "kept.npz")
    for text in ("커피 두 잔", "coffee or tea", "몇시에여나요", "", "ㅋㅋ"):
        before, after = model.judge(text, text, not text.isascii()), again.judge(text, text, not text.isascii())
        assert np.allclose(before.chances, after.chances, atol=1e-2)
        assert before.in_scope == after.in_scope
    words = model.spacing.words.costs
    assert (again.words, again.spacing.words.costs, again.gate) == (model.words, words, model.gate)
    assert again.tagger is not None
    assert again.tagger.spans("a coffee please") == [("item", 2, 8)]


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.npz").write_bytes(b"nothing")
    with pytest.raises((ValueError, OSError, KeyError)):
        Model.load(tmp_path / "bad.npz")


@pytest.mark.parametrize("text", ["커피 한 잔 줘", "몇 시까지 해요", "정말 고마워"])
def test_spaces_that_are_missing_change_no_korean_margin(model: Model, text: str) -> None:
    apart, together = model.linear.margins(text, True), model.linear.margins(text.replace(" ", ""), True)
    assert np.allclose(apart, together)


def test_only_what_is_allowed_comes_out(model: Model) -> None:
    allowed = np.array([label != "coffee" for label in model.labels])
    judged = model.judge("커피 주세요", "커피 주세요", True, allowed)
    assert judged.chances[model.labels.index("coffee")] == 0
    assert judged.chances.sum() == pytest.approx(1, abs=1e-5)


def test_what_is_taught_as_outside_is_out_of_scope(model: Model) -> None:
    assert [read(model, text)[1] for text in SAID[OUTSIDE]] == [False] * len(SAID[OUTSIDE])


def test_while_the_encoder_is_being_loaded_the_n_grams_answer_alone(model: Model) -> None:
    busy = Encoder()
    busy._beside = True
    judged = model.judge("커피 줘", "커피 줘", True, encoder=busy)
    assert model.labels[int(judged.chances.argmax())] == "coffee"
    assert busy.vector_if_ready("커피") is None


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=6), st.floats(0.05, 2))
def test_chances_keep_the_order_of_the_margins_and_add_up(margins: list[float], heat: float) -> None:
    array = np.array(margins, dtype=np.float32)
    found = chances(array, np.ones(len(array), dtype=bool), heat)
    assert found.sum() == pytest.approx(1, abs=1e-4)
    assert found[int(array.argmax())] == found.max()


def test_the_threshold_gives_up_three_in_a_hundred_of_what_was_right() -> None:
    best = np.arange(1000, dtype=np.float32) / 1000
    margins = np.stack([best, best - np.float32(5)], axis=1).astype(np.float32)
    assert (best < threshold(margins, 0.0, np.zeros(1000, dtype=np.int64), None)).mean() == pytest.approx(
        0.03, abs=0.002
    )


def test_where_what_lies_outside_was_learnt_the_threshold_gives_up_one_in_a_hundred() -> None:
    best = np.arange(1000, dtype=np.float32) / 1000
    margins = np.stack([best, best - np.float32(5)], axis=1).astype(np.float32)
    assert (best < threshold(margins, 0.0, np.zeros(1000, dtype=np.int64), 1)).mean() == pytest.approx(0.01, abs=0.002)


def test_the_temperature_is_higher_where_margins_are_less_reliable() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 600)
    margins = (np.eye(3)[truth] + rng.normal(0, 0.1, (600, 3))).astype(np.float32)
    wrong = margins.copy()
    wrong[::4] = np.roll(wrong[::4], 1, axis=1)
    assert temperature(wrong, truth) > temperature(margins, truth)


def test_the_gate_shuts_where_the_n_grams_alone_would_be_wrong() -> None:
    truth = np.zeros(100, dtype=np.int64)
    linear = np.tile(np.array([1.0, -1.0], dtype=np.float32), (100, 1))
    linear[80:] = [0.6, 0.7]
    together = np.tile(np.array([1.0, -1.0], dtype=np.float32), (100, 1))
    found = gate(linear, together, truth, None)
    assert 0.1 < found.gap <= 2.0


def test_sentences_that_are_the_same_can_be_learnt_from() -> None:
    vectors = np.tile(np.eye(4, 512, dtype=np.float32), (10, 1))
    truth = np.tile(np.arange(4), 10)
    meaning = fit_meaning(vectors, truth, np.arange(40) % 3, 4, None)
    assert (meaning.margins.argmax(axis=1) == truth).all()
    assert meaning.near == pytest.approx(np.ones(40), abs=1e-4)


def of_its_own(model: Model, label: str) -> SemanticModel:
    """Takes every sentence for that."""
    weights = np.where(np.array(model.labels) == label, 9, -9).astype(np.float32)[None]
    return SemanticModel(np.eye(1, 512, dtype=np.float32), weights, np.ones(1, dtype=bool))


class OneVector(Encoder):
    """Every sentence means the same to it."""

    def vector_if_ready(self, text: str) -> Floats | None:
        vector: Floats = np.eye(1, 512, dtype=np.float32)[0]
        return vector


def test_meaning_is_told_by_what_was_learnt_in_the_same_language_and_stays_so_when_stored(
    model: Model, tmp_path: Path
) -> None:
    apart = replace(
        model,
        semantic=(of_its_own(model, "thanks"), of_its_own(model, "hours")),
        shares=(4.0, 4.0),
        gate=Gate(99.0, 99.0),
    )
    apart.save(tmp_path / "apart.npz")
    for one in (apart, Model.load(tmp_path / "apart.npz")):
        found = [one.judge("?", "?", hangul, encoder=OneVector()).chances.argmax() for hangul in (True, False)]
        assert [one.labels[int(best)] for best in found] == ["thanks", "hours"]


def test_few_sentences_all_teach_and_many_of_both_languages_apart() -> None:
    few = np.arange(9000) % 2 == 0
    (every, _) = teachers(few)[0]
    assert len(teachers(few)) == 1
    assert len(every) == 9000
    both = np.arange(40_000) % 4 > 0
    korean, other = (some for some, _ in teachers(both))
    assert both[korean].all()
    assert not both[other].any()
    assert len(np.unique(korean)) == len(np.unique(other)) == 10_000
    (one,) = teachers(np.arange(40_000) > 100)
    assert len(one[0]) == 10_000
