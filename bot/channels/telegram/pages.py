"""A reply as Telegram can show it: plain texts with keyboards, within Telegram's limits. Pure, knows no SDK.

Limits: a text has 1 to 4096 UTF-16 units, a keyboard at most 100 buttons, 8 in a row, and about 10 kB in all; a
button's address must be public. What does not fit on one page goes on to the next, and no button is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.channels.port import Outgoing
from bot.channels.telegram.links import is_public, resolve
from bot.channels.telegram.texts import clean, columns, is_blank, pieces, shorten, units
from bot.messages import Asks, Button, Card, Reply, Tap

TEXT_UNITS = 4096
KEYBOARD_BUTTONS = 100
KEYBOARD_BYTES = 8000
ROW_BUTTONS = 8
ROW_COLUMNS = 36
LABEL_UNITS = 64
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Key:
    """One inline button: ``data`` comes back when it is pressed, ``url`` opens a page instead."""

    label: str
    data: str = ""
    url: str | None = None

    @property
    def size(self) -> int:
        return len(f"{self.label}{self.data}{self.url or ''}".encode())


Row = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its text and the rows of its inline keyboard."""

    text: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class AskKey:
    """The button under the text field that shares the person's location or phone number, and words to go with it."""

    asks: Asks
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class _Block:
    """Text that belongs together with its buttons."""

    text: str
    rows: tuple[Row, ...] = ()


def pages_of(message: Outgoing, site: str, *, link_buttons: bool = True) -> tuple[Page, ...]:
    """The messages that show ``message``, in order; none when there is nothing to show.

    ``site`` is the address that addresses without a host are under. With ``link_buttons`` False every address is
    written into the text.
    """
    reply = message.reply
    keys = _Keys(message.id, site, link_buttons)
    own, own_links = keys.of(reply.buttons, 0)
    pay, pay_links = keys.payment(reply)
    blocks = [_Block(_lines(reply.text, *pay_links, *own_links))]
    index = len(reply.buttons)
    for number, card in enumerate(reply.cards, start=1):
        blocks.append(_card(card, _numeral(number) if len(reply.cards) > 1 else "", keys, index))
        index += len(card.buttons)
    blocks.append(_Block("", (*_rows(pay), *_rows(own))))
    return tuple(_fill(blocks, _arrow(reply)))


def key_rows(message: Outgoing, site: str) -> tuple[Row, ...]:
    """The rows of the message's own buttons, without a way to pay; those Telegram takes no address of are left out."""
    keys, _ = _Keys(message.id, site, True).of(message.reply.buttons, 0)
    return tuple(_rows(keys))


def ask_key(reply: Reply) -> AskKey | None:
    """The sharing button that ``reply`` asks for, in the language of its text."""
    korean = speaks_korean(reply)
    if reply.asks == "location":
        if korean:
            return AskKey("location", "📍 내 위치 보내기", "아래 버튼을 누르면 지금 위치를 보낼 수 있어요.")
        return AskKey("location", "📍 Send my location", "Tap the button below to send where you are.")
    if reply.asks == "contact":
        if korean:
            return AskKey("contact", "📱 내 전화번호 보내기", "아래 버튼을 누르면 전화번호를 보낼 수 있어요.")
        return AskKey("contact", "📱 Send my phone number", "Tap the button below to send your phone number.")
    return None


def speaks_korean(reply: Reply) -> bool:
    """Whether the words of ``reply`` are Korean; a message carries no language of its own."""
    shown = (reply.text, *(button.label for button in reply.all_buttons()))
    return any(HANGUL.search(text) for text in shown)


class _Keys:
    """Turns buttons to keys, and those whose address Telegram refuses to lines of text."""

    def __init__(self, message: int, site: str, link_buttons: bool) -> None:
        self._message = message
        self._site = site
        self._link_buttons = link_buttons

    def of(self, buttons: Iterable[Button], first: int, mark: str = "") -> tuple[list[Key], list[str]]:
        """``first`` is the tap index of the first button, ``mark`` what tells this card's buttons from another's."""
        keys: list[Key] = []
        links: list[str] = []
        for index, button in enumerate(buttons, start=first):
            label = _label(f"{mark} {button.label}" if mark else button.label)
            if button.url is None:
                keys.append(Key(label, data=Tap(self._message, index).data))
            else:
                self._link(label, button.url, keys, links)
        return keys, links

    def payment(self, reply: Reply) -> tuple[list[Key], list[str]]:
        """The way to the till, unless one of the buttons is that already."""
        keys: list[Key] = []
        links: list[str] = []
        if (
            reply.payment
            and reply.payment.url
            and not any(button.url == reply.payment.url for button in reply.all_buttons())
        ):
            self._link("💳 결제하기" if speaks_korean(reply) else "💳 Pay", reply.payment.url, keys, links)
        return keys, links

    def _link(self, label: str, url: str, keys: list[Key], links: list[str]) -> None:
        address = resolve(self._site, url)
        if self._link_buttons and is_public(address):
            keys.append(Key(label, url=address))
        else:
            links.append(f"{label}: {address.removeprefix('tel:')}")


def _card(card: Card, mark: str, keys: _Keys, first: int) -> _Block:
    found, links = keys.of(card.buttons, first, mark)
    title = f"{mark} {card.title}" if mark else card.title
    return _Block(_lines(title, card.subtitle, *links), tuple(_rows(found)))


def _fill(blocks: Iterable[_Block], arrow: str) -> Iterable[Page]:
    """Put blocks on as few pages as their order and the limits allow."""
    page = Page("")
    for block in blocks:
        *before, last = pieces(block.text, TEXT_UNITS) or [""]
        for text, rows in [*((text, ()) for text in before), (last, block.rows)]:
            for part in _keyboards(rows):
                joined = _joined(page, Page(text, part))
                if joined is None:
                    yield _shown(page, arrow)
                    joined = Page(text, part)
                page, text = joined, ""  # noqa: PLW2901 (a second keyboard of the same block has no text of its own)
    if page.rows or not is_blank(page.text):
        yield _shown(page, arrow)


def _joined(page: Page, more: Page) -> Page | None:
    text = "\n\n".join(text for text in (page.text, more.text) if not is_blank(text))
    rows = (*page.rows, *more.rows)
    return Page(text, rows) if units(text) <= TEXT_UNITS and _fits(rows) else None


def _keyboards(rows: tuple[Row, ...]) -> list[tuple[Row, ...]]:
    """``rows`` cut so that each part fits under one message; always at least one part."""
    parts: list[tuple[Row, ...]] = [()]
    for row in rows:
        if _fits((*parts[-1], row)):
            parts[-1] = (*parts[-1], row)
        else:
            parts.append((row,))
    return parts


def _fits(rows: tuple[Row, ...]) -> bool:
    keys = [key for row in rows for key in row]
    return len(keys) <= KEYBOARD_BUTTONS and (len(rows) == 1 or sum(key.size for key in keys) <= KEYBOARD_BYTES)


def _rows(keys: Iterable[Key]) -> list[Row]:
    """Short buttons side by side, as long as every label can be read."""
    rows: list[Row] = []
    for key in keys:
        row = (*rows[-1], key) if rows else (key,)
        if rows and len(row) <= ROW_BUTTONS and max(columns(each.label) for each in row) * len(row) <= ROW_COLUMNS:
            rows[-1] = row
        else:
            rows.append((key,))
    return rows


def _shown(page: Page, arrow: str) -> Page:
    return Page(arrow, page.rows) if is_blank(page.text) else page


def _arrow(reply: Reply) -> str:
    return "아래에서 골라 주세요." if speaks_korean(reply) else "Please choose below."


def _lines(*lines: str) -> str:
    return clean("\n".join(line for line in lines if not is_blank(line)))


def _label(text: str) -> str:
    label = shorten(" ".join(clean(text).split()), LABEL_UNITS)
    return "·" if is_blank(label) else label


def _numeral(number: int) -> str:
    """① to ㊿, then 51. and on."""
    for first, last, code in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(code + number - first)
    return f"{number}."
