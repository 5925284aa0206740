"""The tables of hand-offs and of operators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base

_OPEN = text("ended_at IS NULL")


class Handoff(Base):
    """A conversation for which a human was asked. ``shop_id`` is the shop that is concerned, ``offered_to``
    "shop" or "operators". It waits until somebody takes it, and is over with ``ended_at``."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(
            "ux_handoffs_conversation_id", "conversation_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index("ux_handoffs_taken_in", "taken_in", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_handoffs_person_id", "person_id"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    shop_id: Mapped[str | None] = mapped_column(ForeignKey("shops.id"))
    order_id: Mapped[str | None] = mapped_column(String(40))
    offered_to: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(8))
    """ "asked", or "lost" when the bot gave up."""
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Three lines in each language: who, what about, what was asked."""
    opened_at: Mapped[datetime]
    taken_by: Mapped[str | None] = mapped_column(String(40))
    taken_in: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    """The conversation of whoever has it: what is written there goes to the person."""
    taken_at: Mapped[datetime | None]
    spoken_at: Mapped[datetime]
    """When either of the two last wrote."""
    ended_at: Mapped[datetime | None]
    ended: Mapped[str | None] = mapped_column(String(12))
    """ "given_back", "left" by the person, "quiet", "unanswered", or "answered" without being taken."""


class Operator(Base):
    """A person who helps people here. See docs/operators.md."""

    __tablename__ = "operators"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime]


class OperatorInvitation(Base):
    """An operator's way in: works once, until it expires. Only the code's hash is kept."""

    __tablename__ = "operator_invitations"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]
    used_by: Mapped[str | None] = mapped_column(String(40))
