"""Consumers in the simulation who use Telegram."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from tests.peers.telegram import Person
from tests.soak.consumers import DISHES, EMPTY_CART, NOT_PLACED, PATIENCE_S, PLACED, Pay, Puzzled
from tests.soak.witness import Witness

PAY_HERE = "결제하기"


@dataclass
class Phone:
    """A person with Telegram. That their updates were taken is read from the peer when all is over."""

    person: Person
    witness: Witness
    pay: Pay
    chance: random.Random

    @property
    def chat(self) -> str:
        return str(self.person.id)

    async def live(self, stop: asyncio.Event) -> None:
        await self.person.share_location(37.556, 126.910)
        while not stop.is_set():
            try:
                await self.order()
            except Puzzled:
                await self.person.say("처음으로")
                await self.person.say(EMPTY_CART)
            await asyncio.sleep(self.chance.uniform(0.5, 2.0))

    async def order(self) -> None:
        words, pieces = self.chance.choice(DISHES)
        await self.person.say(words)
        if not await self.hears((PAY_HERE,), NOT_PLACED):
            await self.person.say(EMPTY_CART)
            return
        await self.tap(PAY_HERE)
        try:
            placed = await self.hears(PLACED, NOT_PLACED)
        except Puzzled:
            self.witness.is_unsure(self.chat, pieces)
            raise
        if not placed:
            await self.person.say(EMPTY_CART)
            return
        self.witness.has_placed(self.chat, pieces)
        await self.hears(("결제해 주세요",))
        if self.chance.random() < 0.15:
            await self.tap("주문 취소")
            return
        await self.pay(self.link(), "approve")
        await self.hears(("주문을 받았어요",), ("거절", "받지 못"))

    def link(self) -> str:
        """The page to pay on."""
        for shown in reversed(self.person.screen()):
            for row in shown.rows:
                for key in row:
                    if "url" in key:
                        url: str = key["url"]
                        return url
        raise Puzzled

    async def tap(self, label: str) -> None:
        try:
            await self.person.tap(label)
        except AssertionError as error:
            raise Puzzled from error

    async def hears(self, yes: tuple[str, ...], no: tuple[str, ...] = ()) -> bool:
        """Whether the bot says one of ``yes`` after what this person did last, or one of ``no``."""

        def answer() -> bool | None:
            for shown in self.person.screen():
                if not shown.mine and shown.changed > self.person.acted:
                    words = " ".join([shown.text, *shown.buttons])
                    if any(part in words for part in yes):
                        return True
                    if any(part in words for part in no):
                        return False
            return None

        try:
            await self.person.until(lambda: answer() is not None, timeout_s=PATIENCE_S, what=f"{yes}")
        except AssertionError as error:
            raise Puzzled from error
        return bool(answer())
