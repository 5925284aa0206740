"""The measurement of flows talks the same form with the engine and with Rasa, and tells every figure it promises."""

from __future__ import annotations

import os

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.bench.form import QUESTIONS, TURNS, WISH, Conversations, ours, taps
from bot.bench.form_turns import measure as engine_alone
from bot.rasa.environment import environment
from tests.nlu.real_rasa import MISSING
from webhooks.bench_flows import measure
from webhooks.bench_form import PATH, site


def test_every_conversation_of_the_form_says_at_its_end_what_was_tapped() -> None:
    held = Conversations(ours(), {})
    for number in range(12):
        message, chosen = WISH, []
        for tapped in taps(number):
            (answer,), _ = held.say(str(number), message)
            chosen.append(answer["buttons"][tapped]["title"].lower())
            message = answer["buttons"][tapped]["payload"]
        (last,), turned = held.say(str(number), message)
        assert last["text"] == f"One coffee: {', '.join(chosen)}."
        assert turned.state.stack == ()


async def test_the_form_is_served_as_rasas_rest_channel_has_it() -> None:
    async with TestClient(TestServer(site())) as client:
        answer = await client.post(PATH, json={"sender": "minji", "message": WISH})
        (said,) = await answer.json()
    question, values = QUESTIONS["size"]
    assert (said["recipient_id"], said["text"]) == ("minji", question)
    assert [button["title"] for button in said["buttons"]] == [value.capitalize() for value in values]


def test_the_engine_alone_takes_every_conversation_to_its_end() -> None:
    figures = engine_alone(20)
    assert set(figures) == {"turns_per_s", "steps_per_s", "megabytes"}
    assert figures["steps_per_s"] > figures["turns_per_s"] > 0


async def test_one_run_tells_the_engines_turns_beside_rasas() -> None:
    if not environment().whole:
        if os.environ.get("CI"):
            raise AssertionError(MISSING)
        pytest.skip(MISSING)
    figures = await measure(20, 8)
    assert figures["turns"] == 8 * TURNS
    told = ("turns_per_s", "steps_per_s", "http_turns_per_s", "rasa_turns_per_s", "times", "times_over_http")
    assert all(figures[name] > 0 for name in told)
