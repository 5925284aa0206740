"""Invoices being paid: Telegram asks first, and cancels when it has no answer in ten seconds; then it tells."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from commerce.gateways.telegram_updates import Checkout, Receipt

log = logging.getLogger(__name__)

DECIDE_S = 5.0
ANSWER_S = 3.0
"""Together well under the ten seconds that Telegram waits, which began before we heard of it."""


class Cashier(Protocol):
    """Decides who may pay, and takes what was paid."""

    async def may_pay(self, asked: Checkout) -> str | None:
        """Why ``asked`` may not be paid, in words for the payer; None when it may."""
        ...

    def doubt(self, asked: Checkout) -> str:
        """What to say to the payer when nobody could decide."""
        ...

    async def unanswered(self, asked: Checkout) -> None:
        """No yes reached Telegram: what was allowed, if it was, will not be paid."""
        ...

    async def paid(self, receipt: Receipt) -> None:
        """Take it; return once it is committed."""
        ...


async def answer_checkout(bot: Bot, cashier: Cashier | None, asked: Checkout, *, decide_s: float = DECIDE_S) -> None:
    """Answer in time, with no in any doubt. ``decide_s`` is how long the cashier may think."""
    why: str | None
    doubted = False
    if cashier is None:
        why = "지금은 결제할 수 없어요. Payment is not possible now."
    else:
        try:
            async with asyncio.timeout(decide_s):
                why = await cashier.may_pay(asked)
        except Exception:
            log.exception("whether the invoice %s may be paid could not be decided, so it may not", asked.payload)
            why, doubted = cashier.doubt(asked), True
    try:
        await bot.answer_pre_checkout_query(
            asked.query, ok=why is None, error_message=why, read_timeout=ANSWER_S, pool_timeout=ANSWER_S
        )
    except BadRequest as error:
        log.warning("the answer on the invoice %s came too late: %s", asked.payload, error)
        if cashier is not None and why is None:
            await cashier.unanswered(asked)
    except TelegramError as error:
        log.warning("the answer on the invoice %s may not have arrived: %s", asked.payload, error)
    else:
        if cashier is not None and doubted:
            await _taken_back(cashier, asked, decide_s)


async def _taken_back(cashier: Cashier, asked: Checkout, within_s: float) -> None:
    """The no that Telegram took stands, even where a yes was written down before the time was up."""
    try:
        async with asyncio.timeout(within_s):
            await cashier.unanswered(asked)
    except Exception:
        log.exception(
            "that the invoice %s is not being paid could not be written down; it is kept a while", asked.payload
        )


async def take_receipt(cashier: Cashier | None, receipt: Receipt) -> None:
    """Book what was paid. Raises whatever keeps it from being booked, so that Telegram sends it again."""
    if cashier is None:
        log.error("the invoice %s was paid, and no till is set up for it", receipt.payload)
        raise RuntimeError("no till takes payments from Telegram")
    await cashier.paid(receipt)
