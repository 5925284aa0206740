"""What is in the database and in the till's books, in the witness' terms."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import and_, case, func, select

from bot.audit import check
from bot.jobs import Job
from bot.outgoing import OutgoingMessage
from bot.people import Conversation
from bot.turn import Received
from commerce.coupon_records import CouponUse
from commerce.database import Database
from commerce.gateways.sandbox_records import SandboxCharge
from commerce.order_records import Order, OrderLine
from commerce.payment_records import Payment, Refund
from tests.peers.stripe import StripePeer
from tests.soak.checker import Charge, Kept, Told
from tests.soak.witness import Act, Witness

THANKS = "결제했어요"


async def kept_in(database: Database) -> Kept:
    """Read all of it at one moment."""
    async with database.snapshot() as session:

        async def rows(statement: Any) -> list[Any]:
            return list((await session.execute(statement)).all())

        chats = {row.person_id: row.chat for row in await rows(select(Conversation.person_id, Conversation.chat))}
        orders = await rows(select(Order.person_id, Order.payment_id))
        pieces: Counter[str] = Counter()
        for person, quantity in await rows(
            select(Order.person_id, OrderLine.quantity).join(OrderLine, OrderLine.order_id == Order.id)
        ):
            pieces[chats[person]] += quantity
        messages: dict[str, list[Told]] = defaultdict(list)
        for chat, channel, one in await rows(
            select(Conversation.chat, Conversation.channel, OutgoingMessage)
            .join(Conversation, Conversation.id == OutgoingMessage.conversation_id)
            .order_by(OutgoingMessage.id)
        ):
            ref = None if channel == "web" else one.ref
            sent = one.sent_at is not None
            messages[chat].append(Told(one.id, one.reply["text"], ref, sent, one.dropped is not None))
        settled = case((Refund.state == "succeeded", Refund.amount), else_=0)
        payments = await rows(
            select(Payment.ref, Payment.paid, func.coalesce(func.sum(settled), 0))
            .outerjoin(Refund, Refund.payment_id == Payment.id)
            .where(Payment.ref.is_not(None), Payment.paid > 0)
            .group_by(Payment.id, Payment.ref, Payment.paid)
        )
        return Kept(
            received=frozenset(Act(*row) for row in await rows(select(Received.channel, Received.update_id))),
            orders=Counter(chats[row.person_id] for row in orders),
            pieces=pieces,
            paid_orders=Counter(chats[row.person_id] for row in orders if row.payment_id),
            thanked=Counter(
                {chat: count for chat, told in messages.items() if (count := sum(THANKS in one.text for one in told))}
            ),
            uses=Counter(chats[row.person_id] for row in await rows(select(CouponUse.person_id))),
            charges={ref: Charge(paid, int(back)) for ref, paid, back in payments},
            messages=messages,
            waiting=await _waiting(rows),
            faults=tuple(f"{one.rule}: {one.table} {one.id}, {one.detail}" for one in await check(session)),
        )


async def _waiting(rows: Any) -> dict[str, int]:
    """What should have ended once everybody had time."""
    counts = {
        "refund under way": select(func.count()).where(Refund.state == "requested"),
        "payment being opened": select(func.count()).where(Payment.state == "created"),
        "message unsent": select(func.count()).where(OutgoingMessage.sent_at.is_(None)),
        "call to a till": select(func.count()).where(and_(Job.name.startswith("till."), Job.stuck.is_(None))),
        "call that a till refused": select(func.count()).where(Job.stuck.is_not(None)),
    }
    return {what: int((await rows(statement))[0][0]) for what, statement in counts.items()}


def stripe_books(stripe: StripePeer, witness: Witness) -> None:
    """Write down what Stripe's stand-in booked, by the pages people paid on."""
    pages: dict[str, str] = {session["payment_intent"]: ref for ref, session in stripe.books.sessions.items()}
    charged: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    for charge in stripe.books.charges.values():
        if charge["paid"]:
            page = pages[charge["payment_intent"]]
            charged[page] += charge["amount_captured"]
            refunded[page] += charge["amount_refunded"]
    witness.charged = dict(charged)
    witness.refunded = {ref: amount for ref, amount in refunded.items() if amount}


async def sandbox_books(database: Database, witness: Witness) -> None:
    """The same of the embedded till, which keeps its books apart."""
    async with database.read() as session:
        rows = await session.execute(
            select(SandboxCharge.ref, SandboxCharge.amount, SandboxCharge.refunded).where(
                SandboxCharge.state == "succeeded"
            )
        )
        for ref, amount, refunded in rows.tuples():
            witness.charged[ref] = amount
            if refunded:
                witness.refunded[ref] = refunded
