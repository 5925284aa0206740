"""telegram-test-api, a Bot API server that others wrote, with the shim it needs."""

from tests.peers.telegram_test_api.shim import ForeignTelegram, Stranger

__all__ = ["ForeignTelegram", "Stranger"]
