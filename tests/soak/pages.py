"""How people in the simulation decide on a till's page, however often the server is away."""

from __future__ import annotations

import asyncio
import re

from aiohttp import ClientError, ClientSession

FORM = re.compile(r'name="token" value="([0-9a-f]+)"')
LATER_S = 0.3
TRIES = 400


class AtStripe:
    """Stripe's own page; a declined card leaves it open."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def __call__(self, page: str, decision: str) -> None:
        way = "card" if decision == "approve" else "decline"
        async with self._session.post(page, data={"way": way}, allow_redirects=False) as answer:
            assert answer.status in (200, 303), answer.status


class AtSandbox:
    """The embedded till's page on ``url``, which may be down for a while."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def __call__(self, page: str, decision: str) -> None:
        page = page if page.startswith("http") else self._url + page
        for _ in range(TRIES):
            try:
                if await self._decided(page, decision):
                    return
            except (ClientError, ConnectionError, TimeoutError):
                pass
            await asyncio.sleep(LATER_S)
        raise AssertionError(f"{page} was away too long")

    async def _decided(self, page: str, decision: str) -> bool:
        """Whether the page was decided on, now or before."""
        async with self._session.get(page) as shown:
            if shown.status != 200:
                return False
            form = FORM.search(await shown.text())
        if form is None:
            return True
        async with self._session.post(page, data={"token": form[1], "decision": decision}) as answer:
            return answer.status == 200
