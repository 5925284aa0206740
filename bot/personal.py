"""Everything that is kept about one person: handed out as JSON, or erased as far as the law lets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, cast, delete, func, or_, select, union_all, update
from sqlalchemy.sql.elements import KeyedColumnElement

from bot import tables as _every_table  # noqa: F401  all of them are needed in the metadata
from bot.handoff_records import Handoff
from bot.jobs import Job
from bot.messages import Reply
from bot.outgoing import OutgoingMessage, as_stored
from bot.people import Conversation, Person
from bot.transcripts import Transcript
from commerce.alteration_records import Alteration
from commerce.database import Base, table
from commerce.order_records import Order, OrderLine, OrderMove
from commerce.order_states import FINAL
from commerce.rating_records import Rating
from commerce.refusals import Refusal
from commerce.shops import Staff
from commerce.work import Work

_OF_OTHERS = frozenset({"accepted_by", "moved_by", "by", "granted_by", "taken_by", "taken_in", "claimed_by"})
"""Columns that name who served the person."""
_PARENTS: Mapping[str, str] = {
    "conversation_id": "conversations",
    "order_id": "orders",
    "payment_id": "payments",
    "cart_id": "carts",
    "alteration_id": "alterations",
}
_LEFT = ("coupon_uses", "ledger_entries", "order_lines", "orders", "payments", "ratings", "refunds")
"""What stays, without anything that tells who it was."""
_GONE = Reply(text="(지웠어요 · erased)")
_WIPED = {"text": _GONE.text}
MOST_PHONES = 20


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Rows by table: ``erased``, and ``kept`` because the law wants them kept."""

    erased: Mapping[str, int]
    kept: Mapping[str, int]


async def find(work: Work, who: str) -> list[str]:
    """The people of that id, that chat ("telegram:123", "web:…") or that telephone number."""
    channel, _, chat = who.partition(":")
    number = "".join(sign for sign in who.replace("+82", "0") if sign.isdigit())
    phone: ColumnElement[str] = func.replace(Person.phone, "+82", "0")
    for sign in ("-", " ", "(", ")", "."):
        phone = func.replace(phone, sign, "")
    query = (
        select(Person.id)
        .outerjoin(Conversation, Conversation.person_id == Person.id)
        .where(
            or_(
                Person.id == who,
                (Conversation.channel == channel) & (Conversation.chat == chat),
                (phone == number) if len(number) >= 7 and not any(sign.isalpha() for sign in who) else Person.id == who,
            )
        )
    )
    return sorted(set(await work.session.scalars(query.limit(MOST_PHONES))))


def holding(person: str) -> dict[str, Select[Any]]:
    """For every table that holds something of the person, the query for it."""
    found: dict[str, Select[Any]] = {}
    for one in Base.metadata.sorted_tables:
        mine = [one.c.id == person] if one.name == "people" else _mine(one, person)
        if mine:
            shown = [column for column in one.columns if column.name not in _OF_OTHERS]
            found[one.name] = select(*shown).where(or_(*mine))
    return found


def _mine(one: Table, person: str) -> list[ColumnElement[bool]]:
    mine: list[ColumnElement[bool]] = [one.c.person_id == person] if "person_id" in one.c else []
    for column, parent in _PARENTS.items():
        if column in one.c and parent != one.name:
            mine.append(one.c[column].in_(_ids(parent, person)))
    return mine


def _ids(parent: str, person: str) -> Select[Any]:
    of = Base.metadata.tables[parent]
    identity: KeyedColumnElement[Any] = of.c.id
    if "person_id" in of.c:
        return select(identity).where(of.c.person_id == person)
    return select(identity).where(of.c.order_id.in_(_ids("orders", person)))


async def export(work: Work, person: str) -> dict[str, list[dict[str, Any]]]:
    """By table, every row about the person; times in ISO 8601. Refuses "person_unknown"."""
    await _known(work, person)
    out: dict[str, list[dict[str, Any]]] = {}
    for name, query in holding(person).items():
        rows = (await work.session.execute(query)).mappings().all()
        if rows:
            out[name] = [{column: _plain(value) for column, value in row.items()} for row in rows]
    return out


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def forget(work: Work, person: str) -> Forgotten:
    """Erase the person. Orders, payments, points and coupons used stay, without name, number, address or words.

    Refuses "person_unknown", "order_open" while one of their orders is under way, "owner" of a shop, "talking" while a
    human has their conversation or they have another's.
    """
    await _known(work, person)
    if await work.session.scalar(select(Order.id).where(Order.person_id == person, Order.state.not_in(FINAL)).limit(1)):
        raise Refusal("order_open")
    if await work.session.scalar(select(Staff.id).where(Staff.person_id == person, Staff.role == "owner").limit(1)):
        raise Refusal("owner")
    both = or_(Handoff.person_id == person, Handoff.taken_by == person)
    taken = select(Handoff.id).where(both, Handoff.taken_by.is_not(None), Handoff.ended_at.is_(None))
    if await work.session.scalar(taken.limit(1)):
        raise Refusal("talking")
    orders, handoffs, talks = [
        list(await work.session.scalars(select(of.id).where(of.person_id == person)))
        for of in (Order, Handoff, Conversation)
    ]
    erased = {"messages to others": await _blank(work, [person, *orders, *handoffs], talks)}
    erased["words of others"] = await _blank_passed_on(work, [person, *orders, *handoffs], talks)
    await _strip_orders(work, person, orders)
    await work.session.execute(update(Handoff).where(Handoff.taken_in.in_(talks)).values(taken_in=None))
    await work.session.execute(update(Handoff).where(Handoff.taken_by == person).values(taken_by=None))
    await work.session.execute(delete(Job).where(Job.subject.in_(handoffs)))
    for name in (
        "transcripts",
        "outgoing",
        "lessons",
        "handoffs",
        "operators",
        "staff",
        "cart_lines",
        "carts",
        "addresses",
        "conversations",
    ):
        of = Base.metadata.tables[name]
        gone = await work.session.execute(delete(of).where(or_(*_mine(of, person))))
        erased[name] = gone.rowcount  # type: ignore[attr-defined]
    await work.session.execute(delete(table(Person)).where(table(Person).c.id == person))
    erased["people"] = 1
    return Forgotten({name: count for name, count in erased.items() if count}, await _counted(work, person))


async def _known(work: Work, person: str) -> None:
    if await work.session.scalar(select(Person.id).where(Person.id == person)) is None:
        raise Refusal("person_unknown", person=person)


async def _blank(work: Work, named: Iterable[str], talks: list[str]) -> int:
    """Empty the messages about the person that stand in others' conversations: a shop's cards, words passed on."""
    messages = table(OutgoingMessage)
    text = cast(messages.c.reply, String)
    about = or_(*(text.contains(one, autoescape=True) for one in named))
    emptied = await work.session.execute(
        update(messages).where(messages.c.conversation_id.not_in(talks), about).values(reply=as_stored(_GONE))
    )
    return int(emptied.rowcount)  # type: ignore[attr-defined]


async def _blank_passed_on(work: Work, named: Iterable[str], talks: list[str]) -> int:
    """Empty what others wrote to the person or were shown of them in the same turn, and let go of where their talks
    stand with the person's things at hand."""
    said, sent, talk = table(OutgoingMessage), table(Transcript), table(Conversation)
    moments = union_all(
        select(said.c.created_at).where(said.c.conversation_id.in_(talks)),
        select(sent.c.at).where(sent.c.conversation_id.in_(talks)),
    )
    emptied = 0
    for statement in (
        update(said)
        .where(said.c.conversation_id.not_in(talks), said.c.created_at.in_(moments))
        .values(reply=as_stored(_GONE)),
        update(sent)
        .where(sent.c.conversation_id.not_in(talks), sent.c.at.in_(moments))
        .values(sent=_WIPED, entities=None),
        update(talk)
        .where(talk.c.id.not_in(talks), or_(*(talk.c.state.contains(one, autoescape=True) for one in named)))
        .values(state=None, heard=None),
    ):
        emptied += (await work.session.execute(statement)).rowcount  # type: ignore[attr-defined]
    return emptied


async def _strip_orders(work: Work, person: str, orders: list[str]) -> None:
    """Take the address, the notes, the reasons and the words out of what stays."""
    nowhere = {"address": None, "address_detail": None, "lat": None, "lon": None}
    for statement in (
        update(Order).where(Order.person_id == person).values(reason=None, **nowhere),
        update(OrderLine).where(OrderLine.order_id.in_(orders)).values(note=None),
        update(OrderMove).where(OrderMove.order_id.in_(orders)).values(reason=None),
        update(Rating).where(Rating.person_id == person).values(words=None),
        update(Alteration).where(Alteration.order_id.in_(orders)).values(said={}, **nowhere),
    ):
        await work.session.execute(statement, execution_options={"synchronize_session": False})
    for one in await work.session.scalars(select(Alteration).where(Alteration.order_id.in_(orders))):
        one.lines = [{**line, "note": None} for line in one.lines]


async def _counted(work: Work, person: str) -> dict[str, int]:
    kept: dict[str, int] = {}
    for name in _LEFT:
        of = Base.metadata.tables[name]
        count = int(await work.session.scalar(select(func.count()).select_from(of).where(or_(*_mine(of, person)))) or 0)
        if count:
            kept[name] = count
    return kept
