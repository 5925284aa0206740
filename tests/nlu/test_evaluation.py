"""Evaluations: tallies, calibration, the curve of the threshold, cross-validation without a glance at the answer."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot import pictures
from bot.bench.gold_table import Row
from bot.bench.rasa_beside import Alone, Behind
from bot.evaluation_report import figures, page, write_report
from nlu.crossing import context_of, crossed
from nlu.evaluation import Tally, calibration, calibration_error, confusion, outside_curve, per_entity, per_intent
from nlu.examples import Example
from nlu.scoring import Judged
from nlu.understanding import Context, Entity, Opinion, Understanding
from tests.nlu.conftest import NOW
from tests.nlu.test_gold import Told, gold, judged


def seen(meant: str, found: str, confidence: float = 0.9, *, in_scope: bool = True) -> Judged:
    text = f"{meant} {found} {confidence}"
    return judged(gold(text, meant), Understanding(text, "ko", found, confidence, in_scope, wishes=(found,)))


def test_intents_are_tallied_by_what_was_meant_and_what_it_was_taken_for() -> None:
    some = [
        seen("greet", "greet"),
        seen("greet", "thanks"),
        seen("thanks", "thanks"),
        seen("greet", "greet", in_scope=False),
    ]
    tallies = per_intent(some)
    assert tallies["greet"] == Tally(1, 3, 1)
    assert tallies["thanks"] == Tally(1, 1, 2)
    assert tallies["out_of_scope"] == Tally(0, 0, 1)
    assert confusion(some)["greet", "out_of_scope"] == 1
    assert (tallies["greet"].precision, tallies["greet"].recall, tallies["greet"].f1) == (1.0, 1 / 3, 0.5)
    assert Tally(0, 0, 0).f1 == 0.0


def test_entities_are_tallied_one_by_one() -> None:
    spans = (Entity("item", "i1", "라떼", 0, 2), Entity("quantity", 1, "한", 3, 4))
    found = Understanding("라떼 한 잔", "ko", "order_items", 0.9, entities=spans, wishes=("order_items",))
    one = judged(gold("라떼 한 잔", entities=frozenset({("item", 0, 2), ("quantity", 3, 6)})), found)
    assert per_entity([one]) == {"item": Tally(1, 1, 1), "quantity": Tally(0, 1, 1)}


def test_calibration_is_the_gap_between_confidence_and_what_is_right() -> None:
    some = [
        seen("greet", "greet", 1.0),
        seen("greet", "greet", 0.95),
        seen("greet", "thanks", 0.65),
        seen("greet", "greet", 0.6),
    ]
    low, high = calibration(some)
    assert (low.low, low.count, low.right) == (0.6, 2, 0.5)
    assert (high.count, high.right) == (2, 1.0)
    assert calibration_error([low, high]) == pytest.approx((2 * 0.125 + 2 * 0.025) / 4)
    assert calibration_error([]) is None


def test_a_stricter_threshold_sees_more_of_what_is_outside_and_loses_what_is_inside() -> None:
    some = [seen("greet", "greet", 0.9), seen("greet", "greet", 0.4), seen("out_of_scope", "greet", 0.5)]
    some += [seen("out_of_scope", "out_of_scope", 0.9)]
    curve = {round(point.threshold, 2): (point.intent, point.outside) for point in outside_curve(some, 10)}
    assert curve[0.0] == (1.0, 0.5)
    assert curve[0.6] == (0.5, 1.0)
    assert curve[1.0] == (0.0, 1.0)
    assert outside_curve(some[:2]) == []


def test_an_utterance_is_read_with_the_names_in_it_and_by_whoever_says_it() -> None:
    entities = (("item", 0, 2), ("place", 3, 6), ("quantity", 7, 8))
    context = context_of(Example("라떼 망원역 둘", "order_items", "ko", entities))
    assert [(one.kind, one.names) for one in context.at_hand] == [("item", ("라떼",))]
    assert [(one.kind, one.names) for one in context.around] == [("place", ("망원역",))]
    assert context_of(Example("15분요", "merchant_accept", "ko")).role == "merchant"


def test_cross_validation_reads_each_utterance_once_by_a_model_that_never_saw_it() -> None:
    said = {"greet": ["안녕", "안녕하세요", "반가워요", "하이"], "thanks": ["고마워", "감사해요", "고맙습니다", "땡큐"]}
    examples = [Example(text, intent, "ko") for intent, texts in said.items() for text in texts]
    # A text that stands alone in its intent is only right for a model that has seen it.
    examples.append(Example("얼룩말", "goodbye", "ko"))
    found = [*crossed(examples, 3, NOW)]
    assert sorted(one.text for one in found) == sorted(one.text for one in examples)
    assert not next(one for one in found if one.text == "얼룩말").intent_right


def test_a_report_has_every_figure_as_a_table_and_as_a_picture(tmp_path: Path) -> None:
    some = [seen("greet", "greet"), seen("greet", "thanks", 0.4), seen("out_of_scope", "greet", 0.3)]
    runs = {("ko", "none"): some, ("ko", "one_typo"): some[:1], ("en", "none"): some[:1]}
    sets = {"gold": figures(runs)}  # type: ignore[arg-type]
    written = {path.name for path in write_report(tmp_path / "deep", sets)}
    assert {"evaluation.json", "evaluation.md", "gold-damages-intent.svg", "gold-calibration.svg"} <= written
    assert {"gold-outside.svg", "gold-intents-ko.svg", "gold-confusion-en.svg"} <= written
    for name in written:
        if name.endswith(".svg"):
            ET.parse(tmp_path / "deep" / name)  # noqa: S314 - our own
    told = page(sets)
    assert "| ko | none | 3 | 50.0% | 50.0% | 0.0% |" in told
    assert "| greet | thanks | 1 |" in told
    assert "| greet | 50.0% | 50.0% | 50.0% | 2 |" in told


def test_pictures_say_what_they_show_and_escape_it() -> None:
    drawn = pictures.bars("a < b", ["one"], {"ko": [0.5], "en": [None]})
    assert "a &lt; b" in drawn
    assert "50%" in drawn
    assert pictures.grid("x", ["a", "b"], {("a", "b"): 3}).count("<rect") == 2


# -- beside Rasa


@pytest.mark.parametrize(
    ("row", "passed", "ahead"),
    [
        (Row("", 0.96, 0.95, True, 0.9), True, True),
        (Row("", 0.94, 0.95, True, 0.95), False, False),
        (Row("", 0.4, 0.5, False, 2.0), True, True),
        (Row("", 0.6, 0.5, False), False, None),
        (Row("", None, 0.5, False, 1.0), None, None),
    ],
)
def test_a_row_says_whether_its_bar_is_met_and_whether_rasa_is_behind(
    row: Row, passed: bool | None, ahead: bool | None
) -> None:
    assert (row.passed, row.ahead) == (passed, ahead)
    assert (row.as_dict()["passed"], row.as_dict()["ahead"]) == (passed, ahead)


def test_rasa_alone_is_taken_at_its_word_among_what_the_speaker_may_mean() -> None:
    entities = (Entity("item", "라떼", "라떼", 0, 2),)
    opinion = Opinion("라떼", (("merchant_done", 0.6), ("order_items", 0.4)), entities)
    found = Alone({"라떼": opinion}).parse("라떼", Context(), NOW)
    assert (found.intent, found.entities) == ("order_items", entities)
    assert Alone({"라떼": opinion}).parse("라떼", Context("merchant"), NOW).intent == "merchant_done"


def test_rasa_in_the_bot_is_an_opinion_that_our_own_engine_is_given() -> None:
    class Keeps(Told):
        context = Context()

        def parse(self, text: str, context: Context, now: object) -> Understanding:
            self.context = context
            return self.found[text]

    opinion = Opinion("라떼", (("order_items", 1.0),))
    engine = Keeps(Understanding("라떼", "ko", "greet", 0.5))
    Behind(engine, {"라떼": opinion}).parse("라떼", Context("merchant"), NOW)
    assert (engine.context.opinion, engine.context.role) == (opinion, "merchant")
