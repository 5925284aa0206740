"""Whatever flows are written and whatever is heard, a conversation neither breaks nor runs in circles."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows.commands import (
    Cancel,
    CannotHandle,
    ChitChat,
    Clarify,
    Command,
    Handoff,
    Repeat,
    Restart,
    SetSlots,
    Skip,
    StartFlow,
)
from flows.engine import Turned, advance, asking, resume
from flows.library import Library
from flows.render import render
from flows.state import State
from tests.flows.town_hall import LIBRARY, Talk

SLOTS = ("a", "b", "c")
FLOWS = (
    "f",
    "g",
    "h",
    "pattern_correction",
    "pattern_completed",
    "pattern_cannot_handle",
    "pattern_continue_interrupted",
)
VALUES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["x", "y", ""])
CONDITIONS = st.sampled_from(
    ["slots.a", "slots.b is null", "slots.c > 0", 'slots.a = "x"', "slots.failures > 1", "context.kind is null"]
)
ACTIONS = st.sampled_from(
    ["utter_hello", "action_x", "action_clean_stack", "action_restart", "action_repeat_bot_messages"]
)


@st.composite
def step(draw: st.DrawFn, ids: list[str], number: int) -> dict[str, Any]:
    made: dict[str, Any] = {"id": ids[number]}
    kind = draw(st.sampled_from(["collect", "collect", "action", "set_slots", "call", "link", "noop"]))
    if kind == "collect":
        made |= {"collect": draw(st.sampled_from(SLOTS)), "ask_before_filling": draw(st.booleans())}
        made["reset_after_flow_ends"] = draw(st.booleans())
        if draw(st.booleans()):
            made["rejections"] = [{"if": draw(CONDITIONS), "utter": "utter_no"}]
    elif kind == "action":
        made |= {"action": draw(ACTIONS), "commits": draw(st.booleans())}
    elif kind == "set_slots":
        made["set_slots"] = [{draw(st.sampled_from(SLOTS)): draw(VALUES)}]
    else:
        made[kind] = True if kind == "noop" else draw(st.sampled_from(FLOWS[:3]))
    to = st.sampled_from([*ids, "END"])
    if kind != "link" and draw(st.booleans()):
        made["next"] = draw(
            to | st.builds(lambda when, then, other: [{"if": when, "then": then}, {"else": other}], CONDITIONS, to, to)
        )
    return made


@st.composite
def flow(draw: st.DrawFn) -> dict[str, Any]:
    ids = [f"s{number}" for number in range(draw(st.integers(1, 4)))]
    made: dict[str, Any] = {"description": "d", "steps": [draw(step(ids, number)) for number in range(len(ids))]}
    if draw(st.booleans()):
        made["persisted_slots"] = [draw(st.sampled_from(SLOTS))]
    if draw(st.integers(0, 4)) == 0:
        made["if"] = draw(CONDITIONS)
    return made


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    names = draw(st.lists(st.sampled_from(FLOWS), unique=True, min_size=1))
    content = {
        "flows": {name: draw(flow()) for name in {"f", *names}},
        "slots": {"a": {"type": "any"}, "b": {"type": "bool"}, "c": {"type": "float", "initial_value": 1}},
        "responses": {f"utter_{name}": [{"text": "{a} {b:을}"}] for name in ("hello", "no", "ask_a", "ask_b", "ask_c")},
    }
    return Library.from_bundle({"any.yaml": json.dumps(content)})


NAMES = st.sampled_from([*SLOTS, "unknown", "failures"])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(StartFlow, st.sampled_from([*FLOWS, "unknown"]), st.dictionaries(NAMES, VALUES, max_size=2)),
    st.builds(SetSlots, st.dictionaries(NAMES, VALUES, max_size=3)),
    st.builds(SetSlots, st.dictionaries(NAMES, VALUES, max_size=3)),
    st.builds(Clarify, st.lists(st.sampled_from(FLOWS), max_size=3).map(tuple)),
    st.builds(ChitChat, st.text(max_size=3)),
    st.sampled_from([Cancel(), Skip(), Repeat(), Restart(), Handoff(), CannotHandle()]),
)


def kept(state: State) -> State:
    again = State.from_json(state.to_json())
    assert again == state
    return again


@settings(max_examples=150, deadline=None)
@given(libraries(), st.lists(st.lists(COMMANDS, max_size=3), max_size=6), st.data())
def test_any_commands_over_any_flows_come_to_a_question_an_action_or_an_end(
    library: Library, turns: list[list[Command]], data: st.DataObject
) -> None:
    state = State()
    for commands in turns:
        turned = advance(library, state, commands)
        actions = 0
        while turned.act is not None:
            actions += 1
            assert actions <= 200
            turned = resume(library, kept(turned.state), data.draw(st.dictionaries(NAMES, VALUES, max_size=2)))
        assert (turned.asking is None) == (not turned.state.stack)
        assert turned.asking == asking(library, turned.state)
        for say in turned.says:
            assert render(library, say.response, "ko", say.slots, "web") is not None
        state = kept(turned.state)


@settings(max_examples=60, deadline=None)
@given(libraries(), st.lists(COMMANDS, max_size=4))
def test_the_same_in_gives_the_same_out(library: Library, commands: list[Command]) -> None:
    assert advance(library, State(), commands) == advance(library, State(), commands)


class Ordering(RuleBasedStateMachine):
    """Anything said at any step of the ordering flows."""

    def __init__(self) -> None:
        super().__init__()
        self.turned = Turned(State())

    @initialize()
    def begins(self) -> None:
        self.turned = advance(LIBRARY, State(slots={"shop": "hana"}), [StartFlow("order")])

    @precondition(lambda self: self.turned.act is None)
    @rule(flow=st.sampled_from(sorted(LIBRARY.flows)))
    def starts(self, flow: str) -> None:
        self.hear(StartFlow(flow))

    @precondition(lambda self: self.turned.asking is not None)
    @rule(value=st.sampled_from([0, 2, "콜라", "delivery", "pickup", True, False]))
    def answers(self, value: object) -> None:
        assert self.turned.asking is not None
        self.hear(SetSlots({self.turned.asking.slot: value}))

    @precondition(lambda self: self.turned.asking is not None)
    @rule(
        slot=st.sampled_from(["quantity", "fulfilment", "address", "door", "confirmed"]),
        value=st.sampled_from([None, 1, "pickup"]),
    )
    def corrects(self, slot: str, value: object) -> None:
        self.hear(SetSlots({slot: value}))

    @precondition(lambda self: self.turned.act is None)
    @rule(
        command=st.sampled_from(
            [Cancel(), Skip(), Repeat(), Handoff(), CannotHandle(), ChitChat(), Clarify(("hours",))]
        )
    )
    def says(self, command: Command) -> None:
        self.hear(command)
        assert self.turned.says

    @precondition(lambda self: self.turned.act is not None)
    @rule(total=st.integers(0, 50000))
    def acts(self, total: int) -> None:
        self.turned = resume(LIBRARY, kept(self.turned.state), {"total": total})

    def hear(self, command: Command) -> None:
        self.turned = advance(LIBRARY, kept(self.turned.state), [command])

    @invariant()
    def nothing_went_wrong(self) -> None:
        assert self.turned.fault is None

    @invariant()
    def somebody_is_waited_for_or_nothing_is_left(self) -> None:
        waiting = self.turned.asking is not None or self.turned.act is not None
        assert waiting == bool(self.turned.state.stack)

    @invariant()
    def a_restart_leaves_nothing_behind(self) -> None:
        state = advance(LIBRARY, self.turned.state, [Restart()]).state
        assert state.stack == ()
        owned = {"dish", "quantity", "fulfilment", "address", "door", "confirmed", "stars"}
        assert all(state.slots.get(slot) is None for slot in owned)


TestOrdering = Ordering.TestCase
TestOrdering.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


@given(
    st.dictionaries(st.sampled_from(["dish", "quantity", "address", "door"]), st.integers(1, 9), min_size=1),
    st.sampled_from([None, "delivery", "pickup"]),
)
@settings(max_examples=40, deadline=None)
def test_a_correction_never_changes_another_slot(answers: dict[str, int], fulfilment: str | None) -> None:
    talk = Talk()
    talk.hears(StartFlow("order", {"dish": "콜라", "quantity": 2, "fulfilment": "delivery"}))
    talk.hears(SetSlots({"address": "시험로 12", "door": "1"}))
    talk.acts(total=4000)
    before = dict(talk.state.slots)
    given_now: dict[str, Any] = {
        slot: value if slot == "quantity" else str(value) for slot, value in answers.items()
    } | ({"fulfilment": fulfilment} if fulfilment else {})
    talk.hears(SetSlots(given_now))
    while talk.act is not None:
        talk.acts(total=4000)
    after = talk.state.slots
    for slot in ("dish", "quantity", "address", "door", "fulfilment"):
        assert after[slot] == given_now.get(slot, before[slot]), slot


@given(st.lists(st.sampled_from(["start", "set", "skip", "repeat", "chat", "lost", "cancel", "clarify"]), max_size=12))
@settings(max_examples=60, deadline=None)
def test_after_any_commands_there_is_a_way_on(said: list[str]) -> None:
    """Whatever was said: "start over" answers and leaves nothing under way, and a new wish is then taken."""
    commands: dict[str, Command] = {
        "start": StartFlow("order", {"dish": "콜라"}),
        "set": SetSlots({"quantity": 3, "fulfilment": "pickup"}),
        "skip": Skip(),
        "repeat": Repeat(),
        "chat": ChitChat("thanks"),
        "lost": CannotHandle(),
        "cancel": Cancel(),
        "clarify": Clarify(("order", "rate"), ("order", "rate"), {"dish": "콜라"}),
    }
    talk = Talk(shop="hana")
    for one in said:
        talk.hears(commands[one])
        while talk.act is not None:
            talk.acts(total=4000)
    assert talk.hears(Restart()) == ["utter_welcome"]
    assert talk.state.stack == ()
    assert talk.hears(StartFlow("order")) == ["utter_ask_dish"]
