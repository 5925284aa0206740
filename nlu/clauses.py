"""Where one wish may end and another begin: "콜라 빼고 | 후라이드 하나 더", "add a cola and | cancel the fries"."""

from __future__ import annotations

import itertools
import re

from nlu.counted import AN
from nlu.fillers import Spanned, content
from nlu.notes import is_for_all
from nlu.patterns import Pattern
from nlu.reading import Reading
from nlu.values import Value

_DONE = (
    r"(?:(?:주문|결제|계산|추가|취소|삭제|변경|수정|포장|배달|예약|적용|확인|제외|부탁)하|시키|담|넣|바꾸|바꿔|지우|없애|쓰|받|주|보여주|알려주|말해주|가르쳐주|해주|빼주|보내주|전해주|됐|할\s?거|했|살|먹)"
    r"(?:시)?(?:고|구)(?:요|나서)?"
)
_POLITE = (
    r"(?:(?:주|하|가)?세[요여용욤]|(?:줘|해|돼|까|게|께|래|네|죠|나|가|데|지|예|에|이|구|빼|바꿔|시켜|있어|없어|얼마|파|아|어|워|와|라)[요여용욤]"
    r"|니다|니까|십시오|부탁해|부탁|할게|할래|줘|줄래|주라|주이소|바꿔(?!\s?(?:주|줄|달))|빼줘|건데)"
)
_AND = (
    r"(?:(?:(?<=[가-힣])이|얼마|어때|비우|바꾸|지우|되|쓰|적용하|마치|끝내)(?:고|구)(?:요)?|(?<=[가-힣])까지\s?하고|(?<=로\s)하고|(?<=로)하고"
    r"|(?:얼마|어디|몇|언제|뭐|무슨|어떤|어떻게)[^,.!?;\n]{0,12}?(?<![라다냐자리])고(?:요)?"
    r"|(?:번호|주소|위치|시간|가격|배달비|주차|메뉴판?|쿠폰)(?:이랑|랑|하고|과|와))"
)
"""Of two things said or asked in one breath: "어디쯤이고 몇 시까지 해요"."""
_KOREAN = Pattern(
    rf"(?:{_DONE}|{_POLITE}|{_AND})(?=[\s,.!?~;]+\S)[\s,.!?~;]+(?:그리고\s|근데\s|아\s)?|[.!?;\n]+\s*(?=\S)|,?\s그리고\s"
)
_LEFT_OUT = Pattern(r"(?:은|는|을|를)?\s?(?:빼고|뺴고|말고|됐고|취소하고|지우고|빼)[요,]?\s+")
_ENGLISH = Pattern(
    r"[.!?;\n]+\s+|,?\s(?:and(?: then| also)?|then|but|also|plus)\s|,\s",
)
_VERB = Pattern(
    r"(?:please |can (?:you|i|we) |could (?:you|i|we) |i(?:'d| would) like to |i(?:'ll| will| want to|'m going to) |let(?:'s| me) )?(?:also )?"
    r"(?:add|remove|cancel|drop|delete|take|change|swap|switch|replace|make|show|tell|give|get|deliver|bring|pay|check|use|apply|order|put|send|clear|empty|call|pick|skip|"
    r"how|what|what's|whats|when|where|where's|do|does|is|are|until|till|which|who|got(?=[^,.!]*\?)|place|finish|wrap|leave|deliver|delivery|pickup|don't|ring|knock|have|bring|find|i'd|i'll|i|just|can|could|let|no more|repeat|track)\b"
)
_SAID = Pattern(r"\s?(?:이고|고|인데|이)?[요욤용]?[\s,.!]+(?=\S+\s)")
"""Behind stars, an address or a way to get it, where the next wish begins."""
_ENDING_VALUES = frozenset({"stars", "address"})
_BETWEEN = Pattern(
    r"[\s,]*(?:(?:이랑|랑|하고|은|는|이|을|를|와|과|도|에|만|으로|로|짜리|사이즈|and|with|of|plus|a|an|the|x|in|size)(?![a-z])[\s,]*)*[&+]?[\s,]*"
)
_BEHIND = Pattern(
    r"(?:이?[요욤용]|이고요?|으로|로|(?:을|를)?\s?(?:[가-힣]{1,5}\s)?[가-힣]{0,5}(?:은데|는데|건데|인데)요?|\s?(?:할게요|주시고))?(?:\s?\bplease\b)?"
    r"[\s,.!]+(?:and\s|but\s|그리고\s|근데\s)?"
)
_STILL_OF_IT = Pattern(
    r"주문|시킬|담|넣|줘|주세|주시|부탁|할게|order\b|얼마|가격|값|있|되|돼|가능|맞|시키|시켜|먹|빼|바꿔|말고|더\b|추가|(?:배달|포장)\s?(?:되|돼|가능|하|해|부탁)|한\s?번|how much (?:is|are|for)|is\b|are\b(?! there| you)|price|costs?\b|less\b|fewer\b|too many\b|instead|off\b|back\b"
)
"""What goes on about the dishes before it."""
_NOT_ORDERED = Pattern(
    r"빼|취소|말고|아니|바꿔|\b(?:remove|drop|change|switch|swap|no|not|off|instead|without|make|for|only|is|are)\b"
)
_IF_SO = Pattern(
    r"if (?:so|yes|you do|there)\b|(?:one|two|three|\d+) (?:of (?:that|those|them)|if)\b|(?:되|있으)면|된다면|있다면"
)
"""Goes on about what was asked for: "유린기 되나요? 되면 하나"."""
_TAKES_BACK = Pattern(
    r"i (?:meant?|said)\b|make (?:it|that|one|both|them|the)\b|no\b|actually\b|wait\b|sorry\b|scratch\b"
)
_TAKEN_BACK = Pattern(r"(?:\bno|\bactually|\bwait|\bsorry|scratch that)[,.]?$")


def clauses(reading: Reading) -> list[tuple[int, int]]:
    """The stretches of the reading text that may each be a wish of their own; one when there is just one."""
    text = reading.unnamed
    found: list[Spanned] = [*reading.values, *reading.mentions, *reading.notes]
    solid = [(one.start, one.end) for one in found]
    cuts: list[int] = []
    if reading.hangul:
        for match in _KOREAN.finditer(text):
            cuts.append(match.end())
        cuts += _after_left_out(reading, text)
        cuts += [said.end() for one in _ending(reading) if (said := _SAID.match(text, one.end))]
    if not reading.hangul or any(map(_is_latin, text)):
        cuts += [match.end() for match in _ENGLISH.finditer(text) if _opens(reading, text, match)]
    for at, letter in enumerate(reading.written.typed[: len(text)]):
        if letter == "\n" and reading.written.starts is None:
            cuts.append(at + 1)
    kept = sorted({cut for cut in cuts if 0 < cut < len(text) and not any(s < cut < e for s, e in solid)})
    kept = [cut for cut in kept if text[cut:].strip(" .,!?~") and not _goes_on(reading, cut)]
    edges = [0, *kept, len(text)]
    return [(start, end) for start, end in itertools.pairwise(edges) if text[start:end].strip(" .,!?~")]


def _is_latin(letter: str) -> bool:
    return "a" <= letter <= "z"


def _goes_on(reading: Reading, cut: int) -> bool:
    """Whether what follows orders the thing that was asked for before, and names no dish itself."""
    return bool(_IF_SO.match(reading.text, cut)) and not any(dish.start >= cut for dish in reading.at_hand("item"))


def _ending(reading: Reading) -> list[Value]:
    """Values that a wish may end with."""
    return [one for one in reading.values if one.entity in _ENDING_VALUES]


def behind_the_order(reading: Reading) -> int | None:
    """Where a message that begins with counted dishes goes on to something else: "보쌈 하나 | 카드 결제 되죠?"."""
    numbers = reading.of("quantity")
    every: list[Spanned] = [*reading.orderable(), *numbers]
    told = sorted(every, key=lambda one: one.start)
    if len(told) == len(numbers) or _begins_otherwise(reading.text, told[0].start):
        return None
    one_of_it = AN.search(reading.text[: told[0].start]) is not None
    end = told[0].end
    for count, one in enumerate(told[1:], 1):
        if not _BETWEEN.fullmatch(reading.text, end, one.start):
            told = told[:count]
            break
        end = one.end
    if not (one_of_it or any(one in numbers for one in told)) or all(one in numbers for one in told):
        return None
    match = _BEHIND.match(reading.text, end)
    if match is None or match.end() == len(reading.text) or _STILL_OF_IT.match(reading.text, match.end()):
        return None
    return match.end()


def _begins_otherwise(text: str, start: int) -> bool:
    before = text[:start]
    return bool(_NOT_ORDERED.search(before)) or bool(content(before, 0, start, ()))


def _opens(reading: Reading, text: str, match: re.Match[str]) -> bool:
    """Whether another wish may begin behind a break of English words; what takes words back goes on with them."""
    if any(note.start == match.end() and is_for_all(note) for note in reading.notes):
        return True
    back = _TAKES_BACK.match(text, match.end())
    if back is not None and back[0].startswith("make") and " and" in match[0]:
        dishes = reading.at_hand("item")
        # "Drop the scone and make it three lattes" puts nothing right that was just said.
        back = (
            None if any(d.start > match.end() for d in dishes) and any(d.end <= match.start() for d in dishes) else back
        )
    if back is not None or _TAKEN_BACK.search(text[: match.start()]):
        return False
    return bool(_VERB.match(text, match.end())) or "?" in match[0]


def _counted(reading: Reading, text: str, end: int) -> int:
    """Where a dish ends together with how many of it: "라떼 하나 빼고"."""
    return next(
        (one.end for one in reading.of("quantity") if one.start >= end and not text[end : one.start].strip()), end
    )


def _after_left_out(reading: Reading, text: str) -> list[int]:
    """Behind a dish that is to go, said first: "콜라 빼고 …". Behind another dish it is a note on that one."""
    found: list[int] = []
    dishes = reading.at_hand("item")
    for index, dish in enumerate(dishes):
        match = _LEFT_OUT.match(text, _counted(reading, text, dish.end))
        if match is None or match[0].strip().endswith("말고") or dish.sure < 1:
            continue
        before = dishes[index - 1].end if index else 0
        if index and not re.search(r"[,.]|고\s|요\s", text[before : dish.start]):
            continue
        found.append(match.end())
    return found
