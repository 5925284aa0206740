"""What a browser may send, and the sentences it is answered with when that cannot be taken."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from bot.messages import Media

LONGEST_TEXT = 2000

Id = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Hello(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["hello"]
    token: Annotated[str, StringConstraints(min_length=20, max_length=100)] | None = None
    shop: Annotated[str, StringConstraints(max_length=400)] | None = None
    lang: Literal["ko", "en"] = "ko"
    last: Annotated[int, Field(ge=0, lt=2**62)] = 0


class Say(BaseModel):
    type: Literal["say"]
    id: Id
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]


class TapFrame(BaseModel):
    type: Literal["tap"]
    id: Id
    data: Annotated[str, StringConstraints(pattern=r"^\d{1,18}\.\d{1,3}$")]


class LocationFrame(BaseModel):
    type: Literal["location"]
    id: Id
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class ContactFrame(BaseModel):
    type: Literal["contact"]
    id: Id
    phone: Annotated[str, StringConstraints(max_length=32)]


class MediaFrame(BaseModel):
    type: Literal["media"]
    id: Id
    kind: Media


class Ping(BaseModel):
    type: Literal["ping"]


ClientFrame = Annotated[Say | TapFrame | LocationFrame | ContactFrame | MediaFrame | Ping, Field(discriminator="type")]
FRAMES: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)

UNREADABLE = {
    "ko": "메시지를 읽지 못했어요. 다시 보내 주세요.",
    "en": "That message could not be read. Please send it again.",
}
TOO_LONG = {
    "ko": "메시지가 너무 길어요. 조금 줄여서 보내 주세요.",
    "en": "That message is too long. Please shorten it.",
}
FAILED = {"ko": "잠시 문제가 생겼어요. 다시 보내 주세요.", "en": "Something went wrong. Please send it again."}
AWAY = {
    "ko": "지금은 메시지를 받을 수 없어요. 잠시 뒤에 다시 보내 주세요.",
    "en": "Messages cannot be taken right now. Please send it again in a moment.",
}
BAD_LINK = {
    "ko": "가게 링크가 맞지 않거나 오래됐어요. 운영자에게 새 링크를 받아 주세요.",
    "en": "This shop link is wrong or too old. Please ask the operator for a new one.",
}


def id_in(data: str) -> str | None:
    """The id of a frame that could not be read otherwise, so that the client stops sending it again."""
    try:
        return id_of(json.loads(data))
    except (ValueError, RecursionError):
        return None


def id_of(raw: object) -> str | None:
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) and len(found) <= 64 else None
