"""A real browser in front of the real server, and what went wrong in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.webhooks.visiting import FRIDAY_NOON
from webhooks.server import PAGE

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT_MS = 15_000


def missing() -> str | None:
    """What keeps browser tests from running here."""
    if CHROMIUM is None:
        return "no chromium: apt-get install chromium"
    if not (PAGE / "index.html").exists():
        return "the web part is not built: make web"
    return None


def must_run() -> bool:
    """Where nothing may be left out."""
    return bool(os.environ.get("CI"))


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Tab:
    """A tab. ``complaints`` are errors on its console, errors of its scripts, and requests that failed."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("console", lambda line: self._complain(line.text) if line.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("response", lambda answer: self._complain(answer.url) if answer.status >= 400 else None)

    def _complain(self, what: str) -> None:
        self.complaints.append(what)

    @property
    def consumer(self) -> Locator:
        return self.page.locator(".street-consumer .chat")

    @property
    def shop(self) -> Locator:
        """The shop's phone that is in view."""
        return self.page.locator(".street-shop .phone:not([hidden]) .chat")

    async def say(self, phone: Locator, text: str) -> None:
        await phone.locator("textarea").fill(text)
        await phone.locator("textarea").press("Enter")

    async def tap(self, phone: Locator, label: str, within: str | None = None) -> None:
        """Tap the newest button with ``label`` in it; ``within`` names the card it is on."""
        place = phone.locator(".card", has_text=within) if within else phone
        await place.get_by_role("button", name=label).last.click()

    async def sees(self, phone: Locator, text: str) -> None:
        await expect(phone.locator(".theirs", has_text=text).last).to_be_visible(timeout=WAIT_MS)

    async def pay(self, phone: Locator, word: str) -> None:
        """In the sheet that slides up."""
        await phone.locator(".payment-pay").last.click()
        await self.page.frame_locator("iframe.till").get_by_role("button", name=word, exact=True).click()
        await expect(phone.locator("iframe.till")).to_have_count(0, timeout=WAIT_MS)


@asynccontextmanager
async def tab(
    browser: Browser,
    url: str,
    *,
    language: str = "ko-KR",
    size: tuple[int, int] = (1280, 900),
    scheme: Literal["light", "dark"] = "light",
    **more: Any,
) -> AsyncIterator[Tab]:
    """A tab of a browser of its own, so with nothing kept. Its clock shows the time that the server's stands at."""
    viewport: Any = {"width": size[0], "height": size[1]}
    context = await browser.new_context(
        locale=language, timezone_id="Asia/Seoul", viewport=viewport, color_scheme=scheme, **more
    )
    await context.clock.set_fixed_time(FRIDAY_NOON)
    page = await context.new_page()
    tab = Tab(page)
    await page.goto(url)
    try:
        yield tab
    finally:
        await context.close()
