"""A Rasa server beside the embedded engine: the same texts, its CPU time and its memory."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.bench.engine_process import share_of
from nlu.languages import language_of
from nlu.opinions import ranked
from nlu.rasa.breaker import Breaker
from nlu.rasa.carts import cart
from nlu.rasa.client import RasaClient
from nlu.scoring import Understands
from nlu.understanding import Context, Opinion, Understanding

_PATIENCE_S = 60.0
_LISTENS = "0A"
_ORDERING = frozenset({"order_items", "remove_item", "change_item", "add_note"})


@dataclass(frozen=True, slots=True)
class Beside:
    """``opinions`` are those of each text, ``seconds`` what one of them took on average: of the server's CPU time
    (``of_cpu``) where it runs on this machine, else of the clock. ``megabytes`` is the server's memory, if known."""

    opinions: Mapping[str, Opinion]
    seconds: float
    of_cpu: bool
    megabytes: float | None


def ask(url: str, token: str | None, texts: Sequence[str]) -> Beside:
    """Have the server at ``url`` read ``texts``, one after the other. Raises NoAnswer."""
    pid = listener(urlsplit(url).port or 5005)
    opinions, spent, seconds = asyncio.run(_asked(url, token, list(dict.fromkeys(texts)), pid))
    of_cpu = spent is not None
    each = (spent if spent is not None else seconds) / max(1, len(opinions))
    return Beside(opinions, each, of_cpu, share_of(pid) if pid is not None else None)


async def _asked(
    url: str, token: str | None, texts: Sequence[str], pid: int | None
) -> tuple[dict[str, Opinion], float | None, float]:
    client = RasaClient(url, token, _PATIENCE_S, Breaker(time.monotonic))
    try:
        await client.opinion(texts[0])
        begun, busy = time.perf_counter(), cpu_seconds(pid)
        opinions = {text: await client.opinion(text) for text in texts}
        after = cpu_seconds(pid)
    finally:
        await client.close()
    spent = after - busy if busy is not None and after is not None else None
    return opinions, spent, time.perf_counter() - begun


def cpu_seconds(pid: int | None) -> float | None:
    """CPU time that a process has used, all its threads; None when the system doesn't tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def listener(port: int) -> int | None:
    """The process that listens on that port of this machine; None when there is none, or the system doesn't tell."""
    try:
        rows = [row.split() for row in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    except OSError:
        return None
    sockets = {f"socket:[{row[9]}]" for row in rows if row[3] == _LISTENS and int(row[1].split(":")[1], 16) == port}
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(handle.readlink()) in sockets:
                return int(handle.parts[2])
        except OSError:
            continue
    return None


@dataclass(frozen=True, slots=True)
class Alone:
    """Rasa's own reading, of the intents that the speaker may mean. It knows no question; what it tags is looked up on
    the menu by its very name."""

    opinions: Mapping[str, Opinion]

    def parse(self, text: str, context: Context, now: datetime) -> Understanding:
        """What ``Understands`` asks for. Raises KeyError for a text that nobody asked about."""
        opinion = self.opinions[text]
        best, scope = ranked(opinion, context.role) or ((("out_of_scope", 0.0),), False)
        intent, confidence = best[0]
        return Understanding(
            text,
            language_of(text.lower(), None),
            intent,
            confidence,
            scope,
            opinion.entities,
            cart(text, opinion.entities, context.at_hand) if intent in _ORDERING else (),
            wishes=(intent,),
            ranking=best,
        )


@dataclass(frozen=True, slots=True)
class Behind:
    """Rasa as the bot uses it: its intents, our rules and catalogue."""

    engine: Understands
    opinions: Mapping[str, Opinion]

    def parse(self, text: str, context: Context, now: datetime) -> Understanding:
        """What ``Understands`` asks for. Raises KeyError for a text that nobody asked about."""
        return self.engine.parse(text, replace(context, opinion=self.opinions[text]), now)
