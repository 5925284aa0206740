"""Settings as a compose file hands them over."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from sqlalchemy.exc import NoSuchModuleError

from bot.settings import Settings
from commerce.database import Database


def test_what_is_set_to_nothing_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_TELEGRAM_TOKEN", "")
    monkeypatch.setenv("DATABASE_URL", "")
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert settings.telegram_token is None
    assert settings.database.startswith("sqlite")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "redis://127.0.0.1:abc/0", "127.0.0.1:6379", "redis://me:hidden@h/x"]
)
def test_what_is_no_address_of_redis_is_said_at_once_and_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(ValidationError, match="redis://HOST") as refused:
        Settings(_env_file=None)  # type: ignore[call-arg]
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1", "redis://127.0.0.1:6379/0", "rediss://:word@h/2", "unix:///run/r"]
)
def test_redis_may_be_anywhere(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    assert Settings(_env_file=None).redis_url is not None  # type: ignore[call-arg]


@pytest.mark.parametrize("url", ["mysql://me@127.0.0.1/town", "postgresql+asyncpg://me@127.0.0.1/town"])
def test_another_kind_of_database_is_not_taken_for_postgresql(url: str) -> None:
    with pytest.raises(NoSuchModuleError, match="not known here"):
        Database(url)
