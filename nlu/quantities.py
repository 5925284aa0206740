"""How many: ``quantity``, a whole number. Odd amounts keep their value (0, -3, 1.5, 10000), so that they can be answered."""

from __future__ import annotations

import re
from functools import lru_cache

from nlu.counters import COUNTERS_EN, COUNTERS_KO, HALVED, SINO_COUNTERS
from nlu.numbers import COUNTED_NATIVE, DIGITS, ENGLISH, FREE_NATIVE, LARGE_SINO, NATIVE, SINO, SMALL_SINO, number
from nlu.patterns import Pattern
from nlu.values import Value

MOST = 999
"""A larger number without a counter is none of things."""
MOST_COUNTED = 10**9
LEAST_SIZE = 100
"""From here on a number before another one may be a size in millilitres or grams."""

_KO = "|".join(sorted(COUNTERS_KO, key=len, reverse=True))
_LARGE_KO = "|".join(word for word in sorted(COUNTERS_KO, key=len, reverse=True) if word not in ("세트", "셋트"))
_SINO_KO = "|".join(SINO_COUNTERS)
_EN = "|".join(sorted(COUNTERS_EN, key=len, reverse=True))
_NOT_INSIDE = r"(?<![\d.,:#№₩$])"
_PARTICLE = r"(?=$|[\s,.!?~]|씩|만|요|이요|이랑|랑|하고|로|으로|더|정도|도|주|추가|포장|배달|만요|는|은|를|을|가|이|와|과|에|예|여|시|할|있|담|부탁|짜리|플리즈|바꿔|빼|준|너|넣|인데|문\s?앞|현관)"
_OTHER_WORDS = (
    r"(?!(?<=개)(?:인(?!데)|월)|(?<=포)[장도인테카]|(?<=알)[려아았겠고밥탕배]|(?<=줄)(?:[여어게까래]|이[고자기는세])|(?<=단)[무계골체호]"
    r"|(?<=모)[두든르금]|(?<=장)[바어조]|(?<=판)[매교]|(?<=통)[화닭삼새]|(?<=근)[처데사]|(?<=병)[원맥]|(?<=잔)치|(?<=컵)[라밥떡빙]"
    r"|(?<=공기)밥|(?<=봉)[골구투]|(?<=꼬치)구|(?<=조각)케|(?<=망)[고원]|(?<=갑)자|(?<=벌)써|(?<=쪽)[파지]|(?<=채)[소식끝썰]|(?<=사라)[다진]|(?<=되)(?![만랑이씩로])[가-힣])"
)
"""Words that only begin with a counter: in 네 통닭, 네 근데요, 네 벌써 the first word is a yes."""
_AND_HALF = r"(?P<half>\s?반(?=$|[\s,.!?~]|만|이?요|주|정도|씩|포장|배달|이랑|하고|을|도)(?!\s\S+\s?반))?"
_KOREAN = Pattern(
    rf"{_NOT_INSIDE}(?:"
    rf"(?P<counted>(?:(?<!\S)-)?\d{{1,6}}\.\d{{1,2}}|(?:(?<!\S)-)?{DIGITS}|{COUNTED_NATIVE})\s?(?:{_KO}){_OTHER_WORDS}(?![가-힣]*\s?번째)(?!월){_AND_HALF}"
    rf"|(?<![가-힣])(?P<some>반)\s?(?:{'|'.join(HALVED)})(?!\s?반|[으로]|전)"
    rf"|(?P<sino>{SMALL_SINO})\s?(?:{_SINO_KO})"
    rf"|(?<![가-힣])(?P<large>{LARGE_SINO}|\d{{1,4}}[만천](?:\d천)?)\s?(?:{_LARGE_KO}){_OTHER_WORDS}(?!월)"
    rf"|(?<![가-힣])(?P<free>{FREE_NATIVE})(?<!열)(?!(?<!하나)\s다(?:\s|$)){_PARTICLE}|(?<![가-힣])(?P<ten>열)(?=$|[,.!]|이?요|만|주)"
    rf"|(?<=[가-힣])(?P<stuck>하나|둘|(?<!리)셋|넷|다섯){_PARTICLE}"
    rf"|(?<![x×*])(?<![x×*]\s)(?P<bare>(?:(?<!\S)-)?{DIGITS})(?!\s?(?:개월|시|분|원|월|일|층|호|번|동|점|%|퍼|k|천|만|백|년|주|인|명|살|세대|차|학년|단계|리터|그램|미터|평|cm|g|kg|ml|l\b|[a-z]|[-:./+]\d|-))"
    rf")"
)
_ENGLISH = Pattern(
    rf"(?<![\w.,:#$₩-])(?<!number )(?<!no\. )(?<!which )(?:(?P<number>(?:(?<!\S)-)?\d{{1,6}}\.\d{{1,2}}|(?:(?<!\S)-)?{DIGITS}|{ENGLISH}|couple\b)(?P<half> and a half\b)?"
    rf"(?:\s?x\b|\s+(?:{_EN})\b|\b)"
    rf"(?!\s?(?:am\b|pm\b|a\.m|p\.m|o'?clock|min(?:ute)?s?\b|hours?\b|hrs?\b|km\b|won|krw|bucks|dollars|%|:|stars?\b|st\b|nd\b|rd\b|th\b|k\b|[-./:]\d|-up\b|days?\b|weeks?\b|months?\b|people\b|persons?\b|guests?\b|of us\b|sec(?:ond)?s?\b|moment\b|question|times\b))"
    rf"|[x×*]\s?(?P<times>\d{{1,3}})\b"
    rf"|half\s(?:an?\s)?(?P<some>{_EN})\b"
    rf"|(?P<one>an?)\s+(?:{_EN})(?=\s+of\b))"
)
_AMOUNT = Pattern(rf"(?:{DIGITS}|{COUNTED_NATIVE}|{SINO}|반)?(?:{_KO})|{DIGITS}|{NATIVE}|(?:{ENGLISH}|half)?(?:{_EN})?")
_AMOUNTS_WITHIN = Pattern(rf"(?:{DIGITS}|{COUNTED_NATIVE})(?:{_KO})+")
_COUNTED_END = Pattern(rf"\s+(?:{DIGITS}|{COUNTED_NATIVE})\s?(?:{_KO})(?:\s?세트)?$")
_THE_ONE = Pattern(
    r"(?<!just )\b(?:this|that|thats|that's|which|any|every|each|no|other|another|next|last|wrong|right|same|bigger|smaller|(?:the|my|your|his|her|our)(?: \w+){0,2}"
    r"|(?:an?|\d+|two|three) (?:\w+ )?(?:small|big|large|medium|tall|hot|iced|cold|warm|new|spicy|plain|regular|sweet|long|short|red|white|black|green|blue|pink|yellow|nice|good|different|cheap|fresh|almond|vegan|veggie|normal|kids?)) $"
)
_WHICH = Pattern(r"\b(?:first|second|third|last|other|same|wrong|which) $")
"""Behind these "one" stands for a thing, whatever follows: the second one large."""
_ONE_SUCH = Pattern(
    r"one (?:by one|thing|request|question|point|day|moment|time|try|less (?:spicy|sweet|salty)|more (?:person|staff|thing|time|try))\b"
)
_IF_ANY = Pattern(r"\bif there(?:'s| is) $")
_NO_AMOUNT = Pattern(
    r"\b(?:write|writing|code|pin|level|exit|gate|door|table|chat|platform|aged?|version|top|size|route|bus|ward|bed|rating"
    r"|(?:he|she|son|daughter|kids?|boy|girl|baby|child|\w*children|grand\w+)(?:'s| is| are| was| just turned| turns| turned)) $"
)
"""Numbers that say how old, how cold, which one or what is to be written."""
_COLD = Pattern(r"\s(?:out there|outside|degrees|below)\b")
_FOR_SO_MANY = Pattern(
    r"(?:enough|table|room|portion|meal|combo|dinner|lunch|food|something|good|share|cook\w*|booking) for $"
)
_CUTLERY = Pattern(r"\s(?:\w+\s|of\s){0,2}(?:chopsticks|cutlery|forks|spoons|straws|separate bags)\b")
_A_THING = Pattern(
    r"\s(?!is\b|was\b|with\b|without\b|please\b|pls\b|and\b|too\b|in\b|on\b|off\b|out\b|to\b|for\b|instead\b|has\b|that\b|again\b|thanks\b|at\b|would\b|will\b|should\b|could\b|can\b|goes\b)[a-z]"
)
_DENIED = Pattern(r"\bnot $")
_DOING = Pattern(
    r"(?:영업|배달|배송|주차|예약|장사|판매|결제|할인|주문|행사|서비스|취소|교환|환불|사용|충전|수선|세탁|단체|포장|픽업|운영|오픈|휴무|가능|추천|무료|적립|현금|카드|계좌|이체|조리|요리|준비|출발|도착|시작|오늘|지금|까지|어떻게|뭐|안|못|잘|도)(?:은|는|도|을|를|이|가)?\s?$"
)
"""What stands before 하나요 when it asks whether something is done."""
_PEOPLE = Pattern(
    r"(?<![가-힣])(?:어른|성인|애|애들|아이|아이들|애기|아기|꼬마|식구|가족|친구|손님|남자|여자|초등학생|중학생|직원|일행|아들|딸|손주|손자|동생|사람|장정)(?:만|도|은|는|이)?\s?$"
)
_PEOPLE_AFTER = Pattern(r"이(?:서|\s(?:먹|나눠|마시|가|살|앉|왔|놀|보|함께|같이))")
_END_OF_A_WORD = Pattern(r"(?<=동)네\s|(?<=가)세\s|(?<=터)넷|(?<=오)피스|두통(?:약|이\s|에\s|\s?때)")
"""Of 동네, 부가세, 인터넷."""
_KOREAN_HINT = Pattern(r"[\d하한둘두세셋석서네넷넉너다대예일여열스서마쉰반아오육이삼사칠팔구십백천만]")
_ENGLISH_HINT = Pattern(r"[a-z\d]")
_POLITE = r"(?:정도|쯤|만|이?요|로|으로|입니다|예요|이에요|에요|씩|주세요|줘|할게|부탁(?:해|드려|드립니다|합니다)?|이?면\s?(?:돼|됩니다|될|되|충분|좋)\S*(?:\s?(?:것|거)\s?같아)?|것\s?같아|\s|[.!~ㅎㅋ^])*"
_HESITANT = r"(?:음|아|어|글쎄|그럼|그러면|그냥|일단|우선|저는|저|네|넵|예|좀|딱|한|약|최소|넉넉히|넉넉하게|넉넉잡아|적어도|대충|아마|[\s.,!~…])*"
_BARE_KOREAN = Pattern(
    rf"{_HESITANT}(?P<span>(?P<number>-?\d+\.\d+|-?{DIGITS}|{NATIVE}|{SINO})(?P<half>\s?반)?(?:\s?(?:{_KO}))?){_POLITE}$"
)
_BARE_ENGLISH = Pattern(
    rf"(?:\s|[.,!~…]|just|only|um|uh|hmm?|m|well|ok(?!a)|okay|maybe|about|i'?ll take|i'?d like|i think|i guess|probably|we need|we want|i need|i want|go for|put me down for|make (?:it|that)|let'?s (?:say|do)|say|give me|the)*"
    rf"\b(?P<span>(?P<number>-?\d+\.\d+|-?{DIGITS}|pair|{ENGLISH}|an?)(?P<half> and a half)?(?:\s(?:{_EN}))?)"
    rf"(?:\s?(?:please|pls|plz|thanks|of them|of those|or so|or two|ish|will do|should do|is fine|is enough|is plenty|is good|for now|for me|for us|in total|altogether|then|ea\b|i (?:think|guess|suppose|reckon)|(?:will|should|would|'ll) (?:do|be (?:fine|enough|plenty|good|great))))*[\s.!~]*$"
)


def find_quantities(text: str) -> list[Value]:
    """``quantity`` values, both languages at once."""
    found: list[Value] = []
    for pattern, hint in ((_KOREAN, _KOREAN_HINT), (_ENGLISH, _ENGLISH_HINT)):
        if not hint.search(text):
            continue
        for match in pattern.finditer(text):
            value = None if _no_number(text, match) else _amount(match)
            if value is not None and not _overlaps(found, match):
                found.append(Value("quantity", value, match.start(), match.end()))
    found.sort(key=lambda value: value.start)
    return [one for at, one in enumerate(found) if not _is_a_size(text, one, found[at + 1 :])]


def _is_a_size(text: str, one: Value, rest: list[Value]) -> bool:
    """Whether a large number without a counter says which, as how many of it follow: 500 of "생수 500 스무 병"."""
    bare = text[one.start : one.end].isdigit() and one.value >= LEAST_SIZE
    return (
        bare and bool(rest) and rest[0].start - one.end == 1 and rest[0].end - rest[0].start > len(str(rest[0].value))
    )


def _no_number(text: str, match: re.Match[str]) -> bool:
    """Whether what looks like a number is the end of a verb (영업하나요), a pronoun (the second one) or denied."""
    if match.re is _ENGLISH.compiled:
        before = text[: match.start()]
        stands_for = _THE_ONE.search(before) and not _A_THING.match(text, match.end())
        pronoun = match[0] == "one" and (
            stands_for or _WHICH.search(before) or _ONE_SUCH.match(text, match.start()) or _IF_ANY.search(before)
        )
        people = match[0] != "one" and _FOR_SO_MANY.search(before)
        said_so = _DENIED.search(before) or _NO_AMOUNT.search(before)
        return bool(pronoun or people or said_so or _CUTLERY.match(text, match.end()) or _COLD.match(text, match.end()))
    if match[0] == "하나" and text.startswith("요", match.end()):
        return bool(_DOING.search(text, 0, match.start()))
    return bool(_PEOPLE_AFTER.match(text, match.end()) and match["free"]) or bool(
        _PEOPLE.search(text, 0, match.start()) or _END_OF_A_WORD.match(text, match.start())
    )


def _amount(match: re.Match[str]) -> int | float | None:
    groups = match.groupdict()
    if groups.get("some"):
        return 0.5
    words = next(words for name, words in groups.items() if words and name != "half")
    value = _number(words)
    counted = not groups.get("bare") and match.end() - match.start() > len(words)
    if value is None or abs(value) > (MOST_COUNTED if counted else MOST):
        return None
    return value + 0.5 if groups.get("half") else value


def _number(words: str) -> int | float | None:
    """As ``number``, with a sign and a fraction."""
    if words in ("couple", "pair", "a pair", "a couple"):
        return 2
    value: float | None
    if "." in words:
        value = float(words)
        return int(value) if value == int(value) else value
    if words.startswith("-"):
        value = number(words[1:])
        return None if value is None else -int(value)
    return number(words)


def bare_quantity(text: str) -> Value | None:
    """The number when the whole text is one, read generously because a quantity was asked for: 이, 셋이요, three."""
    for pattern in (_BARE_KOREAN, _BARE_ENGLISH):
        match = pattern.match(text)
        value = _number(match["number"]) if match else None
        if match and value is not None and abs(value) <= MOST_COUNTED:
            return Value("quantity", value + 0.5 if match["half"] else value, *match.span("span"))
    return None


@lru_cache(maxsize=4096)
def is_amount(words: str) -> bool:
    """Whether words (reading form, spaces out) are no more than a number, a counter, or both: 두마리, 세트, two."""
    return bool(_AMOUNT.fullmatch(words))


def amounts_within(words: str) -> list[tuple[int, int]]:
    """The spans of amounts in a name (reading form, spaces out): 두마리세트 of 통닭두마리세트."""
    return [match.span() for match in _AMOUNTS_WITHIN.finditer(words)]


def without_amount(name: str) -> str:
    """A dish's name (reading form) without the amount at its end: 후라이드 of "후라이드 한 마리"."""
    bare = _COUNTED_END.sub("", name)
    return bare if len(bare) > 1 else name


def _overlaps(found: list[Value], match: re.Match[str]) -> bool:
    return any(match.start() < value.end and value.start < match.end() for value in found)
