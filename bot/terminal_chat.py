"""A person at the terminal: messages drawn, buttons numbered, and a change of seats with /as."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any, get_args

from rich.console import Console
from rich.panel import Panel

from bot.app import Application
from bot.channels.port import Outgoing
from bot.channels.terminal import TerminalChannel, titled_buttons
from bot.channels.web import SHOP_PREFIX
from bot.messages import Incoming, Point, Tap
from commerce.gateways.sandbox import Decision

HELP = "번호: 단추 누르기 · /as 이름 · /as shop:가게 · /here 위도 경도 · /pay approve|decline|abandon · /quit"


Note = Callable[[dict[str, Any]], None]
"""Is told of every act, as a line of `dangol chat --json` has it."""


class _Seat:
    """Who is typing, and the buttons in front of them, each with its label and the title of its card."""

    def __init__(self, note: Note) -> None:
        self.chat = "me"
        self.taps: list[tuple[Tap, str, str | None]] = []
        self.payment: str | None = None
        self.note = note


async def converse(application: Application, terminal: TerminalChannel, note: Note = lambda _: None) -> None:
    """Read lines until the end of input or /quit."""
    console = Console()
    seat = _Seat(note)

    def draw(message: Outgoing, edited: bool) -> None:
        mine = message.chat == seat.chat
        body = [message.reply.text] + [f"▸ {card.title}\n  {card.subtitle}" for card in message.reply.cards]
        if mine:
            seat.taps = []
            for index, button, title in titled_buttons(message.reply):
                seat.taps.append((Tap(message.id, index), button.label, title))
                body.append(f"[{index + 1}] {button.label}")
            seat.payment = message.reply.payment.payment if message.reply.payment else seat.payment
        console.print(
            Panel("\n".join(part for part in body if part), title=message.chat, style="" if mine else "dim"),
            markup=False,
        )

    terminal.deliver = draw
    stop = asyncio.Event()
    outbox = asyncio.create_task(application.outbox.run(stop))
    console.print(HELP, style="dim", markup=False)
    loop = asyncio.get_running_loop()
    try:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            if line.strip() == "/quit":
                break
            if line.strip():
                await _type(application, seat, line.strip(), console)
    finally:
        stop.set()
        await outbox


async def _type(application: Application, seat: _Seat, line: str, console: Console) -> None:
    word, _, rest = line.partition(" ")
    if word == "/as":
        seat.chat = rest.strip() or "me"
        seat.taps = []
        console.print(f"이제 {seat.chat}", style="dim", markup=False)
        return
    if word == "/pay":
        decision = next((one for one in get_args(Decision) if one == rest.strip()), None)
        if decision is None or seat.payment is None:
            console.print(HELP, style="dim", markup=False)
        else:
            await application.decide(seat.payment, decision)
            seat.note({"as": seat.chat, "pay": decision})
        return
    read = _read(application, seat, line)
    if read is None:
        console.print(HELP, style="dim", markup=False)
        return
    incoming, act = read
    seat.note({"as": seat.chat, **act})
    await application.handle(incoming)


def _read(application: Application, seat: _Seat, line: str) -> tuple[Incoming, dict[str, Any]] | None:
    tap = location = text = None
    act: dict[str, Any] = {"say": line}
    if line.isdigit() and 0 < int(line) <= len(seat.taps):
        tap, label, title = seat.taps[int(line) - 1]
        act = {"tap": label} | ({"card": title} if title else {})
    elif line.startswith("/here"):
        try:
            lat, lon = (float(part) for part in line.split()[1:3])
        except ValueError:
            return None
        location = Point(lat, lon)
        act = {"location": [lat, lon]}
    elif line.startswith("/"):
        return None
    else:
        text = line
    name = seat.chat.removeprefix(SHOP_PREFIX)
    incoming = Incoming(
        "terminal",
        application.ids.new("line"),
        chat=seat.chat,
        sender=seat.chat,
        sender_name=name,
        text=text,
        tap=tap,
        location=location,
    )
    return incoming, act
