"""What Rasa's e2e tests write below a step: slots and assertions. Those that have no meaning here are refused."""

from __future__ import annotations

import re
from typing import Any, Literal, cast

from bot.lined import Path as Where
from bot.rehearsal.assertions import Assertion, Clarified, Executed, FlowPassed, SlotSet, Uttered
from bot.rehearsal.sheet import Sheet
from flows.reading import nearest

SLOT_STEPS = {"slot_was_set": True, "slot_was_not_set": False}
FLOWS = {"flow_started": "started", "flow_completed": "completed", "flow_cancelled": "cancelled"}
UTTERED = {"bot_uttered": True, "bot_did_not_utter": False}
KINDS = (*FLOWS, *SLOT_STEPS, *UTTERED, "action_executed", "pattern_clarification_contains")


def slots_of(sheet: Sheet, value: Any, at: Where, was: bool) -> list[SlotSet]:
    """``- slot`` or ``- slot: value``, one or a list of them."""
    found = []
    for number, one in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(one, str) and one:
            found.append(SlotSet(one, was=was))
        else:
            slot, wanted = sheet.pair(one, (*at, number) if isinstance(value, list) else at)
            found.append(SlotSet(slot, (wanted,), was))
    return found


def assertions_of(sheet: Sheet, value: Any, at: Where) -> list[tuple[int, Assertion]]:
    """The list below ``assertions``, each with its line."""
    found: list[tuple[int, Assertion]] = []
    for number, one in enumerate(sheet.list(value, at)):
        where = (*at, number)
        kind, wanted = sheet.pair(one, where)
        if kind not in KINDS:
            close = nearest(kind, KINDS, f"Known here: {', '.join(KINDS)}")
            raise sheet.bad(where, f"{kind!r} is no assertion that has a meaning here. {close}")
        found += [(sheet.line(where), assertion) for assertion in _assertion(sheet, kind, wanted, (*where, kind))]
    return found


def _assertion(sheet: Sheet, kind: str, value: Any, at: Where) -> list[Assertion]:
    if kind in SLOT_STEPS:
        return [_slot(sheet, one, at, SLOT_STEPS[kind]) for one in sheet.list(value, at)]
    if kind in FLOWS:
        return [_flow(sheet, kind, value, at)]
    if kind in UTTERED:
        return [_uttered(sheet, value, at, UTTERED[kind])]
    if kind == "action_executed":
        return [Executed(sheet.text(value, at))]
    return [Clarified(sheet.texts(value, at))]


def _slot(sheet: Sheet, value: Any, at: Where, was: bool) -> SlotSet:
    given = sheet.mapping(value, at, {"name", "value"}, needed={"name"})
    return SlotSet(sheet.text(given["name"], at), (given["value"],) if "value" in given else (), was)


def _flow(sheet: Sheet, kind: str, value: Any, at: Where) -> FlowPassed:
    what = cast(Literal["started", "completed", "cancelled"], FLOWS[kind])
    if isinstance(value, str):
        return FlowPassed(what, sheet.text(value, at))
    given = sheet.mapping(value, at, {"flow_id", "flow_step_id"}, needed={"flow_id"})
    return FlowPassed(what, sheet.text(given["flow_id"], at), given.get("flow_step_id"))


def _uttered(sheet: Sheet, value: Any, at: Where, was: bool) -> Uttered:
    given = sheet.mapping(value, at, {"utter_name", "text_matches", "buttons"})
    if not given:
        raise sheet.bad(at, "say what: utter_name, text_matches or buttons")
    matches = given.get("text_matches")
    try:
        re.compile(matches or "")
    except re.error as error:
        raise sheet.bad(
            (*at, "text_matches"), f"{matches!r} is no pattern: {error}; put \\ before . ? ( and the like"
        ) from error
    buttons = []
    for number, one in enumerate(sheet.list(given["buttons"], (*at, "buttons")) if "buttons" in given else ()):
        button = sheet.mapping(one, (*at, "buttons", number), {"title", "payload"})
        buttons.append((button.get("title"), button.get("payload")))
    return Uttered(given.get("utter_name"), matches, tuple(buttons), was)
