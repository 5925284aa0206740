"""What a shop sells: items, their options and choices, and the counted stock of each."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from commerce.database import Base


class MenuItem(Base):
    """An item. ``stock`` None means not counted; else free = stock - held - sold, none of them negative."""

    __tablename__ = "menu_items"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("held >= 0 AND sold >= 0", name="counts"),
        CheckConstraint("stock IS NULL OR held + sold <= stock", name="stock"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    shop_id: Mapped[str] = mapped_column(ForeignKey("shops.id"), index=True)
    position: Mapped[int]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    aliases: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    price: Mapped[int]
    stock: Mapped[int | None]
    held: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    sold_out: Mapped[bool] = mapped_column(default=False)
    """Marked by the shop, whatever is counted."""
    on_menu: Mapped[bool] = mapped_column(default=True)


class MenuOption(Base):
    """A question asked of an item, such as its size; between ``at_least`` and ``at_most`` choices are taken."""

    __tablename__ = "menu_options"
    __table_args__ = (CheckConstraint("at_least >= 0 AND at_most >= at_least", name="choose"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("menu_items.id"), index=True)
    position: Mapped[int]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    at_least: Mapped[int]
    at_most: Mapped[int]


class MenuChoice(Base):
    """One answer to an option, with what it adds to the price."""

    __tablename__ = "menu_choices"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    option_id: Mapped[str] = mapped_column(ForeignKey("menu_options.id"), index=True)
    position: Mapped[int]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    aliases: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    price: Mapped[int]
    sold_out: Mapped[bool] = mapped_column(default=False)
