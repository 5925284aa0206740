"""What came in from Telegram, in the words every channel shares."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram.invoices import START
from bot.messages import Event, Incoming, Media, Point, Tap
from commerce.gateways.telegram_updates import Checkout, Receipt, checkout_in, receipt_in

NAME = "telegram"
COMMANDS = {
    "start": ("처음으로", "Start over"),
    "help": ("도움말", "help"),
    "cancel": ("취소", "cancel"),
    "agent": ("상담원", "agent"),
}
"""The bot's menu: command → what it says in Korean and in English. A bare /start stays as it is."""

_IN_CHAT = ("message", "edited_message", "my_chat_member")
_MEDIA: tuple[tuple[str, Media], ...] = (
    ("photo", "photo"),
    ("voice", "voice"),
    ("audio", "voice"),
    ("video", "video"),
    ("video_note", "video"),
    ("animation", "video"),
    ("sticker", "sticker"),
    ("document", "file"),
    ("contact", "file"),
)


class Malformed(ValueError):
    """Not an update of Telegram's."""


def read(data: object) -> tuple[Update, Incoming | Checkout | Receipt | None]:
    """A decoded update, also as Incoming where it is for the bot, or as what it says of an invoice. Raises Malformed."""
    if not isinstance(data, dict) or type(data.get("update_id")) is not int:
        raise Malformed("not an update")
    try:
        about_money = checkout_in(data) or receipt_in(data)
        if about_money is not None:
            return Update(data["update_id"]), about_money
        update = Update.de_json(data)
        return update, parse(update)
    except Exception as error:  # the SDK checks nothing, so what it and we stumble over can be anything
        raise Malformed(f"an update that cannot be read: {error!r}") from error


def parse(update: Update) -> Incoming | None:
    """The update as Incoming, or None when it says nothing to the bot: groups, channels, other bots, service notes.

    An edited text is a new message. ``/start CODE`` of a deep link is CODE alone.
    """
    if update.message:
        return _message(update, update.message)
    if update.edited_message and update.edited_message.text:
        return _message(update, update.edited_message)
    if update.callback_query:
        return _tap(update, update.callback_query)
    if update.my_chat_member:
        return _membership(update, update.my_chat_member)
    return None


def chat_of(update: Mapping[str, Any]) -> object:
    """The chat a raw update belongs to, so that a chat's updates can be kept in order; None when it names none.

    A pre-checkout query belongs to none and waits behind nothing: it is its own.
    """
    asked = update.get("pre_checkout_query")
    if asked is not None:
        return f"checkout {update.get('update_id')}"
    body: object = next((update[kind] for kind in (*_IN_CHAT, "callback_query") if kind in update), None)
    if isinstance(body, dict) and "chat" not in body:
        body = body.get("message")
    chat = body.get("chat") if isinstance(body, dict) else None
    return chat.get("id") if isinstance(chat, dict) else None


def _message(update: Update, message: Message) -> Incoming | None:
    person = message.from_user
    if person is None or not _is_private(message.chat, person):
        return None
    if message.text:
        return _incoming(update, message.chat, person, text=_said(message.text, person.language_code))
    if message.location:
        point = Point(float(message.location.latitude), float(message.location.longitude))
        return _incoming(update, message.chat, person, location=point)
    if message.contact and message.contact.user_id == person.id:
        return _incoming(update, message.chat, person, contact=_phone(message.contact.phone_number))
    for field, media in _MEDIA:
        if getattr(message, field):
            return _incoming(update, message.chat, person, media=media)
    return None


def _tap(update: Update, query: CallbackQuery) -> Incoming | None:
    tap = Tap.parse(query.data or "")
    if tap is None or query.message is None or not _is_private(query.message.chat, query.from_user):
        return None
    return _incoming(update, query.message.chat, query.from_user, tap=tap)


def _membership(update: Update, change: ChatMemberUpdated) -> Incoming | None:
    if not _is_private(change.chat, change.from_user):
        return None
    was, now = (member.status == ChatMemberStatus.BANNED for member in (change.old_chat_member, change.new_chat_member))
    if was == now:
        return None
    event = Event("member.blocked" if now else "member.unblocked")
    return _incoming(update, change.chat, change.from_user, event=event)


def _is_private(chat: Chat, person: User) -> bool:
    return chat.type == ChatType.PRIVATE and not person.is_bot


def _incoming(
    update: Update,
    chat: Chat,
    person: User,
    *,
    text: str | None = None,
    tap: Tap | None = None,
    location: Point | None = None,
    contact: str | None = None,
    media: Media | None = None,
    event: Event | None = None,
) -> Incoming:
    """Raises TypeError when the sender is not described as Telegram describes people."""
    if type(chat.id) is not int or type(person.id) is not int or not isinstance(person.language_code, str | None):
        raise TypeError("a sender without an id or a language")
    return Incoming(
        channel=NAME,
        update_id=str(update.update_id),
        chat=str(chat.id),
        sender=str(person.id),
        sender_name=person.full_name or None,
        language=person.language_code,
        text=text,
        tap=tap,
        location=location,
        contact=contact,
        media=media,
        event=event,
    )


def _said(text: str, language: str | None) -> str:
    """The words of a text, composed (NFC); a command as the words it stands for."""
    words = unicodedata.normalize("NFC", text)
    if not words.startswith("/"):
        return words
    head, _, rest = words.partition(" ")
    command = head[1:].partition("@")[0].lower()
    if command == "start":
        return rest.strip().removeprefix(START) or "/start"
    if command in COMMANDS:
        korean, english = COMMANDS[command]
        return korean if (language or "ko").startswith("ko") else english
    return words


def _phone(number: str) -> str:
    """Telegram gives its own users' numbers in international form, with or without the plus."""
    return number if number.startswith(("+", "0")) else f"+{number}"
