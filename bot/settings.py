"""Environment to typed settings. Everything has an embedded default: no account, key or server is needed."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from bot.stripe_settings import StripeSettings


class Settings(StripeSettings):
    """Read from the environment and a ``.env`` file; names begin with ``DANGOL_`` unless said otherwise."""

    model_config = SettingsConfigDict(
        env_prefix="DANGOL_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data: Path = Path("data")
    """Folder of the embedded database, the trained model and the generated secret."""
    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("database_url", "DANGOL_DATABASE_URL", "DATABASE_URL")
    )
    redis_url: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("redis_url", "DANGOL_REDIS_URL", "REDIS_URL")
    )
    """What workers tell each other goes through here; unset: they look at the database every two seconds."""
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: str | None = None
    """Where the world reaches this server, without a trailing slash; unset: ``http://host:port``."""
    town: str = "demo"
    """"demo" or the path of a town file."""
    telegram_token: SecretStr | None = None
    telegram_provider_token: SecretStr | None = None
    """Of the payment provider behind invoices on Telegram, from @BotFather; unset: the till's page is linked there."""
    telegram_api: str = "https://api.telegram.org"
    secret: SecretStr | None = None
    """Signs links and the embedded till's events; unset: made once and kept in ``data``."""
    answer_minutes: int = Field(default=7, ge=4, le=120)
    """How long a shop may leave a paid order unanswered before it is cancelled and refunded."""
    message_burst: int = Field(default=30, ge=1)
    """How many messages of one person are read at once."""
    messages_per_s: float = Field(default=2.0, gt=0)
    """How many of one person a second in the long run; who sends more is asked to send it again in a moment."""
    review_days: int = Field(default=90, ge=0, le=730)
    """For how long messages that were not understood well are kept for review; 0: none is."""
    transcript_days: int = Field(default=30, ge=0, le=730)
    """For how long is kept what people sent; 0: it is not."""
    handoff_answer_minutes: int = Field(default=5, ge=1, le=1440)
    """How long a person who asked for a human waits until they are given a telephone number instead."""
    handoff_quiet_minutes: int = Field(default=15, ge=1, le=1440)
    """After how long without a word a conversation that a human has goes back to the bot."""
    cart_reminder_minutes: int = Field(default=60, ge=0, le=43200)
    """Whose cart is half done and who comes back after so long is told of it, once; 0: they are not."""
    operator_phone: str | None = None
    """What people may call when no operator answers; unset: the concerned shop's number, where there is one."""
    flow_hours: int = Field(default=24, ge=1, le=720)
    """For how long a conversation may stay on flows that are not in force any more."""
    nlu: Literal["embedded", "rasa"] = "embedded"
    """Who ranks intents: the embedded model, or a Rasa server while it answers."""
    nlu_url: str = "http://127.0.0.1:5005"
    """Where that Rasa server is."""
    nlu_token: SecretStr | None = None
    """What it wants to be told, when it was started with one."""
    nlu_timeout_ms: int = Field(default=300, ge=20, le=3000)
    """How long it may take for one message before the embedded model decides instead."""
    log: Literal["text", "json"] = "text"
    """Log lines for a person, or JSON lines."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("redis_url")
    @classmethod
    def _speaks_redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not _is_redis(url.get_secret_value()):
            raise ValueError("an address of Redis is redis://HOST:PORT/0, rediss:// with TLS, or unix:///PATH")
        return url

    @field_validator("nlu_url")
    @classmethod
    def _is_web(cls, url: str) -> str:
        if not _is_http(url):
            raise ValueError("an address of Rasa's server is http://HOST:5005, or https:// with TLS")
        return url.rstrip("/")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL."""
        if self.database_url:
            return self.database_url
        return f"sqlite+aiosqlite:///{self.data / 'dangol.db'}"

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def public_host(self) -> str | None:
        """The host and port that people see, when a proxy in front changes them."""
        return urlsplit(self.public_url).netloc if self.public_url else None

    @property
    def has_public_https(self) -> bool:
        """Whether platforms can call us."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def is_demo(self) -> bool:
        return self.town == "demo"

    @cached_property
    def signing_key(self) -> str:
        """The secret; made and kept (mode 600) on first use when none is set."""
        if self.secret:
            return self.secret.get_secret_value()
        path = self.data / "secret"
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32))
        return path.read_text().strip()


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_redis(url: str) -> bool:
    parts = urlsplit(url)
    try:
        local = parts.scheme == "unix"
        return local or (
            parts.scheme in {"redis", "rediss"} and parts.port != 0 and (parts.path.strip("/") or "0").isdecimal()
        )
    except ValueError:
        return False
