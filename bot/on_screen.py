"""What of the messages on somebody's screen their words name or answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.choosing import MEANT, choice_in_words
from bot.labels import same_label
from bot.messages import Reply
from bot.reading import Reader
from flows.payloads import Trigger, parse_payload
from nlu.understanding import Understanding

LONGEST_LABEL = 40
TAKEN_BACK = frozenset({"merchant_restock", "merchant_open", "merchant_take_back"})
"""What undoes selling out, closing and a step of an order."""
_NOT_YET = re.compile(
    r"\W*(?:(?:아니(?:요|야|다|네)?|아|앗|아차|어|참|이런|잘못\s?(?:눌렀|말했|적었)\S*)[\s,.]+)*(?:아직(?:이에요|이요|이네요?|요|은)?(?:\s?(?:안|덜|못)\s?\S{1,6}|\s?(?:아니|멀었|만드는|하는)\S*(?:\s?중\S*)?)?|안\s?(?:됐|나왔|끝났|나갔)\S{0,4})\W*"
    r"|\W*(?:(?:oh|no|wait|sorry|oops|actually)[\s,.]+)*(?:it(?:'s| is) )?not (?:yet|ready|done|out)(?: yet)?\W*",
    re.IGNORECASE,
)
"""Said right after an order was told to be further than it is."""
_TAKES = re.compile(
    r"\W*(?:(?:네|넵|예|알겠\S*)[\s,.]+)?(?:(?:제|내|저희|우리)가?\s?)?(?:이\s)?(?:(?:대화|상담|손님|고객)(?:님)?(?:은|는|을|를|이?랑|하고|과)?\s?)?(?:(?:제|내)가\s?)?"
    r"(?:직접\s)?(?:맡|받|(?:대화|상담|얘기|이야기|응대|답)\s?(?:할|해|하)|할)(?:을|겠|아)?\S*(?:\s볼게\S*)?\W*"
    r"|\W*(?:(?:ok|okay|yes|sure)\W+)?(?:i'll|i will|let me|i can)\s(?:take (?:it|this|over|that|the conversation|this one)|talk to (?:them|him|her|the customer)|handle (?:it|this|them)|answer (?:them|it))\W*",
    re.IGNORECASE,
)
"""Said to an offered conversation."""
_BACK_OF = {"merchant_restock": "merchant_sold_out"}
"""What undoes a flow that is itself an undoing."""
_PASSING = frozenset({"merchant_yes", "merchant_no", "merchant_stop"})
"""Flows of a shop that tell of nothing done."""
_MISSPOKE = re.compile(
    r"\W*(?:아니(?:야|요|다)?|아|앗|아차|아\s?참|참|정정|(?:oh\s+)?(?:no|sorry|oops|wait|actually|i mean|make it))[\s,.]+"
    r"(?:make it |make that )?(?P<rest>.{1,20}?)\s*(?:으로|로|이요|이에요|예요)?\W*"
    r"|\W*(?P<behind>.{1,20}?)\s?(?:말이(?:야|에요|요|었어요?)|말한\s?거(?:야|예요|였어요?))\W*",
    re.IGNORECASE,
)
_HANGUL = re.compile("[가-힣]")
_AGAIN: Mapping[str, tuple[str, str, frozenset[str]]] = {
    "merchant_close_at": ("{}에 닫아요", "closing at {} today", frozenset({"time"})),
    "merchant_pause": ("{}만 주문 그만 받을게", "pause orders for {}", frozenset({"minutes", "time"})),
    "merchant_day_off": ("{} 쉬어요", "closed {}", frozenset({"date"})),
    "merchant_sold_out": ("{} 없어요", "we ran out of {}", frozenset({"item"})),
    "merchant_restock": ("{} 다시 있어요", "{} is back in stock", frozenset({"item"})),
}
"""What a shop may say anew in fewer words, in full, with what has to be in it."""
_IN_ITS_PLACE = frozenset({"merchant_close_at", "merchant_pause"})
"""Said anew, these take the place of what was said before; others have to be undone."""
MOST_OFFERED = 2
"""A question with more buttons asks which, not whether."""

_STARS = {"한": 1, "하나": 1, "one": 1, "두": 2, "둘": 2, "two": 2, "세": 3, "셋": 3, "three": 3, "네": 4, "넷": 4, "four": 4, "다섯": 5, "five": 5}  # fmt: skip
_SO_MANY = re.compile(
    rf"(?:별\s?)?(?P<many>{'|'.join(sorted(_STARS, key=len, reverse=True))}|[1-5])\s?(?:개|점|stars?)?\s?"
    r"(?:이?요|예요|이에요|드릴게요|줄게요|please)?[\s.!~]*"
)
Screen = Sequence[tuple[Reply, Mapping[str, Any] | None]]
"""Messages on a screen, newest first, each with the question that its buttons answer."""


def labelled_by(screen: Screen, text: str, reader: Reader) -> tuple[str, Mapping[str, Any] | None] | None:
    """The payload of a button on the screen that the text names. To a shop, "10분" on two cards names neither."""
    if len(text) > LONGEST_LABEL:
        return None
    named: list[tuple[str, Mapping[str, Any] | None]] = []
    for reply, asked in screen:
        buttons = reply.all_buttons()
        index = same_label(text, [button.label for button in buttons])
        payload = buttons[index].payload if index is not None else ""
        if payload and not reader.has_passed(payload, asked):
            named.append((payload, asked))
    if not named or (reader.hat == "merchant" and len({payload for payload, _ in named}) > 1):
        return None
    return named[0]


def starred_by(screen: Screen, text: str) -> tuple[str, Mapping[str, Any] | None] | None:
    """The payload of so many stars as the text says, where the newest message asks for them: "네 개요"."""
    said = _SO_MANY.fullmatch(text.strip().casefold())
    if said is None or not screen:
        return None
    (reply, asked), stars = screen[0], "★" * (_STARS.get(said["many"]) or int(said["many"]))
    return next(((one.payload, asked) for one in reply.all_buttons() if one.payload and one.label == stars), None)


def answered_by(screen: Sequence[Reply], understood: Understanding) -> str | None:
    """The payload that a customer's words mean, where a message asked without a flow that waits for the answer."""
    if understood.intent == "affirm":
        return _offered(screen)
    return choice_in_words(screen, understood) if understood.intent in MEANT else None


def undone_by(screen: Screen) -> str | None:
    """The button of the last message to a shop that takes back what it told."""
    told = _told(screen)
    undoing = {_BACK_OF[told[1]]} if told is not None and told[1] in _BACK_OF else TAKEN_BACK
    for button in told[0].all_buttons() if told is not None else ():
        meant = parse_payload(button.payload) if button.payload else None
        if isinstance(meant, Trigger) and (meant.intent in undoing or "new_amount" in meant.slots):
            return button.payload
    return None


def not_yet(screen: Screen, text: str) -> bool:
    """Whether a shop says that the step it has just told has not happened: "아직이요"."""
    told = _told(screen)
    return told is not None and told[1] == "merchant_progress" and _NOT_YET.fullmatch(text) is not None


def _told(screen: Screen) -> tuple[Reply, str] | None:
    """The last message to a shop that told of something, and the flow that it is of."""
    for reply, asked in screen:
        flow = str((asked or {}).get("flow") or "")
        if not reply.edits and flow not in _PASSING and not flow.startswith("pattern_"):
            return reply, flow
    return None


def said_anew(screen: Screen, text: str) -> tuple[str, str] | None:
    """ "아니 10시" after a shop said when it closes: the flow that is meant, and the whole sentence."""
    told, misspoke = _told(screen), _MISSPOKE.fullmatch(text)
    if told is None or misspoke is None or told[1] not in _AGAIN:
        return None
    korean, english, _ = _AGAIN[told[1]]
    rest = misspoke["rest"] or misspoke["behind"]
    return told[1], (korean if _HANGUL.search(rest) else english).format(rest)


def anew(screen: Screen, flow: str, understood: Understanding) -> list[str] | None:
    """What has to be undone before it is done anew; None when that is not what was meant."""
    if understood.intent != flow or _AGAIN[flow][2].isdisjoint(understood.values()):
        return None
    undone = undone_by(screen) if flow not in _IN_ITS_PLACE else None
    return [undone] if undone is not None else [] if flow in _IN_ITS_PLACE else None


def _offered(screen: Sequence[Reply]) -> str | None:
    """The payload of what the last message offers in a question: "Shall I empty your cart?"."""
    for reply in screen[:1]:
        payloads = [button.payload for button in reply.all_buttons() if button.payload and not _talks(button.payload)]
        if reply.text.rstrip().endswith("?") and 0 < len(payloads) <= MOST_OFFERED:
            return payloads[0]
    return None


def talk_on(screen: Screen) -> str | None:
    """The payload with which the newest message, somebody's words about an order, is answered."""
    for reply, _ in screen[:1]:
        for button in reply.buttons:
            if button.payload and _talks(button.payload):
                return button.payload
    return None


def _talks(payload: str) -> bool:
    meant = parse_payload(payload)
    return isinstance(meant, Trigger) and bool(meant.slots.get("talking"))


def taking_by(screen: Screen, text: str) -> str | None:
    """The payload that takes the conversation which the newest message offers, in words: "제가 맡을게요"."""
    if not screen or len(text) > LONGEST_LABEL or _TAKES.fullmatch(text) is None:
        return None
    offered = [one.payload for one in screen[0][0].all_buttons() if one.payload.startswith("/handoff_take")]
    return offered[0] if offered else None
