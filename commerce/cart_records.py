"""The tables of carts and of remembered addresses, and a cart as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base, table
from commerce.known import known_from
from commerce.menu import MenuItem
from commerce.refusals import Refusal
from commerce.work import Work


class Cart(Base):
    """A person's one cart. Prices are the menu's until an order is placed."""

    __tablename__ = "carts"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(40), unique=True)
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"))
    fulfilment: Mapped[str | None] = mapped_column(String(8))
    address: Mapped[str | None] = mapped_column(String(300))
    address_detail: Mapped[str | None] = mapped_column(String(300))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    wanted_at: Mapped[datetime | None]
    started_at: Mapped[datetime]


class CartLine(Base):
    """So many of one item with one set of choices and one note; ``fingerprint`` is what makes lines the same."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "fingerprint"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    cart_id: Mapped[str] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"))
    position: Mapped[int]
    item_id: Mapped[str] = mapped_column(ForeignKey("menu_items.id"))
    quantity: Mapped[int]
    choices: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str | None] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(64))


class Address(Base):
    """An address that a person gave, to be offered again."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person_id: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(300))
    detail: Mapped[str | None] = mapped_column(String(300))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    used_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line as it is stored, with its dish's name and how many of that are free (None: not counted)."""

    id: str
    item: str
    quantity: int
    choices: list[str]
    note: str | None
    fingerprint: str
    position: int
    name: dict[str, str]
    free: int | None


@dataclass(frozen=True, slots=True)
class HeldCart:
    """A person's cart as it is stored."""

    id: str
    shop: str
    lines: tuple[StoredLine, ...] = ()

    def line(self, line: str) -> StoredLine:
        """Refuses "line_unknown"."""
        found = next((one for one in self.lines if one.id == line), None)
        if found is None:
            raise Refusal("line_unknown", line=line)
        return found


_CART, _LINE, _ITEM = table(Cart), table(CartLine), table(MenuItem)
_HELD = (
    select(
        *(_CART.c.id, _CART.c.shop_id),
        *(_LINE.c[name] for name in ("id", "item_id", "quantity", "choices", "note", "fingerprint", "position")),
        *(_ITEM.c.name, _ITEM.c.stock - _ITEM.c.held - _ITEM.c.sold),
    )
    .select_from(_CART)
    .outerjoin(_LINE, _LINE.c.cart_id == _CART.c.id)
    .outerjoin(_ITEM, _ITEM.c.id == _LINE.c.item_id)
    .where(_CART.c.person_id == bindparam("person"))
    .order_by(_LINE.c.position, _LINE.c.id)
)


@known_from(Cart, CartLine, MenuItem)
async def held_cart(work: Work, person: str) -> HeldCart | None:
    """The person's cart, None when there is none."""
    rows = (await work.session.execute(_HELD, {"person": person})).all()
    if not rows:
        return None
    return HeldCart(rows[0][0], rows[0][1], tuple(StoredLine(*row[2:]) for row in rows if row[2] is not None))
