"""Carries one outgoing message to Telegram: new or as an edit, on as many messages as it needs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LabeledPrice,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram import error as refusals

from bot.channels.port import Blocked, Outgoing, RetryAfter, Sent, Undeliverable
from bot.channels.telegram.invoices import START, Invoice, invoice_of, unpayable
from bot.channels.telegram.pages import AskKey, Page, Row, ask_key, pages_of

log = logging.getLogger(__name__)

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "no text in the message")
_UNFINISHED = 1000


@dataclass(frozen=True, slots=True)
class _Post:
    text: str
    markup: Markup | None
    invoice: Invoice | None = None


class Sender:
    """Sends through ``bot``. ``site`` is the address that payment pages without a host are under, ``provider`` the token
    of who takes the money of invoices."""

    def __init__(self, bot: Bot, site: str, provider: str | None = None) -> None:
        self._bot = bot
        self._site = site
        self._provider = provider
        self._begun: dict[int, list[str]] = {}
        """Of messages that stopped half way: what was sent of them."""
        self._sharing: set[int] = set()
        """Chats that still show a button for sharing."""

    async def send(self, message: Outgoing) -> Sent:
        """Send ``message``; see Channel.

        ``Sent.ref`` is the id of the Telegram message with the buttons, the last one where the text or the buttons
        needed several. When sending stops between them, sending ``message`` again goes on where it stopped.
        """
        try:
            return Sent(await self._deliver(message))
        except refusals.RetryAfter as error:
            wait = error.retry_after
            raise RetryAfter(wait.total_seconds() if isinstance(wait, timedelta) else float(wait)) from error
        except refusals.Forbidden as error:
            self._begun.pop(message.id, None)
            raise Blocked(str(error)) from error
        except (refusals.BadRequest, refusals.ChatMigrated) as error:
            self._begun.pop(message.id, None)
            raise Undeliverable(str(error)) from error

    async def _deliver(self, message: Outgoing) -> str:
        chat = _number(message.chat)
        invoice = invoice_of(message, self._site)
        if invoice is not None:
            return await self._charge(message, chat, invoice)
        pages = pages_of(message, self._site)
        try:
            return await self._show(message, chat, pages)
        except refusals.BadRequest as error:
            if "url" not in str(error).lower():
                raise
            log.warning("Telegram refused an address on a button, so it goes into the text: %s", error)
            return await self._show(message, chat, pages_of(message, self._site, link_buttons=False))

    async def _charge(self, message: Outgoing, chat: int, invoice: Invoice) -> str:
        """Send an invoice; what Telegram refuses to take money for is said in words instead."""
        lead = [_Post(invoice.lead, None)] if invoice.lead else []
        try:
            if self._provider is None:
                raise refusals.BadRequest("no provider takes the money")
            return (await self._post_all(message, chat, [*lead, _Post("", None, invoice)]))[-1]
        except refusals.BadRequest as error:
            if "chat not found" in str(error).lower():
                raise
            log.error("Telegram refused the invoice %s: %s", invoice.payload, error)
            self._begun.pop(message.id, None)
            words = replace(message, reply=replace(message.reply, text=unpayable(message.reply), payment=None))
            return await self._show(words, chat, pages_of(words, self._site))

    async def _show(self, message: Outgoing, chat: int, pages: Sequence[Page]) -> str:
        ask = ask_key(message.reply)
        if not pages and ask is None:
            raise Undeliverable("nothing to show")
        ref = await self._edit(message, chat, pages)
        posts = _posts(pages if ref is None else (), ask)
        sent = await self._post_all(message, chat, posts)
        if ref is None:
            ref = sent[len(pages) - 1 if pages else 0]
        if ask:
            self._sharing.add(chat)
        elif chat in self._sharing:
            await self._stop_sharing(chat)
        return ref

    async def _edit(self, message: Outgoing, chat: int, pages: Sequence[Page]) -> str | None:
        """Replace the earlier message in place; None when a new one is needed, as it is gone or has to ring."""
        if message.edits_ref is None or message.id in self._begun:
            return None
        ref = _number(message.edits_ref)
        if message.reply.alert or len(pages) != 1:
            await self._retire(chat, ref)
            return None
        try:
            await self._bot.edit_message_text(
                pages[0].text,
                chat_id=chat,
                message_id=ref,
                reply_markup=_inline(pages[0]),
                link_preview_options=_NO_PREVIEW,
            )
        except refusals.BadRequest as error:
            reason = str(error).lower()
            if any(words in reason for words in _GONE):
                return None
            if "message is not modified" not in reason:
                raise
        return message.edits_ref

    async def _retire(self, chat: int, ref: int) -> None:
        """Take the buttons off a message that a new one replaces."""
        try:
            await self._bot.edit_message_reply_markup(chat, ref)
        except refusals.BadRequest as error:
            log.debug("an old message kept its buttons: %s", error)

    async def _post_all(self, message: Outgoing, chat: int, posts: Sequence[_Post]) -> Sequence[str]:
        """Send ``posts`` from where an earlier try stopped; their ids. Only the first may ring."""
        sent = self._begun.get(message.id, [])
        for post in posts[len(sent) :]:
            silent = bool(sent) or (message.reply.edits and not message.reply.alert)
            sent.append(await self._post(chat, post, silent))
            self._begin(message.id, sent)
        self._begun.pop(message.id, None)
        return sent

    async def _post(self, chat: int, post: _Post, silent: bool) -> str:
        if post.invoice is None:
            shown = await self._bot.send_message(
                chat,
                post.text,
                reply_markup=post.markup,
                disable_notification=silent,
                link_preview_options=_NO_PREVIEW,
            )
            return str(shown.message_id)
        invoice = post.invoice
        shown = await self._bot.send_invoice(
            chat,
            invoice.title,
            invoice.description,
            invoice.payload,
            invoice.currency,
            [LabeledPrice(part.label, part.amount) for part in invoice.parts],
            provider_token=self._provider,
            start_parameter=START,
            reply_markup=_paying(invoice),
            disable_notification=silent,
        )
        return str(shown.message_id)

    def _begin(self, message: int, sent: list[str]) -> None:
        self._begun[message] = sent
        if len(self._begun) > _UNFINISHED:
            del self._begun[next(iter(self._begun))]

    async def _stop_sharing(self, chat: int) -> None:
        """Take the sharing button away. Only a new message can do that, so one comes and goes."""
        try:
            brief = await self._bot.send_message(
                chat, "…", reply_markup=ReplyKeyboardRemove(), disable_notification=True
            )
            self._sharing.discard(chat)
            await self._bot.delete_message(chat, brief.message_id)
        except refusals.TelegramError as error:
            log.debug("a sharing button stayed: %s", error)


def _posts(pages: Sequence[Page], ask: AskKey | None) -> Sequence[_Post]:
    """What to send: a sharing button shares a message with text, but never with inline buttons."""
    posts = [_Post(page.text, _inline(page)) for page in pages]
    if ask is None:
        return posts
    if posts and posts[-1].markup is None:
        posts[-1] = _Post(posts[-1].text, _sharing(ask))
    else:
        posts.append(_Post(ask.words, _sharing(ask)))
    return posts


def _inline(page: Page) -> InlineKeyboardMarkup | None:
    if not page.rows:
        return None
    return InlineKeyboardMarkup(_keyboard(page.rows))


def _paying(invoice: Invoice) -> InlineKeyboardMarkup:
    """The button that pays has to be the first."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(invoice.pay, pay=True)], *_keyboard(invoice.rows)])


def _keyboard(rows: Sequence[Row]) -> list[list[InlineKeyboardButton]]:
    return [
        [InlineKeyboardButton(key.label, url=key.url, callback_data=None if key.url else key.data) for key in row]
        for row in rows
    ]


def _sharing(ask: AskKey) -> ReplyKeyboardMarkup:
    button = KeyboardButton(
        ask.label,
        request_location=True if ask.asks == "location" else None,
        request_contact=True if ask.asks == "contact" else None,
    )
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Undeliverable(f"not an address of Telegram's: {text!r}") from None
