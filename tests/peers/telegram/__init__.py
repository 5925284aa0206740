"""A stand-in for Telegram: the Bot API on 127.0.0.1, and people who write to the bot."""

from tests.peers.telegram.person import Person, Shown
from tests.peers.telegram.server import Call, TelegramPeer

__all__ = ["Call", "Person", "Shown", "TelegramPeer"]
