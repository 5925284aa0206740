"""What happened, told: to the consumer, to everybody who works in the shop, in the language of each."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot import jobs, people, views
from bot.actions.following import instead_of
from bot.dialogue import hat_line
from bot.people import Arrival
from bot.services import Services
from bot.telling import Teller
from commerce import orders, payments, refunds, shops
from commerce.events import (
    BackInStock,
    CancelAsked,
    CancelDeclined,
    Disputed,
    EtaChanged,
    Happening,
    LinesChanged,
    OrderMoved,
    PaymentDue,
    PaymentFailed,
    PaymentOpened,
    PaymentOver,
    Rated,
    RefundDone,
    RefundDue,
    RefundFailed,
    SoldOut,
    TakenBack,
)
from commerce.orders import OrderView
from commerce.refunds import RefundView
from commerce.work import Work

log = logging.getLogger(__name__)

Json = dict[str, Any]

_TO_CONSUMER: Mapping[str, str] = {
    "accepted": "utter_order_accepted",
    "cooking": "utter_order_cooking",
    "ready": "utter_order_ready",
    "on_the_way": "utter_order_on_the_way",
    "done": "utter_order_done",
    "refused": "utter_order_refused",
    "cancelled": "utter_order_cancelled",
}

_WHY_BACK: Mapping[str, tuple[str, str | None]] = {
    "too_late": ("utter_paid_too_late", "utter_shop_paid_late"),
    "late_gone": ("utter_paid_late_gone", "utter_shop_paid_late"),
    "late_again": ("utter_paid_late_again", "utter_shop_paid_late"),
    "late_dropped": ("utter_paid_late_dropped", "utter_shop_paid_late"),
    "paid_twice": ("utter_paid_twice", "utter_shop_paid_twice"),
    "wrong_amount": ("utter_paid_wrong_amount", None),
    "taken_back": ("utter_paid_taken_back", None),
}
"""Refunds that no step of the order explains: what the consumer is told, and the shop."""

_WHY_NOT_PAID: Mapping[str, str] = {
    "abandoned": "utter_pay_abandoned",
    "amount_out_of_range": "utter_pay_out_of_range",
}


class Notices:
    """Tells within one turn."""

    def __init__(self, work: Work, services: Services, teller: Teller) -> None:
        self.work = work
        self.services = services
        self.teller = teller
        self._how: Mapping[type[Happening], Callable[[Any], Awaitable[bool | None]]] = {
            PaymentDue: self._payment_due,
            PaymentOver: self._payment_over,
            PaymentOpened: self._payment_opened,
            PaymentFailed: self._payment_failed,
            RefundDue: self._refund_due,
            RefundDone: self._refund_done,
            RefundFailed: self._refund_failed,
            TakenBack: self._taken_back,
            Disputed: self._disputed,
            OrderMoved: self._order_moved,
            EtaChanged: self._eta_changed,
            LinesChanged: self._lines_changed,
            SoldOut: self._sold_out,
            BackInStock: self._back_in_stock,
            CancelAsked: self._cancel_asked,
            CancelDeclined: self._cancel_declined,
            Rated: self._rated,
        }

    async def tell(self, happening: Happening) -> bool:
        """Tell whom it concerns; True when a job was scheduled."""
        return bool(await self._how[type(happening)](happening))

    # -- money

    async def _payment_due(self, due: PaymentDue) -> bool:
        await jobs.schedule(self.work, f"till.open:{due.payment}", "till.open", due.payment, self.work.now)
        return True

    async def _payment_over(self, over: PaymentOver) -> bool:
        await jobs.schedule(self.work, f"till.close:{over.payment}", "till.close", over.payment, self.work.now)
        return True

    async def _refund_due(self, due: RefundDue) -> bool:
        refund = await refunds.get(self.work, due.refund)
        if refund.reason in _WHY_BACK:
            await self._refund_told(refund, *_WHY_BACK[refund.reason])
        await jobs.schedule(self.work, f"till.refund:{due.refund}", "till.refund", due.refund, self.work.now)
        return True

    async def _payment_opened(self, opened: PaymentOpened) -> None:
        payment = await payments.get(self.work, opened.payment)
        order, o = await self._order(payment.order)
        asked = {
            "amount": payment.amount,
            "currency": payment.currency,
            "url": payment.url,
            "payment": payment.id,
            "title": views.both(
                f"주문 {order.number} · {views.each_language(order.shop_name, 'ko')}",
                f"Order {order.number} · {views.each_language(order.shop_name, 'en')}",
            ),
            "parts": views.price_parts(order),
        }
        await self.to_consumer(order, "utter_please_pay", o, payment=asked)

    async def _payment_failed(self, failed: PaymentFailed) -> None:
        payment = await payments.get(self.work, failed.payment)
        order, o = await self._order(payment.order)
        if order.state != "unpaid" or failed.reason == "expired":
            return
        await self.to_consumer(order, _WHY_NOT_PAID.get(failed.reason, "utter_pay_declined"), o)

    async def _refund_done(self, done: RefundDone) -> None:
        await self._refund_told(await refunds.get(self.work, done.refund), "utter_refunded")

    async def _refund_failed(self, failed: RefundFailed) -> None:
        refund = await refunds.get(self.work, failed.refund)
        await self._refund_told(refund, "utter_refund_failed", "utter_shop_refund_failed")
        log.error(
            "refund %s (%s %s of payment %s) was refused: give the money back at %s itself",
            *(refund.id, refund.amount, refund.currency, refund.payment, refund.gateway),
        )

    async def _refund_told(self, refund: RefundView, to_consumer: str, to_shop: str | None = None) -> None:
        order, o = await self._order(refund.order)
        await self._money_told(order, o, refund.amount, to_consumer, to_shop)

    async def _taken_back(self, taken: TakenBack) -> None:
        payment = await payments.get(self.work, taken.payment)
        order, o = await self._order(payment.order)
        # The shop of an order that was never paid has not heard of it.
        to_shop = "utter_shop_taken_back" if order.received else None
        await self._money_told(order, o, taken.amount, "utter_taken_back", to_shop)
        log.warning("%s gave %s of payment %s back by itself", payment.gateway, taken.amount, payment.id)

    async def _disputed(self, disputed: Disputed) -> None:
        payment = await payments.get(self.work, disputed.payment)
        order, o = await self._order(payment.order)
        more = disputed.after - disputed.before
        to_shop = "utter_shop_disputed" if more > 0 else "utter_shop_dispute_over"
        await self._money_told(order, o, abs(more), None, to_shop)
        log.error(
            "payment %s is disputed at %s: %s of %s, before %s",
            *(payment.id, payment.gateway, disputed.after, payment.paid, disputed.before),
        )

    async def _money_told(
        self, order: OrderView, o: Json, amount: int, to_consumer: str | None, to_shop: str | None
    ) -> None:
        money = {"amount": amount, "currency": order.currency, "at": views.iso(self.work.now)}
        if to_consumer is not None:
            await self.to_consumer(order, to_consumer, o, money=money)
        if to_shop is not None:
            await self.to_shop(order, to_shop, o, money=money)

    # -- the order

    async def _order_moved(self, moved: OrderMoved) -> None:
        order, o = await self._order(moved.order)
        if moved.after == "received":
            late = moved.reason == "paid_late"
            await self.to_consumer(order, "utter_order_revived" if late else "utter_order_received", o)
            await self.to_shop(order, "utter_shop_order", o)
        elif moved.after == "expired":
            await self._expired(order, o, moved)
        elif moved.after in _TO_CONSUMER and moved.reason != "forgotten":
            granted = moved.after == "cancelled" and moved.by not in (None, order.person)
            response = "utter_cancel_granted" if granted else _TO_CONSUMER[moved.after]
            await self.to_consumer(order, response, o)
        if moved.before != "unpaid" and moved.after != "received":
            await self.card(order, o)
        if moved.after == "cancelled" and moved.before != "unpaid" and moved.by == order.person:
            await self.to_shop(order, "utter_shop_cancelled", o)

    async def _expired(self, order: OrderView, o: Json, moved: OrderMoved) -> None:
        if moved.before == "unpaid":
            await self.to_consumer(order, "utter_order_unpaid", o)
        elif moved.reason == "no_choice":
            await self.to_consumer(order, "utter_order_no_choice", o)
            await self.to_shop(order, "utter_shop_no_choice", o)
        else:
            await self.to_consumer(order, "utter_order_unanswered", o)
            await self.to_shop(order, "utter_shop_unanswered", o)

    async def _eta_changed(self, changed: EtaChanged) -> None:
        order, o = await self._order(changed.order)
        await self.to_consumer(order, "utter_eta_changed", o)
        if changed.by is None:
            await self.to_shop(order, "utter_shop_late", o)

    async def _lines_changed(self, changed: LinesChanged) -> None:
        order, o = await self._order(changed.order)
        money = {"refunded": changed.refunded or None, "currency": order.currency}
        await self.to_consumer(order, "utter_lines_changed", o, money=money)
        if order.state == "received":
            await self.to_shop(order, "utter_shop_lines_changed", o)
        await self.card(order, o)

    async def _sold_out(self, sold_out: SoldOut) -> None:
        order, o = await self._order(sold_out.order)
        gone = [line for line in order.lines if line.item == sold_out.item]
        if not gone:
            return
        o |= {
            "gone": dict(gone[0].name),
            "gone_id": sold_out.item,
            "gone_total": sum(line.total for line in gone),
            "can_drop": len(gone) < len(order.lines),
            "can_swap": bool(await instead_of(self.work, order, sold_out.item)),
        }
        await self.to_consumer(order, "utter_sold_out_choice", o)
        await self.card(order, o)

    async def _back_in_stock(self, back: BackInStock) -> None:
        order, o = await self._order(back.order)
        o["back"] = next((dict(line.name) for line in order.lines if line.item == back.item), None)
        await self.to_consumer(order, "utter_back_in_stock", o)
        await self.to_shop(order, "utter_shop_as_it_was", o)
        await self.card(order, o)

    async def _cancel_asked(self, asked: CancelAsked) -> None:
        order, o = await self._order(asked.order)
        await self.to_shop(order, "utter_shop_cancel_asked", o)

    async def _cancel_declined(self, declined: CancelDeclined) -> None:
        order, o = await self._order(declined.order)
        await self.to_consumer(order, "utter_cancel_declined", o)

    async def _rated(self, rated: Rated) -> None:
        order, o = await self._order(rated.order)
        o |= {"stars_word": "★" * rated.stars, "rating_words": rated.words}
        await self.to_shop(order, "utter_shop_rated", o)

    async def remind(self, order_id: str) -> None:
        """The shop has not answered yet."""
        order, o = await self._order(order_id)
        await self.to_shop(order, "utter_shop_reminder", o)

    # -- to whom

    async def to_consumer(self, order: OrderView, response: str, o: Json, **further: Any) -> None:
        found = (await people.reachable(self.work, [order.person])).get(order.person)
        if found is not None:
            await self._tell(found, "consumer", response, {"o": o, "currency": order.currency, **further})

    async def to_shop(self, order: OrderView, response: str, o: Json, **further: Any) -> None:
        """Everybody who works there."""
        staff = await shops.staff(self.work, order.shop)
        found = await people.reachable(self.work, [one.person for one in staff])
        for one in staff:
            if one.person in found:
                await self._tell(
                    found[one.person], "merchant", response, {"o": o, "currency": order.currency, **further}
                )

    async def card(self, order: OrderView, o: Json) -> None:
        """Bring the order's card on every screen of the shop up to date, with who took it."""
        await self.to_shop(order, "utter_shop_order_now", o)

    async def _tell(self, to: Arrival, hat: people.Hat, response: str, slots: Mapping[str, Any]) -> None:
        workplaces = await shops.workplaces(self.work, to.person.id) if to.works else []
        about = slots["o"]["shop"]["id"] if hat == "merchant" else None
        workplaces.sort(key=lambda shop: shop.id != about)
        await self.teller.tell(to, response, slots, prefix=hat_line(to, workplaces, hat))

    async def _order(self, order_id: str) -> tuple[OrderView, Json]:
        order = await orders.get(self.work, order_id)
        shop = await shops.get(self.work, order.shop)
        o = views.order_json(order, shop, self.work.now)
        o["answer_minutes"] = self.services.settings.answer_minutes
        o["by_line"] = await self._by_line(order)
        return order, o

    async def _by_line(self, order: OrderView) -> dict[str, str] | None:
        """Who took it, for the colleagues, where there are any."""
        if order.accepted_by is None:
            return None
        staff = await shops.staff(self.work, order.shop)
        name = next((one.name for one in staff if one.person == order.accepted_by), None)
        return views.both(f"맡은 사람: {name}", f"Taken by {name}") if name and len(staff) > 1 else None
