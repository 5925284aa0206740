"""Tills that can be wrong

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


MONEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("payments") as payments:
        payments.add_column(sa.Column("taken_back", MONEY, nullable=False, server_default="0"))
        payments.add_column(sa.Column("disputed", MONEY, nullable=False, server_default="0"))
        payments.add_column(sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
        payments.add_column(sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
        payments.create_check_constraint(op.f("ck_payments_taken_back"), "taken_back >= 0 AND disputed >= 0")
        payments.create_index("ix_payments_look_at", ["look_at"], unique=False)
    op.create_table(
        "payment_takings",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=40), nullable=False),
        sa.Column("order_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("before", MONEY, nullable=False),
        sa.Column("after", MONEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payment_takings_order_id_orders")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_payment_takings_payment_id_payments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_takings")),
    )
    with op.batch_alter_table("payment_takings") as takings:
        takings.create_index(op.f("ix_payment_takings_order_id"), ["order_id"], unique=False)
        takings.create_index(op.f("ix_payment_takings_payment_id"), ["payment_id"], unique=False)
    with op.batch_alter_table("sandbox_charges") as charges:
        charges.add_column(sa.Column("disputed", MONEY, nullable=False, server_default="0"))
        charges.create_index(op.f("ix_sandbox_charges_payment"), ["payment"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sandbox_charges") as charges:
        charges.drop_index(op.f("ix_sandbox_charges_payment"))
        charges.drop_column("disputed")
    op.drop_table("payment_takings")
    with op.batch_alter_table("payments") as payments:
        payments.drop_index("ix_payments_look_at")
        payments.drop_constraint(op.f("ck_payments_taken_back"), type_="check")
        payments.drop_column("look_at")
        payments.drop_column("heard_at")
        payments.drop_column("disputed")
        payments.drop_column("taken_back")
