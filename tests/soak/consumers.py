"""Consumers in the simulation: they order, pay, are declined, change their mind, and note what they were told."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.web import visitor_chat
from tests.soak.witness import Act, Witness
from tests.weather.browsers import Browser
from tests.webhooks.visiting import Frame

Pay = Callable[[str, str], Awaitable[None]]
"""Decides on a page to pay on: "approve" or "decline". Returns once the till has booked it."""

DISHES = (
    ("하나치킨에서 후라이드 한 마리 포장", 1),
    ("하나치킨에서 양념치킨 한 마리 포장", 1),
    ("두리커피에서 아메리카노 한 잔 포장", 1),
    ("두리커피에서 라떼 두 잔 포장", 2),
    ("두리커피에서 스콘 하나 포장", 1),
)
"""What people say, and how many pieces they mean."""
EMPTY_CART = "장바구니 비워줘"
PLACED = ("결제 창을 여는",)
NOT_PLACED = ("품절", "남았", "장바구니가 비")
BREAKS = 0.05
REPEATS = 0.05
"""How often a connection breaks right after something was sent, and how often that is sent twice."""
PATIENCE_S = 25.0
"""How long a consumer waits for an answer before doing something else."""
FOR_EVER_S = 150.0
"""What nobody acknowledged for so long is lost."""


class Puzzled(Exception):
    """Something else came than this person expected; they begin anew."""


@dataclass
class Consumer:
    """A person at a browser."""

    browser: Browser
    witness: Witness
    pay: Pay
    chance: random.Random
    same_page: bool
    """Whether the till's page takes another card after one was declined."""

    @property
    def chat(self) -> str:
        assert self.browser.token is not None
        return visitor_chat(self.browser.token)

    async def live(self, stop: asyncio.Event) -> None:
        """Order after order until ``stop``."""
        await self.act({"type": "location", "lat": 37.556, "lon": 126.910}, "location")
        while not stop.is_set():
            try:
                await self.order()
            except Puzzled:
                await self.say("처음으로")
                await self.say(EMPTY_CART)
            await asyncio.sleep(self.chance.uniform(0.2, 1.5))

    async def order(self) -> None:
        if self.chance.random() < 0.15:
            await self.claim()
        last = self.browser.last
        words, pieces = self.chance.choice(DISHES)
        await self.say(words)
        await self.hears(("결제하기",), NOT_PLACED, after=last)
        asked = await self.place(pieces)
        if asked is None:
            await self.say(EMPTY_CART)
            return
        mood = self.chance.random()
        if mood < 0.12:
            await self.tap("주문 취소")
            return
        if mood < 0.25:
            asked = await self.is_declined(asked)
        await self.pay(asked["payment"]["url"], "approve")
        if mood > 0.85:
            await self.hears(("결제했어요",), after=last)
            await self.tap("주문 취소")
        else:
            await self.hears(("주문을 받았어요",), ("거절", "받지 못"), after=last)

    async def place(self, pieces: int) -> Frame | None:
        """Tap on pay; the payment that is asked for, None when there is no order."""
        last = self.browser.last
        await self.tap("결제하기")
        try:
            placed = await self.hears(PLACED, NOT_PLACED, after=last)
        except Puzzled:
            self.witness.is_unsure(self.chat, pieces)
            raise
        if not placed:
            return None
        self.witness.has_placed(self.chat, pieces)
        self.witness.stories[self.chat].append(f"an order (after {last})")
        return await self.asked(last)

    async def asked(self, last: int) -> Frame:
        try:
            return await self.browser.sees_payment(last, PATIENCE_S)
        except AssertionError as error:
            raise Puzzled from error

    async def is_declined(self, asked: Frame) -> Frame:
        """The card is declined, and a second try is asked for."""
        last = self.browser.last
        await self.pay(asked["payment"]["url"], "decline")
        if self.same_page:
            return asked
        await self.hears(("다시 결제",), after=last)
        await self.tap("다시 결제")
        return await self.asked(last)

    async def claim(self) -> None:
        await self.say("두리커피 쿠폰 있어요?")
        try:
            key = self.browser.key("쿠폰 받기")
        except AssertionError:
            return
        last = self.browser.last
        await self.act(key, "claim")
        if await self.hears(("쿠폰을 받았어요",), ("이미", "모두 나갔"), after=last):
            self.witness.claimed[self.chat] = 1

    # What is said and heard

    async def say(self, text: str) -> None:
        await self.act({"type": "say", "text": text}, text)

    async def tap(self, label: str) -> None:
        try:
            key = self.browser.key(label)
        except AssertionError as error:
            raise Puzzled from error
        await self.act(key, f"tap on {label}")

    async def act(self, frame: Frame, what: str) -> None:
        """Do it, and write down that it was acknowledged."""
        await acknowledged(self.browser, self.chat, frame, what, self.witness, self.chance)

    async def hears(self, yes: tuple[str, ...], no: tuple[str, ...] = (), *, after: int) -> bool:
        """Whether a message above ``after`` says one of ``yes``, or one of ``no`` first."""

        def answer() -> bool | None:
            for frame in self.browser.told(after):
                words = " ".join([frame["text"], *(button["label"] for button in frame["buttons"])])
                if any(part in words for part in yes):
                    return True
                if any(part in words for part in no):
                    return False
            return None

        try:
            return await self.browser.until(answer, PATIENCE_S)
        except AssertionError as error:
            raise Puzzled(f"{yes}") from error


async def acknowledged(
    browser: Browser, chat: str, frame: Frame, what: str, witness: Witness, chance: random.Random
) -> None:
    """Send until it is taken. Now and then the connection breaks at the worst moment, or a frame comes twice."""
    number = await browser.put(frame)
    trouble = chance.random()
    if trouble < BREAKS:
        await browser.leave()
    elif trouble < BREAKS + REPEATS:
        await browser.put(frame, number)
    try:
        await browser.taken(number, FOR_EVER_S)
    except AssertionError:
        witness.stuck.append(f"{what} of {chat}")
        raise Puzzled from None
    witness.acts[Act("web", f"{chat}:{number}")] = what
    witness.stories[chat].append(f"{what} (at {browser.last})")


MINUTES = re.compile(r"^(10|20|30)분$")
STEPS = ("조리 시작", "준비 완료", "전달 완료")


@dataclass
class Shop:
    """A shop's owner: answers most orders, and brings them to their end."""

    browser: Browser
    chat: str
    witness: Witness
    chance: random.Random

    async def live(self, stop: asyncio.Event) -> None:
        done: set[str] = set()
        while not stop.is_set():
            key = self._next(done)
            if key is None:
                await asyncio.sleep(0.3)
                continue
            done.add(key["data"])
            if self.chance.random() < 0.05:
                continue
            label = key.pop("label")
            try:
                await acknowledged(self.browser, self.chat, key, f"tap on {label}", self.witness, self.chance)
            except Puzzled:
                continue

    def _next(self, done: set[str]) -> Frame | None:
        """A button to press, on the newest state of some card; one that was left alone once stays so."""
        newest: dict[int, Frame] = {}
        for frame in self.browser.told():
            newest[frame["edits"] or frame["seq"]] = frame
        for frame in newest.values():
            for button in frame["buttons"]:
                wanted = MINUTES.match(button["label"]) or button["label"] in STEPS
                if wanted:
                    if button["data"] in done:
                        break
                    return {"type": "tap", "data": button["data"], "label": button["label"]}
        return None
