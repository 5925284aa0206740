"""Telegram, through python-telegram-bot as a client of the Bot API. Nothing outside this package imports that."""

from bot.channels.telegram.channel import Handle, TelegramChannel
from bot.channels.telegram.polling import keep_webhook, poll
from bot.channels.telegram.reading import Malformed, parse

__all__ = ["Handle", "Malformed", "TelegramChannel", "keep_webhook", "parse", "poll"]
