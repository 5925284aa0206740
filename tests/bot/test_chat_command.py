"""`dangol chat --json` as a process: only lines on stdout, the same lines with the same seed, and a database kept."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.audit import check
from commerce.database import Database
from commerce.order_records import Order
from tests.bot.commands import dangol
from tests.dialogues.stage import town_path

ORDER: list[dict[str, Any]] = [
    {"as": "minji", "lang": "ko", "say": "근처 치킨집"},
    {"as": "minji", "location": [37.556, 126.910]},
    {"as": "minji", "tap": "메뉴 보기", "card": "하나치킨"},
    {"as": "minji", "tap": "후라이드"},
    {"as": "minji", "tap": "주문하기"},
    {"as": "minji", "tap": "포장"},
    {"as": "minji", "tap": "결제하기"},
    {"as": "minji", "pay": "approve"},
]
REST: list[dict[str, Any]] = [
    {"as": "shop:하나치킨", "say": "15분이요"},
    {"as": "shop:하나치킨", "say": "직원 초대"},
    {"as": "minji", "say": "언제 와요?"},
    {"advance": "15m"},
    {"advance": "3h"},
]
TESTVILLE_LINES = Path(town_path("testville")).read_text("utf-8").splitlines()
FIXED = ("chat", "--json", "--at", "2026-11-20T12:00:00+09:00", "--seed", "7", "--town", town_path("testville"))


def script(lines: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def read(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


async def test_the_same_seed_gives_the_same_lines_and_nothing_else_is_printed(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    one, two = await asyncio.gather(*(dangol(folder, *FIXED, stdin=script(ORDER + REST)) for folder in folders))
    assert (one.code, one.err) == (0, "")
    assert one.out == two.out
    lines = read(one.out)
    assert [line["settled"] for line in lines if "settled" in line] == list(range(1, len(ORDER + REST) + 1))
    assert all(set(line) >= {"to", "text"} or "settled" in line for line in lines)
    assert "15분" in json.dumps(lines, ensure_ascii=False)


async def test_a_database_is_kept_and_a_fresh_run_has_none(tmp_path: Path, empty_database: str) -> None:
    url = empty_database
    first = await dangol(tmp_path, *FIXED, "--db", url, stdin=script(ORDER))
    assert first.code == 0, first.err
    later = ("chat", "--json", "--at", "2026-11-20T12:00:30+09:00", "--town", town_path("testville"), "--db", url)
    asks = [
        {"as": "shop:하나치킨", "say": "20분이요"},
        {"as": "minji", "tap": "언제"},
        {"as": "minji", "say": "언제 와요?"},
    ]
    second, third = await asyncio.gather(
        dangol(tmp_path, *later, stdin=script(asks)),
        dangol(tmp_path, *FIXED, stdin=script([{"as": "minji", "say": "언제 와요?"}])),
    )
    assert "약 20분" in second.out
    assert "약 20분" not in third.out
    database = Database(url)
    async with database.snapshot() as session:
        assert list(await session.scalars(select(Order.state))) == ["accepted"]
        assert await check(session) == []
    await database.close()


async def test_bytes_that_are_no_text_are_one_bad_line(tmp_path: Path) -> None:
    lines = b'{"as": "minji", "say": "\xff\xfe"\n' + script(ORDER[:1]).encode()
    ran = await dangol(tmp_path, *FIXED, stdin=lines)
    told = read(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert "error" in told[0]
    assert told[2]["asks"] == "location"


async def test_a_town_file_with_an_unknown_key_is_refused_by_line_with_its_mend(tmp_path: Path) -> None:
    lines = TESTVILLE_LINES.copy()
    at = next(number for number, line in enumerate(lines, start=1) if "phone:" in line)
    lines[at - 1] = lines[at - 1].replace("phone:", "telephone:")
    (tmp_path / "town.yaml").write_text("\n".join(lines), "utf-8")
    ran = await dangol(tmp_path, "chat", "--json", "--town", str(tmp_path / "town.yaml"), stdin=script(ORDER))
    assert (ran.code, ran.out) == (2, "")
    assert f"town.yaml:{at}" in ran.err
    assert "telephone" in ran.err
    assert "phone" in ran.err.replace("telephone", "")
    assert "Traceback" not in ran.err
