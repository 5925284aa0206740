"""Invitations in chat: their codes are made up as one goes, so a dialogue file cannot hold them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.chat import Chat
from bot.messages import Incoming
from tests.dialogues.stage import Towns, staged

NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
OWNER = "shop:sesame-bunsik"


class Room:
    """A chat and what has been told in it since the last line."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, Any]] = []
        self.chat: Chat

    async def say(self, who: str, text: str) -> str:
        """What ``who`` is told when they say ``text``."""
        self.told.clear()
        await self.chat.play(json.dumps({"as": who, "say": text}, ensure_ascii=False))
        return self.to(who)

    def to(self, who: str) -> str:
        return "\n".join(line["text"] for line in self.told if line.get("to") == who)

    async def invited(self) -> tuple[str, str]:
        """A fresh invitation: its link and its code."""
        told = await self.say(OWNER, "직원 초대")
        link, code = re.search(r"https?://\S+", told), re.search(r"초대 ([a-z2-9]{8})", told)
        assert link is not None
        assert code is not None
        assert link[0].endswith(code[1])
        return link[0], code[1]


@pytest.fixture
async def room(towns: Towns, tmp_path: Path) -> AsyncIterator[Room]:
    room = Room()
    async with staged(towns, "testville", NOON, tmp_path, room.told.append) as room.chat:
        yield room


async def test_a_code_brings_a_colleague_in_and_tells_the_owner(room: Room) -> None:
    _, code = await room.invited()
    assert "참깨분식의 식구가 되셨어요" in await room.say("영희", f"초대 {code}")
    assert "영희가 참깨분식 직원으로 들어왔어요" in room.to(OWNER)
    assert "오늘 매출" in await room.say("영희", "매출")


async def test_a_link_pasted_whole_works_as_the_code_does(room: Room) -> None:
    link, _ = await room.invited()
    assert "식구가 되셨어요" in await room.say("영희", f"이거 눌러보래요 {link}")


async def test_a_code_copied_with_dashes_spaces_and_capitals_works(room: Room) -> None:
    _, code = await room.invited()
    assert "식구가 되셨어요" in await room.say("영희", f"초대 코드 {code[:4].upper()}-{code[4:]}")


async def test_an_invitation_works_once(room: Room) -> None:
    _, code = await room.invited()
    await room.say("영희", code)
    assert "이미 쓰인 초대예요" in await room.say("철수", code)
    assert "등록된 가게가 없어요" in await room.say("철수", "사장님으로")
    assert "이미 참깨분식의 식구예요" in await room.say("영희", code)


async def test_of_two_who_use_it_at_once_one_comes_in(room: Room) -> None:
    for who in ("영희", "철수"):
        await room.say(who, "안녕하세요")
    _, code = await room.invited()
    both = [
        Incoming("terminal", f"at-once-{who}", who, who, sender_name=who, text=f"초대 {code}")
        for who in ("영희", "철수")
    ]
    room.told.clear()
    await asyncio.gather(*(room.chat.application.handle(one) for one in both))
    await room.chat.play('{"advance": "1s"}')
    answers = sorted(room.to(who) for who in ("영희", "철수"))
    assert "이미 쓰인 초대예요" in answers[0]
    assert "식구가 되셨어요" in answers[1]


async def test_an_invitation_expires_after_a_day(room: Room) -> None:
    _, code = await room.invited()
    await room.chat.play('{"advance": "24h"}')
    assert "기한이 지난 초대예요" in await room.say("영희", f"초대 {code}")


async def test_orders_reach_the_new_colleague(room: Room) -> None:
    _, code = await room.invited()
    await room.say("영희", f"초대 {code}")
    for line in (
        {"as": "minji", "location": [37.5561, 126.9101]},
        {"as": "minji", "tap": "메뉴 보기", "card": "참깨분식"},
        {"as": "minji", "say": "김밥 하나"},
        {"as": "minji", "say": "주문할게요"},
        {"as": "minji", "tap": "결제하기"},
        {"as": "minji", "pay": "approve"},
    ):
        room.told.clear()
        await room.chat.play(json.dumps(line, ensure_ascii=False))
    assert "🏪 참깨분식 사장님께\n🔔 새 주문" in room.to("영희")
    assert "주문을 받았어요" in await room.say("영희", "15분이요")
    assert "맡은 사람: 영희" in room.to(OWNER)


async def test_an_owner_who_helps_elsewhere_keeps_to_the_own_shop_unless_the_other_is_named(room: Room) -> None:
    _, code = await room.invited()
    helper = "shop:hana-chicken"
    await room.say(helper, f"초대 {code}")
    assert "콜라를 품절로" in await room.say(helper, "참깨분식 콜라 없어요")
    for line in (
        {"as": "minji", "location": [37.5561, 126.9101]},
        {"as": "minji", "tap": "메뉴 보기", "card": "참깨분식"},
        {"as": "minji", "say": "김밥 하나"},
        {"as": "minji", "say": "주문할게요"},
        {"as": "minji", "tap": "결제하기"},
        {"as": "minji", "pay": "approve"},
    ):
        room.told.clear()
        await room.chat.play(json.dumps(line, ensure_ascii=False))
    assert "🏪 참깨분식 사장님께\n🔔 새 주문" in room.to(helper)
