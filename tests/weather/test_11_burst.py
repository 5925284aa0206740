"""Twenty messages of one chat at once over two servers, one of which stops breathing while it holds the chat."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

from tests.weather.browsers import Browser
from tests.weather.locks import held
from tests.weather.street import Street, street
from tests.webhooks.visiting import Frame

MESSAGES = 20
ADDED = re.compile(r"아메리카노 × (\d+)")
LONG_S = 60.0
"""Longer than a stalled transaction may hold a chat (15 s)."""


async def looks_at_the_menu(person: Browser) -> Frame:
    """The tap on this menu's own button: the same button again at once would be a double tap."""
    seen = person.last
    await person.say("두리커피 메뉴")
    await person.sees("아메리카노", after=seen)
    return person.key("아메리카노")


def told_counts(person: Browser) -> list[int]:
    """How many there were in the cart, as the answers said in their order."""
    found = (ADDED.search(frame["text"]) for frame in person.told())
    return [int(one[1]) for one in found if one]


async def test_each_is_applied_once_and_answered_in_order(tmp_path: Path, cache: Path, street_url: str) -> None:
    async with street(tmp_path, cache, street_url) as one:
        servers = await one.open_some()
        first, last = servers[0], servers[-1]
        async with one.browser(first, last) as minji, one.browser(last) as jun:
            buttons = [await looks_at_the_menu(minji) for _ in range(MESSAGES)]
            await looks_at_the_menu(jun)
            async with one.browser(last, first, token=minji.token) as other_tab:
                await other_tab.sees("아메리카노")
                async with held(street_url, "cart_lines"):
                    taps = [await minji.put(tap) for tap in buttons[: MESSAGES // 2]]
                    await one.waits_for_a_lock()
                    first.send(signal.SIGSTOP)
                    taps += [await other_tab.put(tap) for tap in buttons[MESSAGES // 2 :]]
                if last is not first:
                    await jun.tap("아메리카노")
                    await jun.sees("아메리카노 × 1")
                    await goes_on_without_the_stalled(one, other_tab, taps)
                first.send(signal.SIGCONT)
                await asyncio.gather(*(minji.taken(tap, LONG_S) for tap in taps))
                await asyncio.gather(*(other_tab.taken(tap, LONG_S) for tap in taps))
                await minji.sees(f"아메리카노 × {MESSAGES}")
            assert told_counts(minji) == list(range(1, MESSAGES + 1))
        assert await one.rows("SELECT quantity FROM cart_lines ORDER BY quantity DESC LIMIT 1") == [(MESSAGES,)]
        await one.sound()


async def goes_on_without_the_stalled(one: Street, other_tab: Browser, taps: list[str]) -> None:
    """What the other server was given is answered while the first one still does not breathe."""
    own = taps[MESSAGES // 2 :]
    await asyncio.gather(*(other_tab.taken(tap, LONG_S) for tap in own))


async def test_without_the_chats_lock_messages_are_lost(tmp_path: Path, cache: Path, street_url: str) -> None:
    """The negative control: twenty who read the cart and then write it overwrite each other."""
    async with street(tmp_path, cache, street_url) as one:
        server = await one.open()
        async with one.browser() as minji:
            await looks_at_the_menu(minji)
            await minji.tap("아메리카노")
        await server.kill()
        read = asyncio.Barrier(MESSAGES)

        async def add(_: int) -> None:
            quantity = await one.number("SELECT quantity FROM cart_lines")
            await read.wait()
            await one.change("UPDATE cart_lines SET quantity = :quantity", quantity=quantity + 1)

        await asyncio.gather(*(add(number) for number in range(MESSAGES)))
        assert await one.number("SELECT quantity FROM cart_lines") == 2
