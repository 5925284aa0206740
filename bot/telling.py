"""From a response's name to a message queued for a person, in their language, in the best form it has."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.messages import Button, Card, PaymentRequest, PricePart, Reply
from bot.outgoing import Draft, Queued, queue
from bot.people import Arrival
from bot.services import Services
from bot.views import each_language
from commerce.work import Work
from flows.engine import Asking
from flows.library import Library
from flows.render import Rendered, render

log = logging.getLogger(__name__)


class Teller:
    """Collects what is told within one turn. ``replaying``: channels whose clients fetch their messages."""

    def __init__(self, work: Work, services: Services, replaying: frozenset[str]) -> None:
        self.work = work
        self.services = services
        self.replaying = replaying
        self._drafts: list[Draft] = []
        self.told: list[tuple[str, str]] = []
        """The responses of this turn, each with the chat that it went to."""

    async def tell(
        self,
        to: Arrival,
        response: str,
        slots: Mapping[str, Any],
        *,
        library: Library | None = None,
        asking: Asking | None = None,
        prefix: str = "",
    ) -> None:
        """Queue ``response`` for a person. ``asking`` is the question that its buttons answer."""
        rendered = render(
            library or self.services.versions.current,
            response,
            language=to.person.language,
            slots=slots,
            channel=to.conversation.channel,
            pick=self.work.now.second,
            zone=self.services.home.zone,
            now=self.work.now,
        )
        if rendered is None or not (rendered.text or rendered.cards):
            log.error("the response %s has nothing to say to %s", response, to.conversation.channel)
            return
        self.told.append((to.conversation.chat, response))
        await self.say(to, as_reply(rendered, prefix, to.person.language), asking)

    async def say(self, to: Arrival, reply: Reply, asking: Asking | None = None) -> None:
        """Queue a message that is already in words."""
        asked = {"flow": asking.flow, "step": asking.step, "version": asking.version} if asking else None
        self._drafts.append(Draft(to.conversation, reply, asked, to.conversation.channel in self.replaying))

    async def queue(self, worker: str | None = None) -> list[Queued]:
        """Put what was told on its way with the turn's commit: the last thing that a turn writes."""
        drafts, self._drafts = self._drafts, []
        return await queue(self.work, drafts, worker)


def as_reply(rendered: Rendered, prefix: str = "", language: str = "ko") -> Reply:
    payment = rendered.payment
    return Reply(
        text=prefix + rendered.text,
        buttons=tuple(Button(button.label, button.payload or "", button.url) for button in rendered.buttons),
        cards=tuple(
            Card(
                card.title,
                card.subtitle,
                tuple(Button(button.label, button.payload or "", button.url) for button in card.buttons),
            )
            for card in rendered.cards
        ),
        asks="location" if rendered.asks == "location" else "contact" if rendered.asks == "contact" else None,
        payment=_payment(payment, language) if payment else None,
        key=rendered.key,
        edits=rendered.edits,
        alert=rendered.alert,
    )


def _payment(asked: Mapping[str, Any], language: str) -> PaymentRequest:
    """Title and parts come with their names by language."""
    parts = tuple(PricePart(each_language(part["label"], language), part["amount"]) for part in asked.get("parts", ()))
    title = each_language(asked.get("title") or {}, language)
    return PaymentRequest(asked["amount"], asked["currency"], asked["url"] or "", asked["payment"], title, parts)
