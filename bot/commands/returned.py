"""`dangol returned`: money of a Telegram invoice that a person sent back at the provider."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from bot.app import Application, build, telegram_channels
from bot.commands.faults import tell_faults
from bot.settings import Settings
from commerce.gateways.port import GatewayRefused
from commerce.gateways.telegram import NAME, TelegramTill

out = Console()

_WHY = {
    "unknown_charge": "No invoice on Telegram was paid under that name.",
    "refund_too_much": "So much was not paid, or it has gone back already.",
    "no_invoices": "Invoices on Telegram are not set up here: DANGOL_TELEGRAM_TOKEN and DANGOL_TELEGRAM_PROVIDER_TOKEN.",
}


def returned(
    payment: Annotated[str, typer.Argument(help="The payment, as the log and `dangol audit` name it.")],
    amount: Annotated[int | None, typer.Option(help="In the currency's smallest units; else all that is left.")] = None,
) -> None:
    """Record that a Telegram invoice's money was sent back by hand, and tell the customer.

    Only for providers that this program cannot ask: send the money first, on the provider's own pages.
    """
    with tell_faults():
        try:
            sent = asyncio.run(_returned(Settings(), payment, amount))
        except GatewayRefused as refused:
            out.print(_WHY.get(refused.reason, refused.reason))
            raise typer.Exit(1) from refused
    out.print(f"Recorded: {sent} of {payment} went back.")


async def _returned(settings: Settings, payment: str, amount: int | None) -> int:
    application = await build(settings, channels=telegram_channels)
    # What is told is for the server to send: here nobody has a socket open.
    application.turns.outbox = None
    try:
        return await record_returned(application, payment, amount)
    finally:
        await application.close()


async def record_returned(application: Application, payment: str, amount: int | None = None) -> int:
    """Book it at the till, and believe the till as ever; minor units. Raises GatewayRefused."""
    till = application.services.gateways.get(NAME)
    if not isinstance(till, TelegramTill):
        raise GatewayRefused("no_invoices")
    hint, sent = await till.returned(payment, amount)
    await application.tills.receive(NAME, [hint])
    return sent
