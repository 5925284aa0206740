"""Changes of placed orders

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | Sequence[str] | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.add_column("orders", sa.Column("revision", NUMBER, nullable=False, server_default="0"))
    op.add_column("payments", sa.Column("alteration_id", sa.String(length=40), nullable=True))
    op.create_index(op.f("ix_payments_alteration_id"), "payments", ["alteration_id"])
    op.create_table(
        "alterations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.String(length=40), nullable=False),
        sa.Column("open_order", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        *(
            sa.Column(name, NUMBER, nullable=False)
            for name in ("revision", "before", "subtotal", "fee", "discount", "total")
        ),
        sa.Column("fulfilment", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("address_detail", sa.String(length=300), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("granted_by", sa.String(length=40), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "subtotal >= 0 AND fee >= 0 AND discount >= 0 AND total >= 0", name=op.f("ck_alterations_money")
        ),
        sa.CheckConstraint("total = subtotal + fee - discount", name=op.f("ck_alterations_total")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_alterations_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alterations")),
        sa.UniqueConstraint("open_order", name=op.f("uq_alterations_open_order")),
    )
    op.create_index(op.f("ix_alterations_order_id"), "alterations", ["order_id"])
    op.create_table(
        "alteration_pieces",
        sa.Column("alteration_id", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=40), nullable=False),
        sa.Column("quantity", NUMBER, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_alteration_pieces_quantity")),
        sa.ForeignKeyConstraint(
            ["alteration_id"], ["alterations.id"], name=op.f("fk_alteration_pieces_alteration_id_alterations")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["menu_items.id"], name=op.f("fk_alteration_pieces_item_id_menu_items")),
        sa.PrimaryKeyConstraint("alteration_id", "item_id", name=op.f("pk_alteration_pieces")),
    )
    op.create_index(op.f("ix_alteration_pieces_item_id"), "alteration_pieces", ["item_id"])


def downgrade() -> None:
    op.drop_table("alteration_pieces")
    op.drop_table("alterations")
    with op.batch_alter_table("payments") as payments:
        payments.drop_index(op.f("ix_payments_alteration_id"))
        payments.drop_column("alteration_id")
    with op.batch_alter_table("orders") as orders:
        orders.drop_column("revision")
