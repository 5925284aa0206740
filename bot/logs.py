"""The one place where logging is set up: for a person on a terminal, or as JSON lines.

Our rooms log through the standard ``logging``, and so do the libraries; all goes out by one handler. Structured fields
are given as ``extra``. What is logged of people are our own ids: see ``bot.redaction`` for what guards that.
"""

from __future__ import annotations

import copy
import json
import logging
import sys
from typing import IO, Any, Final, Literal

from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor

from bot.correlation import current
from bot.redaction import HIDDEN, PRIVATE, redact, redact_value
from bot.tracebacks import OURS, told, words_of

Style = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]

CALM: Final = frozenset(("alembic.runtime.migration", "gunicorn.error"))
"""Libraries whose INFO is about themselves. What the others say below WARNING has requests, parameters and addresses
with tokens in it, and is never let through."""
_OTHERS_LEAVE: Final = ("message", "asctime", "stack_info")
"""What another handler's formatter leaves on a record."""
_OWN_FIELDS: Final = frozenset(("timestamp", "level", "logger", "turn"))


class Handler(logging.StreamHandler[Any]):
    """Lets through what may be seen, and takes the words out of exceptions given as arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        room = record.name.split(".", 1)[0]
        if record.levelno >= logging.WARNING or room in OURS:
            return True
        return record.name in CALM and record.levelno >= logging.INFO

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.args, tuple) and any(isinstance(arg, BaseException) for arg in record.args):
            record = copy.copy(record)
            args = record.args if isinstance(record.args, tuple) else ()
            record.args = tuple(words_of(arg) if isinstance(arg, BaseException) else arg for arg in args)
        return super().format(record)


def begin(style: Style = "text", level: Level = "info", stream: IO[str] | None = None) -> None:
    """Set logging up for this process, again where it was: a forked worker calls it too. ``stream`` is standard error
    unless given. ``level`` is that of our own rooms; libraries speak from WARNING on."""
    handler = Handler(stream or sys.stderr)
    handler.setFormatter(formatter(style, colours=handler.stream.isatty()))
    number = logging.getLevelNamesMapping()[level.upper()]
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old, Handler):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(max(number, logging.WARNING))
    for room in OURS:
        logging.getLogger(room).setLevel(number)
    for library in CALM:
        logging.getLogger(library).setLevel(max(number, logging.INFO))


def formatter(style: Style, *, colours: bool = False) -> ProcessorFormatter:
    """What makes a record into a line."""
    renderer: Processor
    if style == "json":
        renderer = JSONRenderer(serializer=_json)
    else:
        renderer = ConsoleRenderer(colors=colours, exception_formatter=plain_traceback, sort_keys=False, pad_event_to=0)
    return ProcessorFormatter(
        foreign_pre_chain=[add_log_level, add_logger_name, ExtraAdder(), _with_turn, _with_fault, _redacted, _stamp],
        processors=[ProcessorFormatter.remove_processors_meta, renderer],
    )


_stamp = TimeStamper(fmt="iso", utc=True)


def _with_turn(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if (cause := current()) is not None:
        event.setdefault("turn", cause.turn)
    return event


def _with_fault(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if (caught := event.pop("exc_info", None)) is not None and (text := told(caught)) is not None:
        event["exception"] = text
    for name in _OTHERS_LEAVE:
        event.pop(name, None)
    return event


def _redacted(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if name in PRIVATE:
            event[name] = HIDDEN
        elif isinstance(value, str):
            if name not in _OWN_FIELDS:
                event[name] = redact(value)
        elif not isinstance(value, int | float) and name not in {"_record", "_from_structlog"}:
            event[name] = redact_value(value)
    return event


def _json(event: EventDict, **_: Any) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=str)
