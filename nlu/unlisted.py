"""Things that no menu has, in stretches of a sentence in which nothing was recognised."""

from __future__ import annotations

from collections.abc import Container, Sequence

from nlu.counted import AN
from nlu.drafts import Draft
from nlu.fillers import Spanned, content, is_filler
from nlu.flavours import flavoured
from nlu.mentions import Mention
from nlu.patterns import Pattern
from nlu.spoken_of import names_things
from nlu.stretches import Said

_ARTICLE = Pattern(r"(?:^|[\s,.])(?P<before>[a-z']+\s)?(?P<one>an?|another|some)\s(?=[a-z])")
_NO_ORDER_BEFORE = frozenset(
    {
        "in",
        "as",
        "for",
        "to",
        "on",
        "with",
        "at",
        "of",
        "from",
        "into",
        "is",
        "was",
        "such",
        "there's",
        "theres",
        "it's",
        "has",
        "had",
        "what",
        "not",
        "by",
        "be",
        "being",
        "having",
    }
)
_NO_DISH = frozenset(
    {
        "bit", "lot", "little", "few", "moment", "minute", "min", "sec", "question", "look", "table", "bag", "straw", "straws",
        "spoon", "fork", "knife", "napkin", "napkins", "chopsticks", "receipt", "favour", "favor", "note", "coupon", "card",
        "day", "hand", "thing", "change", "cup", "glass", "bowl", "plate", "piece", "box", "person", "discount", "treat",
        "hurry", "party", "gift", "friend", "reservation", "seat", "large", "medium", "small", "big", "regular", "human",
        "menu", "problem", "mistake", "quantity", "half", "dozen", "couple", "order", "kid", "child", "baby", "message",
        "call", "refund", "bigger", "smaller", "different", "one", "ones", "coffee", "drink", "meal", "set", "round", "go", "serving", "helping", "time",
    }
)  # fmt: skip
_MOST_WORDS = 4
_ONE_BEFORE = Pattern(r"(?:^|[\s,])(?<!with )(?<!in )(?<!on )(?<!as )an?\s$")
_WORD_BEHIND = Pattern(r"\s(?P<word>[a-z]{4,})\b")
_BEFORE = Pattern(r"(?P<word>[a-z]{4,})\s$")
_ASKED = Pattern(
    r"\b(?:(?:do|can) you (?:have|do|sell|serve|make)|have you got|you got|got any|is there|are there|any chance of|any)\s(?:any\s|an?\s|some\s)?(?P<en>[a-z][a-z' -]+?)\s*\??\s*$"
    r"|(?P<ko>[가-힣][가-힣 ]*?)(?:은|는|도|이|가)?\s?(?:되나요|되나|돼요|됩니까|될까요|있나요|있나|있어요|있습니까|있을까요|있음|파나요|해요)\s*\??\s*$"
)
_REMOVED = Pattern(
    r"\b(?:take (?:off|out|away)|take|remove|drop|lose|delete|get rid of|leave out|skip|ditch|scrap|cancel) (?:the|that|my|those|these|any|all the|an?) (?P<en>[a-z][a-z' -]*?)(?: (?:off|out|away|please|pls|thanks|from|again|then|too|after all|instead)\b.*)?[.,!]*$"
    r"|(?:^|[\s,.!])(?P<ko>[가-힣]{2,}(?: [가-힣]{2,})?)(?:은|는|을|를|이|가|도)?\s?(?:(?:좀|다|다시|그냥|도로)\s?)*(?:빼|제외|삭제|지워|없애)"
)
_SAID_BEFORE = Pattern(
    r"(?:last|first|second|third|other|same|one|ones|thing|things|item|items|order|rest|lot|it|anything|everything|cart|address|note|coupon)|마지막\S*|처음\S*|방금\S*|아까\S*|담\S*|추가\S*|넣\S*|시킨\S*|말한\S*|아무\S*|나머지\S*|전부\S*|주소\S*|쿠폰\S*|메모\S*|요청\S*"
)
"""Words for what is in the cart already, or for no dish."""
_IF_SO = Pattern(
    r"되면|된다면|있으면|있음|있다면|가능하면|그럼|그러면|\b(?:if (?:so|yes|you do|you have|there (?:is|are))|of (?:that|those|them)|then)\b"
)


def unlisted(text: str, said: Said, covered: Sequence[Spanned], words: Container[str]) -> Draft | None:
    """A thing on a list, or after an article, that the menu lacks and that nobody counted."""
    span = names_things(text, said, covered, words)
    if span is not None:
        start, end = span
        return Draft(None, text[start:end], start, 1 if AN.search(text[said.start : start]) else None)
    return _after_article(text, said, covered)


def with_option_word(text: str, said: Said, words: Container[str]) -> Draft | None:
    """A thing whose name begins with a word that is an option here, after an article: "a chicken korma"."""
    if len(said.choices) != 1 or said.quantities or said.items:
        return None
    option = said.choices[0]
    before = _ONE_BEFORE.search(text, said.start, option.start)
    after = _WORD_BEHIND.match(text, option.end)
    if before is None or after is None or after["word"] in words or is_filler(after["word"]):
        return None
    return Draft(None, text[option.start : after.end()], option.start, 1)


def without_other_things(
    text: str, mentions: Sequence[Mention], covered: Sequence[Spanned], words: Container[str]
) -> list[Mention]:
    """The mentions but for those that only end the name of another thing: "pumpkin spice latte" is no latte."""
    taken: list[Spanned] = [*mentions, *covered]
    return [
        one
        for one in mentions
        if not one.of("item") or not (_names_another(text, one, taken, words) or flavoured(text, one.start, taken))
    ]


def _names_another(text: str, mention: Mention, taken: Sequence[Spanned], words: Container[str]) -> bool:
    """Whether a word stands right before an English name that neither the menu nor everyday speech knows."""
    match = _BEFORE.search(text, 0, mention.start)
    if match is None or not text[mention.start].isascii():
        return False
    word, at = match["word"], match.start()
    known = word in words or is_filler(word) or word in _NO_DISH or any(one.start <= at < one.end for one in taken)
    return not known and len(text[mention.start : mention.end].split()) == 1


def _after_article(text: str, said: Said, covered: Sequence[Spanned]) -> Draft | None:
    for match in _ARTICLE.finditer(text, said.start, said.end):
        if (match["before"] or "").strip() in _NO_ORDER_BEFORE:
            continue
        found = _together(text, content(text, match.end(), said.end, covered), match.end())
        if not 0 < len(found) <= _MOST_WORDS or any(text[start:end] in _NO_DISH for start, end in found):
            continue
        start, end = found[0][0], found[-1][1]
        return Draft(None, text[start:end], start, None if match["one"] == "some" else 1)
    return None


def _together(text: str, found: Sequence[tuple[int, int]], begins: int) -> list[tuple[int, int]]:
    """The first of the words that stand side by side from ``begins`` on."""
    kept: list[tuple[int, int]] = []
    for start, end in found:
        if text[begins:start].strip():
            break
        kept.append((start, end))
        begins = end
    return kept


def asked_for(text: str, said: Said, covered: Sequence[Spanned]) -> tuple[int, int] | None:
    """The span of a thing of which was asked whether there is any: "유린기 되나요?", "do you have perilla leaves?"."""
    match = _ASKED.search(text[: said.end].rstrip(), said.start)
    if match is None:
        return None
    group = "en" if match["en"] else "ko"
    found = content(text, match.start(group), match.end(group), covered)
    return (found[0][0], found[-1][1]) if 0 < len(found) <= _MOST_WORDS else None


def if_so(text: str, said: Said) -> bool:
    """Whether the stretch goes on: if there is any, so many of it."""
    return bool(_IF_SO.search(text, said.start, said.end))


def removed(text: str, covered: Sequence[Spanned]) -> str | None:
    """The thing that is to be taken out and that no menu has: "take off the cola"."""
    match = _REMOVED.search(text)
    if match is None:
        return None
    group = "en" if match["en"] else "ko"
    found = content(text, match.start(group), match.end(group), covered)
    if not 0 < len(found) <= _MOST_WORDS or any(_SAID_BEFORE.fullmatch(text[start:end]) for start, end in found):
        return None
    return text[found[0][0] : found[-1][1]]
