"""The rows of the public shop register's file: how it is written, and what of it is kept."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from commerce import trades
from commerce.cells import cells_of
from commerce.folding import fold_all

COLUMNS = [
    "상가업소번호",
    "상호명",
    "지점명",
    "상권업종대분류코드",
    "상권업종대분류명",
    "상권업종중분류코드",
    "상권업종중분류명",
    "상권업종소분류코드",
    "상권업종소분류명",
    "표준산업분류코드",
    "표준산업분류명",
    "시도코드",
    "시도명",
    "시군구코드",
    "시군구명",
    "행정동코드",
    "행정동명",
    "법정동코드",
    "법정동명",
    "지번코드",
    "대지구분코드",
    "대지구분명",
    "지번본번지",
    "지번부번지",
    "지번주소",
    "도로명코드",
    "도로명",
    "건물본번지",
    "건물부번지",
    "건물관리번호",
    "건물명",
    "도로명주소",
    "구우편번호",
    "신우편번호",
    "동정보",
    "층정보",
    "호정보",
    "경도",
    "위도",
]
NEEDED = ("상가업소번호", "상호명", "상권업종소분류명", "경도", "위도")
SOUTH_NORTH = (32.0, 39.5)
WEST_EAST = (123.5, 132.5)
"""Where the Republic of Korea lies, its farthest islands included, in degrees."""
QUOTED_LINES = 8
"""A quoted value goes on over this many lines at most; else one stray quote would swallow the rest of the file."""
LONGEST_LINE = 1 << 20

_NUMBER = re.compile(r"[0-9A-Za-z_-]{1,32}")


class RegisterError(Exception):
    """The file is not the public shop register."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be used: the line it begins on, from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A shop as the register lists it."""

    number: str
    name: dict[str, str]
    trade: str
    lat: float
    lon: float
    address: dict[str, str]

    @property
    def id(self) -> str:
        return f"reg_{self.number}"

    def columns(self, now: datetime) -> dict[str, Any]:
        """The shop's row. Its hours and whether it delivers are not known, and it takes no orders."""
        cell, area = cells_of(self.lat, self.lon)
        return {
            "id": self.id,
            "slug": f"reg-{self.number}",
            "name": self.name,
            "words": fold_all(self.name.values()),
            "trade": self.trade,
            "lat": self.lat,
            "lon": self.lon,
            "cell": cell,
            "area": area,
            "address": self.address,
            "timezone": "Asia/Seoul",
            "currency": "KRW",
            "hours": {},
            "registered": "register",
            "created_at": now,
            **dict.fromkeys(("delivery_min_order", "delivery_fee", "rating_sum", "rating_count"), 0),
        }


class _Unusable(Exception):
    """Why a row cannot be used."""


class RegisterReader:
    """Reads the file a number of rows at a time. ``done`` of ``total`` bytes have been read."""

    def __init__(self, file: BinaryIO, total: int) -> None:
        self._file = file
        self._line = 0
        self._line_ended = True
        self.total = total
        self.done = 0
        header = self._next_line() or b""
        self._encoding = _encoding(header)
        text = header.decode(self._encoding, "replace").lstrip("\ufeff").strip()
        self._separator = "|" if text.count("|") > text.count(",") else ","
        self._names = [unicodedata.normalize("NFC", name.strip(' "')) for name in text.split(self._separator)]
        missing = [name for name in NEEDED if name not in self._names]
        if missing:
            raise RegisterError(f"the first line has no column {', '.join(missing)}: not the public shop register")

    @classmethod
    def open(cls, path: Path) -> RegisterReader:
        """Open the file and read its header. Raises ``RegisterError`` and ``OSError``."""
        file = path.open("rb")
        try:
            return cls(file, path.stat().st_size)
        except BaseException:
            file.close()
            raise

    def read(self, count: int) -> list[Listing | BadRow]:
        """The next ``count`` rows or fewer; none at the end."""
        rows: list[Listing | BadRow] = []
        for row in self._rows():
            rows.append(row)
            if len(rows) == count:
                break
        return rows

    def close(self) -> None:
        self._file.close()

    def _rows(self) -> Iterator[Listing | BadRow]:
        while (raw := self._next_line()) is not None:
            if not raw.strip():
                continue
            line = self._line
            try:
                row = _listing(self._cells(raw))
            except _Unusable as error:
                yield BadRow(line, str(error))
            else:
                yield row

    def _next_line(self) -> bytes | None:
        raw = self._file.readline(LONGEST_LINE)
        self.done += len(raw)
        # A line too long to read at once is still one line.
        self._line += self._line_ended
        self._line_ended = raw.endswith(b"\n")
        return raw or None

    def _cells(self, raw: bytes) -> Mapping[str, str]:
        try:
            text = self._whole(raw).decode(self._encoding)
        except UnicodeDecodeError as error:
            raise _Unusable(f"글자를 읽을 수 없어요 (not {self._encoding})") from error
        values = _split(text.rstrip("\r\n"), self._separator)
        if len(values) != len(self._names):
            raise _Unusable(f"칸이 {len(values)}개예요, {len(self._names)}개여야 해요 (wrong number of columns)")
        return dict(zip(self._names, values, strict=True))

    def _whole(self, raw: bytes) -> bytes:
        """``raw`` with the lines that a quoted value in it goes on over; given back when its quote never closes."""
        place, line, done, ended = self._file.tell(), self._line, self.done, self._line_ended
        lines = [raw]
        while b"".join(lines).count(b'"') % 2:
            more = self._next_line() if len(lines) < QUOTED_LINES else None
            if more is None:
                self._file.seek(place)
                self._line, self.done, self._line_ended = line, done, ended
                raise _Unusable("따옴표가 닫히지 않았어요 (unclosed quote)")
            lines.append(more)
        return b"".join(lines)


def _encoding(header: bytes) -> str:
    for encoding in ("utf-8", "cp949"):
        try:
            header.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise RegisterError("the first line is neither UTF-8 nor CP949")


def _split(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=separator), [])
    except csv.Error as error:
        raise _Unusable(f"줄을 나눌 수 없어요 ({error})") from error


def _listing(cells: Mapping[str, str]) -> Listing:
    number = cells["상가업소번호"].strip()
    if not _NUMBER.fullmatch(number):
        raise _Unusable("상가업소번호가 없거나 이상해요 (bad shop number)")
    name = " ".join(part for part in (_clean(cells["상호명"]), _clean(cells.get("지점명", ""))) if part)
    if not _clean(cells["상호명"]):
        raise _Unusable("상호명이 없어요 (no name)")
    lat = _degrees(cells, "위도", SOUTH_NORTH)
    lon = _degrees(cells, "경도", WEST_EAST)
    address = _clean(cells.get("도로명주소", "")) or _clean(cells.get("지번주소", ""))
    kinds = ("상권업종소분류명", "표준산업분류명", "상권업종중분류명", "상권업종대분류명")
    trade = trades.of_register(*(unicodedata.normalize("NFC", cells.get(kind, "")) for kind in kinds))
    return Listing(number, {"ko": name, "en": name}, trade, lat, lon, {"ko": address, "en": address})


def _clean(text: str) -> str:
    """Composed, without control characters and doubled spaces, 200 letters at most."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in composed).split())[:200]


def _degrees(cells: Mapping[str, str], column: str, limits: tuple[float, float]) -> float:
    written = cells[column].strip()
    try:
        degrees = float(written)
    except ValueError as error:
        raise _Unusable(f"{column}가 숫자가 아니에요: {written[:20]!r} (not a number)") from error
    if not limits[0] <= degrees <= limits[1]:
        raise _Unusable(f"{column}가 우리나라 밖이에요: {written[:20]} (outside Korea)")
    return degrees
