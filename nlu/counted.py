"""Which number of a stretch counts which dish."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from nlu.drafts import Draft
from nlu.fillers import Spanned, content
from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.quantities import find_quantities
from nlu.stretches import Said
from nlu.values import Value

AN = Pattern(r"\b(?:an?|another|one more)\s(?:[a-z\d.%-]+\s){0,3}$")
"""An article before a dish: one of it."""
_EXTRA_VERB = Pattern(r"\s?(?:을|를)?\s?(?:더\s?)?(?:추가|넣|얹|올려)")
_NO_NOUN = Pattern(r"(?:게|한|는|은|로|서|고|것|걸|거|만|도|로만|면|데|요|해|줘)$")
_VERB_END = Pattern(r"(?:^|[가-힣])(?:요|다|까|줘|줘봐|봐|니다|죠|거라|줄|할|살|춰|맞춰줘|없|이야)$")
_PREPOSITION = Pattern(r"\b(?:with|in|by|at|on|for|than|into|within|from)\s$")
"""Before a number that counts nothing wanted: "with one hand"."""
_LARGE = 2
_ONE_OF_IT = Pattern(r"\sones?\b")
_AN_OPTION = Pattern(r"(?<!with )(?<!add )(?<!and with )\ban? $")


class Counts:
    """The numbers of one stretch. After ``give``: ``unknown`` are lines of things that no menu has, ``spare`` the
    numbers that count nothing named here."""

    def __init__(
        self, text: str, said: Said, covered: Sequence[Spanned], words: Container[str], *, counts_first: bool
    ) -> None:
        self._text = text
        self._said = said
        self._covered = covered
        self._words = words
        self._counts_first = counts_first
        self.unknown: list[Draft] = []
        self.spare: list[Value] = []

    def give(self, new: list[Draft]) -> None:
        """Give each number to its dish in ``new``, or to words beside it."""
        said = self._said
        numbers = [number for number in said.quantities if not (new and self._counts_an_extra(number))]
        first = self._first(new, numbers)
        for number in numbers:
            draft = self._counted(new, number, counts_first=first)
            if draft is not None:
                draft.quantity = whole(number)
                continue
            if first and self._is_by_the_way(number):
                continue
            words = self._words_beside(number, counts_first=first)
            if words is not None and not any(draft.start == words[0] for draft in self.unknown):
                named = Draft(None, self._text[words[0] : words[1]], words[0], whole(number))
                self.unknown.append(named)
            else:
                self.spare.append(number)
        for draft in new:
            before = max([said.start, *(other.end for other in new if other is not draft and other.end <= draft.start)])
            whole_name = (
                draft.mention is not None
                and draft.mention not in draft.choices
                and (draft.mention.sure == 1 or not draft.words.isascii())
            )
            named_so = whole_name and any(found.value > 0 for found in find_quantities(draft.words))
            if draft.quantity is None and (named_so or AN.search(self._text[before : draft.start])):
                draft.quantity = 1

    def groups(self, new: list[Draft]) -> list[tuple[Value, list[Mention], Draft]]:
        """Spare numbers with the options said for them and the dish before them, in a stretch that has dishes too."""
        found: list[tuple[Value, list[Mention], Draft]] = []
        for index, draft in enumerate(new):
            ends = new[index + 1].start if index + 1 < len(new) else self._said.end
            spare = [number for number in self.spare if draft.end <= number.start < ends]
            if not spare or draft.mention is None:
                continue
            counted = [n.end for n in self._said.quantities if draft.end <= n.start < spare[0].start]
            begins = max([draft.end, *counted])
            choices = [choice for choice in self._said.choices if begins <= choice.start < ends]
            found += [(number, options, draft) for number, options in _pairs(choices, spare) if options]
        return found

    @staticmethod
    def paired(said: Said, spare: list[Value]) -> list[tuple[Value, list[Mention]]]:
        """The numbers of a stretch without dishes, each with its options."""
        return _pairs(said.choices, spare)

    def _first(self, new: list[Draft], numbers: Sequence[Value]) -> bool:
        """Whether numbers stand before their dishes here."""
        if not new or not numbers:
            return self._counts_first
        starts, ends = numbers[0].start < new[0].start, numbers[-1].start < new[-1].start
        behind = numbers[0].start > new[0].start and self._text[numbers[0].start].isdigit()
        return starts if starts == ends else self._counts_first and not behind

    def _counts_an_extra(self, number: Value) -> bool:
        """Whether the number follows an extra and not the dish: "라떼에 샷 하나 추가". How many can't be ordered."""
        return any(
            choice.end <= number.start
            and not self._text[choice.end : number.start].strip(" 을를만")
            and _EXTRA_VERB.match(self._text, number.end)
            for choice in self._said.choices
        )

    def _counted(self, drafts: list[Draft], number: Value, *, counts_first: bool) -> Draft | None:
        """The dish that the number counts: the one beside it, with nothing of weight in between."""
        free = [draft for draft in drafts if draft.quantity is None and draft.mention is not None]
        after = [d for d in free if d.start >= number.end and not self._heavy(number.end, d.start, drafts)]
        before = [d for d in free if d.end <= number.start and not self._heavy(d.end, number.start, drafts)]
        if not counts_first:
            after = [draft for draft in after if not self._has_its_own(draft, number)]
        if not counts_first and not before and self._thing_before(number):
            return None
        first, second = (after[:1], before[-1:]) if counts_first else (before[-1:], after[:1])
        return next(iter(first + second), None)

    def _has_its_own(self, draft: Draft, number: Value) -> bool:
        """Whether another number stands right behind the dish: 오뎅 of "김밥 두 줄 오뎅 세 개"."""
        others = (other for other in self._said.quantities if other is not number)
        return any(draft.end <= other.start and not self._text[draft.end : other.start].strip() for other in others)

    def _thing_before(self, number: Value) -> bool:
        """Whether the word right before the number is a thing that no menu has."""
        words = self._before(number)
        return bool(words) and self._a_thing(*words[-1])

    def _before(self, number: Value) -> list[tuple[int, int]]:
        """The words right before a number, or before the options right before it: 족발 of "족발 중 하나"."""
        said = self._said
        marks: list[Spanned] = [*said.items, *said.quantities]
        start = max([said.start, *(mark.end for mark in marks if mark.end <= number.start)])
        ends = number.start
        for choice in reversed(said.choices):
            if start <= choice.start < choice.end <= ends and not self._text[choice.end : ends].strip(" 으로"):
                ends = choice.start
        words = content(self._text, start, ends, [*self._covered, *said.choices])
        return words if words and not self._text[words[-1][1] : ends].strip() else []

    def _heavy(self, start: int, end: int, drafts: list[Draft]) -> bool:
        """Whether a dish, another number or words of weight stand between."""
        if any(start <= draft.start < end for draft in drafts):
            return True
        if not self._text[start:end].strip():
            return False
        marks = [*self._covered, *self._said.choices]
        between = content(self._text, start, end, marks)
        if len(between) > _LARGE:
            return True
        return bool(between) and self._a_thing(*between[-1]) and not self._text[between[-1][1] : end].strip()

    def _a_thing(self, start: int, end: int) -> bool:
        word = self._text[start:end]
        return len(word) > 1 and not word.isascii() and word not in self._words and not _NO_NOUN.search(word)

    def _words_beside(self, number: Value, *, counts_first: bool) -> tuple[int, int] | None:
        said = self._said
        marks: list[Spanned] = [*said.items, *said.choices, *(q for q in said.quantities if q is not number)]
        left = max([said.start, *(mark.end for mark in marks if mark.end <= number.start)])
        right = min([said.end, *(mark.start for mark in marks if mark.start >= number.end)])
        sides = [(left, number.start), (number.end, right)]
        if counts_first:
            sides.reverse()
        for start, end in sides:
            words = content(self._text, start, end, self._covered)
            if words and counts_first and end == number.start and not self._names_before(words[-1][1], number):
                continue
            if words and not _VERB_END.search(self._text[words[-1][0] : words[-1][1]]):
                return words[0][0], words[-1][1]
        words = [] if counts_first else self._before(number)
        return (words[0][0], words[-1][1]) if words and self._a_thing(*words[-1]) else None

    def _is_by_the_way(self, number: Value) -> bool:
        """Whether a preposition leads to a number of something that is not wanted: "with one hand"."""
        if not _PREPOSITION.search(self._text, 0, number.start):
            return False
        words = content(self._text, number.end, self._said.end, [*self._covered, *self._said.choices])
        return bool(words) and not self._text[number.end : words[0][0]].strip()

    def _names_before(self, end: int, number: Value) -> bool:
        """Whether English words that end at ``end`` are what the number behind them counts: "mac 2", not "say 4 red"."""
        leads = any(
            not self._text[number.end : choice.start].strip()
            for choice in self._said.choices
            if choice.start >= number.end
        )
        return not leads and not self._text[end : number.start].strip(" x*-:")


def whole(number: Value) -> int | None:
    """How many; None for what nobody can have so many of (a half, less than none)."""
    return number.value if isinstance(number.value, int) and number.value >= 0 else None


def one_each(text: str, mentions: Sequence[Mention], quantities: Sequence[Value]) -> list[Value]:
    """The articles that part several of one dish by their options: "two juices, a large and a medium"."""
    several = [number.end for number in quantities if isinstance(number.value, int) and number.value > 1]
    found: list[Value] = []
    one_more: list[Value] = []
    for choice in mentions:
        article = _AN_OPTION.search(text, 0, choice.start)
        if article and not choice.of("item") and _ONE_OF_IT.match(text, choice.end) and _named(mentions, choice):
            one_more.append(Value("quantity", 1, article.start(), article.start() + 1))
        alone = (
            choice.end == len(text)
            or not text[choice.end :].strip()
            or re.match(r"\s?(?:[,.;&+]|and\b|one\b)", text[choice.end :])
        )
        if several and article and alone and several[0] < choice.start and not choice.of("item"):
            found.append(Value("quantity", 1, article.start(), article.start() + 1))
    return found if len(found) > 1 else one_more


def _named(mentions: Sequence[Mention], choice: Mention) -> bool:
    """Whether a dish that has the option is named before it."""
    dishes = {name.key for one in mentions if one.end <= choice.start for name in one.of("item")}
    return any(name.of in dishes for name in choice.of("choice"))


def _pairs(choices: Sequence[Mention], spare: Sequence[Value]) -> list[tuple[Value, list[Mention]]]:
    """Each number with the options before it, where options come first, else with those after it."""
    if not spare:
        return []
    options_first = bool(choices) and choices[0].start < spare[0].start
    found: list[tuple[Value, list[Mention]]] = []
    for index, number in enumerate(spare):
        if options_first:
            start, end = spare[index - 1].start if index else 0, number.start
            last = index == len(spare) - 1
            found.append((number, [c for c in choices if start <= c.start and (c.start < end or last)]))
        else:
            end = spare[index + 1].start if index + 1 < len(spare) else 10**9
            found.append((number, [c for c in choices if number.start <= c.start < end]))
    return found
