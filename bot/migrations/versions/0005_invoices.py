"""Invoices on Telegram

Revision ID: 0005
Revises: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MONEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "telegram_charges",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("order_id", sa.String(length=40), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checkout", sa.String(length=64), nullable=True),
        sa.Column("checkout_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("telegram_charge", sa.String(length=200), nullable=True),
        sa.Column("provider_charge", sa.String(length=200), nullable=True),
        sa.Column("taken", MONEY, nullable=False),
        sa.Column("refunded", MONEY, nullable=False),
        sa.CheckConstraint("refunded >= 0 AND refunded <= taken", name=op.f("ck_telegram_charges_refunded")),
        sa.CheckConstraint("taken = 0 OR state = 'paid'", name=op.f("ck_telegram_charges_taken")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_telegram_charges")),
        sa.UniqueConstraint("key", name=op.f("uq_telegram_charges_key")),
        sa.UniqueConstraint("telegram_charge", name=op.f("uq_telegram_charges_telegram_charge")),
    )
    op.create_index(op.f("ix_telegram_charges_order_id"), "telegram_charges", ["order_id"])
    op.create_table(
        "telegram_refunds",
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("charge", sa.String(length=40), nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_telegram_refunds_amount")),
        sa.ForeignKeyConstraint(
            ["charge"], ["telegram_charges.ref"], name=op.f("fk_telegram_refunds_charge_telegram_charges")
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_telegram_refunds")),
        sa.UniqueConstraint("key", name=op.f("uq_telegram_refunds_key")),
    )


def downgrade() -> None:
    op.drop_table("telegram_refunds")
    op.drop_table("telegram_charges")
