"""Sending to Telegram: what people see, within its limits, and what its refusals mean."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram.error import NetworkError

from bot.channels.port import Blocked, Outgoing, RetryAfter, Undeliverable
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.pages import pages_of
from bot.channels.telegram.texts import pieces, units
from bot.messages import Asks, Button, Card, PaymentRequest, Reply, Tap
from tests.peers.telegram import Person, TelegramPeer
from tests.peers.telegram.limits import check_link, check_markup, checked_text

SITE = "http://127.0.0.1:8080"
MENU = Button("메뉴 보기", "/show_menu")


@pytest.fixture
async def minji(peer: TelegramPeer) -> Person:
    minji = peer.user(1001)
    await minji.start()
    return minji


def out(number: int, reply: Reply, edits: str | None = None) -> Outgoing:
    return Outgoing(number, "1001", reply, edits)


async def test_a_text_is_shown_as_it_is(channel: TelegramChannel, minji: Person) -> None:
    sent = await channel.send(out(1, Reply("<b>하나</b> & *치킨* _맛_")))
    assert minji.newest().text == "<b>하나</b> & *치킨* _맛_"
    assert sent.ref == str(minji.newest().id)


async def test_buttons_carry_the_message_and_their_place(channel: TelegramChannel, minji: Person) -> None:
    await channel.send(out(17, Reply("고르세요", (Button("네", "/affirm"), Button("아니요", "/deny")))))
    assert [[key["callback_data"] for key in row] for row in minji.newest().rows] == [["17.0", "17.1"]]


async def test_cards_are_one_message_with_a_numbered_row_of_buttons_each(
    channel: TelegramChannel, minji: Person
) -> None:
    cards = (Card("하나치킨", "350m · 23:30까지", (MENU, Button("쿠폰"))), Card("두리분식", "400m", (MENU,)))
    await channel.send(out(5, Reply("가까운 가게예요.", (Button("더 보기"),), cards)))
    shown = minji.newest()
    assert shown.text == "가까운 가게예요.\n\n① 하나치킨\n350m · 23:30까지\n\n② 두리분식\n400m"
    assert [[key["text"] for key in row] for row in shown.rows] == [
        ["① 메뉴 보기", "① 쿠폰"],
        ["② 메뉴 보기"],
        ["더 보기"],
    ]
    assert [key["callback_data"] for row in shown.rows for key in row] == ["5.1", "5.2", "5.3", "5.0"]


async def test_a_single_card_needs_no_number(channel: TelegramChannel, minji: Person) -> None:
    await channel.send(out(5, Reply("", (), (Card("하나치킨", "350m", (MENU,)),))))
    assert (minji.newest().text, minji.newest().buttons) == ("하나치킨\n350m", ["메뉴 보기"])


async def test_a_public_page_is_a_button(channel: TelegramChannel, minji: Person) -> None:
    payment = PaymentRequest(18000, "KRW", "https://pay.dangol.kr/till/abc", "pay_1")
    await channel.send(out(5, Reply("18,000원이에요.", payment=payment)))
    assert minji.link("결제하기") == payment.url


async def test_a_page_on_this_machine_is_written_out(channel: TelegramChannel, minji: Person) -> None:
    payment = PaymentRequest(18000, "KRW", "/till/abc", "pay_1")
    await channel.send(out(5, Reply("It is ₩18,000.", (Button("Cancel"),), payment=payment)))
    assert minji.newest().text == "It is ₩18,000.\n💳 Pay: http://127.0.0.1:8080/till/abc"
    assert minji.newest().buttons == ["Cancel"]


async def test_a_button_that_pays_is_not_doubled(channel: TelegramChannel, minji: Person) -> None:
    page = "https://pay.dangol.kr/till/abc"
    await channel.send(
        out(5, Reply("내세요", (Button("지금 내기", url=page),), payment=PaymentRequest(1, "KRW", page, "p")))
    )
    assert minji.newest().buttons == ["지금 내기"]


async def test_an_address_that_telegram_refuses_after_all_goes_into_the_text(
    channel: TelegramChannel, peer: TelegramPeer, minji: Person
) -> None:
    peer.faults.refuse("sendMessage", 400, "Bad Request: BUTTON_URL_INVALID")
    await channel.send(out(5, Reply("여기예요", (Button("지도", url="https://map.example.com/1"),))))
    assert minji.newest().text == "여기예요\n지도: https://map.example.com/1"


@pytest.mark.parametrize(("asks", "wants"), [("location", "request_location"), ("contact", "request_contact")])
async def test_asking_shows_a_button_that_shares_and_goes_afterwards(
    channel: TelegramChannel, peer: TelegramPeer, minji: Person, asks: Asks, wants: str
) -> None:
    await channel.send(out(1, Reply("어디 계세요?", asks=asks)))
    assert minji.keyboard is not None
    assert minji.keyboard["keyboard"][0][0][wants] is True
    assert minji.newest().text == "어디 계세요?"
    await minji.say("망원역")
    await channel.send(out(2, Reply("찾았어요.", (MENU,))))
    assert minji.keyboard is None
    assert minji.newest().text == "찾았어요."
    await channel.send(out(3, Reply("또 찾았어요.", (MENU,))))
    assert len(peer.made("deleteMessage")) == 1


async def test_asking_beside_buttons_takes_a_second_message_and_the_first_stays_editable(
    channel: TelegramChannel, minji: Person
) -> None:
    sent = await channel.send(out(1, Reply("어디 계세요?", (Button("취소"),), asks="location", key="where")))
    texts = [shown.text for shown in minji.screen() if not shown.mine]
    assert texts == ["어디 계세요?", "아래 버튼을 누르면 지금 위치를 보낼 수 있어요."]
    edited = await channel.send(out(2, Reply("망원역 근처예요.", key="where", edits=True), sent.ref))
    assert edited.ref == sent.ref
    assert [shown.text for shown in minji.screen() if shown.edits] == ["망원역 근처예요."]


async def test_an_edit_changes_the_message_in_place(channel: TelegramChannel, minji: Person) -> None:
    first = await channel.send(out(1, Reply("담았어요: 1", (Button("더"),), key="cart")))
    second = await channel.send(out(2, Reply("담았어요: 2", (Button("더"),), key="cart", edits=True), first.ref))
    assert first.ref == second.ref
    shown = minji.newest()
    assert (shown.text, shown.edits, shown.rows[0][0]["callback_data"]) == ("담았어요: 2", 1, "2.0")


async def test_an_edit_that_changes_nothing_counts_as_done(channel: TelegramChannel, minji: Person) -> None:
    first = await channel.send(out(1, Reply("그대로", key="cart")))
    again = await channel.send(out(2, Reply("그대로", key="cart", edits=True), first.ref))
    assert again.ref == first.ref
    assert len([shown for shown in minji.screen() if not shown.mine]) == 1


async def test_a_message_that_is_gone_is_sent_anew_and_quietly(channel: TelegramChannel, minji: Person) -> None:
    first = await channel.send(out(1, Reply("처음", key="cart")))
    del minji.messages[int(first.ref or 0)]
    again = await channel.send(out(2, Reply("다시", key="cart", edits=True), first.ref))
    assert again.ref != first.ref
    assert (minji.newest().text, minji.newest().silent) == ("다시", True)


async def test_an_edit_that_must_ring_is_a_new_message_and_the_old_loses_its_buttons(
    channel: TelegramChannel, minji: Person
) -> None:
    first = await channel.send(out(1, Reply("새 주문", (Button("접수"),), key="order", alert=True)))
    await channel.send(
        out(2, Reply("아직 답이 없어요", (Button("접수"),), key="order", edits=True, alert=True), first.ref)
    )
    assert minji.messages[int(first.ref or 0)].buttons == []
    assert (minji.newest().text, minji.newest().silent, minji.newest().buttons) == ("아직 답이 없어요", False, ["접수"])


async def test_a_flood_tells_how_long_to_wait(channel: TelegramChannel, peer: TelegramPeer, minji: Person) -> None:
    peer.faults.flood("sendMessage", retry_after=7)
    with pytest.raises(RetryAfter) as refused:
        await channel.send(out(1, Reply("안녕하세요")))
    assert refused.value.seconds == 7
    await channel.send(out(1, Reply("안녕하세요")))
    assert minji.newest().text == "안녕하세요"


async def test_a_long_message_that_stopped_half_way_goes_on_where_it_stopped(
    channel: TelegramChannel, peer: TelegramPeer, minji: Person
) -> None:
    gate = peer.faults.hold("sendMessage")
    gate.set()
    peer.faults.flood("sendMessage", retry_after=1)
    long = Reply("\n".join(f"{line}번 줄" for line in range(2000)), (MENU,))
    with pytest.raises(RetryAfter):
        await channel.send(out(1, long))
    sent = await channel.send(out(1, long))
    parts = [shown for shown in minji.screen() if not shown.mine]
    assert "\n".join(part.text for part in parts) == long.text
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert [part.silent for part in parts] == [False] + [True] * (len(parts) - 1)
    assert sent.ref == str(parts[-1].id)


async def test_who_blocked_the_bot_has_left(channel: TelegramChannel, minji: Person) -> None:
    await minji.block()
    with pytest.raises(Blocked):
        await channel.send(out(1, Reply("계세요?")))


async def test_who_closed_their_account_has_left(channel: TelegramChannel, minji: Person) -> None:
    minji.deleted = True
    with pytest.raises(Blocked):
        await channel.send(out(1, Reply("계세요?")))


@pytest.mark.parametrize("chat", ["4040404", "no-number"])
async def test_an_unknown_chat_is_undeliverable(channel: TelegramChannel, chat: str) -> None:
    with pytest.raises(Undeliverable):
        await channel.send(Outgoing(1, chat, Reply("누구세요?")))


async def test_nothing_to_show_is_undeliverable(channel: TelegramChannel, minji: Person) -> None:
    with pytest.raises(Undeliverable):
        await channel.send(out(1, Reply(" \u200b\n")))


@pytest.mark.parametrize("code", [500, 502, 401])
async def test_an_outage_may_be_tried_again(
    channel: TelegramChannel, peer: TelegramPeer, minji: Person, code: int
) -> None:
    peer.faults.fail("sendMessage", code)
    with pytest.raises(Exception) as raised:
        await channel.send(out(1, Reply("여보세요")))
    assert not isinstance(raised.value, RetryAfter | Blocked | Undeliverable)


async def test_a_broken_connection_may_be_tried_again(
    channel: TelegramChannel, peer: TelegramPeer, minji: Person
) -> None:
    peer.faults.drop("sendMessage", done=False)
    with pytest.raises(NetworkError):
        await channel.send(out(1, Reply("여보세요")))
    await channel.send(out(1, Reply("여보세요")))
    assert [shown.text for shown in minji.screen() if not shown.mine] == ["여보세요"]


async def test_a_chat_s_name_for_a_phone_number_is_shown_plainly(channel: TelegramChannel, minji: Person) -> None:
    await channel.send(out(1, Reply("상담원이에요", (Button("전화", url="tel:02-000-0000"),))))
    assert minji.newest().text == "상담원이에요\n전화: 02-000-0000"


words = st.text(st.characters(codec="utf-8") | st.sampled_from("가힣🍗👨‍👩‍👧\n \u200b\u3164\ud83d\udc00"), max_size=80)
buttons = st.builds(
    Button,
    label=words,
    url=st.none()
    | st.sampled_from(["https://a.example.com/x", "http://localhost/x", "/till/1", "tel:1", "http://[", ""]),
)
replies = st.builds(
    Reply,
    text=words | words.map(lambda text: text * 200),
    buttons=st.lists(buttons, max_size=150).map(tuple),
    cards=st.lists(
        st.builds(Card, title=words, subtitle=words, buttons=st.lists(buttons, max_size=30).map(tuple)), max_size=12
    ).map(tuple),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(replies)
def test_every_reply_fits_telegram_and_loses_no_button(reply: Reply) -> None:
    pages = pages_of(Outgoing(12345678, "1", reply), SITE)
    for page in pages:
        checked_text(page.text)
        check_markup(
            {
                "inline_keyboard": [
                    [{"text": k.label, **({"url": k.url} if k.url else {"callback_data": k.data})} for k in row]
                    for row in page.rows
                ]
            }
        )
        for key in (key for row in page.rows for key in row if key.url):
            check_link(key.url or "")
    taps = [Tap.parse(key.data) for page in pages for row in page.rows for key in row if key.data]
    wanted = {Tap(12345678, at) for at, button in enumerate(reply.all_buttons()) if button.url is None}
    assert len(taps) == len(wanted)
    assert set(taps) == wanted


@given(st.text(max_size=300), st.integers(2, 40))
def test_cut_text_is_the_same_text_and_every_piece_fits(text: str, limit: int) -> None:
    cut = pieces(text, limit)
    assert all(0 < units(piece) <= limit for piece in cut)
    joined = "".join("".join(cut).split())
    whole = "".join(text.split())
    assert all(char in whole for char in joined)
    if text.isprintable() and text.isascii():
        assert joined == whole


def test_text_is_cut_at_line_ends_or_else_at_spaces_or_else_between_characters() -> None:
    assert pieces("하나\n둘 셋\n넷", 7) == ["하나\n둘 셋", "넷"]
    assert pieces("하나 둘 셋", 5) == ["하나 둘", "셋"]
    assert pieces("🍗" * 5, 4) == ["🍗🍗", "🍗🍗", "🍗"]


async def test_emoji_count_double_when_texts_share_a_message(channel: TelegramChannel, minji: Person) -> None:
    await channel.send(out(1, Reply("🍗" * 1500, (), (Card("🥤" * 1000, "", (MENU,)),))))
    assert [shown.text for shown in minji.screen() if not shown.mine] == ["🍗" * 1500, "🥤" * 1000]
    assert minji.newest().buttons == ["메뉴 보기"]
