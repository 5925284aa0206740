"""What came of changes of placed orders, told to the consumer and to the shop."""

from __future__ import annotations

from bot.alteration_words import alteration_json
from bot.money_notices import How, MoneyNotices
from bot.recipients import Json
from commerce import alterations
from commerce.events import AlterationAsked, AlterationGranted, AlterationOver, OrderAltered
from commerce.orders import OrderView

_OVER = {
    "declined": "utter_change_declined",
    "lapsed": "utter_change_lapsed",
    "overtaken": "utter_change_overtaken",
}


class AlterationNotices(MoneyNotices):
    """Tells of changes."""

    def about_alterations(self) -> How:
        return {
            AlterationAsked: self._alteration_asked,
            AlterationGranted: self._alteration_granted,
            AlterationOver: self._alteration_over,
            OrderAltered: self._order_altered,
        }

    async def _alteration(self, alteration: str) -> tuple[OrderView, Json, Json]:
        """The order, as responses read it, and its change as they do."""
        change = alteration_json(await alterations.get(self.work, alteration))
        order, o = await self.order(change["order"])
        return order, o, change

    async def _alteration_asked(self, asked: AlterationAsked) -> None:
        order, o, change = await self._alteration(asked.alteration)
        await self.to_shop(order, "utter_shop_change_asked", o, altered=change)
        if change["paid"]:
            await self.to_consumer(order, "utter_change_asked_late", o, altered=change)

    async def _alteration_granted(self, granted: AlterationGranted) -> None:
        order, o, change = await self._alteration(granted.alteration)
        await self.to_consumer(order, "utter_change_granted", o, altered=change)

    async def _order_altered(self, altered: OrderAltered) -> None:
        order, o, change = await self._alteration(altered.alteration)
        await self.to_consumer(order, "utter_order_changed", o, altered=change)
        await self.card(order, o)
        response = "utter_shop_changed" if order.state == "received" else "utter_shop_change_done"
        await self.to_shop(order, response, o, altered=change)

    async def _alteration_over(self, over: AlterationOver) -> None:
        order, o, change = await self._alteration(over.alteration)
        money = {"amount": over.refunded or None, "currency": order.currency, "was": over.was}
        if over.why in _OVER:
            await self.to_consumer(order, _OVER[over.why], o, altered=change, money=money)
        known = over.was == "asked" or change["granted"]
        if known and over.why in ("dropped", "lapsed"):
            await self.to_shop(order, "utter_shop_change_over", o, altered=change, money=money)
