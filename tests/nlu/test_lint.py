"""What `dangol nlu lint` finds in training data, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from nlu.examples import Training, read_file
from nlu.lint import Finding, findings, lint
from tests.nlu.test_examples import folder_of

DISHES = ["라떼", "김밥", "마라탕", "짬뽕", "우동", "냉면"]


def found_in(root: Path, content: str, kind: str) -> list[Finding]:
    training = Training()
    folder = folder_of(root, ko__a_yml=content)
    read_file(folder / "ko" / "a.yml", "ko/a.yml", training, "ko")
    assert training.faults == []
    return [one for one in findings(training.examples) if one.kind == kind]


def data(**intents: list[str]) -> str:
    blocks = (
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {said}\n" for said in sentences)
        for intent, sentences in intents.items()
    )
    return 'version: "3.1"\nnlu:\n' + "".join(blocks)


def test_the_same_words_twice_are_told_with_both_places(tmp_path: Path) -> None:
    (one,) = found_in(tmp_path, data(greet=["안녕하세요", "반가워요", "안녕 하세요!"]), "double")
    assert str(one) == "ko/a.yml:7: '안녕 하세요!' is written already, '안녕하세요' on ko/a.yml:5; leave it out"


def test_the_same_words_under_two_intents_of_one_person_are_told(tmp_path: Path) -> None:
    (one,) = found_in(tmp_path, data(greet=["또 봐요"], goodbye=["또봐요"]), "two_intents")
    assert one.line == 8
    assert "goodbye here and greet" in one.what


def test_a_shop_and_a_customer_may_mean_different_things_by_the_same_words(tmp_path: Path) -> None:
    assert (
        found_in(tmp_path, data(order_status=["출발했어요"], merchant_on_the_way=["출발했어요"]), "two_intents") == []
    )


def test_long_sentences_that_differ_by_a_letter_are_near_copies(tmp_path: Path) -> None:
    said = ["배달 언제쯤 도착하나요", "배달 언제쯤 도착하나여", "얼마나 더 기다려야 와요", "네", "넵"]
    (one,) = found_in(tmp_path, data(order_status=said), "near_copy")
    assert one.line == 6
    assert "ko/a.yml:5" in one.what


def test_one_template_with_the_nouns_changed_is_told_from_the_fourth_time_on(tmp_path: Path) -> None:
    marked = [f"[{dish}](item) 가격이 궁금해요" for dish in DISHES]
    assert [one.line for one in found_in(tmp_path, data(ask_price=marked), "template")] == [8, 9, 10]
    plain = [f"오늘 점심은 {dish} 먹었어" for dish in DISHES]
    assert [one.line for one in found_in(tmp_path, data(chitchat=plain), "template")] == [8, 9, 10]


def test_other_wordings_with_the_same_nouns_are_no_template(tmp_path: Path) -> None:
    said = [
        "[라떼](item) 얼마예요",
        "[김밥](item)은 가격이 어떻게 돼요",
        "그 [라떼](item)는 비싼가요",
        "[우동](item) 값 좀",
    ]
    assert found_in(tmp_path, data(ask_price=said), "template") == []


def test_a_name_marked_elsewhere_must_be_marked_everywhere_in_that_intent(tmp_path: Path) -> None:
    said = ["[마라탕](item) 주세요", "[마라탕](item) 하나", "[우동](item)도요", "그리고 마라탕은 덜 맵게"]
    (one,) = found_in(tmp_path, data(order_items=said), "unannotated")
    assert (one.line, one.mend) == (8, "write [마라탕](item)")


def test_a_value_that_the_rules_read_must_be_marked_where_such_values_are(tmp_path: Path) -> None:
    said = ["김밥 [두 줄](quantity)", "라면 [세 개](quantity)요", "커피 [한 잔](quantity) 더", "우동 네 그릇요"]
    (one,) = found_in(tmp_path, data(order_items=said, chitchat=["두 개의 달"]), "unannotated")
    assert (one.line, one.mend) == (8, "write [네 그릇](quantity)")


def test_an_everyday_word_is_not_taken_for_a_name(tmp_path: Path) -> None:
    said = ["[가게](shop)로 주세요", "[가게](shop) 말고 [집](shop)", "[분식](shop)"]
    said += ["가게 문 열었나", "가게 어디", "가게요", "저 가게", "가게 앞"]
    assert found_in(tmp_path, data(ask_location=said), "unannotated") == []


def test_thin_unknown_and_broken_are_told_with_file_and_line(tmp_path: Path) -> None:
    content = data(greet=["[안녕](hello)", "[반가워요](item"], fly=["날아라"])
    told = {str(one).split("; ")[0] for one in lint(folder_of(tmp_path, ko__a_yml=content))}
    assert {
        "ko/a.yml:5: unknown entity 'hello' in '안녕'",
        "ko/a.yml:6: the mark in '[반가워요](item' is not whole",
        "ko/a.yml:9: unknown intent 'fly'",
        "ko/a.yml:5: greet has 1 different utterances in ko, not 60",
        "en:1: greet has 0 different utterances in en, not 60",
    } <= told
    assert not any("inform" in one for one in told)


def test_a_long_text_of_the_gold_set_must_not_be_trained_on(tmp_path: Path) -> None:
    gold = "gold:\n- {intent: greet, say: 안녕}\n- {intent: greet, say: 여러분 모두 안녕하세요}\n"
    folder = folder_of(tmp_path, ko__a_yml=data(greet=["안녕", "여러분 모두 안녕하세요!"]), gold__ko__b_yml=gold)
    assert [one.line for one in lint(folder) if one.kind == "in_gold"] == [6]


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_tells_findings_and_ends_with_one(tmp_path: Path, as_json: bool) -> None:
    folder = folder_of(tmp_path, ko__a_yml=data(greet=["안녕하세요", "안녕하세요"]))
    ended = CliRunner().invoke(app, ["nlu", "lint", str(folder), *(["--json"] if as_json else [])])
    assert ended.exit_code == 1
    if as_json:
        told = json.loads(ended.stdout)
        assert told["counts"]["double"] == 1
        assert {"file", "line", "kind", "what", "mend"} == set(told["findings"][0])
    else:
        assert "ko/a.yml:6: '안녕하세요' is written already" in ended.stdout
        assert ended.stdout.strip().splitlines()[-1].endswith("double 1")
