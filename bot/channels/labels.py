"""How much of a button's label each channel shows, in columns: a Hangul syllable or an emoji takes two."""

from __future__ import annotations

from collections.abc import Mapping

from bot.channels.telegram.pages import ROW_COLUMNS

LABEL_COLUMNS: Mapping[str, int] = {"telegram": ROW_COLUMNS, "web": 40, "terminal": 1000}
"""Telegram cuts a longer one off; in the web chat it breaks on a narrow phone. A terminal shows any that is written."""
