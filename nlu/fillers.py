"""Words that carry no dish: verbs of ordering, politeness, particles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol

from nlu.patterns import Pattern
from nlu.values import any_in

_TOKEN = Pattern(r"[^\s,.;!?~&+/()'\"]+(?:'[a-z]+)?")
_FILLER_KO = Pattern(
    r"(?:주세요|주세여|주셔요|주십시오|주시오|주시게|주구려|주소|주(?:시)?[고구]요?|주시겠어요|주실래요|주이소|주라|줘|줘요|줄래요?|주쇼|부탁\S*|주문\S*|시킬\S*|시켜\S*|시키\S*|할게\S*|할께\S*|할래\S*|하겠\S*|해\s?주\S*|해줘\S*|해서\S*|하고|해|해요|합니다|"
    r"담아\S*|담을\S*|추가\S*|넣어\S*|배달\S*|포장\S*|픽업\S*|저기요|여기\S*|저|저는|전|나|나는|난|우리\S*|그럼|그러면|그리고|일단|먼저|아|아니|음|어|네|예|앗|아앗|아차|아참|헐|헉|어머|어머나|아이고|아이구|에고|아유|아휴|어휴|흠|오|오오|오호|우와|와우|엥|어라|어이쿠|에구|에이|아싸|안녕하세요|사장님|랑|이랑|좀|더|씩|정도|만|도|요|이요|예약\S*|구매\S*|"
    r"살게\S*|살래\S*|먹을\S*|먹고\S*|먹자|갈게\S*|가지러|찾으러|찾아\S*|보내\S*|갖다\S*|가져다\S*|걸로|건|거|것|그거|이거|저거|각각|각|합쳐서|총|모두|전부|다|짜리|바꿔\S*|변경\S*|수정\S*|빼\S*|삭제\S*|지워\S*|취소\S*|늘려\S*|줄여\S*|말고|대신|"
    r"인|싶\S*|있\S*|됩니다|되\S*|돼\S*|될까요|수|으로|로|에|에서|까지|은|는|이|가|을|를|의|와|과|입니다|이에요|예요|요청\S*|끊어\S*|한번|같이|함께|또|빨리|지금|바로|오늘|내일|집\S*|받을\S*|갑니다|올게\S*|하나씩|그냥|혹시|마지막|방금|아까|전에|원해\S*|필요\S*|아뇨|아녀|아니요|아니여|아니고|되면|된다면|가능하\S*|근데|그런데|거기|요거|저희|걍|글쎄\S*|죄송\S*|미안\S*|잠깐만?\S*|잠시만?\S*|실례\S*|에다\S*|에다가|플리즈|ㄱㄱ|ㅇㅇ|ㅎㅎ|ㅋㅋ|뒤에|후에|뒤|후|뒤엔|쯤|쯤에|경|안|못|해주\S*|만들어\S*|드릴게\S*|드려\S*|순서대로|종류\S*|메뉴\S*|장바구니\S*|수량\S*|개수\S*|개로|잔으로|사이즈\S*|[욤용여염]|번째\S*|중에?|중에서|큰|작은)"
)
_FILLER_EN = frozenset(
    [
        "i",
        "i'd",
        "id",
        "i'll",
        "i'm",
        "im",
        "we",
        "we'd",
        "we'll",
        "like",
        "want",
        "wanna",
        "would",
        "to",
        "get",
        "have",
        "can",
        "could",
        "please",
        "pls",
        "plz",
        "order",
        "ordering",
        "me",
        "us",
        "give",
        "gimme",
        "add",
        "the",
        "of",
        "some",
        "for",
        "with",
        "a",
        "an",
        "and",
        "my",
        "take",
        "let",
        "let's",
        "hi",
        "hello",
        "hey",
        "thanks",
        "thank",
        "you",
        "delivery",
        "deliver",
        "delivered",
        "pick",
        "up",
        "pickup",
        "at",
        "on",
        "now",
        "also",
        "it",
        "that",
        "go",
        "is",
        "grab",
        "need",
        "just",
        "plus",
        "more",
        "another",
        "too",
        "in",
        "then",
        "make",
        "made",
        "do",
        "try",
        "this",
        "these",
        "those",
        "them",
        "one's",
        "asap",
        "today",
        "tonight",
        "tomorrow",
        "home",
        "here",
        "there",
        "so",
        "uh",
        "um",
        "ok",
        "okay",
        "yes",
        "no",
        "not",
        "takeaway",
        "takeout",
        "collect",
        "collection",
        "will",
        "be",
        "come",
        "by",
        "from",
        "cart",
        "basket",
        "remove",
        "drop",
        "change",
        "switch",
        "instead",
        "put",
        "off",
        "each",
        "total",
        "only",
        "as",
        "well",
        "our",
        "your",
        "both",
        "all",
        "other",
        "rest",
        "eat",
        "buy",
        "may",
        "shall",
        "i've",
        "got",
        "going",
        "gonna",
        "be",
        "ready",
        "when",
        "around",
        "about",
        "after",
        "before",
        "minutes",
        "order's",
        "send",
        "bring",
        "actually", "sorry", "wrong", "rid", "already", "that's", "thats", "cuz", "because", "cause", "if", "possible", "hmm",
        "hm", "oh", "wait", "lol", "really", "maybe", "perhaps", "any", "either", "still", "again", "back", "out", "else",
        "rather", "than", "but", "or", "how", "what", "which", "first", "last", "second", "guess", "think", "was", "were",
        "are", "am", "been", "he", "she", "they", "his", "her", "him", "us", "mine", "yours", "should", "must", "don't",
        "dont", "doesn't", "isn't", "didn't", "can't", "cant", "it's", "its", "there's", "what's", "whats", "much", "many",
        "yeah", "yep", "yup", "sure", "alright", "right", "fine", "great", "good", "cool", "perfect", "cheers", "thx",
        "ta", "kindly", "quick", "quickly", "hello", "hiya", "morning", "evening", "n", "meant", "mean", "said", "wanted",
        "scratch", "forget", "replace", "swap", "such", "very", "way", "time", "everything", "something", "nothing",
        "available", "while", "same", "next", "though", "too", "tho",
    ]
)  # fmt: skip
_PARTICLE = Pattern(r"(?<=[가-힣a-z0-9])(?:이랑|랑|하고|이요|요|은|는|을|를|도|만|으로|로|에다가?|씩)$")
_OPTION_KO = Pattern(
    r"(?P<added>[가-힣a-z]{1,10})\s?추가|(?P<turned>[가-힣a-z]{2,10}?)(?:으로|로)(?=$|[\s,.]|\s?(?:해|주|변|바|할))"
)
_OPTION_KO_HINT, _OPTION_EN_HINT = ("추가", "로"), ("with", "add")
_OPTION_EN = Pattern(r"\b(?:with|add)\s(?:an?\s|some\s|the\s)?(?P<added>(?:extra\s)?[a-z]+(?:\s[a-z]+)?)")
_NO_OPTION = frozenset(
    [
        "배달",
        "포장",
        "픽업",
        "집",
        "이걸",
        "그걸",
        "저걸",
        "이거",
        "그거",
        "걸",
        "이대",
        "그대",
        "따",
        "서",
        "바",
        "새",
        "앞",
        "뒤",
        "위",
        "카드",
        "현금",
        "대",
        "이",
        "그",
        "최대",
        "추가",
        "처음",
        "다음",
        "하나",
        "둘",
        "셋",
        "넷",
        "사이즈",
        "말",
        "빼",
        "그걸",
        "종류별",
        "하나",
        "따뜻하게",
    ]
)


class Spanned(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def content(text: str, start: int, end: int, covered: Sequence[Spanned]) -> list[tuple[int, int]]:
    """Spans of the words in ``text[start:end]`` that may name a dish, particles taken off."""
    return [*_content(text, start, end, covered)]


def has_content(text: str, start: int, end: int, covered: Sequence[Spanned]) -> bool:
    """Whether there is any such word."""
    return next(_content(text, start, end, covered), None) is not None


def _content(text: str, start: int, end: int, covered: Sequence[Spanned]) -> Iterator[tuple[int, int]]:
    taken = [(one.start, one.end) for one in covered]
    for token in _TOKEN.finditer(text, start, end):
        first, last = token.span()
        if is_filler(token[0]) or any(begin < last and first < stop for begin, stop in taken):
            continue
        bare = _PARTICLE.sub("", token[0])
        if bare and not is_filler(bare):
            yield first, first + len(bare)


@lru_cache(maxsize=4096)
def is_filler(word: str) -> bool:
    """Whether a word (reading form) names nothing."""
    return word in _FILLER_EN or bool(_FILLER_KO.fullmatch(word)) or not any(char.isalnum() for char in word)


def unknown_options(text: str, start: int, end: int, covered: Sequence[Spanned]) -> list[tuple[int, str]]:
    """Words said like an option (두유 추가, 두유로, with oat milk) in ``text[start:end]``, outside ``covered``, each
    with where it begins."""
    found: list[tuple[int, str]] = []
    for pattern, hint in ((_OPTION_KO, _OPTION_KO_HINT), (_OPTION_EN, _OPTION_EN_HINT)):
        for match in pattern.finditer(text, start, end) if any_in(hint, text) else ():
            group = "added" if match["added"] else "turned"
            first, last = match.span(group)
            words = match[group].strip()
            if words in _NO_OPTION or all(is_filler(word) for word in words.split()):
                continue
            if any(one.start < last and first < one.end for one in covered):
                continue
            found.append((first, words))
    return found
