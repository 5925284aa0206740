"""Forged, missing, cut, old and replayed signatures, at every door that takes signed calls."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from bot.channels.telegram import TelegramChannel
from bot.messages import Event, Incoming
from bot.outgoing import OutgoingMessage
from bot.turn import Received
from commerce.database import Base
from commerce.gateways import signing, stripe_signing
from commerce.gateways.sandbox_records import SandboxCharge
from commerce.payment_records import Payment
from tests.dialogues.stage import Towns
from tests.peers.telegram import TelegramPeer
from tests.weather.indoors import ask_to_pay, state
from tests.webhooks.paying import SECRET, paid
from tests.webhooks.visiting import Site, opened
from webhooks.telegram import SECRET_HEADER

TOO_LONG_AGO = timedelta(seconds=301)
NOW = timedelta()
STRANGERS = "whsec_strangers"


@dataclass
class Door:
    """A door of ``site``. ``body`` is what its platform would say now, about ``order``'s payment or for a person.

    ``sign`` gives the headers for a body at a time, or with a secret that is not ours; ``timed``: they hold for five
    minutes only.
    """

    site: Site
    path: str
    body: bytes
    header: str
    sign: Callable[..., str]
    done: Callable[[], Awaitable[bool]]
    timed: bool = True

    async def knock(self, body: bytes | None = None, proof: str | None = None, **headers: str) -> int:
        """The answer's status; without ``proof`` the call is unsigned."""
        given = headers | ({} if proof is None else {self.header: proof})
        data = self.body if body is None else body
        url = self.site.url + self.path
        async with self.site.session.post(url, data=data, headers={"Content-Type": "application/json"} | given) as said:
            return said.status

    async def genuine(self) -> int:
        return await self.knock(proof=self.sign(self.body))

    async def rows(self) -> Mapping[str, int]:
        """How many rows every table has, but for jobs and timers, which run by themselves: whatever is taken from
        outside leaves a row in "received" too."""
        tables = [table for table in Base.metadata.sorted_tables if table.name != "jobs"]
        counted = {table.name: select(func.count()).select_from(table) for table in tables}
        counted["received"] = select(func.count()).select_from(Received).where(Received.channel != "timer")
        async with self.site.application.database.read() as session:
            return {name: int(await session.scalar(counting) or 0) for name, counting in counted.items()}


@asynccontextmanager
async def stripes_door(towns: Towns, folder: Path) -> AsyncIterator[Door]:
    async with paid(towns, folder) as street, street.site.visit() as minji:
        asked = await ask_to_pay(minji)
        street.stripe.events.held = True
        await street.pay(asked["payment"]["url"])
        (event,) = street.stripe.events.of("checkout.session.completed")

        def sign(body: bytes, later: timedelta = NOW, secret: str = SECRET) -> str:
            return stripe_signing.sign(secret, body, street.site.clock.now() + later)

        async def done() -> bool:
            return await state(street.site) == ["received"]

        body = json.dumps(event, ensure_ascii=False).encode()
        yield Door(street.site, "/hooks/stripe", body, stripe_signing.HEADER, sign, done)


@asynccontextmanager
async def sandboxs_door(towns: Towns, folder: Path) -> AsyncIterator[Door]:
    async with opened(towns, folder) as site, site.visit() as minji:
        await ask_to_pay(minji)
        async with site.application.database.transaction() as session:
            ref = await session.scalar(select(SandboxCharge.ref))
            # Decided, and nobody told us yet.
            await session.execute(update(SandboxCharge).values(state="succeeded"))

        def sign(body: bytes, later: timedelta = NOW, secret: str | None = None) -> str:
            key = site.application.settings.signing_key if secret is None else secret
            return signing.sign(key.encode(), body, site.clock.now() + later)

        async def done() -> bool:
            return await state(site) == ["received"]

        body = json.dumps({"id": "evt_weather", "kind": "charge.succeeded", "ref": ref}).encode()
        yield Door(site, "/events/sandbox", body, signing.HEADER, sign, done)


@asynccontextmanager
async def telegrams_door(towns: Towns, folder: Path) -> AsyncIterator[Door]:
    public = {"public_url": "https://dangol.example"}
    async with TelegramPeer() as peer:
        channel = TelegramChannel(peer.token, site=public["public_url"], api=peer.api)
        await peer.user(1001).start()
        async with opened(towns, folder, "testville", channel, change=public) as site:
            person = {"id": 1001, "is_bot": False, "first_name": "민지", "language_code": "ko"}
            chat = {"id": 1001, "type": "private", "first_name": "민지"}
            said = {"message_id": 5, "date": 1_763_600_000, "from": person, "chat": chat, "text": "근처 치킨집"}

            def sign(body: bytes, secret: str | None = None) -> str:
                return channel.secret if secret is None else secret

            async def done() -> bool:
                async with site.application.database.read() as session:
                    return bool(await session.scalar(select(func.count()).select_from(OutgoingMessage)))

            body = json.dumps({"update_id": 870_000_099, "message": said}, ensure_ascii=False).encode()
            yield Door(site, "/hooks/telegram", body, SECRET_HEADER, sign, done, timed=False)


DOORS = {"stripe": stripes_door, "sandbox": sandboxs_door, "telegram": telegrams_door}


@pytest.fixture(params=DOORS)
async def door(request: pytest.FixtureRequest, towns: Towns, tmp_path: Path) -> AsyncIterator[Door]:
    async with DOORS[request.param](towns, tmp_path) as door:
        yield door


def wrong_calls(door: Door) -> dict[str, tuple[bytes | None, str | None]]:
    """Calls that no platform of ours made."""
    proof = door.sign(door.body)
    calls: dict[str, tuple[bytes | None, str | None]] = {
        "missing": (None, None),
        "empty": (None, ""),
        "forged": (None, door.sign(door.body, secret=STRANGERS)),
        "proof cut short": (None, proof[:-1]),
        "no letters": (None, "\u2603"),
        "body cut short": (door.body[: len(door.body) // 2], proof),
        "empty body": (b"", proof),
    }
    if door.timed:
        calls |= {
            "another body": (door.body + b" ", proof),
            "old": (None, door.sign(door.body, later=-TOO_LONG_AGO)),
            "of the future": (None, door.sign(door.body, later=TOO_LONG_AGO)),
            "old with a new time": (None, f"t=1{door.sign(door.body, later=-TOO_LONG_AGO)[2:]}"),
            "times twice": (None, f"{proof},{proof}"),
        }
    return calls


async def test_what_is_not_signed_by_its_platform_lately_is_refused_and_leaves_nothing(door: Door) -> None:
    before = await door.rows()
    for what, (body, proof) in wrong_calls(door).items():
        assert await door.knock(body, proof) in (400, 401, 403), what
        assert await door.rows() == before, what
    assert not await door.done()
    assert await door.genuine() == 200
    assert await door.done()


async def test_one_doors_proof_opens_no_other(door: Door) -> None:
    before = await door.rows()
    proof = door.sign(door.body)
    for header in {"Stripe-Signature", "Dangol-Signature", SECRET_HEADER} - {door.header}:
        assert await door.knock(None, None, **{header: proof}) in (400, 401, 403)
    assert await door.rows() == before


async def test_a_replayed_call_is_answered_and_does_nothing(door: Door) -> None:
    proof = door.sign(door.body)
    assert await door.knock(proof=proof) == 200
    assert await door.done()
    await door.site.application.settle()
    before = await door.rows()
    for _ in range(3):
        assert await door.knock(proof=proof) == 200
    assert await door.rows() == before
    door.site.clock.move_to(door.site.clock.now() + TOO_LONG_AGO)
    assert await door.knock(proof=proof) == (401 if door.timed else 200)
    assert await door.rows() == before
    await door.site.sound()


# The guards off


async def test_without_the_list_of_what_was_received_a_replay_is_answered_again(towns: Towns, tmp_path: Path) -> None:
    async with telegrams_door(towns, tmp_path) as door:
        assert await door.genuine() == 200
        before = await door.rows()
        async with door.site.application.database.transaction() as session:
            await session.execute(delete(Received))
        assert await door.genuine() == 200
        assert (await door.rows())["outgoing"] > before["outgoing"]


async def test_a_door_that_believed_what_it_is_told_would_give_food_away(towns: Towns, tmp_path: Path) -> None:
    """Neither the signature checked nor the object fetched: anybody's word makes an order paid."""
    async with paid(towns, tmp_path) as street, street.site.visit() as minji:
        await ask_to_pay(minji)
        (payment,) = await street.payments()
        forged: dict[str, Any] = {"payment": payment.id, "ref": payment.ref, "state": "succeeded", "amount": 18000}
        forged |= {"currency": "KRW", "refunded": 0, "disputed": 0, "asked": street.site.clock.now()}
        told = Incoming("till", "forged", chat="forged", sender="till", event=Event("till.fetched", forged))
        await street.site.application.handle(told)
        assert await state(street.site) == ["received"]
        async with street.site.application.database.read() as session:
            assert await session.scalar(select(Payment.paid)) == 18000
        assert [charge for charge in street.stripe.books.charges.values() if charge["paid"]] == []


async def test_a_door_without_its_secret_lets_a_stranger_speak_for_others(towns: Towns, tmp_path: Path) -> None:
    async with telegrams_door(towns, tmp_path) as door:
        telegram = door.site.application.telegram
        assert telegram is not None
        await telegram.take_json(door.body, door.site.application.handle)
        assert await door.done()


async def test_a_signature_that_never_grows_old_could_be_used_for_ever(towns: Towns, tmp_path: Path) -> None:
    async with stripes_door(towns, tmp_path) as door:
        proof = door.sign(door.body)
        door.site.clock.move_to(door.site.clock.now() + TOO_LONG_AGO)
        assert await door.knock(proof=proof) == 401
        # The signature itself is still good; only its age speaks against it.
        signed_then = door.site.clock.now() - TOO_LONG_AGO
        stripe_signing.check((SECRET,), door.body, proof, signed_then)
