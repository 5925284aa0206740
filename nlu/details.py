"""What an intent needs besides its name: entities, order lines, further wishes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.expected import FREE
from nlu.fillers import Spanned, content
from nlu.languages import find_languages
from nlu.marked import counts_people, marked, unlisted_things
from nlu.meant import articles, meant
from nlu.noted import outside_notes
from nlu.notes import core, is_for_all, leaves_out
from nlu.orders import read_lines
from nlu.patterns import Pattern
from nlu.reading import Reading
from nlu.reasons import find_reason, reason_en
from nlu.stars import rated
from nlu.understanding import Entity, OrderLine
from nlu.unlisted import removed, without_other_things
from nlu.values import Value

_ORDERING = frozenset({"order_items", "remove_item", "change_item", "add_note"})
_NOT_LINES = frozenset(
    {"fulfilment", "time", "date", "asap", "minutes", "address", "phone", "money", "code", "ordinal", "limit"}
)
_FIND_FILLER = Pattern(
    r"시켜\S*|시키\S*|없\S*|근처\S*|주변\S*|가까\S*|어디\S*|있\S*|찾\S*|추천\S*|먹\S*|싶\S*|땡\S*|당기\S*|맛집\S*|파는|파나\S*|데|곳|집|가게\S*|지금|연|여는|되는|좀|알려\S*|보여\S*|뭐\S*|아무\S*|배고\S*|(?:죽|미치|돌아가시|쓰러지)겠\S*|죽을\S*|동네|우리|제일|맛있\S*|잘하는|하는|문|열\S*|영업\S*|중인|갈만한|요즘|오늘\S*|내일\S*|점심\S*|저녁\S*|아침\S*|야식\S*|급해\S*|필요\S*|사고\S*|사야\S*|살|어데\S*|뭘|무슨|어떤|여기서|에서|역|쪽|쯤|맡길\S*|사러|가고|갈|가자"
    r"|near(?:by|est)?|closest|close|around|here|find|where(?:'s)?|any(?:thing|where)?|is|are|there|looking|crav\w+|hungry|places?|shops?|stores?|restaurants?|open|now|good|best|show|food|eat|something|somewhere|by|which|who|has|have|sells?|serving|me|feel|like|want|does|do|you|know|recommend|suggest|what's|what|got|right|still|late|tonight|lunch|dinner|breakfast|walking|distance|area|neighbou?rhood"
)
_NOT_THIS = Pattern(r"\s?(?:말고|대신)")
_OTHER_WAY = Pattern(r"(?<!swap )(?<!^)\b(?:instead of|rather than|rather .+ than)\b")
"""What is wanted stands before what it takes the place of."""
_PAYING = Pattern(r"(?:결제|계산)(?:할|해|하|부탁|이?요|$)|\bcheck ?out\b|\bpay\b(?! (?:with|by|in|on))")
_AT_ONCE_PAID = Pattern(r"\s?(?:결제|계산|주문|다시|pay|order|check)")
"""What is done at once then, rather than got."""
_BRING = Pattern(r"갖다|가져다|\S+\s?(?:까지|으로|로)\s?(?:보내|와)|bring\b|send\b|drop\b")
_BROUGHT_TO = Pattern(r"(?:bring|send|drop) (?:it|them|that|this)\b")
_TO = Pattern(r"\b(?:to|at) (?:the )?$")
_META = Pattern(r"(?:요청\s?사항|메모|부탁|전달\s?사항|a note|note|request|message|instructions?)")
_NOTE_EDGES = Pattern(
    r"^(?:(?:사장님|가게|기사님|주방|라이더)(?:한테|께|에게|에|님)?|요청\s?사항|메모|note|please|tell (?:the )?(?:shop|kitchen|rider|driver|them)(?: to)?)[\s:,은]*|\s*(?:(?:해|하)?\s?(?:달라고|라고|다고)\s?(?:전해|말해|해)\s?\S*|전해\s?\S*)$"
)
_FOR_ANOTHER = Pattern(r"빼고\s?대신")
"""Of a dish whose place in the cart another takes."""


@dataclass(frozen=True, slots=True)
class Details:
    entities: tuple[Entity, ...]
    lines: tuple[OrderLine, ...]
    wishes: tuple[str, ...]


def details_of(reading: Reading, intent: str, more: Sequence[Value]) -> Details:
    """Entities, lines and wishes of a reading once its intent is known. ``more`` are values of an expected answer."""
    values = [*more]
    lines: tuple[OrderLine, ...] = ()
    if intent in _ORDERING:
        values += _notes(reading, intent)
        lines = _lines(reading, intent)
        things = unlisted_things(reading, lines)
        dishes: list[Spanned] = [*(dish for dish in reading.orderable() if dish.of("item")), *things]
        values += [*things, *articles(reading.text, dishes, reading.of("quantity"))]
    elif intent == "merchant_refuse":
        reason = find_reason(reading.text)
        values += [reason] if reason else []
    elif intent == "merchant_deny_cancel" and not reading.hangul:
        span = reason_en(reading.text, refused=True)
        values += [Value("reason", reading.text[slice(*span)], *span)] if span else []
    elif intent == "change_language" and not reading.has("language"):
        values += find_languages(reading.text)
    elif intent == "rate" and not reading.has("stars"):
        values += rated(reading.text)
    elif intent in ("merchant_accept", "merchant_delay", "merchant_pause") and not more and not reading.has("minutes"):
        values += [Value("minutes", one.value, one.start, one.end) for one in reading.of("quantity") if one.value > 0][
            :1
        ]
    elif intent == "find_shop" and not reading.mentions:
        values += _words(reading)
    kept = [entity for entity in reading.entities() if not _answered(entity, more, reading)]
    if intent in _ORDERING:
        asked = [value for value in values if value.entity == "note"]
        kept = marked(reading, kept, lines, asked if intent != "remove_item" else ())
    every = sorted([*kept, *map(reading.entity, values)], key=lambda entity: (entity.start, entity.end))
    return Details(tuple(meant(every, intent)), lines, _wishes(reading, intent))


def _answered(entity: Entity, more: Sequence[Value], reading: Reading) -> bool:
    """Whether an expected answer has taken the entity's words (free words take nothing)."""
    spans = [reading.written.span(value.start, value.end) for value in more if value.entity not in FREE]
    return any(start < entity.end and entity.start < end for start, end in spans)


def _lines(reading: Reading, intent: str) -> tuple[OrderLine, ...]:
    mentions = reading.orderable()
    notes: list[Value] = [*reading.notes]
    if intent == "remove_item" or _FOR_ANOTHER.search(reading.text):
        notes = [note for note in notes if not leaves_out(note)]
    else:
        mentions, notes = outside_notes(mentions, notes)
    if intent == "change_item":
        mentions = [m for m in mentions if m.of("item") or not _NOT_THIS.match(reading.text, m.end)]
    numbers = reading.of("quantity")
    numbers = [one for one in numbers if not any(one.meets(note) for note in notes)]
    numbers = [one for one in numbers if not counts_people(reading.text, one)]
    ignored = [value for value in reading.values if value.entity in _NOT_LINES]
    notes = [note if is_for_all(note) else core(note) for note in notes if intent == "add_note" or not is_for_all(note)]
    mentions = without_other_things(reading.text, mentions, [*reading.values, *notes], reading.words)
    lines = read_lines(reading.text, mentions, numbers, notes, ignored, reading.words, counts_first=not reading.hangul)
    if intent == "change_item" and len(lines) == 2 and all(line.item for line in lines):
        first, second = lines
        if _OTHER_WAY.search(reading.text) or _and_not(reading.text, first, second):
            first, second = second, first
        if first.item == second.item:
            return lines
        swaps = _swaps(reading) or _and_not(reading.text, second, first)
        return (OrderLine(first.item, 0, text=first.text), second) if swaps else lines
    if intent == "add_note":
        return tuple(line for line in lines if line.item or line.options)
    if lines:
        return lines
    words = content(reading.text, 0, len(reading.text), [*reading.values, *notes])
    if words and intent == "order_items":
        start, end = words[0][0], words[-1][1]
        return (OrderLine(None, None, text=reading.text[start:end]),)
    gone = removed(reading.text, reading.values) if intent == "remove_item" else None
    return (OrderLine(None, None, text=gone or ""),)


def _and_not(text: str, wanted: OrderLine, other: OrderLine) -> bool:
    """Whether a dish is said to be wanted and not another: "falafel not halloumi"."""
    if not (wanted.text and other.text and " not " in text):
        return False
    both = rf"{re.escape(wanted.text)},? not (?:the |an? )?{re.escape(other.text)}"
    return re.search(both, text) is not None


def _swaps(reading: Reading) -> bool:
    """Whether the first dish is to give way to the second."""
    return bool(
        re.search(
            r"말고|대신|아니라|아니고|관두|(?:을|를|에서)\s.+(?:으로|로)|→|->|^(?:no,? (?:wait|sorry),? )?not\b.+,|\bsaid\b.+\bmeant\b|\bturn\b|\bshould(?:'ve| have)? be(?:en)?\b|\bin (?:its|their|that|the) place\b|\b(?:scrap|forget|skip)\b.+\b(?:rather|sooner|instead|give|get|have)\b|\b(?:ditch|trade|lose|bin)\b.+\bfor\b|\bthan\b|\bnot\b.+\bmeant\b|\b(?:instead|swap|switch|change|replace|rather than)\b",
            reading.text,
        )
    )


def _notes(reading: Reading, intent: str) -> list[Value]:
    if intent == "remove_item" or _FOR_ANOTHER.search(reading.text):
        return []
    _, notes = outside_notes(reading.at_hand("item", "choice"), reading.notes)
    if intent != "add_note":
        return [note if is_for_all(note) else core(note) for note in notes]
    if notes or _META.search(reading.text):
        return [note if is_for_all(note) else core(note) for note in notes]
    start, end = 0, len(reading.text)
    for edge in _NOTE_EDGES.finditer(reading.text):
        if edge.start() == 0:
            start = edge.end()
        else:
            end = edge.start()
    words = reading.text[start:end].strip()
    first = reading.text.find(words, start)
    return [Value("note", words, first, first + len(words))] if len(words) > 1 else []


def _words(reading: Reading) -> list[Value]:
    """What to look for when no live name was found: the words that are left."""
    spans = content(
        reading.text, 0, len(reading.text), [value for value in reading.values if value.entity != "quantity"]
    )
    spans = [span for span in spans if not _FIND_FILLER.fullmatch(reading.text[span[0] : span[1]])]
    if not spans:
        return []
    start, end = spans[0][0], spans[-1][1]
    return [Value("words", reading.text[start:end], start, end)]


def _wishes(reading: Reading, intent: str) -> tuple[str, ...]:
    """Every intent that the message carries, the main one first."""
    wishes = [intent]
    if intent in (
        "order_items",
        "order_again",
        "change_item",
        "checkout",
        "choose_delivery",
        "choose_pickup",
        "give_address",
        "give_time",
    ):
        ways = [way for way in reading.of("fulfilment") if not _just_bring(reading, intent, way)]
        if not ways and intent == "give_address" and reading.has("delivers"):
            wishes.append("choose_delivery")
        if ways:
            wishes.append("choose_delivery" if ways[-1].value == "delivery" else "choose_pickup")
        if reading.has("time") or any(
            not _AT_ONCE_PAID.match(reading.text, one.end) for one in reading.of("asap") if intent != "checkout"
        ):
            wishes.append("give_time")
        there = any(_TO.search(reading.text[: place.start]) for place in reading.mentions if place.of("place"))
        if reading.has("address") or (ways and there):
            wishes.append("give_address")
    if intent in ("order_items", "change_item") and any(is_for_all(note) for note in reading.notes):
        wishes.append("add_note")
    if intent == "order_items" and _PAYING.search(reading.text):
        wishes.append("checkout")
    return tuple(dict.fromkeys(wishes))


def _just_bring(reading: Reading, intent: str, way: Value) -> bool:
    """Whether a way to get the order is only the verb of where or when it is to be brought: …으로 갖다주세요."""
    if _BROUGHT_TO.match(reading.text, way.start) and intent != "give_address":
        return False
    if intent in ("order_items", "change_item") and reading.text.startswith(("갖다", "가져다"), way.start):
        return True
    told = intent in ("give_address", "give_time") or reading.has("address")
    return told and _BRING.match(reading.text, way.start) is not None
