"""The tables of alterations: what is to change about a placed order, and the pieces that are kept for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base

UNPAID: Final = "unpaid"
"""It costs more, and takes effect when that is paid."""
ASKED: Final = "asked"
"""The shop has accepted the order and decides; maybe the money is here already."""
DONE: Final = "done"
DECLINED: Final = "declined"
DROPPED: Final = "dropped"
"""The consumer let go of it, or wished something more."""
LAPSED: Final = "lapsed"
"""Nobody paid, or the shop did not answer, in time."""
OVERTAKEN: Final = "overtaken"
"""The order has moved on or was changed otherwise."""
OPEN: Final = frozenset({UNPAID, ASKED})


class Alteration(Base):
    """One change of one order: the whole order as it is to be. ``revision`` is that of the order that it was made
    from. Money in minor units; ``before`` is the order's total without it."""

    __tablename__ = "alterations"
    __table_args__ = (
        UniqueConstraint("open_order"),
        CheckConstraint("subtotal >= 0 AND fee >= 0 AND discount >= 0 AND total >= 0", name="money"),
        CheckConstraint("total = subtotal + fee - discount", name="total"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    open_order: Mapped[str | None] = mapped_column(String(40))
    """The order while this is open: an order has one open alteration at most."""
    state: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int]
    before: Mapped[int]
    subtotal: Mapped[int]
    fee: Mapped[int]
    discount: Mapped[int]
    total: Mapped[int]
    fulfilment: Mapped[str] = mapped_column(String(8))
    address: Mapped[str | None] = mapped_column(String(300))
    address_detail: Mapped[str | None] = mapped_column(String(300))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Every line as it is to be: see alteration_lines.Line."""
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What changes, for people: "out" and "in" lines, "how" and "address" when they change."""
    gateway: Mapped[str] = mapped_column(String(20))
    """Where more money is to be paid."""
    granted_by: Mapped[str | None] = mapped_column(String(40))
    """Who of the shop said yes."""
    made_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """Until when it may be paid or answered; None when it is over."""

    @property
    def more(self) -> int:
        """What it costs more, minor units; below 0 what goes back."""
        return self.total - self.before


class AlterationPiece(Base):
    """Counted pieces that are held for an open alteration."""

    __tablename__ = "alteration_pieces"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    alteration_id: Mapped[str] = mapped_column(ForeignKey("alterations.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("menu_items.id"), primary_key=True, index=True)
    quantity: Mapped[int]
