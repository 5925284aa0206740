"""Conversations that become dialogue tests: held at the terminal, or by a customer some time ago."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.migrating import migrate
from bot.people import Conversation, Person
from bot.rehearsal.form import read_cases
from bot.rehearsal.live import lived
from bot.rehearsal.playing import play
from bot.rehearsal.recording import Deed, duration_of, record
from bot.rehearsal.script import BadDialogue
from bot.town import read_town
from bot.transcripts import Transcript, purge
from commerce.database import Database
from commerce.work import Ids, Work
from tests.bot.commands import dangol, prepare
from tests.dialogues.stage import Towns, staged, town_path

NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
ORDER: list[dict[str, Any]] = [
    {"as": "김철수", "location": [37.5563, 126.9104]},
    {"as": "jun", "say": "안녕하세요"},
    {"as": "김철수", "say": "후라이드 한 마리 배달"},
    {"as": "김철수", "say": "서울 마포구 월드컵로 77 301호"},
    {"as": "김철수", "tap": "결제하기"},
    {"as": "김철수", "pay": "approve"},
    {"advance": "2m"},
    {"as": "shop:hana-chicken", "tap": "30분"},
    {"as": "shop:duri-cafe", "say": "오늘 매출"},
    {"as": "김철수", "say": "철수인데요 010-1234-5678로 전화 주세요"},
    {"as": "김철수", "say": "언제 와요?"},
]


def at(minutes: float, **play: Any) -> Deed:
    return Deed(NOON + timedelta(minutes=minutes), {key.rstrip("_"): value for key, value in play.items()})


async def test_what_was_done_becomes_a_test_that_passes(tmp_path: Path, towns: Towns) -> None:
    deeds = [
        at(0, as_="me", location=[37.556, 126.910]),
        at(0.2, as_="me", say="라떼 두 잔 포장"),
        at(0.4, as_="me", tap="결제하기"),
        at(0.5, as_="me", pay="approve"),
        at(0.6, as_="me", tap="이런 단추는 없다"),
        at(3.5, as_="shop:duri-cafe", tap="10분"),
    ]
    for folder in ("record", "play"):
        (tmp_path / folder).mkdir()
    made = await record("Coffee", deeds, {"": "ko"}, towns, town_path("testville"), tmp_path / "record")
    assert [one.split(" (")[0] for one in made.left_out] == ["me taps: 이런 단추는 없다"]
    path = tmp_path / "coffee.yaml"
    path.write_text(made.text(tmp_path), "utf-8")
    text = path.read_text("utf-8")
    assert "- clock: 3m30s" in text
    assert "payment: 9000" in text
    (case,) = read_cases(path)
    assert (case.name, case.at, case.town) == ("Coffee", NOON, str(tmp_path / Path(case.town).relative_to(tmp_path)))
    await play(case, towns, tmp_path / "play")


def test_a_length_of_time_is_written_as_the_clock_has_it() -> None:
    assert [duration_of(timedelta(seconds=one)) for one in (61, 3600, 90_061, 0)] == ["1m1s", "1h", "1d1h1m1s", "0s"]


async def test_a_live_conversation_becomes_a_test_without_anybody_in_it(tmp_path: Path, towns: Towns) -> None:
    for folder in ("live", "record", "play"):
        (tmp_path / folder).mkdir()
    told: list[Mapping[str, Any]] = []
    async with staged(towns, "testville", NOON, tmp_path / "live", told.append) as chat:
        for line in ORDER:
            await chat.play(json.dumps(line, ensure_ascii=False))
        assert not [line for line in told if "error" in line]
        async with chat.application.database.snapshot() as session:
            customer = await session.scalar(select(Person).where(Person.name == "김철수"))
            assert customer is not None
            talk = await session.scalar(select(Conversation.id).where(Conversation.person_id == customer.id))
            work = Work(session, NOON, Ids(9))
            town = read_town(Path(town_path("testville")), towns.folder / "cache")
            found = await lived(work, town, customer.id)
            assert talk is not None
            assert await lived(work, town, talk) == found
            with pytest.raises(BadDialogue, match="there is no conversation or person 'nobody'"):
                await lived(work, town, "nobody")
    made = await record("Live", found.deeds, found.lang, towns, town_path("testville"), tmp_path / "record")
    path = tmp_path / "live.yaml"
    path.write_text(made.text(tmp_path), "utf-8")
    text = path.read_text("utf-8")
    for private in ("철수", "1234", "월드컵로", "301", "126.9104", "jun", "매출"):
        assert private not in text, private
    for kept in ("customer pays: approve", "shop:hana-chicken taps: 30분", "clock: 2m", "언제 와요?", "망원로 12"):
        assert kept in text, kept
    (case,) = read_cases(path)
    await play(case, towns, tmp_path / "play")


async def test_what_people_sent_is_kept_with_how_it_was_read_and_not_for_ever(tmp_path: Path, towns: Towns) -> None:
    async with staged(towns, "testville", NOON, tmp_path, lambda _: None) as chat:
        for line in ORDER[:4]:
            await chat.play(json.dumps(line, ensure_ascii=False))
        async with chat.application.database.transaction() as session:
            rows = (await session.scalars(select(Transcript).order_by(Transcript.id))).all()
            assert [next(iter(row.sent)) for row in rows] == ["location", "text", "text", "text"]
            assert (rows[2].intent, rows[3].expect, rows[3].flow) == ("order_items", "address", "checkout")
            assert rows[2].confidence is not None
            assert (rows[1].flow, rows[2].flow) == ("greet", "order_items")
            assert {"entity": "quantity", "value": 1, "text": "한 마리"} in (rows[2].entities or [])
            await purge(Work(session, NOON + timedelta(days=29), Ids(9)), 30)
            assert len((await session.scalars(select(Transcript))).all()) == 4
            await purge(Work(session, NOON + timedelta(days=31), Ids(9)), 30)
            assert (await session.scalars(select(Transcript))).all() == []


async def test_the_terminal_records_what_is_typed(tmp_path: Path) -> None:
    prepare(tmp_path)
    typed = "/here 37.556 126.910\n/as shop:duri-cafe\n오늘 주문\n/quit\n"
    file = tmp_path / "mine.yaml"
    ran = await dangol(tmp_path, "flows", "record", str(file), "--town", town_path("testville"), stdin=typed)
    assert ran.code == 0, ran.err
    assert "mine.yaml: written, and it passes." in ran.err
    text = file.read_text("utf-8")
    assert "- me is at: [37.556, 126.91]" in text
    assert "- shop:duri-cafe: 오늘 주문" in text
    again = await dangol(tmp_path, "chat", "--record", str(file), stdin="")
    assert (again.code, "this file is there already" in again.err) == (2, True)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    await migrate(database)
    await database.close()
    nobody = ("--of", "person_x", "--db", f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    none = await dangol(tmp_path, "flows", "record", str(tmp_path / "other.yaml"), *nobody)
    assert (none.code, "there is no conversation or person 'person_x'" in none.err) == (2, True)
