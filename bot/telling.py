"""From a response's name to a message queued for a person, in their language, in the best form it has."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.messages import Button, Card, PaymentRequest, PricePart, Reply
from bot.outgoing import Draft, Queued, queue
from bot.people import Arrival
from bot.services import Services
from bot.views import each_language
from commerce.work import Work
from flows.library import Library
from flows.render import Rendered, render

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """A message, the response that it was, and what makes a later one of the same turn take its place."""

    draft: Draft
    response: str | None = None
    once: tuple[str, str] | None = None


class Teller:
    """Collects what is told within one turn. ``replaying``: channels whose clients fetch their messages."""

    def __init__(self, work: Work, services: Services, replaying: frozenset[str]) -> None:
        self.work = work
        self.services = services
        self.replaying = replaying
        self._drafts: list[_Told] = []

    async def tell(
        self,
        to: Arrival,
        response: str,
        slots: Mapping[str, Any],
        *,
        library: Library | None = None,
        carries: Mapping[str, Any] | None = None,
        question: bool = False,
        prefix: str = "",
    ) -> None:
        """Queue ``response`` for a person. ``carries`` is what its buttons carry. A ``question`` takes the place of one
        that was put before in the same turn."""
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
        reply = as_reply(rendered, prefix, to.person.language)
        talk = to.conversation.id
        replaces = {(talk, f"={rendered.once}")} if rendered.once is not None else set()
        replaces |= {(talk, "?")} if question else set()
        self._drafts = [told for told in self._drafts if told.once not in replaces]
        self._add(to, reply, carries, response, "?" if question else f"={rendered.once}" if rendered.once else None)

    async def say(self, to: Arrival, reply: Reply) -> None:
        """Queue a message that is already in words."""
        self._add(to, reply)

    def _add(
        self,
        to: Arrival,
        reply: Reply,
        carries: Mapping[str, Any] | None = None,
        response: str | None = None,
        once: str | None = None,
    ) -> None:
        asked = dict(carries) if carries is not None and reply.all_buttons() else None
        draft = Draft(to.conversation, reply, asked, to.conversation.channel in self.replaying)
        self._drafts.append(_Told(draft, response, (to.conversation.id, once) if once is not None else None))

    @property
    def told(self) -> list[tuple[str, str]]:
        """The responses of this turn, each with the chat that it goes to."""
        return [(told.draft.to.chat, told.response) for told in self._drafts if told.response is not None]

    async def queue(self, worker: str | None = None) -> list[Queued]:
        """Put what was told on its way with the turn's commit: the last thing that a turn writes."""
        return await queue(self.work, [told.draft for told in self._drafts], worker)


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
