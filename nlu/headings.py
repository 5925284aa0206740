"""What a list begins with and what only its next dish names: "three muffins, two chocolate and one blueberry", "a large
and two small americanos"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlu.drafts import Draft
from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.stretches import Said

_ALL_LED = Pattern(r"(?:^|[,.;]\s?)(?:please )?(?:make (?:them|it) )?all (?:of (?:them|it) )?$")
_COLON = Pattern(r"[^,.;]{0,25}:")
_EACH = Pattern(r"\bone of each\b|하나씩|한\s?\S씩|각각?\s?하나")
_TAKEN_BACK = Pattern(r"\b(?:no|not|actually|sorry|wait|instead|mean|meant|make)\b|아니|말고|바꿔|변경")
_LEAST = 2


def with_next_dish(text: str, every: Sequence[Said]) -> list[Said]:
    """The stretches; one that has only options of the next one's dish, and speaks of no dish before, names that dish."""
    found = list(every)
    for at in range(len(found) - 2, -1, -1):
        said, behind = found[at], found[at + 1]
        if said.items or not said.choices or not behind.items or not behind.joined or not behind.choices:
            continue
        dish = behind.items[0]
        earlier = [item for one in found[:at] for item in one.items]
        led = behind.choices[0].start < dish.start
        counted = said.quantities or re.search(r"\ban?\s$", text[: said.choices[0].start])
        if not (led and counted and _has_all(dish, said.choices)) or any(
            _has_all(one, said.choices) for one in earlier
        ):
            continue
        start = said.choices[-1].end + (text[said.choices[-1].end :][:1] == " ")
        found[at] = replace(said, items=(replace(dish, names=dish.of("item"), start=start, end=start),))
    return found


def _has_all(dish: Mention, choices: Sequence[Mention]) -> bool:
    keys = {name.key for name in dish.of("item")}
    return all(any(name.of in keys for name in choice.of("choice")) for choice in choices)


def without_headings(drafts: Sequence[Draft]) -> list[Draft]:
    """The lines without those that only said what the next ones are, and how many together; these take its options."""
    kept: list[Draft] = []
    for at, draft in enumerate(drafts):
        listed = _listed(draft, drafts[at + 1 :])
        if not listed:
            kept.append(draft)
            continue
        for one in listed:
            one.quantity = one.quantity or 1
            one.amend([choice for choice in draft.choices if one.has(choice) and not one.contradicts([choice])], (), ())
    return kept


def _listed(heading: Draft, behind: Sequence[Draft]) -> list[Draft]:
    """The lines that a heading's number is the sum of."""
    if heading.mention is not None or (heading.quantity or 0) < _LEAST:
        return []
    left = heading.quantity or 0
    listed: list[Draft] = []
    for draft in behind:
        if draft.mention is None or left <= 0:
            break
        left -= draft.quantity or 1
        listed.append(draft)
    return listed if left == 0 and len(listed) >= _LEAST else []


def one_of_each(text: str, drafts: Sequence[Draft]) -> list[Draft]:
    """The lines, but instead of several of a dish with as many options that can't go together one of each: "three
    bagels: plain, sesame and cheese"."""
    kept: list[Draft] = []
    for draft in drafts:
        rivals = draft.rivals()
        listed = len(rivals) > 1 and (draft.quantity == len(rivals) or (not draft.quantity and _EACH.search(text)))
        behind = (
            listed and all(one.start > draft.start for one in rivals) and not _TAKEN_BACK.search(text, rivals[0].end)
        )
        if not behind:
            kept.append(draft)
            continue
        shared = [choice for choice in draft.choices if choice not in rivals]
        kept += [replace(draft, quantity=1, choices=[*shared, one]) for one in rivals]
    return kept


def said_of_all(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The options that are to be every dish's, said before the first: "all boneless: one plain, one soy garlic"."""
    first = min((one.start for one in mentions if one.of("item")), default=0)
    return [
        one
        for one in mentions
        if one.end <= first
        and not one.of("item")
        and _ALL_LED.search(text, 0, one.start)
        and _COLON.match(text, one.end)
    ]
