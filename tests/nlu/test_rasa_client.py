"""Rasa asked over HTTP: what it may answer, how long it may take, and how it is left alone when it fails."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.rasa.answers import MalformedAnswer, opinion_from
from nlu.rasa.breaker import Breaker
from nlu.rasa.client import NoAnswer, RasaClient
from nlu.written import Written
from tests.peers.rasa import DROPPED, HANGS, RasaPeer, Trouble, answers

PATIENT_S = 20.0
BRIEF_S = 0.05
GOOD = {"intent": {"name": "greet", "confidence": 0.9}, "intent_ranking": [{"name": "greet", "confidence": 0.9}]}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def rasa() -> AsyncIterator[RasaPeer]:
    async with RasaPeer({"안녕": "greet", "고마워": "thanks"}) as peer:
        yield peer


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def why(client: RasaClient, text: str = "안녕") -> str:
    """How it went: "answered", or why not."""
    try:
        await client.opinion(text)
    except NoAnswer as none:
        return none.why
    return "answered"


async def test_the_ranking_and_the_tags_are_read(rasa: RasaPeer, clock: Clock) -> None:
    rasa.tags["고마워"] = [("note", 0, 2)]
    client = RasaClient(rasa.url, None, PATIENT_S, Breaker(clock))
    opinion = await client.opinion("고마워")
    await client.close()
    assert opinion.ranking[0] == ("thanks", 0.95)
    assert {name for name, _ in opinion.ranking} == {"greet", "thanks", "order_items"}
    assert [(one.entity, one.text, one.start, one.end) for one in opinion.entities] == [("note", "고마", 0, 2)]


async def test_what_is_typed_in_another_way_is_asked_in_ours_and_found_where_it_was_typed(
    rasa: RasaPeer, clock: Clock
) -> None:
    typed = unicodedata.normalize("NFD", "고마워") + "！"
    rasa.tags["고마워!"] = [("note", 0, 3)]
    client = RasaClient(rasa.url, None, PATIENT_S, Breaker(clock))
    opinion = await client.opinion(typed)
    await client.close()
    assert rasa.asked == ["고마워!"]
    assert (opinion.text, opinion.entities[0].start, opinion.entities[0].end) == (typed, 0, len(typed) - 1)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (DROPPED, "unreachable"),
        (answers({"status": "failure"}, 500), "refused"),
        (answers({}, 409), "refused"),
        (answers({}, 302), "refused"),
        (answers(b"<html>"), "malformed"),
        (answers(b"\xff\xfe"), "malformed"),
        (answers({}), "malformed"),
        (answers({"intent": {"name": "greet", "confidence": 7}}), "malformed"),
        (answers(b'{"intent": {"name": "greet", "confidence": NaN}}'), "malformed"),
        (answers(GOOD | {"entities": [{"entity": "note", "start": 1, "end": 99}]}), "malformed"),
        (answers(GOOD | {"entities": [{"entity": "note", "start": 1, "end": 1}]}), "malformed"),
        (answers(GOOD | {"intent_ranking": "greet"}), "malformed"),
        (answers(b" " * (1 << 20)), "malformed"),
    ],
)
async def test_nonsense_is_no_opinion(rasa: RasaPeer, clock: Clock, trouble: Trouble, reason: str) -> None:
    rasa.troubles.append(trouble)
    client = RasaClient(rasa.url, None, PATIENT_S, Breaker(clock))
    assert [await why(client), await why(client)] == [reason, "answered"]
    await client.close()


async def test_a_server_that_takes_too_long_is_not_waited_for(rasa: RasaPeer, clock: Clock) -> None:
    rasa.troubles.append(HANGS)
    client = RasaClient(rasa.url, None, BRIEF_S, Breaker(clock))
    assert await why(client) == "timeout"
    await client.close()


async def test_a_server_that_is_not_there_is_unreachable(clock: Clock) -> None:
    async with RasaPeer({}) as gone:
        url = gone.url
    client = RasaClient(url, None, PATIENT_S, Breaker(clock))
    assert await why(client) == "unreachable"
    await client.close()


async def test_only_the_right_token_is_answered(clock: Clock) -> None:
    async with RasaPeer({"안녕": "greet"}, token="단골&열쇠") as rasa:
        said = []
        for token in (None, "wrong", "단골&열쇠"):
            client = RasaClient(rasa.url, token, PATIENT_S, Breaker(clock))
            said.append(await why(client))
            await client.close()
    assert said == ["refused", "refused", "answered"]


async def test_after_three_failures_it_is_left_alone_for_ten_seconds(rasa: RasaPeer, clock: Clock) -> None:
    rasa.troubles.extend([answers({}, 500)] * 3)
    client = RasaClient(rasa.url, None, PATIENT_S, Breaker(clock))
    said = [await why(client) for _ in range(5)]
    clock.now = 9.9
    said.append(await why(client))
    asked = len(rasa.asked)
    clock.now = 10.1
    said += [await why(client), await why(client)]
    await client.close()
    assert said == ["refused"] * 3 + ["resting"] * 3 + ["answered"] * 2
    assert asked == 3


async def test_a_try_that_fails_begins_the_rest_anew(rasa: RasaPeer, clock: Clock) -> None:
    rasa.troubles.extend([answers({}, 500)] * 4)
    client = RasaClient(rasa.url, None, PATIENT_S, Breaker(clock))
    said = [await why(client) for _ in range(3)]
    for clock.now in (11.0, 20.0, 21.5):
        said.append(await why(client))
    await client.close()
    assert said == ["refused"] * 4 + ["resting", "answered"]


async def test_one_message_at_a_time_tries_whether_it_is_back(rasa: RasaPeer, clock: Clock) -> None:
    rasa.troubles.extend([answers({}, 500)] * 3)
    client = RasaClient(rasa.url, None, PATIENT_S, Breaker(clock))
    for _ in range(3):
        await why(client)
    clock.now = 11.0
    said = await asyncio.gather(*(why(client) for _ in range(5)))
    await client.close()
    assert sorted(said) == ["answered"] + ["resting"] * 4


async def test_a_message_given_up_says_nothing_of_the_server(rasa: RasaPeer, clock: Clock) -> None:
    rasa.troubles.extend([answers({}, 500)] * 3 + [HANGS])
    client = RasaClient(rasa.url, None, PATIENT_S, Breaker(clock))
    for _ in range(3):
        await why(client)
    clock.now = 11.0
    given_up = asyncio.create_task(why(client))
    await asyncio.wait_for(rasa.hanging.wait(), PATIENT_S)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    assert await why(client) == "answered"
    await client.close()


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text() | st.floats(), st.lists).map(repr).map(str.encode))
def test_any_answer_is_an_opinion_or_malformed(body: bytes) -> None:
    try:
        opinion = opinion_from(body, Written.of("안녕하세요"))
    except MalformedAnswer:
        return
    assert all(0 <= chance <= 1 for _, chance in opinion.ranking)
