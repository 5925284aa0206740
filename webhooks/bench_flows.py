"""How many turns of a dialogue one core takes: the engine of flows, and Rasa with the same form, in the same run."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from aiohttp import ClientError, ClientSession

from bot.bench.engine_process import share_of
from bot.bench.form import QUESTIONS, TURNS, WISH, taps
from bot.bench.form_turns import HALFWAY, engine_alone
from bot.bench.rasa_form import train_form
from bot.bench.servers import free_port
from bot.commands.bench import show
from bot.commands.faults import tell_faults
from bot.rasa.environment import environment
from bot.rasa.serving import RasaServer
from webhooks.bench_form import PATH
from webhooks.bench_servers import START_S, STOP_S, cpu_of

WARM = 20
"""Conversations before any is measured."""


def flows(
    conversations: Annotated[int, typer.Option(min=1, help="Live at once, in the engine alone.")] = 100_000,
    over_http: Annotated[int, typer.Option(min=1, help="Conversations over HTTP, with each of the two.")] = 300,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """Turns of a form of five questions: the engine alone, over HTTP, and Rasa over its REST channel."""
    with tell_faults():
        show(asyncio.run(measure(conversations, over_http)), as_json)


async def measure(conversations: int, over_http: int) -> dict[str, Any]:
    """``turns_per_s``, ``steps_per_s`` and ``megabytes`` (while ``conversations`` are half-way) of the engine alone.

    ``http_turns_per_s`` and ``rasa_turns_per_s``: turns by CPU second of the server, the same client, messages and
    channel, one message after the other, conversations in memory with both; ``times_over_http`` is the one to the
    other, and ``times`` the engine alone to Rasa. ``http_kb`` and ``rasa_kb`` are what a conversation half-way takes of
    each server's memory. Raises RasaTrouble.
    """
    with tempfile.TemporaryDirectory(prefix="dangol-form-") as name:
        model = train_form(environment(), Path(name))
        alone = engine_alone(conversations)
        async with _ours() as (url, pid):
            own = await _talk(url, pid, over_http)
        with RasaServer(environment(), model) as rasa:
            theirs = await _talk(rasa.url, rasa.pid, over_http)
    return {
        "conversations": conversations,
        "turns_per_s": round(alone["turns_per_s"]),
        "steps_per_s": round(alone["steps_per_s"]),
        "megabytes": round(alone["megabytes"], 1),
        "http_turns_per_s": round(own.turns_per_s, 1),
        "rasa_turns_per_s": round(theirs.turns_per_s, 1),
        "times": round(alone["turns_per_s"] / theirs.turns_per_s, 1),
        "times_over_http": round(own.turns_per_s / theirs.turns_per_s, 1),
        "http_kb": round(own.kilobytes, 1),
        "rasa_kb": round(theirs.kilobytes, 1),
        "turns": over_http * TURNS,
    }


@dataclass(frozen=True, slots=True)
class _Talked:
    turns_per_s: float
    kilobytes: float


async def _talk(url: str, pid: int, conversations: int) -> _Talked:
    async with ClientSession(url) as session:
        await _converse(session, "warm", WARM, TURNS)
        begun = cpu_of(pid)
        await _converse(session, "whole", conversations, TURNS)
        seconds = cpu_of(pid) - begun
        held = share_of(pid)
        await _converse(session, "half", conversations, 1 + HALFWAY)
        return _Talked(conversations * TURNS / seconds, (share_of(pid) - held) * 1024 / conversations)


async def _converse(session: ClientSession, name: str, conversations: int, turns: int) -> None:
    """RuntimeError when somebody is not answered as the form has it."""
    for number in range(conversations):
        message, asked = WISH, iter((*(question for question, _ in QUESTIONS.values()), "One coffee: "))
        for tapped in (*taps(number), 0)[:turns]:
            said = {"sender": f"{name}-{number}", "message": message}
            async with session.post(PATH, json=said) as answer:
                answers = await answer.json()
            wanted = next(asked)
            if len(answers) != 1 or not answers[0]["text"].startswith(wanted):
                raise RuntimeError(f"{wanted!r} was to be said to {message!r}, not {answers}")
            buttons = answers[0].get("buttons", ())
            message = buttons[tapped]["payload"] if buttons else WISH


@asynccontextmanager
async def _ours() -> AsyncIterator[tuple[str, int]]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "webhooks.bench_form", str(port), stdin=subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(START_S), ClientSession() as session:
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{port}{PATH}"):
                        break
                except ClientError:
                    await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), STOP_S)
