"""Who is told what happened: the consumer, everybody who works in the shop, in the language of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import people, views
from bot.hats import hat_line
from bot.people import Arrival
from bot.services import Services
from bot.telling import Teller
from commerce import orders, shops
from commerce.orders import OrderView
from commerce.work import Work

Json = dict[str, Any]


class Recipients:
    """Tells people of an order within one turn."""

    def __init__(self, work: Work, services: Services, teller: Teller) -> None:
        self.work = work
        self.services = services
        self.teller = teller

    async def to_consumer(self, order: OrderView, response: str, o: Json, **further: Any) -> None:
        found = (await people.reachable(self.work, [order.person])).get(order.person)
        if found is not None:
            await self._tell(found, "consumer", response, {"o": o, "currency": order.currency, **further})

    async def to_shop(self, order: OrderView, response: str, o: Json, **further: Any) -> bool:
        """Everybody who works there; False when nobody of them can be written to."""
        return await self.to_staff(order.shop, response, {"o": o, "currency": order.currency, **further})

    async def to_staff(self, shop: str, response: str, slots: Json) -> bool:
        """Everybody who works in that shop; it is the one in ``slots["o"]``. False when nobody can be written to."""
        staff = await shops.staff(self.work, shop)
        found = await people.reachable(self.work, [one.person for one in staff])
        for one in staff:
            if one.person in found:
                await self._tell(found[one.person], "merchant", response, slots)
        return bool(found)

    async def card(self, order: OrderView, o: Json) -> None:
        """Bring the order's card on every screen of the shop up to date, with who took it."""
        await self.to_shop(order, "utter_shop_order_now", o)

    async def _tell(self, to: Arrival, hat: people.Hat, response: str, slots: Mapping[str, Any]) -> None:
        workplaces = await shops.workplaces(self.work, to.person.id) if to.works else []
        about = slots["o"]["shop"]["id"] if hat == "merchant" else None
        workplaces.sort(key=lambda shop: shop.id != about)
        await self.teller.tell(to, response, slots, prefix=hat_line(to, workplaces, hat))

    async def order(self, order_id: str) -> tuple[OrderView, Json]:
        """The order, and as responses read it."""
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
