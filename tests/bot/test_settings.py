"""Settings as a compose file hands them over."""

from __future__ import annotations

import pytest

from bot.settings import Settings


def test_what_is_set_to_nothing_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_TELEGRAM_TOKEN", "")
    monkeypatch.setenv("DATABASE_URL", "")
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert settings.telegram_token is None
    assert settings.database.startswith("sqlite")
