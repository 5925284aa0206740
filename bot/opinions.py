"""Who else is asked what a message means, ahead of its turn: nobody, or a Rasa server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from bot import observing
from bot.settings import Settings
from nlu.rasa.breaker import Breaker
from nlu.rasa.client import NoAnswer, RasaClient
from nlu.understanding import Opinion
from nlu.written import LONGEST

log = logging.getLogger(__name__)


class Opinions(Protocol):
    """Asked before the turn's transaction begins, so that no connection to the database waits for the answer."""

    async def about(self, text: str) -> Opinion | None:
        """What somebody else makes of a message; None when the embedded model is to decide. Never raises."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class NoOpinions:
    """Nobody is asked."""

    async def about(self, text: str) -> Opinion | None:
        return None

    async def close(self) -> None:
        return None


class RasaOpinions:
    """Rasa is, while it answers."""

    def __init__(self, client: RasaClient) -> None:
        self._client = client
        self._answered = True

    async def about(self, text: str) -> Opinion | None:
        if not text.strip() or len(text) > LONGEST:
            return None
        with observing.opinion() as told:
            try:
                opinion = await self._client.opinion(text)
            except NoAnswer as none:
                told(none.why)
                self._note(none)
                return None
            told("answered")
        self._note(None)
        return opinion

    def _note(self, none: NoAnswer | None) -> None:
        """A line when Rasa begins to fail, and one when it is back."""
        if none is not None and self._answered:
            facts = {"outcome": none.why} | ({"fault": none.what} if none.what else {})
            log.warning("Rasa does not answer; the embedded model decides meanwhile", extra=facts)
        elif none is None and not self._answered:
            log.warning("Rasa answers again")
        self._answered = none is None

    async def close(self) -> None:
        await self._client.close()


def opinions_of(settings: Settings, seconds: Callable[[], float] = monotonic) -> Opinions:
    """Those that the settings ask for."""
    if settings.nlu == "embedded":
        return NoOpinions()
    token = settings.nlu_token.get_secret_value() if settings.nlu_token else None
    return RasaOpinions(RasaClient(settings.nlu_url, token, settings.nlu_timeout_ms / 1000, Breaker(seconds)))
