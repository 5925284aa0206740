"""Markup and script in every free text, on every page and channel; addresses that people write; other sites' posts."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError
from playwright.async_api import Browser, Dialog, expect
from rich.console import Console
from sqlalchemy import select, text, update

from bot.turn import Received
from commerce.gateways import signing
from commerce.menu import MenuItem
from commerce.shops import Shop
from tests.dialogues.stage import Towns
from tests.weather.indoors import Doors, count, doors, paid, work_in
from tests.web.browsing import chromium, missing, must_run, tab
from tests.webhooks.visiting import Site, Visitor
from webhooks.server import PAGE
from webhooks.telegram import PATH as TELEGRAM

SCRIPT = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7777*7777}}</textarea>'
STYLED = "<b>굵게</b> *별* _밑줄_ [여기](https://evil.example) `코드` &amp; \\u003cscript\\u003e"
ANSI = "\x1b[2J\x1b[31m빨강\x1b]0;제목\x07\x9b1m"


async def rename(site: Site, shop: str, dish: str) -> None:
    """As if the chicken shop had registered under that name."""
    async with site.application.database.transaction() as session:
        await session.execute(update(Shop).where(Shop.slug == "hana-chicken").values(name={"ko": shop, "en": shop}))
        await session.execute(
            update(MenuItem)
            .where(MenuItem.shop_id == select(Shop.id).where(Shop.slug == "hana-chicken").scalar_subquery())
            .values(name={"ko": dish, "en": dish})
        )
        site.application.services.catalogue.forget(work_in(site, session))


@pytest.fixture
async def open_doors(towns: Towns, tmp_path: Path) -> AsyncIterator[Doors]:
    async with doors(towns, tmp_path) as opened:
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    lacking = missing()
    if lacking is not None:
        if must_run():
            pytest.fail(lacking)
        pytest.skip(lacking)
    async with chromium() as browser:
        yield browser


# -- the browser


@pytest.mark.browser
async def test_markup_is_words_in_the_browser_of_a_consumer_and_of_a_shop(browser: Browser, site: Site) -> None:
    await rename(site, f"하나 {SCRIPT}", f"후라이드 {SCRIPT}")
    key = site.application.links.shop_key("hana-chicken")
    async with tab(browser, site.url) as minji, tab(browser, f"{site.url}/shop/hana-chicken?key={key}") as shop:
        opened: list[str] = []

        def note(dialog: Dialog) -> None:
            opened.append(dialog.message)

        for page in (minji.page, shop.page):
            page.on("dialog", note)
        phone = minji.page.locator(".chat")
        await minji.say(phone, SCRIPT)
        await expect(phone.locator(".mine", has_text="onerror").last).to_be_visible()
        await minji.say(phone, "근처 치킨집")
        await minji.tap(phone, "내 위치 보내기")
        await minji.page.get_by_role("dialog").locator("ul.places button").first.click()
        await minji.tap(phone, "메뉴 보기", within="하나 <img")
        await minji.sees(phone, "후라이드 <img src=x")
        await minji.say(phone, f"상담원 연결해 주세요 {SCRIPT}")
        await shop.sees(shop.page.locator(".chat"), "onerror")
        for one in (minji, shop):
            assert await one.page.evaluate("window.hacked") is None
            assert await one.page.locator(".chat img[src=x], .chat script").count() == 0
            assert [line for line in one.complaints if "navigator.vibrate" not in line] == []
        assert opened == []


@pytest.mark.browser
async def test_without_escaping_the_browser_would_run_it_but_for_the_policy(browser: Browser, site: Site) -> None:
    """The negative control: put in as markup the picture is asked for, and only the policy keeps its script still."""
    async with tab(browser, site.url) as minji:
        put_in = (
            "markup => { const it = document.createElement('div'); it.innerHTML = markup; document.body.append(it); }"
        )
        await minji.page.evaluate(put_in, SCRIPT)
        await expect(minji.page.locator("img[src=x]")).to_have_count(1)
        await minji.page.wait_for_function("document.querySelector('img[src=x]').complete")
        assert await minji.page.evaluate("window.hacked") is None
        assert any("Content Security Policy" in line for line in minji.complaints)
    bare = await browser.new_page()
    await bare.set_content(f"<div>{SCRIPT}</div>")
    await bare.wait_for_function("window.hacked === 1")


# -- pages of the server


async def test_a_shops_name_is_words_on_the_tills_page(site: Site) -> None:
    await rename(site, f"하나 {SCRIPT}", "후라이드치킨")
    async with site.visit() as minji:
        await minji.say("근처 치킨집")
        await minji.here()
        await minji.tap("메뉴 보기", "하나")
        for label in ("후라이드", "주문하기", "포장", "결제하기"):
            await minji.tap(label)
        asked = await minji.until(lambda frame: bool(frame.get("payment")))
        for lang in ("ko", "en", '"><script>', "{{7777*7777}}"):
            async with site.session.get(site.url + asked["payment"]["url"], params={"lang": lang}) as page:
                html = await page.text()
                assert SCRIPT not in html
                assert "<img" not in html
                assert "60481729" not in html
                assert "&lt;img" in html


ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/api/site", 200),
    ("GET", "/healthz", 200),
    ("GET", "/nowhere/<script>", 404),
    ("GET", "/till/none", 404),
    ("GET", "/assets/none.js", 404),
    ("GET", "/assets/../../pyproject.toml", 404),
    ("POST", "/", 405),
    ("DELETE", "/api/site", 405),
    ("PUT", "/till/none", 405),
    ("GET", "/hooks/telegram", 405),
    ("POST", "/events/sandbox", 413),
    ("POST", "/hooks/telegram", 403),
    ("POST", "/hooks/stripe", 413),
    ("GET", "/socket", 400),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
@pytest.mark.either
async def test_every_answer_carries_the_policy(open_doors: Doors, method: str, path: str, status: int) -> None:
    site = open_doors.site
    body = b"x" * 2_000_000 if method == "POST" else None
    async with site.session.request(method, site.url + path, data=body) as answer:
        assert answer.status == status
        guarded(answer.headers)
        if answer.content_type == "text/html" and status >= 400:
            assert "<script>" not in await answer.text()


@pytest.mark.either
async def test_files_and_faults_carry_it_too(site: Site) -> None:
    built = sorted((PAGE / "assets").glob("*.js")) if (PAGE / "assets").exists() else []
    for file in built[:1]:
        async with site.session.get(f"{site.url}/assets/{file.name}") as answer:
            assert answer.status == 200
            guarded(answer.headers)
    async with site.application.database.transaction() as session:
        await session.execute(text("ALTER TABLE sandbox_charges RENAME TO elsewhere"))
    for accept in ("text/html", "*/*"):
        async with site.session.get(f"{site.url}/till/none", headers={"Accept": accept}) as answer:
            assert answer.status == 500
            guarded(answer.headers)
            said = await answer.text()
            assert "sandbox_charges" not in said
            assert "Traceback" not in said


def guarded(headers: object) -> None:
    assert hasattr(headers, "getall")
    (policy,) = headers.getall("Content-Security-Policy")
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert headers.getall("X-Content-Type-Options") == ["nosniff"]
    assert headers.getall("Referrer-Policy")
    assert headers.getall("Server") == ["dangol"]


# -- Telegram and the terminal


@pytest.mark.either
async def test_telegram_is_asked_to_read_no_markup_and_to_show_no_preview(open_doors: Doors) -> None:
    site = open_doors.site
    await rename(site, f"하나 {STYLED}", f"후라이드 {SCRIPT}")
    sender = {"id": 1001, "is_bot": False, "first_name": STYLED}
    assert await open_doors.update({"text": "근처 치킨집", "from": sender}, 1) == 200
    point = {"latitude": 37.556, "longitude": 126.910}
    assert await open_doors.update({"location": point, "from": sender}, 2) == 200
    calls = open_doors.telegram.calls
    await open_doors.telegram.until(lambda: any("<b>굵게</b> *별*" in str(call.given.get("text")) for call in calls))
    sent = [call.given for call in open_doors.telegram.calls if call.method == "sendMessage"]
    assert sent
    for given in sent:
        assert "parse_mode" not in given
        assert "entities" not in given
        assert json.loads(str(given["link_preview_options"]))["is_disabled"] is True


@pytest.mark.either
async def test_a_terminal_is_given_no_sequences(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
        await paid(site, minji)
        await minji.say(f"포크도 주세요 {ANSI}")
        await minji.say("상담원 연결해 주세요")
        told = (await shop.sees("사람과 이야기"))["text"]
    assert "빨강" in told
    for mark in ("\x1b", "\x07", "\x9b"):
        assert mark not in told
        assert not any(mark in record.getMessage() for record in caplog.records)
    raw = Console(record=True, force_terminal=True, width=200)
    with raw.capture() as screen:
        raw.print(ANSI, markup=False, highlight=False)
    assert "\x1b[31m" in screen.get(), "the terminal itself would take what came through"


# -- addresses that people write


@dataclass
class Listener:
    """A server of somebody else's; ``asked`` is every connection that was made to it."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.asked.append((await reader.readline()).decode("latin-1"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    listener.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/secret"
    async with server:
        yield listener


@pytest.mark.either
async def test_an_address_that_somebody_writes_is_never_asked_for(open_doors: Doors) -> None:
    site = open_doors.site
    async with listening() as listener:
        url = listener.url
        await rename(site, f"하나 {url}", f"후라이드 {url}")
        sender = {"id": 1001, "is_bot": False, "first_name": url}
        entities = [{"type": "url", "offset": 0, "length": len(url)}]
        assert await open_doors.update({"text": url, "from": sender, "entities": entities}, 1) == 200
        assert (
            await open_doors.update({"photo": [{"file_id": url, "file_unique_id": "u", "width": 1, "height": 1}]}, 2)
            == 200
        )
        async with site.visit() as minji, site.visit(shop="hana-chicken") as shop:
            await write_everywhere(minji, url)
            await shop.say(url)
            await minji.act({"type": "contact", "phone": "010-1234-5678"})
        for header in ("Referer", "X-Forwarded-Host", "Forwarded", "Origin"):
            async with site.session.get(f"{site.url}/?url={url}", headers={header: url}) as answer:
                assert answer.status in (200, 403, 503)
        await site.application.settle()
        assert listener.asked == []
        async with site.session.get(url) as answer:  # the negative control: it does hear who asks
            assert answer.status == 200
        assert len(listener.asked) == 1


async def write_everywhere(minji: Visitor, url: str) -> None:
    for words in (
        url,
        f"근처 {url} 치킨집",
        f"상담원 연결해 주세요 {url}",
        f"문 앞에 놔 주세요 {url}",
        f"{url} 어디예요?",
    ):
        await minji.say(words)


# -- other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://dangol.example.evil.example"},
        {"Origin": "http://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.either
async def test_a_browser_sent_by_another_site_posts_nothing(open_doors: Doors, headers: dict[str, str]) -> None:
    site = open_doors.site
    for path in ("/till/sbc_one", TELEGRAM, "/events/sandbox", "/hooks/stripe"):
        assert await open_doors.post(path, b"decision=approve", **headers) == 403
    body = json.dumps({"update_id": 7, "message": None}).encode()
    assert await open_doors.post(TELEGRAM, body, **headers) == 403
    assert await count(site, Received, Received.channel != "timer") == 0
    assert await open_doors.post(TELEGRAM, body) == 200, "the negative control: without the origin it is taken"


@pytest.mark.either
async def test_the_policy_of_origins_comes_before_the_signature(site: Site) -> None:
    body = b"[]"
    secret = site.application.settings.signing_key.encode()
    signed = {signing.HEADER: signing.sign(secret, body, site.clock.now())}
    answers = []
    for headers in (signed, signed | {"Origin": "https://evil.example"}):
        async with site.session.post(f"{site.url}/events/sandbox", data=body, headers=headers) as answer:
            answers.append(answer.status)
    assert answers[1] == 403
    assert answers[0] != 403


@pytest.mark.either
async def test_another_sites_page_opens_no_socket(site: Site) -> None:
    for origin in ("https://evil.example", "null", f"{site.url}.evil.example", "http://[::1"):
        with pytest.raises(WSServerHandshakeError) as refused:
            await site.session.ws_connect(f"{site.url}/socket", headers={"Origin": origin})
        assert refused.value.status == 403
    async with site.session.ws_connect(f"{site.url}/socket", headers={"Origin": site.url}) as socket:
        assert not socket.closed
