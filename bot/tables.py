"""Every table there is, for the migrations and the audit."""

from bot.handoff_records import Handoff, Operator, OperatorInvitation
from bot.jobs import Job
from bot.lessons import Lesson
from bot.libraries import FlowVersion
from bot.outgoing import OutgoingMessage
from bot.people import Conversation, Person
from bot.releases import FlowPublication, FlowRelease
from bot.transcripts import Transcript
from bot.turn import Received
from commerce import (
    alteration_records,
    cart_records,
    coupon_records,
    ledger,
    menu,
    order_records,
    payment_records,
    rating_records,
    shops,
)
from commerce.gateways import sandbox_records, telegram_records

__all__ = [
    "Conversation",
    "FlowPublication",
    "FlowRelease",
    "FlowVersion",
    "Handoff",
    "Job",
    "Lesson",
    "Operator",
    "OperatorInvitation",
    "OutgoingMessage",
    "Person",
    "Received",
    "Transcript",
    "alteration_records",
    "cart_records",
    "coupon_records",
    "ledger",
    "menu",
    "order_records",
    "payment_records",
    "rating_records",
    "sandbox_records",
    "shops",
    "telegram_records",
]
