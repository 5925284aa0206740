"""`dangol doctor`: what is configured, what is missing, and how to get it."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import typer
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy import inspect, text

from bot import tracing
from bot.actions import ACTIONS
from bot.app import LIBRARY
from bot.commands.doctor_flows import published
from bot.commands.faults import tell_faults
from bot.commands.finding import PATIENCE_S, Finding
from bot.commands.reaching import shown, sqlite_file, why_not
from bot.live_model import OtherCode, fit, store_in
from bot.migrating import newest
from bot.rasa import serving
from bot.settings import Settings
from bot.town import TownError, read_town, town_file
from commerce.database import Database
from flows.check import check_files
from nlu.examples import DATA
from nlu.intents import INTENTS
from nlu.store import SHIPPED, SHOWN, BrokenModel, BrokenStore
from nlu.versions import made_of

out = Console()
PAGE = Path(__file__).parent.parent.parent / "web" / "dist" / "index.html"
MARKS = {"ok": "[green]ok[/green]", "unset": "[yellow]not set[/yellow]", "wrong": "[red]wrong[/red]"}


def doctor() -> None:
    """Say what is configured, what is missing and how to get it; exits with 1 when something is wrong."""
    with tell_faults():
        findings = list(examine(Settings()))
    table = Table("part", "state", *(Column(name, overflow="fold") for name in ("what", "what to do")))
    for finding in findings:
        table.add_row(finding.part, MARKS[finding.state], finding.what, finding.next_step)
    out.print(table)
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every part in turn; nothing is changed."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    new_enough = sys.version_info >= (3, 11)
    mend = "" if new_enough else "Install Python 3.11 or newer."
    yield Finding("Python", "ok" if new_enough else "wrong", python, mend)
    database = _database(settings)
    yield database
    yield _redis(settings)
    yield _town(settings)
    yield _flows()
    if database.state == "ok":
        yield from published(settings)
    yield _understanding(settings)
    yield from _rasa(settings)
    yield Finding(
        "web part",
        "ok" if PAGE.exists() else "wrong",
        "built" if PAGE.exists() else "not built",
        "" if PAGE.exists() else "Run: make web",
    )
    yield _telegram(settings)
    yield Finding(
        "public address",
        "ok" if settings.public_url else "unset",
        settings.base_url,
        "" if settings.public_url else "To be reached from outside, set DANGOL_PUBLIC_URL=https://your.domain",
    )
    yield _till(settings)
    yield from _watching(settings)
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    tests = importlib.util.find_spec("pytest") is not None
    yield Finding(
        "browser for tests",
        "ok" if browser and tests else "unset",
        browser or "none found",
        "" if browser else "Only the browser tests need one: apt-get install chromium",
    )


def _database(settings: Settings) -> Finding:
    async def ask() -> str | None:
        database = Database(settings.database)
        try:
            async with asyncio.timeout(PATIENCE_S), database.read() as session:
                if not await session.run_sync(lambda plain: inspect(plain.connection()).has_table("alembic_version")):
                    return None
                found: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
                return found
        finally:
            await database.close()

    where = shown(settings.database)
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        if file.parent.is_dir() or settings.database_url is None:
            return Finding("database", "ok", f"{where} (made on first run)")
        return Finding("database", "wrong", f"{where}: there is no such folder", f"Run: mkdir -p {file.parent}")
    try:
        stands_at = asyncio.run(ask())
    except Exception as error:
        what, mend = why_not(settings.database, error)
        return Finding("database", "wrong", f"{where}: {what}", mend)
    if stands_at is None:
        return Finding("database", "unset", f"{where}: empty", "It is filled on first run; or now: dangol migrate")
    if stands_at < newest():
        older = f"{where}: tables of version {stands_at}, this is {newest()}"
        return Finding("database", "unset", older, "dangol run brings them up; or now: dangol migrate")
    return Finding("database", "ok", where)


def _understanding(settings: Settings) -> Finding:
    """Which model understands; the words are those of the log where one cannot be used."""
    store, part = store_in(settings.data), "understanding"
    try:
        history = store.history()
        known = history.model(history.in_force)
        if known is not None:
            fit(store, known)
            return Finding(part, "ok", f"model {known.version[:SHOWN]}, trained {known.at[:10]}")
    except (BrokenStore, BrokenModel) as error:
        return Finding(part, "wrong", f"an older model is used: {error}", "See dangol nlu models; dangol nlu rollback")
    except OtherCode as error:
        return Finding(part, "wrong", f"an older model is used: {error}", "Run: dangol nlu train")
    version = made_of([DATA])[:20]
    if (settings.data / "cache" / f"nlu-{version}.npz").exists():
        return Finding(part, "ok", f"model {SHIPPED}-{version}")
    return Finding(part, "unset", "no trained model yet", "It is trained on first use; or now: dangol nlu train")


def _redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        need = "One process needs none. For several workers set REDIS_URL=redis://127.0.0.1:6379/0"
        return Finding("Redis", "unset", "workers hear of each other through the database", need)
    url = settings.redis_url.get_secret_value()

    async def ask() -> None:
        from bot.redis_bus import connect

        client = connect(url)
        try:
            await client.ping()
        finally:
            await client.aclose()

    try:
        asyncio.run(ask())
    except Exception as error:
        what, mend = why_not(url, error)
        return Finding("Redis", "wrong", f"{shown(url)}: {what}", f"{mend} Until then all goes on, a little later.")
    return Finding("Redis", "ok", shown(url))


def _rasa(settings: Settings) -> Iterator[Finding]:
    """Only where Rasa is to be asked."""
    if settings.nlu == "embedded":
        return
    token = settings.nlu_token.get_secret_value() if settings.nlu_token else None
    until = "Until then the embedded model decides."
    try:
        model = serving.status(settings.nlu_url, token).get("model_file")
    except HTTPError as error:
        wrong_token = error.code in (401, 403)
        what = "wants another token" if wrong_token else f"answers with {error.code}"
        mend = "Set DANGOL_NLU_TOKEN to the one it was started with." if wrong_token else "Look at its log."
        yield Finding("Rasa", "wrong", f"{shown(settings.nlu_url)}: {what}", f"{mend} {until}")
    except (OSError, ValueError):
        mend = "Run: dangol nlu rasa serve; or mend DANGOL_NLU_URL."
        yield Finding("Rasa", "wrong", f"{shown(settings.nlu_url)}: no Rasa server answers there", f"{mend} {until}")
    else:
        mend = "" if model else f"Run: dangol nlu rasa train, then dangol nlu rasa serve. {until}"
        said = f"{shown(settings.nlu_url)}: {model or 'it has no model'}"
        yield Finding("Rasa", "ok" if model else "wrong", said, mend)


def _till(settings: Settings) -> Finding:
    keys = settings.stripe
    tills = [] if keys is None else [f"Stripe ({'for tests' if '_test_' in keys.secret else 'real money'})"]
    if settings.telegram_token is not None and settings.telegram_provider_token is not None:
        tills.append("Telegram invoices")
    if tills and keys is None:
        others = "Other chats pay at the sandbox, which takes no real money: set DANGOL_STRIPE_KEY (docs/tills.md)"
        return Finding("till", "ok", ", ".join(tills), others)
    if tills:
        return Finding("till", "ok", ", ".join(tills))
    return Finding(
        "till", "ok", "sandbox (takes no real money)", "For real money set DANGOL_STRIPE_KEY (docs/tills.md)"
    )


def _watching(settings: Settings) -> Iterator[Finding]:
    """What is told of a running server."""
    yield Finding("logs", "ok", f"{settings.log}, from {settings.log_level} on, to standard error")
    where = f"http://{settings.host}:{settings.port}/metrics"
    yield Finding("metrics", "ok", f"{where}, for this network only (docs/operators.md)")
    traces = tracing.endpoint()
    yield Finding(
        "traces",
        "ok" if traces else "unset",
        shown(traces) if traces else "no collector",
        "" if traces else "Set OTEL_EXPORTER_OTLP_ENDPOINT=http://your.collector:4318",
    )


def _town(settings: Settings) -> Finding:
    try:
        town = read_town(town_file(settings.town))
    except (TownError, OSError) as error:
        return Finding("town", "wrong", str(error), "Mend the file, or unset DANGOL_TOWN for the demo town.")
    return Finding("town", "ok", f"{town.name.get('ko')} · {len(town.shops)} shops ({settings.town})")


def _flows() -> Finding:
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(LIBRARY.glob("*.yaml"))}
    defects = check_files(files, ACTIONS, INTENTS)
    if defects:
        return Finding("flows", "wrong", f"{len(defects)} defects", "Run: dangol flows check")
    return Finding("flows", "ok", f"{len(files)} files")


def _telegram(settings: Settings) -> Finding:
    if settings.telegram_token is None and settings.telegram_provider_token is not None:
        return Finding("Telegram", "wrong", "a provider and no bot", "Set DANGOL_TELEGRAM_TOKEN as well.")
    if settings.telegram_token is None:
        return Finding(
            "Telegram",
            "unset",
            "no token",
            "Make a bot with @BotFather, then set DANGOL_TELEGRAM_TOKEN (docs/telegram.md)",
        )
    how = "webhook" if settings.has_public_https else "long polling"
    provider = settings.telegram_provider_token
    if provider is None:
        invoices = "To take payments inside Telegram, set DANGOL_TELEGRAM_PROVIDER_TOKEN (docs/telegram.md)"
        return Finding("Telegram", "ok", how, invoices)
    if ":TEST:" in provider.get_secret_value():
        return Finding("Telegram", "ok", f"{how}; invoices for practice", "They take no real money.")
    return Finding("Telegram", "ok", f"{how}; invoices")
