"""What runs beside the server for as long as it does: the outbox, news between workers, newer flows, a newer model,
Telegram's updates."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress

from aiohttp import web

from bot import reconciling
from bot.app import Application
from bot.bus import WORK
from bot.channels.telegram import TelegramChannel, keep_webhook, poll
from webhooks.chat import APPLICATION
from webhooks.health import HEALTH
from webhooks.telegram import PATH as TELEGRAM_PATH

log = logging.getLogger(__name__)

FINISH_S = 10.0
"""What is being done when the server ends may take so long; below the time until workers are killed."""
AGAIN_S = 2.0


async def beside(app: web.Application) -> AsyncIterator[None]:
    """Begins with the server. When that ends: nothing new is taken up, what is under way is finished, what is claimed
    and not done is left to others."""
    application = app[APPLICATION]
    stop, ended = asyncio.Event(), asyncio.Event()
    await application.outbox.begin()
    outbox = asyncio.create_task(application.outbox.run(stop))
    app[HEALTH].outbox = outbox
    working = [outbox, asyncio.create_task(_begin(application, stop))]
    if application.telegram is not None:
        working.append(asyncio.create_task(_updates(application, application.telegram, stop)))
    carrying = [
        asyncio.create_task(application.bus.run(ended)),
        asyncio.create_task(application.web.watch(ended)),
        asyncio.create_task(application.model.watch(ended)),
        asyncio.create_task(application.flows.watch(ended)),
    ]
    yield
    stop.set()
    await _end(working, FINISH_S)
    try:
        if await application.outbox.drain():
            application.bus.publish(WORK, "")
    except Exception:
        log.exception("what was claimed could not be given back; it is free when the claims end")
    ended.set()
    await _end(carrying, AGAIN_S)


async def _begin(application: Application, stop: asyncio.Event) -> None:
    """What every start looks after. The database may not be there yet."""
    acts: Sequence[Callable[[], Awaitable[object]]] = (
        lambda: reconciling.begin(application.database, application.clock, application.ids),
        application.sandbox.redeliver,
    )
    for act in acts:
        while not stop.is_set():
            try:
                await act()
                break
            except Exception as error:
                log.warning("not begun yet, trying again: %s", error)
                await _pause(stop)


async def _updates(application: Application, telegram: TelegramChannel, stop: asyncio.Event) -> None:
    """Telegram sends to every worker where it can; else one worker at a time asks for all."""
    settings = application.settings
    if settings.has_public_https:
        await keep_webhook(telegram, settings.base_url + TELEGRAM_PATH, stop)
        return
    leading = asyncio.Event()

    async def ask() -> None:
        leading.set()
        await poll(telegram, application.take, stop)

    while not stop.is_set() and telegram.link is None and not application.database.sqlite:
        try:
            await telegram.learn_name()
        except Exception as error:
            log.warning("Telegram does not tell the bot's name, asking again: %s", error)
            await _pause(stop)
    lead = asyncio.create_task(application.database.lead("telegram updates", ask))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({lead, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if leading.is_set():
            await lead
    finally:
        lead.cancel()
        stopping.cancel()
        await asyncio.gather(lead, stopping, return_exceptions=True)


async def _pause(stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), AGAIN_S)


async def _end(tasks: Sequence[asyncio.Task[None]], within_s: float) -> None:
    await asyncio.wait(tasks, timeout=within_s)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
