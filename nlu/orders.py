"""Order lines out of a sentence: which dishes, how many, with which options and notes."""

from __future__ import annotations

from collections.abc import Container, Sequence

from nlu.basket import Basket, More
from nlu.corrections import corrected
from nlu.counted import Counts, one_each, whole
from nlu.drafts import AS_IT_COMES, Draft, owner_of
from nlu.fillers import Spanned, unknown_options
from nlu.headings import one_of_each, said_of_all, with_next_dish, without_headings
from nlu.mentions import Mention
from nlu.references import counts_each, how_many_lines, means_more, means_rest, means_same_again, nth_line
from nlu.spoken_of import is_topic, of_all_lines
from nlu.stretches import Said, is_shorthand, stretches
from nlu.understanding import OrderLine
from nlu.unlisted import asked_for, if_so, unlisted, with_option_word
from nlu.values import Value


def read_lines(
    text: str,
    mentions: Sequence[Mention],
    quantities: Sequence[Value],
    notes: Sequence[Value],
    ignored: Sequence[Value],
    words: Container[str] = frozenset(),
    *,
    counts_first: bool,
) -> tuple[OrderLine, ...]:
    """The lines of an order as said.

    ``mentions`` are those at hand; ``ignored`` are words that say something else (time, address, delivery); ``words``
    are everyday words, which name no dish. ``counts_first``: numbers stand before what they count, as in English.
    """
    quantities = sorted([*quantities, *one_each(text, mentions, quantities)], key=lambda number: number.start)
    mended = corrected(text, mentions, quantities)
    order = _Order(text, [*notes, *ignored, *mended.spans], words, counts_first)
    for said in with_next_dish(text, stretches(text, mended.mentions, mended.quantities, notes, mended.spans)):
        order.take(said)
    order.settle(said_of_all(text, mended.mentions))
    return order.lines()


class _Order:
    """The lines said so far."""

    def __init__(self, text: str, covered: Sequence[Value], words: Container[str], counts_first: bool) -> None:
        self._text = text
        self._covered = covered
        self._words = words
        self._counts_first = counts_first
        self._basket = Basket(text)
        self._each: int | None = None
        self._early_notes: list[str] = []
        self._asked: tuple[int, int] | None = None
        """What was asked for, if there is any."""

    @property
    def _drafts(self) -> list[Draft]:
        return self._basket.drafts

    def lines(self) -> tuple[OrderLine, ...]:
        """What it all comes to."""
        for draft in self._drafts:
            if draft.quantity is None and not draft.refers:
                draft.quantity = self._each
        return tuple(draft.finished(self._text) for draft in self._drafts)

    def settle(self, for_all: Sequence[Mention]) -> None:
        """Give every dish the options ``for_all``, and drop what only headed a list."""
        for draft in self._drafts:
            draft.amend([one for one in for_all if draft.has(one) and not draft.holds(one)], (), ())
        self._basket.drafts = one_of_each(self._text, without_headings(self._drafts))

    def take(self, said: Said) -> None:
        """Read one more stretch."""
        new = [self._begun(item) for item in said.items]
        counts = Counts(self._text, said, self._covered, self._words, counts_first=self._counts_first)
        counts.give(new)
        named = list(new)
        if len(new) == len(counts.spare) == 1 and new[0].quantity is None and not counts.groups(new):
            new[0].quantity = whole(counts.spare.pop())
        new += [self._as_it_comes(draft, new) for draft in counts.unknown]
        new.sort(key=lambda draft: draft.start)
        if not new:
            self._about_earlier(said, counts.spare)
            return
        groups = counts.groups(new)
        grouped = [choice for _, choices, _ in groups for choice in choices]
        for choice in said.choices:
            if choice not in grouped:
                owner_of(choice, self._text, new, self._drafts).choices.append(choice)
        self._words_as_options(said, new)
        for note in said.notes:
            self._noted(note, new)
        parts = self._parts(named, new, groups)
        for draft in new:
            if not any(draft.start == start for *_, start in parts):
                self._join(said, draft)
        self._distribute(said)
        if parts:
            self._basket.part(named[0], parts)
        else:
            for number, choices, draft in groups:
                self._basket.beside(number, choices, draft)
        many = how_many_lines(self._text, said.start, said.end, said.choices)
        if many is not None and of_all_lines(self._text, said):
            self._basket.spread(said, new[-1], many)

    def _parts(
        self, named: list[Draft], new: list[Draft], groups: Sequence[tuple[Value, list[Mention], Draft]]
    ) -> list[tuple[int, Sequence[Mention], int]]:
        """The parts that a dish's number falls into, each with its own: "two burgers, one plain one with bacon"."""
        if len(named) != 1 or any(draft.item == named[0].item for draft in self._drafts):
            return []
        plain = [draft for draft in new if draft not in named and draft.item == named[0].item]
        parts: list[tuple[int, Sequence[Mention], int]] = [(draft.quantity or 1, (), draft.start) for draft in plain]
        parts += [(whole(number) or 1, choices, number.start) for number, choices, _ in groups]
        together = sum(count for count, _, _ in parts)
        return sorted(parts, key=lambda part: part[2]) if len(parts) > 1 and together == named[0].quantity else []

    def _begun(self, item: Mention) -> Draft:
        """A line for a dish named; shorthand such as 뜨아 brings a choice of that dish along."""
        words = self._text[item.start : item.end]
        return Draft(item, words, item.start, choices=[item] if is_shorthand(self._text, item) else [])

    def _as_it_comes(self, draft: Draft, new: list[Draft]) -> Draft:
        """A number of the dish before without options: "냉모밀 곱빼기 하나 보통 하나"."""
        before = [one for one in (*self._drafts, *new) if one.mention is not None and one.start < draft.start]
        if not before or draft.words not in AS_IT_COMES:
            return draft
        return Draft(before[-1].mention, before[-1].words, draft.start, draft.quantity)

    def _words_as_options(self, said: Said, new: list[Draft]) -> None:
        """Words said like an option that no dish has."""
        found: list[Spanned] = [*said.items, *said.choices, *said.quantities, *said.notes, *self._covered]
        for start, words in unknown_options(self._text, said.start, said.end, found):
            if any(draft.mention is None and words in draft.words for draft in new):
                continue
            owner = next((draft for draft in reversed(new) if draft.start <= start), new[0])
            owner.unknown.append(words)

    def _noted(self, note: Value, new: list[Draft]) -> None:
        before = [draft for draft in new if draft.start <= note.start]
        (before[-1] if before else new[0]).notes.append(str(note.value))

    def _join(self, said: Said, draft: Draft) -> None:
        """Take a line in; a dish named again with options speaks about its earlier line."""
        draft.notes = self._early_notes + draft.notes
        self._early_notes = []
        earlier = next((one for one in reversed(self._drafts) if one.item is not None and one.item == draft.item), None)
        shorthand = draft.mention in draft.choices
        special = bool(draft.choices or draft.unknown or draft.notes) and not shorthand
        if earlier is None or (shorthand and draft.quantity is not None) or self._begins_another(earlier, draft):
            self._drafts.append(draft)
        elif special and draft.quantity is None and not self._another(said, earlier, draft):
            earlier.amend(draft.choices, draft.unknown, draft.notes)
        elif is_topic(self._text, said, draft):
            self._more_about(earlier, draft)
        elif not special and draft.quantity is not None and (earlier.quantity is None or self._is_more(said, draft)):
            earlier.quantity = (earlier.quantity or 0) + draft.quantity
        else:
            self._drafts.append(draft)

    def _another(self, said: Said, earlier: Draft, draft: Draft) -> bool:
        """Whether a dish named once more on a list, with other options or notes, is another of it."""
        if earlier.quantity is not None or not (earlier.choices or earlier.notes) or is_topic(self._text, said, draft):
            return False
        return bool(said.items) and earlier.words == draft.words

    def _is_more(self, said: Said, draft: Draft) -> bool:
        return means_more(self._text, draft.start, said.end)

    def _begins_another(self, earlier: Draft, draft: Draft) -> bool:
        """Whether "another" of a dish goes before that may be had otherwise than the one with options before it."""
        return bool(earlier.choices or earlier.notes) and self._text[: draft.start].endswith("another ")

    def _more_about(self, earlier: Draft, draft: Draft) -> None:
        if draft.quantity is not None and (earlier.quantity or 0) > draft.quantity:
            self._basket.split(earlier, draft.quantity, More(draft.choices, draft.unknown, draft.notes), draft.start)
            return
        earlier.amend(draft.choices, draft.unknown, draft.notes)
        if earlier.quantity is None:
            earlier.quantity = draft.quantity

    def _distribute(self, said: Said) -> None:
        """A number that counts each dish of a list, with the options right before it."""
        text = self._text
        for number in said.quantities:
            if not counts_each(text, said.start, said.end, number.start, number.end):
                continue
            self._alike(said, number)
            for draft in reversed(self._drafts):
                if draft.quantity is None:
                    draft.quantity = whole(number)
                elif draft.start < said.start or draft.quantity != number.value:
                    break
            if not any(draft.start < number.start for draft in self._drafts):
                self._each = whole(number)

    def _alike(self, said: Said, number: Value) -> None:
        last = max((item.end for item in said.items if item.end <= number.start), default=said.start)
        shared = [choice for choice in said.choices if last <= choice.start < number.start]
        for draft in self._drafts:
            if draft.quantity is None or (draft.start >= said.start and draft.quantity == whole(number)):
                draft.amend(
                    [one for one in shared if draft.has(one) and not (draft.holds(one) or draft.contradicts([one]))],
                    (),
                    (),
                )

    def _about_earlier(self, said: Said, spare: list[Value]) -> None:
        """A stretch that names no dish speaks about the lines before it: "one with an extra shot", "샷 추가"."""
        text = self._text
        thing = with_option_word(text, said, self._words)
        if thing is not None:
            self._drafts.append(thing)
            return
        if self._drafts and means_same_again(text, said.start, said.end) and self._drafts[-1].mention is not None:
            again = (whole(spare[0]) if spare else self._drafts[-1].quantity) or 1
            self._drafts.append(self._drafts[-1].parted(again, said.choices, (), (), said.start))
            return
        unknown: list[str] = []
        if self._drafts:
            found: list[Spanned] = [*said.choices, *said.quantities, *said.notes, *self._covered]
            unknown = [words for _, words in unknown_options(text, said.start, said.end, found)]
        notes = [str(note.value) for note in said.notes]
        if not (said.choices or spare or unknown or notes):
            listed = unlisted(text, said, self._covered, self._words)
            self._drafts.extend([listed] if listed is not None else [])
            self._asked = None if listed is not None else asked_for(text, said, self._covered)
            return
        if not self._drafts and notes and not said.choices and not spare:
            self._early_notes += notes
            return
        if self._asked is not None and spare and if_so(text, said):
            start, end = self._asked
            self._asked = None
            self._drafts.append(Draft(None, text[start:end], start, whole(spare[0]), list(said.choices)))
            return
        each = [one for one in spare if counts_each(text, said.start, said.end, one.start, one.end)]
        if each and self._drafts and not said.choices:
            self._distribute(said)
            return
        pairs = Counts.paired(said, spare)
        if len(pairs) > 1 and self._drafts:
            for number, choices in pairs:
                self._refer(said, whole(number), More(choices, unknown), number.start)
            return
        count = whole(spare[0]) if spare else None
        about = self._basket.named_behind(said.notes[-1].end) if said.notes and not said.choices else None
        if about is not None and count is None:
            about.amend((), unknown, notes)
            return
        self._refer(said, count, More(list(said.choices), unknown, notes), said.start)

    def _refer(self, said: Said, count: int | None, more: More, start: int) -> None:
        text, drafts, basket = self._text, self._drafts, self._basket
        if not drafts:
            self._early_notes = []
            drafts.append(
                Draft(None, "", start, count, list(more.choices), list(more.notes), list(more.unknown), refers=True)
            )
            return
        nth = nth_line(text, said.start, said.end)
        many = how_many_lines(text, said.start, said.end, said.choices)
        parted = basket.parted
        if nth == -1 and parted is not None and parted.quantity == 1:
            basket.amend(parted, more)
        elif nth is not None and len(drafts) == 1 and abs(nth) < (drafts[0].quantity or 0) > 1:
            basket.split(drafts[0], 1, more, start)
        elif nth is not None and -len(drafts) <= nth < len(drafts):
            basket.amend_nth(said, nth, more)
        elif many is not None:
            if len(drafts) == 1 and drafts[0].quantity is None:
                drafts[0].quantity = count
            basket.amend_all(many, more)
        elif means_rest(text, said.start, said.end):
            basket.amend(parted or drafts[-1], more)
        elif more:
            basket.amend_some(said, count, more, start)
        elif count is not None and means_more(text, said.start, said.end):
            drafts[-1].quantity = (drafts[-1].quantity or 0) + count
        elif drafts[-1].quantity is None:
            drafts[-1].quantity = count
