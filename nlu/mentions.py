"""Names of the live catalogue found in a text, spelled well or not."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.around_names import AFTER, AFTER_PLACE, AFTER_SYLLABLE, BEFORE
from nlu.fillers import is_filler
from nlu.jamo import jamo, slips, squeezed
from nlu.names import BEGINNING, Prepared
from nlu.ngrams import runs_of
from nlu.patterns import Pattern
from nlu.understanding import Name
from nlu.values import Value
from nlu.written import is_hangul

_SECOND_WORD = Pattern(r"\s[a-z]{3,}")
_PIECES = 6
"""How many unknown words are looked up at most."""
_TOKEN = Pattern(r"[^\s.,!?~/+&()'\"]+")
_ENDING = Pattern(
    r"(?:이랑|랑|하고|에서|한테|으로|까지|부터|이요|이에요|예요|에요|주세요|주세여|주십시오|줘요|줘|할게요|할께요|시킬게요|요|은|는|이|가|을|를|도|만|와|과|로|에|의|좀|있어요|있나요|없어요|추가|포장|배달)+$"
)
_ONE_SYLLABLE = frozenset("둘셋넷꼭딱또좀더")
"""Everyday words of one syllable that may be written right before a name; others make another name: 간짜장."""
_PARTED = Pattern(r"[,;!?]\s")
"""Stands in no name: "spicy, pork" is no spicy pork."""
_AT = "에서"
"""After the place something is had from: "카페에서" is no piece of a dish's name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """``names`` are all things that go by the words at ``start``..``end``; ``sure`` is 1.0 for the very spelling."""

    names: tuple[Name, ...]
    start: int
    end: int
    sure: float
    at_hand: bool

    def of(self, *kinds: str) -> tuple[Name, ...]:
        """Those of the given kinds."""
        if len(self.names) == 1:
            return self.names if self.names[0].kind in kinds else ()
        return tuple([name for name in self.names if name.kind in kinds])


def find_mentions(
    text: str, hand: Prepared, around: Prepared, counted: Iterable[Value], words: Container[str]
) -> list[Mention]:
    """Mentions by position, none overlapping: the longest, the shop at hand before what is around.

    ``counted`` are quantities, beside which a name may stand without a space; ``words`` everyday words, which are
    never taken for a misspelled name.
    """
    squeezed_text, places = squeezed(text)
    if not squeezed_text:
        return []
    numbers = frozenset(edge for value in counted for edge in (value.start, value.end))
    edges = set(numbers)
    begins = frozenset(runs_of(squeezed_text, 1, BEGINNING))
    close, away = _spots(squeezed_text, begins, hand), _spots(squeezed_text, begins, around)
    near = _scan(text, squeezed_text, close, places, hand.exact, edges, words, at_hand=True, sure=1.0)
    far = _scan(text, squeezed_text, away, places, around.exact, edges, words, at_hand=False, sure=1.0)
    found = _choose(near, [mention for mention in far if _placed(text, mention)])
    found += _misspelled(text, found, list(counted), hand, around, words)
    if hand.partial:
        for mention in _scan(text, squeezed_text, close, places, hand.partial, edges, words, at_hand=True, sure=0.9):
            if text.startswith(_AT, mention.end):
                continue
            rivals = [other for other in found if _meet(mention, other)]
            if all(_gives_way(other, mention) for other in rivals):
                found = [other for other in found if other not in rivals] + [mention]
            elif len(rivals) == 1 and _counted_dish(mention, rivals[0], found, numbers):
                found[found.index(rivals[0])] = Mention(
                    (*mention.names, *rivals[0].names), mention.start, mention.end, mention.sure, at_hand=True
                )
    found.sort(key=lambda mention: mention.start)
    return _joined(text, found)


def _gives_way(other: Mention, part: Mention) -> bool:
    """Whether what was found gives way to a part of a dish's name: it is not at hand, or an option within that part."""
    longer = part.end - part.start - (other.end - other.start)
    return longer >= 0 if not other.at_hand else longer > 0 and not other.of("item")


def _counted_dish(part: Mention, option: Mention, found: Sequence[Mention], numbers: Container[int]) -> bool:
    """Whether words that are an option's and a part of a dish's name may be that dish: they are counted, and no dish
    named here has such an option."""
    if option.of("item") or not option.at_hand or (option.start, option.end) != (part.start, part.end):
        return False
    counted = part.start - 1 in numbers or part.end + 1 in numbers or part.end in numbers
    dishes = {name.key for one in found for name in one.of("item")}
    return counted and not any(name.of in dishes for name in option.names)


def _joined(text: str, found: list[Mention]) -> list[Mention]:
    """Parts of one dish's name side by side are one mention of it: "bulgogi hot pot"."""
    kept: list[Mention] = []
    for mention in found:
        last = kept[-1] if kept else None
        parts = last is not None and min(last.sure, mention.sure) < 1 and last.names[0] == mention.names[0]
        if last is not None and parts and text[last.end : mention.start].isspace():
            kept[-1] = Mention(last.names, last.start, mention.end, last.sure, last.at_hand)
        else:
            kept.append(mention)
    return kept


def _scan(
    text: str,
    run: str,
    spots: Sequence[tuple[int, int]],
    places: Sequence[int],
    keys: Mapping[str, tuple[Name, ...]],
    edges: set[int],
    words: Container[str],
    *,
    at_hand: bool,
    sure: float,
) -> list[Mention]:
    hits = [(i, j) for i, j in spots if run[i:j] in keys]
    if not hits:
        return []
    hits.sort(key=lambda hit: (hit[0] - hit[1], hit[0]))
    begun = {places[i] for i, j in hits if j - i > 1 or places[j - 1] + 1 in edges} if sure == 1 and at_hand else set()
    taken: list[Mention] = []
    waiting = hits
    while waiting:
        later: list[tuple[int, int]] = []
        grown = False
        for i, j in waiting:
            start, end = places[i], places[j - 1] + 1
            if any(start < other.end and other.start < end for other in taken):
                continue
            inner = edges | {end} if end in begun and j - i > 1 else edges
            if _stands_alone(text, start, end, j - i, inner, words, at_hand=at_hand, whole=sure == 1):
                taken.append(Mention(keys[run[i:j]], start, end, sure, at_hand))
                edges.add(end)
                grown = True
            else:
                later.append((i, j))
        waiting = later if grown else []
    return taken


def _spots(run: str, begins: Set[str], prepared: Prepared) -> list[tuple[int, int]]:
    """Where a name may stand, by its first letters and its length."""
    lengths = prepared.lengths
    last = len(run)
    return [
        (i, i + n)
        for begin in begins & lengths.keys()
        for i in _places(begin, run)
        for n in lengths[begin]
        if i + n <= last
    ]


def _places(words: str, run: str) -> Iterator[int]:
    """Where ``words`` stand, overlapping ones too."""
    at = run.find(words)
    while at >= 0:
        yield at
        at = run.find(words, at + 1)


def _stands_alone(
    text: str, start: int, end: int, length: int, edges: set[int], words: Container[str], *, at_hand: bool, whole: bool
) -> bool:
    """Whether the words are a name here and not a piece of a longer word. ``whole``: they are all of a name."""
    if not is_hangul(text[start]):
        alone_before = start == 0 or not (text[start - 1].isalnum() and text[start - 1].isascii())
        alone_after = end == len(text) or not (text[end].isalnum() and text[end].isascii())
        if length == 1 and (not text[start].isalpha() or text[:start].endswith(("'", "’"))):
            return False
        return alone_before and alone_after and not _PARTED.search(text, start, end)
    token = start
    while token > 0 and is_hangul(text[token - 1]) and token not in edges:
        token -= 1
    before = text[token:start]
    stop = end
    while stop < len(text) and not text[stop].isspace():
        stop += 1
    rest = text[end:stop]
    if length == 1:
        return not before and (not rest or end in edges or bool(AFTER_SYLLABLE.match(rest)))
    loose = end in edges or not rest or not is_hangul(rest[0])
    follows = loose or bool(AFTER.match(rest) if whole else _ENDING.fullmatch(rest))
    if not before or before in BEFORE or (before in words and (len(before) > 1 or before in _ONE_SYLLABLE)):
        return follows or (whole and length >= 3)
    return whole and length >= (4 if at_hand else 3)


def _placed(text: str, mention: Mention) -> bool:
    """False for a short place name used as an everyday word: 대화 is a station, "대화하고 싶어요" is none."""
    if mention.end - mention.start > 2 or mention.of("shop", "item", "trade", "choice"):
        return True
    return not is_hangul(text[mention.start]) or bool(AFTER_PLACE.match(text, mention.end))


def _choose(near: list[Mention], far: list[Mention]) -> list[Mention]:
    """What is at hand, unless around it a longer shop, place or trade is meant (치킨집, not 치킨)."""
    kept = list(near)
    for mention in far:
        rivals = [other for other in kept if _meet(mention, other)]
        longer = all(other.end - other.start < mention.end - mention.start for other in rivals)
        if not rivals or (longer and mention.of("shop", "place", "trade")):
            kept = [other for other in kept if other not in rivals] + [mention]
    return kept


def _misspelled(
    text: str, found: list[Mention], counted: list[Value], hand: Prepared, around: Prepared, words: Container[str]
) -> list[Mention]:
    more: list[Mention] = []
    if not hand.spelled and not around.spelled:
        return more
    pieces = _pieces(text, [(m.start, m.end) for m in found] + [(v.start, v.end) for v in counted], words)[:_PIECES]
    skip = -1
    for index, (start, end) in enumerate(pieces):
        if start < skip:
            continue
        mention = _closest_pair(text, start, end, found, hand)
        if mention is not None:
            more.append(mention)
            found[:] = [other for other in found if not _meet(other, mention)]
            skip = mention.end
            continue
        follows = index + 1 < len(pieces) and text[end : pieces[index + 1][0]].isspace()
        for stop in (pieces[index + 1][1], end) if follows else (end,):
            if squeezed(text[start:stop])[0] in hand.partial:
                continue
            mention = _closest(text, start, stop, hand, around)
            if mention is not None:
                more.append(mention)
                skip = mention.end
                break
    return more


def _closest_pair(text: str, start: int, end: int, found: list[Mention], hand: Prepared) -> Mention | None:
    """A dish at hand that an unknown English word and the everyday word behind it come near to: "gorila burgers"."""
    behind = _SECOND_WORD.match(text, end)
    if behind is None or not text[start:end].isascii() or is_filler(behind[0].strip()):
        return None
    if any(m.start < behind.end() and end < m.end and m.at_hand for m in found):
        return None
    words = text[start : behind.end()]
    return _nearest(words, jamo(squeezed(words)[0]), start, hand, at_hand=True)


def _pieces(text: str, taken: list[tuple[int, int]], words: Container[str]) -> list[tuple[int, int]]:
    """Stretches of words not yet understood and unknown to everyday speech."""
    found: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(text):
        first, last = token.span()
        inside = sorted([span for span in taken if span[0] < last and first < span[1]])
        for start, end in [*inside, (last, last)]:
            piece = text[first:start]
            if len(piece) > 1 and piece not in words and not is_filler(piece):
                found.append((first, start))
            first = max(first, end)
    return found


def _closest(text: str, start: int, end: int, hand: Prepared, around: Prepared) -> Mention | None:
    """The name that the words come nearest to, at hand before around; None when none is near enough."""
    whole = text[start:end]
    tries = [words for words in dict.fromkeys((whole, _ENDING.sub("", whole))) if len(words) > 1]
    spelled = [(words, jamo(squeezed(words)[0])) for words in tries]
    for prepared, at_hand in ((hand, True), (around, False)):
        found = [
            hit for words, letters in spelled if (hit := _nearest(words, letters, start, prepared, at_hand=at_hand))
        ]
        if found:
            return max(found, key=lambda mention: mention.sure)
    return None


def _nearest(words: str, letters: str, start: int, prepared: Prepared, *, at_hand: bool) -> Mention | None:
    allowed = slips(len(letters))
    if not at_hand and (len(words) < 3 or len(letters) < 7):
        allowed = 0
    if not allowed or not prepared.spelled:
        return None
    best: tuple[float, int, str] | None = None
    for length in range(len(letters) - allowed, len(letters) + allowed + 1):
        for end in ("^" + letters[0], "$" + letters[-1]):
            group = prepared.spelled.get((length, end))
            if group is None:
                continue
            hit = process.extractOne(letters, group, scorer=OSA.distance, score_cutoff=min(allowed, slips(length)))
            if hit is not None and hit[1] > 1 and letters.isascii() and hit[0][0] != letters[0]:
                continue
            if hit is not None and (best is None or hit[1] < best[0]):
                best = (hit[1], length, hit[2])
    if best is None:
        return None
    sure = round(1 - best[0] / max(len(letters), best[1]), 3)
    return Mention(prepared.exact[best[2]], start, start + len(words.rstrip()), sure, at_hand)


def _meet(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end
