"""The street itself: a server starts, is killed and comes back, and people go on where they were."""

from __future__ import annotations

from pathlib import Path

from tests.weather.street import ask_to_pay, street


async def test_people_go_on_after_a_kill(tmp_path: Path, cache: Path) -> None:
    async with street(tmp_path, cache, f"sqlite+aiosqlite:///{tmp_path / 'street.db'}") as one:
        server = await one.open()
        async with one.browser() as minji, one.browser(shop="hana-chicken") as hana:
            asked = await ask_to_pay(minji)
            assert asked["payment"]["amount"] == 18000
            await server.kill()
            await minji.put({"type": "say", "text": "주문 내역"})
            await server.restart()
            await minji.until(lambda: not minji.unacked or None)
            await one.pay(asked)
            await minji.sees("결제했어요")
            await hana.sees("새 주문", "후라이드치킨 × 1")
            assert minji.breaks == 1
        await one.sound()
        assert await server.stop() == 0
