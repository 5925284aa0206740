"""What happened to money, told: it is asked for, came late or twice, goes back, is disputed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot import jobs, views
from bot.alteration_words import alteration_json
from bot.recipients import Json, Recipients
from commerce import alterations, payments, refunds
from commerce.events import (
    Disputed,
    Happening,
    PaymentDue,
    PaymentFailed,
    PaymentOpened,
    PaymentOver,
    RefundDone,
    RefundDue,
    RefundFailed,
    TakenBack,
)
from commerce.orders import OrderView
from commerce.refunds import RefundView

log = logging.getLogger(__name__)

How = dict[type[Happening], Callable[[Any], Awaitable[bool | None]]]
"""What is done about each kind; true when a job was scheduled."""

_WHY_BACK: Mapping[str, tuple[str, str | None]] = {
    "too_late": ("utter_paid_too_late", "utter_shop_paid_late"),
    "late_gone": ("utter_paid_late_gone", "utter_shop_paid_late"),
    "late_again": ("utter_paid_late_again", "utter_shop_paid_late"),
    "late_dropped": ("utter_paid_late_dropped", "utter_shop_paid_late"),
    "paid_twice": ("utter_paid_twice", "utter_shop_paid_twice"),
    "wrong_amount": ("utter_paid_wrong_amount", None),
    "taken_back": ("utter_paid_taken_back", None),
    "alteration_late": ("utter_paid_more_late", None),
    "alteration_gone": ("utter_paid_more_gone", None),
    "alteration_amount": ("utter_paid_more_late", None),
}
"""Refunds that no step of the order explains: what the consumer is told, and the shop."""

_WHY_NOT_PAID: Mapping[str, str] = {
    "declined": "utter_pay_declined",
    "abandoned": "utter_pay_abandoned",
    "amount_out_of_range": "utter_pay_out_of_range",
}
"""Why the payer's own try came to nothing. For any other reason the till did not even ask for the money, such as for
a shop whose account there is unknown or shut: no other card helps."""


class MoneyNotices(Recipients):
    """Tells of payments and refunds."""

    def about_money(self) -> How:
        return {
            PaymentDue: self._payment_due,
            PaymentOver: self._payment_over,
            PaymentOpened: self._payment_opened,
            PaymentFailed: self._payment_failed,
            RefundDue: self._refund_due,
            RefundDone: self._refund_done,
            RefundFailed: self._refund_failed,
            TakenBack: self._taken_back,
            Disputed: self._disputed,
        }

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
        order, o = await self.order(payment.order)
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
        if payment.alteration is None:
            await self.to_consumer(order, "utter_please_pay", o, payment=asked)
            return
        change = alteration_json(await alterations.get(self.work, payment.alteration))
        part = {"label": views.both("추가 금액", "More"), "amount": payment.amount}
        await self.to_consumer(order, "utter_please_pay_more", o, payment=asked | {"parts": [part]}, altered=change)

    async def _payment_failed(self, failed: PaymentFailed) -> None:
        if failed.reason == "expired":
            return
        payment = await payments.get(self.work, failed.payment)
        order, o = await self.order(payment.order)
        if failed.reason not in _WHY_NOT_PAID:
            log.error(
                "payment %s (%s %s, shop %s) was not taken on by %s: %s; see to the shop's account there",
                *(payment.id, payment.amount, payment.currency, order.shop, payment.gateway, failed.reason),
            )
        if payment.alteration is not None:
            change = await alterations.get(self.work, payment.alteration)
            if change.state == "unpaid":
                shown = alteration_json(change)
                money = {"why": failed.reason}
                await self.to_consumer(order, "utter_pay_more_failed", o, altered=shown, money=money)
        elif order.state == "unpaid":
            await self.to_consumer(order, _WHY_NOT_PAID.get(failed.reason, "utter_pay_impossible"), o)

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
        order, o = await self.order(refund.order)
        await self._money_told(order, o, refund.amount, to_consumer, to_shop)

    async def _taken_back(self, taken: TakenBack) -> None:
        payment = await payments.get(self.work, taken.payment)
        order, o = await self.order(payment.order)
        # The shop of an order that was never received has not heard of it.
        to_shop = "utter_shop_taken_back" if order.received else None
        await self._money_told(order, o, taken.amount, "utter_taken_back", to_shop)
        log.warning("%s gave %s of payment %s back by itself", payment.gateway, taken.amount, payment.id)

    async def _disputed(self, disputed: Disputed) -> None:
        payment = await payments.get(self.work, disputed.payment)
        order, o = await self.order(payment.order)
        more = disputed.after - disputed.before
        to_shop = "utter_shop_disputed" if more > 0 else "utter_shop_dispute_over"
        await self._money_told(order, o, abs(more), None, to_shop if order.received else None)
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
