"""`dangol chat --json` line by line: what goes in, what comes out, and what is said of a line that means nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import CannotCarryOut, Chat, duration
from tests.dialogues.stage import Towns, staged

NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
KEYS = ["to", "text", "buttons", "cards", "asks", "payment", "edits"]
Line = dict[str, Any]


class Script:
    """Plays lines; ``play`` gives what one line brought, ``settled`` left out."""

    def __init__(self) -> None:
        self.chat: Chat | None = None
        self.out: list[Line] = []
        self.played = 0

    def hear(self, line: Mapping[str, Any]) -> None:
        self.out.append(json.loads(json.dumps(line, ensure_ascii=False)))

    async def raw(self, line: str) -> list[Line]:
        assert self.chat is not None
        self.out.clear()
        await self.chat.play(line)
        self.played += 1
        assert self.out[-1] == {"settled": self.played}
        told = self.out[:-1]
        assert not any("settled" in one for one in told)
        return told

    async def play(self, **line: Any) -> list[Line]:
        return await self.raw(json.dumps({key.rstrip("_"): value for key, value in line.items()}, ensure_ascii=False))

    async def error(self, line: str) -> str:
        told = await self.raw(line)
        assert [list(one) for one in told] == [["error"]]
        found: str = told[0]["error"]
        return found

    async def order(self, who: str = "minji") -> list[Line]:
        """Up to the payment asked for."""
        await self.play(as_=who, say="근처 치킨집")
        await self.play(as_=who, location=[37.556, 126.910])
        await self.play(as_=who, tap="메뉴 보기", card="하나치킨")
        for label in ("후라이드", "주문하기", "포장"):
            await self.play(as_=who, tap=label)
        return await self.play(as_=who, tap="결제하기")


@pytest.fixture
async def script(towns: Towns, tmp_path: Path) -> AsyncIterator[Script]:
    script = Script()
    async with staged(towns, "testville", NOON, tmp_path, script.hear) as chat:
        script.chat = chat
        yield script


def of(told: list[Line], who: str) -> list[str]:
    return [line["text"] for line in told if line["to"] == who]


@pytest.mark.either
async def test_every_line_out_has_the_same_form(script: Script) -> None:
    told = await script.play(as_="minji", lang="ko", say="근처 치킨집")
    told += await script.play(as_="minji", location=[37.556, 126.910])
    told += await script.order()
    told += await script.play(as_="minji", pay="approve")
    told += await script.play(as_="shop:hana-chicken", say="15분이요")
    assert len(told) >= 6
    for line in told:
        assert list(line) == KEYS
        assert isinstance(line["text"], str)
        assert isinstance(line["edits"], bool)
        assert line["asks"] in ("location", "contact", None)
        assert all(isinstance(label, str) for label in line["buttons"])
        for card in line["cards"]:
            assert list(card) == ["title", "subtitle", "buttons"]
            assert all(isinstance(label, str) for label in card["buttons"])
        assert line["payment"] is None or list(line["payment"]) == ["amount", "currency"]
    assert told[0]["asks"] == "location"
    assert {"amount": 18000, "currency": "KRW"} in [line["payment"] for line in told]
    assert True in [line["edits"] for line in told if line["to"] == "shop:hana-chicken"]


@pytest.mark.either
async def test_a_card_is_picked_by_its_title(script: Script) -> None:
    await script.play(as_="minji", location=[37.556, 126.910])
    found = await script.play(as_="minji", say="근처 가게 찾아줘")
    assert len(found[0]["cards"]) >= 2
    told = await script.play(as_="minji", tap="메뉴 보기", card="참깨분식")
    assert "떡볶이" in json.dumps(told, ensure_ascii=False)


@pytest.mark.either
async def test_a_tap_takes_the_newest_button_with_that_label(script: Script) -> None:
    await script.play(as_="minji", say="근처 치킨집")
    await script.play(as_="minji", location=[37.556, 126.910])
    await script.play(as_="minji", tap="메뉴 보기", card="하나치킨")
    await script.play(as_="minji", tap="후라이드치킨 담기")
    await script.play(advance="2s")
    again = await script.play(as_="minji", tap="후라이드치킨 담기")
    assert "× 2" in of(again, "minji")[0]


@pytest.mark.parametrize("name", ["shop:hana-chicken", "shop:하나치킨", "shop:Hana Chicken"])
@pytest.mark.either
async def test_a_shop_is_called_as_the_script_calls_it(script: Script, name: str) -> None:
    await script.play(as_=name, say="오늘 주문 보여줘")
    await script.order()
    told = await script.play(as_="minji", pay="approve")
    assert {line["to"] for line in told} == {"minji", name}


async def test_a_shop_that_never_spoke_goes_by_its_slug(script: Script) -> None:
    await script.order()
    told = await script.play(as_="minji", pay="approve")
    assert {line["to"] for line in told} == {"minji", "shop:hana-chicken"}


async def test_colleagues_are_told_too_and_the_first_takes_it(script: Script) -> None:
    await script.play(as_="shop:하나치킨/jun", say="안녕하세요")
    await script.order()
    told = await script.play(as_="minji", pay="approve")
    assert {line["to"] for line in told} == {"minji", "shop:hana-chicken", "shop:하나치킨/jun"}
    told = await script.play(as_="shop:하나치킨/jun", tap="20분")
    assert any("jun" in text for text in of(told, "shop:hana-chicken"))


@pytest.mark.parametrize(
    ("decision", "said"), [("approve", "결제했어요"), ("decline", "승인되지"), ("abandon", "결제")]
)
async def test_paying_has_three_ends(script: Script, decision: str, said: str) -> None:
    await script.order()
    told = await script.play(as_="minji", pay=decision)
    assert said in of(told, "minji")[0]
    shop = of(told, "shop:hana-chicken")
    assert len(shop) == (1 if decision == "approve" else 0)


async def test_time_passes_only_when_told_and_timers_fire_in_order(script: Script) -> None:
    await script.order()
    await script.play(as_="minji", pay="approve")
    assert await script.play(advance="59s") == []
    told = await script.play(advance="1s")
    assert [line["to"] for line in told] == ["shop:hana-chicken"]
    told = await script.play(advance="1h")
    shop = of(told, "shop:hana-chicken")
    assert "답을 기다리고" in shop[0]
    assert "취소하고" in shop[1]
    assert "오후 12:07" in of(told, "minji")[-1]
    assert [line["to"] for line in told].index("minji") > 0


async def test_an_advance_in_pieces_is_the_same_as_in_one(script: Script, towns: Towns, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Script()
    async with staged(towns, "testville", NOON, tmp_path / "other", other.hear) as chat:
        other.chat = chat
        outcomes = []
        for one, steps in ((script, ["10m"]), (other, ["1m", "90s", "0s", "30s", "7m"])):
            await one.order()
            await one.play(as_="minji", pay="approve")
            outcomes.append([line for step in steps for line in await one.play(advance=step)])
        assert outcomes[0] == outcomes[1]


BAD = {
    '{"as": "minji", "say": "hi"': "JSON",
    "": "JSON",
    "null": "object",
    "[]": "object",
    '"hi"': "object",
    '{"as": "minji", "sai": "hi"}': "sai",
    '{"as": "minji", "say": "hi", "colour": "red"}': "colour",
    '{"as": "minji", "say": "hi", "tap": "hi"}': "exactly one",
    '{"as": "minji"}': "exactly one",
    '{"as": "minji", "lang": "ko"}': "exactly one",
    '{"say": "hi"}': "as",
    '{"as": "", "say": "hi"}': "as",
    '{"as": "minji", "say": "  "}': "nothing was said",
    '{"as": "minji", "say": 5}': "say",
    '{"as": "minji", "say": "hi", "lang": "fr"}': "lang",
    '{"as": "minji", "say": "hi", "card": "하나치킨"}': "card",
    '{"as": "minji", "say": "\\ud800"}': "JSON",
    '{"as": "minji", "tap": "없는 단추"}': "is no button",
    '{"as": "minji", "tap": ""}': "is no button",
    '{"as": "minji", "tap": "메뉴 보기", "card": "없는 가게"}': "is no button",
    '{"as": "minji", "location": [91, 0]}': "degrees",
    '{"as": "minji", "location": [NaN, 0]}': "",
    '{"as": "minji", "location": [37.5]}': "location",
    '{"as": "minji", "location": "here"}': "location",
    '{"as": "minji", "pay": "approve"}': "pay",
    '{"as": "minji", "pay": "steal"}': "pay",
    '{"as": "shop:no-such-shop", "say": "hi"}': "no-such-shop",
    '{"as": "shop:", "say": "hi"}': "no shop",
    '{"as": "shop:hana-chicken/", "say": "hi"}': "colleague",
    '{"advance": "soon"}': "15m",
    '{"advance": ""}': "15m",
    '{"advance": "-5m"}': "15m",
    '{"advance": "9999d"}': "year",
    '{"advance": "99999999999d"}': "15m",
    '{"advance": 15}': "advance",
    '{"advance": "15m", "as": "minji"}': "alone",
}


@pytest.mark.either
async def test_a_line_that_means_nothing_says_why_and_the_next_one_works(script: Script) -> None:
    for line, word in BAD.items():
        assert word in await script.error(line), line
    await script.order()


@pytest.mark.either
async def test_a_label_that_fits_several_buttons_names_them(script: Script) -> None:
    await script.play(as_="minji", say="근처 치킨집")
    await script.play(as_="minji", location=[37.556, 126.910])
    await script.play(as_="minji", tap="메뉴 보기")
    await script.play(as_="minji", tap="후라이드")
    said = await script.error('{"as": "minji", "tap": "맛"}')
    assert "several" in said
    assert "순한맛" in said
    assert "매운맛" in said
    assert of(await script.play(as_="minji", tap="매운맛"), "minji")


async def test_a_payment_is_decided_once(script: Script) -> None:
    await script.order()
    await script.play(as_="minji", pay="approve")
    assert "already" in await script.error('{"as": "minji", "pay": "decline"}')


async def test_a_line_that_fails_inside_is_an_error_line_too(script: Script) -> None:
    assert script.chat is not None
    database = script.chat.application.database
    async with database.transaction() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE conversations RENAME TO elsewhere")
    missing = "OperationalError" if database.sqlite else "ProgrammingError"
    assert missing in await script.error('{"as": "minji", "say": "근처 치킨집"}')
    async with database.transaction() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE elsewhere RENAME TO conversations")
    assert (await script.play(as_="minji", say="근처 치킨집"))[0]["asks"] == "location"


async def test_people_speak_the_language_they_say(script: Script) -> None:
    korean = await script.play(as_="minji", lang="ko", location=[37.556, 126.910])
    english = await script.play(as_="bob", lang="en", location=[37.556, 126.910])
    assert "하나치킨" in json.dumps(korean, ensure_ascii=False)
    assert "Hana Chicken" in json.dumps(english, ensure_ascii=False)


lines = st.one_of(
    st.text(max_size=60),
    st.dictionaries(
        st.sampled_from(["as", "lang", "say", "tap", "card", "location", "pay", "advance", "x"]),
        st.one_of(
            st.none(),
            st.text(max_size=20),
            st.integers(),
            st.floats(),
            st.lists(st.floats(), max_size=3),
            st.sampled_from(["minji", "shop:hana-chicken", "shop:하나치킨/jun", "ko", "approve", "15m", "메뉴 보기"]),
        ),
        max_size=4,
    ).map(lambda line: json.dumps(line, ensure_ascii=False)),
)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30))
def test_a_duration_is_read_or_refused(text: str) -> None:
    try:
        assert duration(text).total_seconds() >= 0
    except CannotCarryOut as error:
        assert str(error)


def examples() -> list[str]:
    """Lines that Hypothesis makes up."""
    drawn: list[str] = []

    @settings(max_examples=40, deadline=None, database=None)
    @given(st.lists(lines, min_size=1, max_size=10))
    def draw(some: list[str]) -> None:
        drawn.extend(some)

    draw()
    return drawn


@pytest.mark.either
async def test_no_line_whatever_ends_the_script(script: Script) -> None:
    for line in examples():
        for one in await script.raw(line.replace("\n", " ")):
            assert list(one) == ["error"] or list(one) == KEYS
            assert "inside" not in one.get("error", "")
