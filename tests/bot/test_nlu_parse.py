"""`dangol nlu parse`: its fixed form, and lines answered one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import pytest

from bot.commands.nlu_parse import BadLine, LineReader, answer_lines, as_dict
from nlu.live_names import LiveNames
from nlu.understanding import Context, Entity, Name, OrderLine, Understanding
from tests.nlu.conftest import NOW

HAND = (Name("item", "i1", ("카페라떼", "Caffe latte")), Name("choice", "c1", ("샷 추가", "extra shot"), "i1"))
NAMES = LiveNames(NOW, (), {"moss": HAND}, {"i1": "카페라떼", "c1": "샷 추가"})


class Echo:
    """Understands everything as an order of one latte, and keeps what it was asked in."""

    def __init__(self) -> None:
        self.contexts: list[Context] = []

    def parse(self, text: str, context: Context, now: datetime) -> Understanding:
        self.contexts.append(context)
        return Understanding(
            text,
            "ko",
            "order_items",
            0.9,
            entities=(Entity("item", "i1", "라떼", 0, 2), Entity("address", "i1", "i1", 3, 5)),
            lines=(OrderLine("i1", 1, ("c1",), None, "라떼"), OrderLine(None, 2, text="unicorn pie")),
            wishes=("order_items",),
        )


@pytest.fixture
def echo() -> Echo:
    return Echo()


def test_the_form_has_these_keys_in_this_order_and_the_menus_own_names(echo: Echo) -> None:
    answer = as_dict(echo.parse("라떼 i1 Unicorn pie", Context(), NOW), NAMES.called)
    assert list(answer) == ["text", "language", "intent", "confidence", "in_scope", "entities", "lines", "wishes"]
    assert answer["entities"] == [
        {"entity": "item", "value": "카페라떼", "text": "라떼", "start": 0, "end": 2},
        {"entity": "address", "value": "i1", "text": "i1", "start": 3, "end": 5},
    ]
    assert answer["lines"] == [
        {"item": "카페라떼", "quantity": 1, "options": ["샷 추가"], "note": None, "text": "라떼"},
        {"item": None, "quantity": 2, "options": [], "note": None, "text": "Unicorn pie"},
    ]


async def test_a_line_says_shop_question_and_speaker_itself_or_takes_those_of_the_command(echo: Echo) -> None:
    reader = LineReader(echo, NAMES, {"shop": "moss", "expect": "quantity", "role": None})
    await reader.answer({"text": "하나"})
    await reader.answer({"text": "15분", "expect": "eta"})
    await reader.answer({"text": "네", "expect": "yesno", "role": "operator"})
    assert [(one.role, one.expect, one.at_hand) for one in echo.contexts] == [
        ("consumer", "quantity", HAND),
        ("merchant", "eta", HAND),
        ("operator", "yesno", HAND),
    ]


async def test_the_same_names_come_as_the_same_tuple(echo: Echo) -> None:
    reader = LineReader(echo, NAMES, {"shop": "moss"})
    await reader.answer({"text": "하나"})
    await reader.answer({"text": "둘"})
    assert echo.contexts[0].at_hand is echo.contexts[1].at_hand


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ({}, "text"),
        ({"text": 3}, "text"),
        ({"text": "네", "shop": "moos"}, "shop"),
        ({"text": "네", "shop": 1}, "shop"),
        ({"text": "네", "expect": "money"}, "expect"),
        ({"text": "네", "role": "queen"}, "role"),
    ],
)
async def test_what_cannot_be_meant_is_named(echo: Echo, line: dict[str, object], key: str) -> None:
    with pytest.raises(BadLine) as caught:
        await LineReader(echo, NAMES, {}).answer(line)
    assert caught.value.key == key


async def test_every_line_gets_one_line_back_and_a_bad_one_says_which_it_is(
    echo: Echo, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines = ['{"text": "하나"}', "하나", '["하나"]', "\ufeff" + '{"text": "둘"}', "", '{"text": "\\ud800"}']
    code = await answer_lines(
        LineReader(echo, NAMES, {}), [*(line.encode() + b"\n" for line in lines), b'{"text": "\xff"}']
    )
    out, err = capfdbinary.readouterr()
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer.get("text") for answer in answers] == ["하나", None, None, "둘", "\ud800", None]
    assert [answer.get("line") for answer in answers] == [None, 2, 3, None, None, 7]
    assert code == 1
    assert b"standard input:2: not JSON" in err


async def test_a_line_is_answered_before_the_next_is_read(
    echo: Echo, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    seen: list[bytes] = []

    def lines() -> Iterator[bytes]:
        yield b'{"text": "1"}'
        seen.append(capfdbinary.readouterr().out)
        yield b'{"text": "2"}'

    assert await answer_lines(LineReader(echo, NAMES, {}), lines()) == 0
    assert json.loads(seen[0])["text"] == "1"
