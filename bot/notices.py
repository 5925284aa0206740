"""What happened, told: to the consumer, to everybody who works in the shop, in the language of each."""

from __future__ import annotations

from collections.abc import Mapping

from bot import views
from bot.actions.following import instead_of
from bot.alteration_notices import AlterationNotices
from bot.money_notices import How
from bot.recipients import Json
from bot.services import Services
from bot.telling import Teller
from commerce import hours, shops
from commerce.events import (
    BackInStock,
    CancelAsked,
    CancelDeclined,
    EtaChanged,
    Happening,
    LinesChanged,
    OrderMoved,
    OrdersAgain,
    Rated,
    SoldOut,
)
from commerce.orders import OrderView
from commerce.work import Work

_TO_CONSUMER: Mapping[str, str] = {
    "accepted": "utter_order_accepted",
    "cooking": "utter_order_cooking",
    "ready": "utter_order_ready",
    "on_the_way": "utter_order_on_the_way",
    "done": "utter_order_done",
    "refused": "utter_order_refused",
    "cancelled": "utter_order_cancelled",
}


class Notices(AlterationNotices):
    """Tells within one turn."""

    def __init__(self, work: Work, services: Services, teller: Teller) -> None:
        super().__init__(work, services, teller)
        self._how: How = (
            self.about_money()
            | self.about_alterations()
            | {
                OrderMoved: self._order_moved,
                EtaChanged: self._eta_changed,
                LinesChanged: self._lines_changed,
                SoldOut: self._sold_out,
                BackInStock: self._back_in_stock,
                CancelAsked: self._cancel_asked,
                CancelDeclined: self._cancel_declined,
                Rated: self._rated,
                OrdersAgain: self._orders_again,
            }
        )

    async def tell(self, happening: Happening) -> bool:
        """Tell whom it concerns; True when a job was scheduled."""
        return bool(await self._how[type(happening)](happening))

    async def _order_moved(self, moved: OrderMoved) -> None:
        order, o = await self.order(moved.order)
        if moved.reason == "by_mistake":
            await self.to_consumer(order, "utter_order_taken_back", o)
        elif moved.after == "received":
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
        order, o = await self.order(changed.order)
        await self.to_consumer(order, "utter_eta_sooner" if changed.sooner else "utter_eta_changed", o)
        if changed.by is None:
            await self.to_shop(order, "utter_shop_late", o)

    async def _lines_changed(self, changed: LinesChanged) -> None:
        order, o = await self.order(changed.order)
        money = {"refunded": changed.refunded or None, "currency": order.currency}
        await self.to_consumer(order, "utter_lines_changed", o, money=money)
        if order.state == "received":
            await self.to_shop(order, "utter_shop_lines_changed", o)
        await self.card(order, o)

    async def _sold_out(self, sold_out: SoldOut) -> None:
        order, o = await self.order(sold_out.order)
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
        order, o = await self.order(back.order)
        o["back"] = next((dict(line.name) for line in order.lines if line.item == back.item), None)
        await self.to_consumer(order, "utter_back_in_stock", o)
        await self.to_shop(order, "utter_shop_as_it_was", o)
        await self.card(order, o)

    async def _cancel_asked(self, asked: CancelAsked) -> None:
        order, o = await self.order(asked.order)
        await self.to_shop(order, "utter_shop_cancel_asked", o)

    async def _cancel_declined(self, declined: CancelDeclined) -> None:
        order, o = await self.order(declined.order)
        await self.to_consumer(order, "utter_cancel_declined", o)

    async def _rated(self, rated: Rated) -> None:
        order, o = await self.order(rated.order)
        o |= {"stars_word": "★" * rated.stars, "rating_words": rated.words}
        await self.to_shop(order, "utter_shop_rated", o)

    async def _orders_again(self, again: OrdersAgain) -> None:
        shop = await shops.get(self.work, again.shop)
        o = {"shop": views.shop_json(shop, await hours.status_of(self.work, shop.id))}
        await self.to_staff(shop.id, "utter_shop_orders_again", {"o": o, "currency": shop.currency})

    async def remind(self, order_id: str) -> None:
        """The shop has not answered yet."""
        order, o = await self.order(order_id)
        await self.to_shop(order, "utter_shop_reminder", o)
