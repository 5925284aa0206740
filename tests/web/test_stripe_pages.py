"""Paying through Stripe in a real browser: on its own page in a tab of its own, and with its form in the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Route, expect

from tests.dialogues.stage import Towns
from tests.web.browsing import WAIT_MS, Tab, tab
from tests.webhooks.paying import Paid, paid
from webhooks.stripe_words import WORDS

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parents[1] / "peers" / "stripe" / "stripe.js"
GOOD, DECLINED = "4242424242424242", "4000000000000002"
OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Authorization, Content-Type"}


@pytest.fixture
async def street(towns: Towns, tmp_path: Path) -> AsyncIterator[Paid]:
    async with paid(towns, tmp_path) as street:
        yield street


@pytest.fixture
async def form(towns: Towns, tmp_path: Path) -> AsyncIterator[Paid]:
    async with paid(towns, tmp_path, form=True) as street:
        yield street


async def ask_to_pay(page: Tab) -> Locator:
    """Order chicken; the button to pay it."""
    chat = page.page.locator(".chat")
    await page.say(chat, "시험역 근처 치킨집")
    await page.tap(chat, "메뉴 보기", within="하나치킨")
    await page.tap(chat, "후라이드치킨 담기")
    await page.tap(chat, "주문하기")
    await page.tap(chat, "포장")
    await page.tap(chat, "결제하기")
    pay = chat.locator(".payment-pay")
    await expect(pay).to_be_visible(timeout=WAIT_MS)
    return pay


async def with_stripes_script(page: Tab, street: Paid) -> None:
    """What the browser asks of Stripe goes to the stand-in."""

    async def script(route: Route) -> None:
        await route.fulfill(path=SCRIPT, content_type="text/javascript")

    async def api(route: Route) -> None:
        asked = route.request
        if asked.method == "OPTIONS":
            await route.fulfill(status=204, headers=OPEN)
            return
        url = street.stripe.url + asked.url.removeprefix("https://api.stripe.com")
        headers = {name: asked.headers[name] for name in ("authorization", "content-type")}
        async with street.site.session.post(url, data=asked.post_data, headers=headers) as answer:
            body, status = await answer.read(), answer.status
        await route.fulfill(status=status, headers=OPEN, content_type="application/json", body=body)

    await page.page.context.route("https://js.stripe.com/**", script)
    await page.page.context.route("https://api.stripe.com/**", api)


async def test_stripes_own_page_opens_in_a_tab_of_its_own_and_the_chat_goes_on(browser: Browser, street: Paid) -> None:
    async with tab(browser, street.site.url) as page:
        pay = await ask_to_pay(page)
        async with page.page.context.expect_page() as opening:
            await pay.click()
        stripe = await opening.value
        assert await stripe.evaluate("window.opener") is None
        await stripe.get_by_role("button", name="Pay with a declined card").click()
        await expect(stripe.get_by_role("alert")).to_contain_text("declined")
        # Stripe sends people back to where the world reaches us; here that is another port.
        async with stripe.expect_request("**/paid?lang=ko"):
            await stripe.get_by_role("button", name="Pay by card").click()
        await page.sees(page.page.locator(".chat"), "결제했어요")
        assert page.complaints == []
    await street.site.sound()


@pytest.mark.parametrize(("path", "lang"), [("paid", "ko"), ("unpaid", "en")])
async def test_the_page_one_comes_back_to_says_so_in_ones_language(
    browser: Browser, street: Paid, path: str, lang: str
) -> None:
    async with tab(browser, f"{street.site.url}/{path}?lang={lang}") as page:
        await expect(page.page.get_by_role("status")).to_have_text(WORDS[lang][path])
        assert page.complaints == []


async def test_stripes_form_is_paid_within_the_chat(browser: Browser, form: Paid) -> None:
    async with tab(browser, form.site.url) as page:
        await with_stripes_script(page, form)
        pay = await ask_to_pay(page)
        await pay.click()
        sheet = page.page.frame_locator("iframe.till")
        await expect(sheet.locator(".amount")).to_have_text("18,000원")
        await expect(sheet.locator("#ways")).to_have_attribute("data-locale", "ko")
        await sheet.get_by_label("Card number").fill(DECLINED)
        button = sheet.get_by_role("button", name=WORDS["ko"]["pay"])
        await button.click()
        await expect(sheet.get_by_role("status")).to_have_text("Your card was declined.")
        await sheet.get_by_label("Card number").fill(GOOD)
        await button.click()
        await expect(page.page.locator("iframe.till")).to_have_count(0, timeout=WAIT_MS)
        await page.sees(page.page.locator(".chat"), "결제했어요")
        assert [line for line in page.complaints if "402" not in line and "/confirm" not in line] == []
    charges = [charge for charge in form.stripe.books.charges.values() if charge["paid"]]
    assert [charge["amount"] for charge in charges] == [18000]
    await form.site.sound()


async def test_a_way_that_leaves_for_another_page_gets_a_tab_of_its_own(browser: Browser, form: Paid) -> None:
    async with tab(browser, form.site.url) as page:
        await with_stripes_script(page, form)
        await (await ask_to_pay(page)).click()
        sheet = page.page.frame_locator("iframe.till")
        await sheet.get_by_label("kakao_pay").check()
        await expect(sheet.get_by_role("button")).to_be_hidden()
        async with page.page.context.expect_page() as opening:
            await sheet.get_by_role("link", name=WORDS["ko"]["elsewhere"]).click()
        own = await opening.value
        await expect(own.locator(".amount")).to_have_text("18,000원")
        await own.get_by_label("kakao_pay").check()
        await expect(own.get_by_role("button", name=WORDS["ko"]["pay"])).to_be_enabled()
        await own.get_by_label("card", exact=True).check()
        await own.get_by_label("Card number").fill(GOOD)
        await own.get_by_role("button", name=WORDS["ko"]["pay"]).click()
        await expect(own.get_by_role("status")).to_have_text(WORDS["ko"]["done"])
        await page.sees(page.page.locator(".chat"), "결제했어요")
        assert page.complaints == []


async def test_a_way_that_turns_out_to_leave_is_not_followed_within_the_chat(browser: Browser, form: Paid) -> None:
    async with tab(browser, form.site.url) as page:
        await with_stripes_script(page, form)
        await (await ask_to_pay(page)).click()
        sheet = page.page.frame_locator("iframe.till")
        await sheet.get_by_label("kr_card").check()
        await sheet.get_by_role("button", name=WORDS["ko"]["pay"]).click()
        await expect(sheet.get_by_role("link", name=WORDS["ko"]["elsewhere"])).to_be_visible()
        await expect(sheet.get_by_role("button")).to_be_hidden()
        assert page.complaints == []
    assert form.stripe.books.charges == {}


async def test_a_form_whose_script_does_not_come_says_so(browser: Browser, form: Paid) -> None:
    async with tab(browser, form.site.url) as page:
        await page.page.context.route("https://js.stripe.com/**", lambda route: route.abort())
        await (await ask_to_pay(page)).click()
        sheet = page.page.frame_locator("iframe.till")
        await expect(sheet.get_by_role("status")).to_have_text(WORDS["ko"]["unreachable"])
