"""Anybody does anything at any moment, over the flows, actions and database there really are: nothing breaks or stands still."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select

from bot.app import LIBRARY
from bot.channels.port import Outgoing
from bot.channels.terminal import titled_buttons
from bot.jobs import Job
from bot.messages import Incoming, Tap
from bot.rehearsal.form import dialogue_files, read_cases
from bot.rehearsal.script import FRIDAY_NOON, Act
from bot.witnessed import Witnessed
from commerce import audit
from flows.library import Library
from flows.turned import Turned
from tests.dialogues.stage import Towns, staged

WALKS = os.environ.get("DANGOL_FUZZ")
"""How many times somebody sets out, each time elsewhere; unset, the same few times in every run."""
SHOP = "shop:sesame-bunsik"
OPERATOR = "operator:sora"
PEOPLE = st.sampled_from(["minji", "minji", "minji", "tom", "tom", SHOP, SHOP, OPERATOR])
OUT = {"minji": "처음으로", "tom": "start over", SHOP: "처음으로", OPERATOR: "처음으로"}
STARTS = {"utter_welcome", "utter_shop_help", "utter_operator_help"}
"""Where everything begins, by the hat that somebody wears by then."""
ORDERING = (
    {"location": [37.5561, 126.9101]},
    {"tap": "메뉴 보기", "card": "참깨분식"},
    {"say": "김밥 하나"},
    {"say": "주문할게요"},
    {"tap": "결제하기"},
    {"pay": "approve"},
)


@cache
def said() -> tuple[str, ...]:
    """All that anybody says in the dialogues of this folder."""
    acts = [
        step.play
        for file in dialogue_files(Path(__file__).parent)
        for case in read_cases(file)
        for step in case.steps
        if isinstance(step, Act)
    ]
    return tuple(sorted({play["say"] for play in acts if "say" in play}))


@cache
def prepared() -> Towns:
    return Towns(Path(tempfile.mkdtemp(prefix="dangol-anybody-")))


class Errors(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record.getMessage())


class Anybody(RuleBasedStateMachine):
    """Two customers, one of whom has a paid order, and the shop it is in."""

    def __init__(self, library: Library | None = None) -> None:
        super().__init__()
        self.library = library
        self.runner = asyncio.Runner()
        self.open = AsyncExitStack()
        self.errors = Errors()
        self.told: list[str] = []
        self.refused: list[str] = []
        self.turned: dict[str, Turned] = {}
        self.responses: list[tuple[str, str]] = []

    @initialize()
    def begins(self) -> None:
        logging.getLogger().addHandler(self.errors)
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        at = datetime.fromisoformat(FRIDAY_NOON)
        stage = staged(prepared(), "testville", at, folder, self.hear)
        self.chat = self.runner.run(self.open.enter_async_context(stage))
        self.chat.terminal.deliver = self.delivered
        self.chat.application.turns.witness = self.witness
        for act in ORDERING:
            self.play({"as": "minji", **act})
        self.play({"as": "tom", "lang": "en", "say": "hello"})
        self.play({"as": OPERATOR, "say": "안녕하세요"})
        if self.library is not None:
            self.chat.application.services.versions.current = self.library

    def hear(self, line: Mapping[str, Any]) -> None:
        if "error" in line:
            self.refused.append(line["error"])

    def delivered(self, message: Outgoing, edited: bool) -> None:
        self.told.append(message.chat)

    def witness(self, turn: Witnessed) -> None:
        self.responses += turn.told
        if turn.moved is not None:
            self.turned[turn.incoming.chat] = turn.moved.turned

    @rule(who=PEOPLE, index=st.integers(0, 10_000))
    def says(self, who: str, index: int) -> None:
        words = said()
        self.speak(who, words[index % len(words)])

    @rule(who=PEOPLE, indexes=st.lists(st.integers(0, 10_000), min_size=2, max_size=3))
    def says_several_at_once(self, who: str, indexes: list[int]) -> None:
        """Sent before the first of them is answered."""
        words = said()
        self.told.clear()
        burst = [self.incoming(who, text=words[index % len(words)]) for index in indexes]
        self.runner.run(self.handle(*burst))
        assert self.told, "nobody was told anything"
        self.sound()

    @rule(who=PEOPLE, which=st.integers(0, 50))
    def taps_the_newest(self, who: str, which: int) -> None:
        self.tap(who, which, newest=True)

    @rule(who=PEOPLE, which=st.integers(0, 500))
    def taps_an_old_one(self, who: str, which: int) -> None:
        self.tap(who, which, newest=False)

    @rule(who=PEOPLE, place=st.sampled_from([(37.5561, 126.9101), (0.0, 0.0)]))
    def is_at(self, who: str, place: tuple[float, float]) -> None:
        self.play({"as": who, "location": place})

    @rule(who=PEOPLE, media=st.sampled_from(["photo", "voice", "sticker"]))
    def sends_no_words(self, who: str, media: str) -> None:
        self.play({"as": who, "media": media})
        assert self.told, "nobody was told anything"

    @rule(
        who=st.sampled_from(["minji", "tom"]), how=st.sampled_from(["approve", "approve unheard", "decline", "abandon"])
    )
    def pays(self, who: str, how: str) -> None:
        self.play({"as": who, "pay": how}, may_be_refused=True)

    @rule(length=st.sampled_from(["3m", "20m", "2h", "25h"]))
    def time_passes(self, length: str) -> None:
        self.play({"advance": length})

    @rule(who=PEOPLE)
    def goes_back_to_the_start(self, who: str) -> None:
        self.leave(who)

    def speak(self, who: str, words: str) -> None:
        self.play({"as": who, "say": words})
        assert self.told, "nobody was told anything"

    def tap(self, who: str, which: int, *, newest: bool) -> None:
        shown = [one for one in self.chat.terminal.screens[self.chat_of(who)].messages if titled_buttons(one.reply)]
        offered = [
            Tap(one.id, index) for one in (shown[-1:] if newest else shown) for index, _, _ in titled_buttons(one.reply)
        ]
        if not offered:
            return
        self.play({"advance": "2s"})
        self.told.clear()
        self.runner.run(self.handle(self.incoming(who, tap=offered[which % len(offered)])))
        assert self.told, "a tap was not answered"
        self.sound()

    def incoming(self, who: str, *, text: str | None = None, tap: Tap | None = None) -> Incoming:
        chat = self.chat_of(who)
        return Incoming(
            "terminal", self.chat.application.ids.new("line"), chat, chat, sender_name=who, text=text, tap=tap
        )

    def chat_of(self, who: str) -> str:
        return next((chat for chat, name in self.chat.names.items() if name == who), who)

    async def handle(self, *burst: Incoming) -> None:
        await asyncio.gather(*(self.chat.application.handle(incoming) for incoming in burst))
        await self.chat.application.settle()

    def leave(self, who: str) -> None:
        """Whatever is open, one word leads out of it to where everything begins, and nothing is left open."""
        self.responses.clear()
        self.turned.clear()
        self.play({"as": who, "say": OUT[who]})
        (turned,) = self.turned.values()
        assert turned.state.stack == ()
        assert turned.asking is None, turned.asking
        assert STARTS & {response for _, response in self.responses}

    def play(self, line: Mapping[str, Any], *, may_be_refused: bool = False) -> None:
        self.told.clear()
        self.refused.clear()
        self.runner.run(self.chat.play(json.dumps(line, ensure_ascii=False)))
        broken = [one for one in self.refused if not may_be_refused or "failed inside" in one]
        assert not broken
        self.sound()

    def sound(self) -> None:
        assert not self.errors.kept
        for turned in self.turned.values():
            assert turned.fault is None
            assert (turned.asking is None) == (not turned.state.stack), "something is open, and nobody was asked"

    def teardown(self) -> None:
        try:
            if hasattr(self, "chat"):
                self.ends()
        finally:
            self.close()

    def close(self) -> None:
        logging.getLogger().removeHandler(self.errors)
        self.runner.run(self.open.aclose())
        self.runner.close()

    def ends(self) -> None:
        for who in OUT:
            self.leave(who)
        self.runner.run(self.audited())

    async def audited(self) -> None:
        async with self.chat.application.database.snapshot() as session:
            jobs = await session.execute(select(Job.name, Job.subject))
            assert not await audit.check(session, {(name, subject) for name, subject in jobs})


TestAnybody = pytest.mark.database(Anybody.TestCase)
TestAnybody.settings = settings(
    max_examples=int(WALKS or 8),
    stateful_step_count=25,
    deadline=None,
    derandomize=WALKS is None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def broken(pattern: str, steps: str) -> Library:
    """The flows in force, one pattern of which takes other ``steps``."""
    files = dict(Library.load(LIBRARY).bundle())
    text, begun = files["patterns.yaml"], f"\n  {pattern}:\n"
    before, after = text.split(begun)
    rest = after[after.index("\n\n") :]
    files["patterns.yaml"] = f"{before}{begun}    description: Broken.\n    steps:\n{steps}{rest}"
    return Library.from_bundle(files)


@pytest.mark.database
@pytest.mark.parametrize(
    ("pattern", "steps", "words"),
    [
        ("pattern_restart", "    - action: utter_thanks", None),
        ("pattern_repeat_bot_messages", "    - id: round\n      noop: true\n      next: round", "뭐라고?"),
        ("pattern_repeat_bot_messages", "    - noop: true\n      next: END", "뭐라고?"),
        ("pattern_repeat_bot_messages", "    - action: action_that_is_not_there", "뭐라고?"),
    ],
    ids=["no way to the start", "a loop that asks nothing", "no answer", "an action that fails"],
)
def test_it_sees_what_is_broken(pattern: str, steps: str, words: str | None) -> None:
    """The control of the machine above."""
    anybody = Anybody(broken(pattern, steps))
    try:
        anybody.begins()
        with pytest.raises(AssertionError):
            if words is None:
                anybody.leave("minji")
            else:
                anybody.speak("minji", words)
    finally:
        anybody.close()
