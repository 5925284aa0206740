"""The street in a real browser: two phones, from a word to an answered order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.web.browsing import Tab, tab
from tests.webhooks.visiting import Site
from webhooks.till_words import WORDS

pytestmark = pytest.mark.browser

PHONE = (390, 844)
SHOP = "바람이치킨"
ENGLISH_SHOP = "Barami Chicken"
APPROVE = WORDS["ko"]["approve"]


async def find_shop(page: Tab) -> None:
    consumer = page.consumer
    await page.say(consumer, "근처 치킨집")
    await page.tap(consumer, "내 위치 보내기")
    await page.page.get_by_role("dialog").locator("ul.places button").first.click()
    await page.sees(consumer, SHOP)
    await page.tap(consumer, "메뉴 보기", within=SHOP)
    await page.sees(consumer, "후라이드치킨")


async def ask_to_pay(page: Tab) -> None:
    consumer = page.consumer
    await find_shop(page)
    await page.tap(consumer, "후라이드치킨 담기")
    await page.sees(consumer, "합계")
    await page.tap(consumer, "주문하기")
    await page.tap(consumer, "포장")
    await page.sees(consumer, "주문을 확인해 주세요")
    await page.tap(consumer, "결제하기")
    await expect(consumer.locator(".payment-pay")).to_be_visible()


async def test_an_order_from_the_first_word_to_the_shops_answer(browser: Browser, street: Site) -> None:
    async with tab(browser, street.url) as page:
        await expect(page.page.locator(".idle")).to_be_visible()
        await ask_to_pay(page)
        await expect(page.shop.locator(".chat-head, header").first).to_contain_text(SHOP)
        await page.pay(page.consumer, APPROVE)
        await page.sees(page.consumer, "결제했어요")
        banner = page.shop.get_by_role("alert")
        await expect(banner).to_contain_text("새 주문")
        await page.tap(page.shop, "20분")
        await expect(banner).to_be_empty()
        await page.sees(page.consumer, f"{SHOP}이 주문을 받았어요")
        await page.tap(page.shop, "준비 완료")
        await page.sees(page.consumer, "다 됐어요")
        assert page.complaints == []
    await street.sound()


async def test_the_same_in_english(browser: Browser, street: Site) -> None:
    async with tab(browser, street.url, language="en-US") as page:
        consumer = page.consumer
        await page.say(consumer, "chicken nearby")
        await page.tap(consumer, "Send my location")
        await page.page.get_by_role("dialog").locator("ul.places button").first.click()
        await page.tap(consumer, "See menu", within=ENGLISH_SHOP)
        await page.tap(consumer, "Add Fried chicken")
        await page.tap(consumer, "Check out")
        await page.tap(consumer, "Pickup")
        await page.tap(consumer, "Pay ")
        await page.pay(consumer, WORDS["en"]["approve"])
        await page.sees(consumer, "Paid")
        await expect(page.shop.get_by_role("alert")).not_to_be_empty()
        await page.tap(page.shop, "20")
        await page.sees(consumer, "accepted")
        hangul = "[...document.querySelectorAll('.street-consumer .theirs')].some(e => /[가-힣]/.test(e.innerText))"
        assert not await page.page.evaluate(hangul)
        assert page.complaints == []


async def test_on_a_real_phone_one_phone_is_seen_at_a_time_and_the_other_rings(browser: Browser, street: Site) -> None:
    async with tab(browser, street.url, size=PHONE, has_touch=True, is_mobile=True) as page:
        await ask_to_pay(page)
        await expect(page.page.locator(".street-shop")).not_to_be_in_viewport()
        await page.pay(page.consumer, APPROVE)
        await page.sees(page.consumer, "결제했어요")
        await page.page.get_by_role("button", name=re.compile("가게.*새 메시지 있음")).click()
        await page.tap(page.shop, "20분")
        await page.page.get_by_role("button", name="손님").first.click()
        await page.sees(page.consumer, f"{SHOP}이 주문을 받았어요")
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await page.page.evaluate(wider)
        assert page.complaints == []


async def test_a_reload_keeps_what_was_said_and_nothing_twice(browser: Browser, street: Site) -> None:
    async with tab(browser, street.url) as page:
        await find_shop(page)
        before = await page.consumer.locator(".theirs .bubble").all_inner_texts()
        mine = await page.consumer.locator(".mine").count()
        await page.page.reload()
        await page.sees(page.consumer, "후라이드치킨")
        await expect(page.consumer.locator(".mine")).to_have_count(mine)
        assert await page.consumer.locator(".theirs .bubble").all_inner_texts() == before
        await page.tap(page.consumer, "후라이드치킨 담기")
        await page.sees(page.consumer, "합계")
        assert page.complaints == []


async def test_everything_can_be_done_with_the_keyboard_alone(browser: Browser, street: Site) -> None:
    async with tab(browser, street.url) as page:
        keyboard = page.page.keyboard

        async def to(name: str) -> None:
            """Tab, forwards, to what is called so."""
            for _ in range(150):
                await keyboard.press("Tab")
                found = await page.page.evaluate(
                    "(() => { const on = document.activeElement; const name = on.getAttribute('aria-label');"
                    " return ['BUTTON', 'TEXTAREA', 'A'].includes(on.tagName) ? (name || on.innerText).trim() : '' })()"
                )
                if found == name:
                    return
            raise AssertionError(f"{name!r} is not reached by Tab")

        await to("메시지")
        await keyboard.type("근처 치킨집")
        await keyboard.press("Enter")
        await page.consumer.get_by_role("button", name="내 위치 보내기").wait_for()
        await to("내 위치 보내기")
        await keyboard.press("Enter")
        await page.page.get_by_role("dialog").wait_for()
        await keyboard.press("Escape")
        await expect(page.page.get_by_role("dialog")).to_have_count(0)
        focused = "document.activeElement.innerText"
        assert "내 위치 보내기" in await page.page.evaluate(focused)
        await keyboard.press("Enter")
        await page.page.get_by_role("dialog").wait_for()
        await keyboard.press("Tab")
        await keyboard.press("Tab")
        await keyboard.press("Enter")
        await page.sees(page.consumer, SHOP)
        await to("메뉴 보기")
        await keyboard.press("Enter")
        await page.consumer.get_by_role("button", name="담기").first.wait_for()
        assert page.complaints == []


async def test_dark_is_dark_and_light_is_light(browser: Browser, street: Site, tmp_path: Path) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        async with tab(browser, street.url, scheme="dark" if scheme == "dark" else "light") as page:
            await page.say(page.consumer, "근처 치킨집")
            await page.sees(page.consumer, "어디")
            picture = await page.page.screenshot(path=tmp_path / f"{scheme}.png")
            assert len(picture) > 20_000
            brightness[scheme] = await page.page.evaluate(
                "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)"
                ".reduce((sum, part) => sum + part)"
            )
            assert page.complaints == []
    assert brightness["dark"] < 200
    assert brightness["light"] > 500


async def test_a_lost_connection_is_said_and_what_was_written_meanwhile_arrives_once(
    browser: Browser, street: Site
) -> None:
    async with tab(browser, street.url) as page:
        await page.say(page.consumer, "근처 치킨집")
        await page.sees(page.consumer, "어디")
        context = page.page.context
        await context.set_offline(True)
        await page.page.evaluate("window.dispatchEvent(new Event('offline'))")
        await page.say(page.consumer, "망원시장")
        await context.set_offline(False)
        await page.sees(page.consumer, "찾았어요")
        await expect(page.consumer.locator(".mine", has_text="망원시장")).to_have_count(1)


async def test_a_town_that_is_no_demo_shows_one_chat(browser: Browser, quiet_town: Site) -> None:
    async with tab(browser, quiet_town.url) as page:
        chat = page.page.locator(".chat")
        await page.say(chat, "근처 치킨집")
        await page.sees(chat, "어디")
        await expect(page.page.locator(".street")).to_have_count(0)
        assert page.complaints == []


async def test_a_shops_own_page_opens_with_its_key_and_not_without(browser: Browser, quiet_town: Site) -> None:
    key = quiet_town.application.links.shop_key("hana-chicken")
    async with tab(browser, f"{quiet_town.url}/shop/hana-chicken?key={key}") as page:
        chat = page.page.locator(".chat")
        await expect(chat).to_contain_text("하나치킨")
        await page.say(chat, "오늘 주문 보여줘")
        await expect(chat.locator(".theirs").last).to_be_visible()
        assert page.complaints == []
    async with tab(browser, f"{quiet_town.url}/shop/hana-chicken?key=forged") as page:
        await expect(page.page.locator("body")).to_contain_text("링크")


async def test_an_invitations_link_sends_its_code(browser: Browser, quiet_town: Site) -> None:
    async with quiet_town.visit(shop="hana-chicken") as shop:
        await shop.say("직원 초대")
        code = (await shop.sees("join="))["text"].split("join=")[1].split()[0]
    async with tab(browser, f"{quiet_town.url}/?join={code}") as page:
        await page.sees(page.page.locator(".chat"), "하나치킨")
        assert page.complaints == []
