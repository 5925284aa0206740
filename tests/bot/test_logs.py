"""One place sets logging up; libraries go the same way, and nobody's data goes with them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot import logs
from bot.correlation import Cause, caused_by
from commerce.database import Database

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Lines:
    """Logging as JSON at its most talkative; gives what was written so far."""
    stream = io.StringIO()
    logs.begin("json", "debug", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_its_fields_and_the_turn_it_belongs_to(lines: Lines) -> None:
    with caused_by(Cause("a" * 32, "b" * 16)):
        logging.getLogger("bot.turn").info("turn", extra={"channel": "web", "ms": 3.5})
    [line] = lines()
    assert line.pop("timestamp")
    assert line == {
        "event": "turn", "level": "info", "logger": "bot.turn", "channel": "web", "ms": 3.5, "turn": "a" * 32,
    }  # fmt: skip


def test_for_a_person_it_is_one_plain_line() -> None:
    stream = io.StringIO()
    logs.begin("text", "info", stream)
    logging.getLogger("bot.turn").info("turn", extra={"channel": "web"})
    [line] = stream.getvalue().splitlines()
    assert line.endswith("[info     ] turn [bot.turn] channel=web")
    assert "\x1b" not in line


def test_beginning_again_writes_nothing_twice() -> None:
    first, second = io.StringIO(), io.StringIO()
    logs.begin("text", "info", first)
    logs.begin("text", "info", second)
    logging.getLogger("bot").info("once")
    assert first.getvalue() == ""
    assert len(second.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    "library", ["httpx", "telegram.Bot", "stripe", "aiosqlite", "sqlalchemy.engine", "aiohttp.access"]
)
def test_what_libraries_chat_about_is_never_let_through(lines: Lines, library: str) -> None:
    logger = logging.getLogger(library)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        logger.info("POST https://api.telegram.org/bot1234567:%s/sendMessage", "x" * 35)
        logger.debug("with parameters %s", {"text": "김치찌개"})
        logger.warning("this matters")
    finally:
        logger.setLevel(before)
    assert [line["event"] for line in lines()] == ["this matters"]


class Guest(BaseModel):
    seats: int


def failing_parse() -> None:
    int("김하늘")


def failing_validation() -> None:
    Guest.model_validate({"seats": "김하늘"})


def failing_lookup() -> None:
    nothing: dict[str, str] = {}
    nothing["김하늘"]


def failing_encoding() -> None:
    "김하늘".encode("ascii")


def failing_behind_another() -> None:
    try:
        failing_parse()
    except ValueError as error:
        raise RuntimeError("the line could not be read") from error


@pytest.mark.parametrize(
    "fail", [failing_parse, failing_validation, failing_lookup, failing_encoding, failing_behind_another]
)
def test_an_exception_does_not_tell_what_somebody_wrote(lines: Lines, fail: Callable[[], None]) -> None:
    try:
        fail()
    except (ValueError, LookupError, ValidationError, RuntimeError) as error:
        logging.getLogger("bot").exception("a line failed: %s", error)
    [line] = lines()
    told = line["event"] + line["exception"].replace('int("김하늘")', "").replace('"seats": "김하늘"', "")
    told = told.replace('nothing["김하늘"]', "").replace('"김하늘".encode', "")  # the source's own lines
    assert "김하늘" not in told
    assert fail.__name__ in line["exception"]
    if fail is failing_behind_another:
        assert line["exception"].endswith("ValueError")
        assert "RuntimeError: the line could not be read" in line["exception"]


async def test_a_databases_error_tells_neither_rows_nor_parameters(lines: Lines) -> None:
    database = Database("sqlite+aiosqlite://")
    phone = "-".join(("MARKED", "7"))
    try:
        async with database.transaction() as session:
            await session.execute(text("CREATE TABLE guests (phone TEXT UNIQUE)"))
            for _ in range(2):
                await session.execute(text("INSERT INTO guests VALUES (:phone)"), {"phone": phone})
    except DBAPIError as error:
        logging.getLogger("bot").exception("not kept: %s", error)
    [line] = lines()
    assert phone not in json.dumps(line)
    assert "IntegrityError (IntegrityError SQLITE_CONSTRAINT_UNIQUE)" in line["exception"]
    assert line["event"] == "not kept: IntegrityError (IntegrityError SQLITE_CONSTRAINT_UNIQUE)"
    await database.close()


def test_a_line_cannot_be_forged_from_within_a_field(lines: Lines) -> None:
    logging.getLogger("bot").info("seen", extra={"flow": 'x"}\n{"event":"forged"}'})
    assert [line["event"] for line in lines()] == ["seen"]


def test_the_callers_record_is_left_as_it_was(lines: Lines) -> None:
    kept: list[logging.LogRecord] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record)

    error = ValueError("x")
    keeping = Keeping()
    logging.getLogger().addHandler(keeping)
    try:
        logging.getLogger("bot").warning("failed: %s", error)
    finally:
        logging.getLogger().removeHandler(keeping)
    assert kept[0].args == (error,)
