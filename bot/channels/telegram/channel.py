"""Telegram as a channel: the only place that calls the Bot API."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram import Bot, BotCommand
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.channels.port import Outgoing, Sent
from bot.channels.telegram.paying import DECIDE_S, Cashier, answer_checkout, take_receipt
from bot.channels.telegram.reading import COMMANDS, NAME, Malformed, read
from bot.channels.telegram.sending import Sender
from bot.messages import Incoming
from commerce.gateways.telegram_updates import Checkout, Receipt

log = logging.getLogger(__name__)

Handle = Callable[[Incoming], Awaitable[None]]

API = "https://api.telegram.org"
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "pre_checkout_query")
LONG_POLL_S = 30


class _Bot(Bot):
    """Gives updates out as they came: one that the SDK cannot read must not keep the others from us."""

    async def updates(self, offset: int | None) -> Sequence[dict[str, Any]]:
        asked = {"offset": offset, "timeout": LONG_POLL_S, "allowed_updates": list(UPDATES)}
        found: Sequence[dict[str, Any]] = await self._post("getUpdates", asked, read_timeout=LONG_POLL_S + 10.0)
        return found


class TelegramChannel:
    """Reads updates and sends messages as one bot.

    ``site`` is this server's address, which payment pages without a host are under; ``api`` is where the Bot API is;
    ``provider`` is the token of the payment provider who takes the money of invoices.
    """

    name = NAME

    def __init__(self, token: str, *, site: str, api: str = API, provider: str | None = None) -> None:
        # httpx writes every address it calls to its log, and ours have the token in them.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._token = token
        self._requests = (
            HTTPXRequest(connection_pool_size=2, read_timeout=10.0),
            HTTPXRequest(connection_pool_size=64, read_timeout=15.0, pool_timeout=30.0),
        )
        self._bot = _Bot(token, base_url=f"{api}/bot", get_updates_request=self._requests[0], request=self._requests[1])
        self._sender = Sender(self._bot, site, provider)
        self.takes_money = provider is not None
        self.cashier: Cashier | None = None
        """Whom checkouts and payments go to."""
        self.decide_s = DECIDE_S
        """How long they may think about a checkout."""
        self._answers: set[asyncio.Task[None]] = set()
        self.link: str | None = None
        """``https://t.me/<bot>``, once the bot's name is known."""

    @property
    def secret(self) -> str:
        """What Telegram shows with each webhook call. Made from the token, so every worker knows it."""
        return hmac.new(self._token.encode(), b"dangol telegram webhook", hashlib.sha256).hexdigest()

    async def close(self) -> None:
        """End connections, after the answers under way."""
        await asyncio.gather(*self._answers)
        for request in self._requests:
            await request.shutdown()

    async def send(self, message: Outgoing) -> Sent:
        """Send one message; see Channel and Sender."""
        return await self._sender.send(message)

    async def listen_by_polling(self) -> None:
        """Make ``updates`` possible: learn the bot's name, set its menu, take any webhook away."""
        await self._introduce()
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def listen_at(self, url: str) -> None:
        """Have updates sent to ``url`` (public https), with ``secret``."""
        await self._introduce()
        await self._bot.set_webhook(url, secret_token=self.secret, allowed_updates=UPDATES, max_connections=40)

    async def updates(self, offset: int | None) -> Sequence[dict[str, Any]]:
        """Wait up to LONG_POLL_S seconds for updates from ``offset`` on; all before it are forgotten by Telegram."""
        return await self._bot.updates(offset)

    async def take(self, data: object, handle: Handle) -> None:
        """Read one update and have it handled; return once it is. Raises Malformed, and whatever ``handle`` raises."""
        update, incoming = read(data)
        if isinstance(incoming, Checkout):
            await answer_checkout(self._bot, self.cashier, incoming, decide_s=self.decide_s)
        elif isinstance(incoming, Receipt):
            await take_receipt(self.cashier, incoming)
        elif incoming is not None:
            await handle(incoming)
        if update.callback_query:
            self._answer(update.callback_query.id)

    async def take_json(self, body: bytes, handle: Handle) -> None:
        """As ``take``, of a request's body."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Malformed("not JSON") from error
        await self.take(data, handle)

    async def learn_name(self) -> None:
        """Learn the bot's name, and with it ``link``."""
        me = await self._bot.get_me()
        self.link = f"https://t.me/{me.username}"

    async def _introduce(self) -> None:
        await self.learn_name()
        for language, word in ((None, 1), ("ko", 0)):
            menu = [BotCommand(command, words[word]) for command, words in COMMANDS.items()]
            await self._bot.set_my_commands(menu, language_code=language)

    def _answer(self, query: str) -> None:
        """Stop the button's spinner, beside everything else: it matters to nobody if that fails."""
        task = asyncio.create_task(self._stop_spinner(query))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _stop_spinner(self, query: str) -> None:
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError as error:
            log.debug("a tap was not answered: %s", error)
