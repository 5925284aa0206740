"""Addresses: ``address`` as the words of the address, without what is said around it.

Inside one, ``block`` (101동), ``floor`` (a whole number, -1 for B1) and ``unit`` (302호) are values of their own.
"""

from __future__ import annotations

import re

from nlu.english_addresses import english_addresses
from nlu.patterns import Pattern
from nlu.values import Value
from nlu.written import has_hangul

_REGION = r"(?:[가-힣]{2,6}(?:특별시|광역시|특별자치시|특별자치도|도|시)\s?|서울\s|부산\s|대구\s|인천\s|광주\s|대전\s|울산\s|세종\s)?(?:[가-힣]{1,5}[시군구]\s)?(?:[가-힣]{1,5}구\s)?(?:[가-힣]{1,5}[읍면]\s)?"
_COUNTED = r"(?!\s?(?:시|분|원|개|마리|잔|인분|그릇|판|줄|병|캔|세트|셋트|조각|봉|팩|통|접시|컵|박스|상자|장(?!미)|명|번(?!지)|월|일|점|천|만|배|주|키로|kg|g\b|%))"
_ROAD = rf"(?!(?:바|따|새|별|그대|이대|위|뒤|걸|거|세트|단품|배달|카드)로)[가-힣]{{1,10}}\d{{0,3}}(?:(?<!으)로|길|대로)(?:\s?\d{{1,3}}[가-힣]?길)?\s?\d{{1,4}}+(?:-\d{{1,4}})?{_COUNTED}"
_LOT = rf"(?!마리)[가-힣]{{1,8}}\d{{0,2}}[동리가]\s?\d{{1,4}}+(?:-\d{{1,4}})?(?:\s?번지)?{_COUNTED}(?!\s?호)"
_BRAND = (
    r"자이|래미안|푸르지오|힐스테이트|휴먼시아|아이파크|더샵|주공|롯데캐슬|이편한세상|e편한세상|센트럴파크|월드컵파크"
)
_BUILDING_END = rf"아파트|빌라|오피스텔|맨션|맨숀|타워|빌딩|하우스|주택|연립|원룸|투룸|고시원|기숙사|팰리스|캐슬|플라자|프라자|단지|타운|하이츠|스퀘어|{_BRAND}"
_BUILDING = rf"[가-힣a-z0-9]{{1,15}}(?:{_BUILDING_END})"
_COMPLEX = rf"(?:[가-힣]{{2,4}}\s)?(?:{_BRAND})|{_BUILDING}|[가-힣]{{2,8}}(?:마을|파크|리버뷰|테라스)"
"""Of several blocks."""
_WITHIN = r"상가|병원|의원|요양원|약국|학원|교회|성당|센터|사무실|미용실|부동산|공방|회관|은행|어린이집|유치원|대학교|[초중고]등학교|도서관|공장|창고|스튜디오"
"""What may stand at a street and number."""
_SPOKEN = "[일이삼사오육칠팔구십백천]"
_BLOCK = r"(?:[a-z]?\d{1,4}|[가나다라마바사아자차카타파하a-f])동"
_FLOOR = r"(?:(?:지하|지상|b)\s?)?\d{1,3}층|b\d(?!\d|호)|반?지하(?![철상])|지층|옥탑(?:방)?"
_DOOR = r"(?:(?:b|지하)\s?)?\d{1,5}(?:-\d{1,3})?호(?!선|점)"
_UNIT = rf"(?:\s?,?\s?(?:{_BUILDING}|{_BLOCK}|{_FLOOR}|{_DOOR}|\d{{3,5}}(?=\s|$|,|요|이?에요|예요)(?!\s?[시분원개])|\([가-힣\d\s,.-]{{1,20}}\)))*"
_SIDE = r"앞|옆|뒤|건너편|맞은편|정문|후문|입구|로비"
_LANDMARK = rf"(?:[가-힣\d]{{2,12}}\s(?:{_SIDE})\s)?"
_INSIDE = rf"(?:\s(?:[가-힣]{{0,8}}(?:{_WITHIN}|오피스텔))(?=$|[\s,.]|이?[고요]|이에요|예요|입니다|으?로|에))?"
_BESIDE = rf"(?:\s(?!문|현관)[가-힣]{{2,8}}\s(?:{_SIDE})(?=$|[\s,.]|이?요|으로|에))?"
_KOREAN = Pattern(
    rf"(?<![가-힣])(?:{_LANDMARK}{_REGION}(?:{_ROAD}|{_LOT})(?:\s?번지)?{_INSIDE}{_UNIT}{_INSIDE}{_UNIT}{_BESIDE}"
    rf"|{_REGION}(?:[가-힣]{{1,5}}동\s)?(?:{_COMPLEX})\s?(?:\d{{1,2}}단지\s?)?,?\s?{_BLOCK}\s?(?:{_FLOOR})?\s?(?:{_DOOR}|\d{{3,5}}(?!\d|\s?[시분원개]))"
    rf"|{_LANDMARK}{_REGION}(?:[가-힣]{{1,5}}동\s)?{_BUILDING}(?:\s?,?\s?{_BLOCK}(?:\s?,?\s?(?:{_FLOOR}))?(?:\s?,?\s?\d{{1,5}}호?)?|(?:\s?,?\s?(?:{_FLOOR}))?\s?,?\s?(?:{_DOOR}|\d{{3,5}}(?!\d|\s?[시분원개])|{_FLOOR}))|\d{{1,4}}동\s?\d{{1,5}}호|(?:{_SPOKEN}{{2,7}}동)\s?{_SPOKEN}{{2,7}}호)"
)
_DOUBTFUL = Pattern(r"[가-힣]+로\s?\d|[가-힣]+\d?[동리가]\s?\d{1,2}")
"""What an order may look like as well: 라지로 1, 우동 2."""
_BROUGHT = r"(?:으?로|까지|에)\s?(?:좀\s?)?(?:갖다|가져다|배달|보내|와\s?주|오세|오시|부탁|배송)"
_SENT_THERE = Pattern(_BROUGHT)
_TO = Pattern(r"\b(?:to|at)\s$")
_THERE = r"(?:으로|로|까지)(?=요|예?요|$|[\s,.!].{0,16}(?:갖다|가져다|배달|보내|와|오|부탁|배송|까지|쯤|나가|받))|에서(?=\s?(?:받|만나|기다|수령))|(?:에\s?)(?:갖다|가져다|배달|보내|와\s?주|부탁|배송)"
_MEETING = Pattern(
    rf"(?<![가-힣])(?P<ko>(?:우리\s|저희\s|제\s)?(?:[가-힣\d]{{1,10}}(?:역|공원|학교|대|은행|편의점|병원|교회|시장|도서관|약국|센터|구청|호텔|아파트|빌딩|빌라|마트|카페|회관|유치원|어린이집|성당|마을|상가|타워)|회사|사무실|연구실|학원|학교|공장)\s?(?:\d{{1,2}}번\s?출구(?:\s?앞)?|(?:정문|후문|입구|로비)\s?앞|{_SIDE}|주차장|경비실|안내데스크))(?:{_THERE}|(?={_BROUGHT}))"
)
_HINT = Pattern(rf"\d|{_BUILDING}|동.{{1,9}}호")
_BRINGING = Pattern(r"앞|옆|뒤|건너편|맞은편|[정후]문|입구|로비|주차장|경비실|출구|데스크")
_EN_DOOR = r"\b(?:apt|apartment|unit|suite|room|rm|flat|door)(?![a-z])\.?\s?#?\w{1,6}"
_PART = Pattern(
    rf"(?P<block>{_BLOCK})(?!\s?\d+-)|(?P<floor>{_FLOOR}|\d{{1,2}}(?:st|nd|rd|th)\sfloor|floor\s\d{{1,2}}|(?<![\w-])\d{{1,2}}f\b)|(?P<unit>{_DOOR}|{_EN_DOOR}|#\s?\d{{1,5}}|(?<=[동층]\s)\d{{3,5}}$)"
)
_HESITANT = Pattern(r"(?:\s*(?:네|넵|예|음|어|아|그럼|그러니까|저기|yes|ok|okay|sure|uh|um)[\s,.~…]+)+(?=\S)")
_BEFORE = Pattern(
    r"^\s*(?:배달\s?)?(?:주소|집|우리\s?집|저희\s?집)?(?:는|은|가)?\s+|^\s*(?:여기|저기)(?:는|요)?\s+|^\s*(?:my address is|the address is|address is|address:?|i'?m at|i live at|it'?s|deliver(?: it)? to|send(?: it)? to|bring it to|to)\s+"
)
_AFTER = Pattern(
    r"(?:\s?(?:이고요|이구요|이에요|예요|에요|이요|입니다|인데요|으로|로|까지|에|요|입니당|이야|야))?\s?(?:(?:배달|보내|갖다|가져다|와|오시|부탁|주문|배송)[가-힣\s]*)?(?:please|thanks|pls)?[\s.!~]*$"
)
_GOES_ON = Pattern(
    r"(?:이고요?|고요|구요|이구요|인데요?|이에요|예요|에요|이요|요|입니다)?(?:\s?[,.!]\s?|\s)(?=\S+\s\S+)(?!.{0,12}(?:앞|옆|뒤|건너편|맞은편|집|대문|건물|층|호|동)(?:이?요|이에요|예요|입니다|으로)?[\s.!]*$)"
)
_LIKELY = Pattern(
    r"^\s*(?:여기|이리)(?:요|로요?|예요|에요|이요|까지요?)?[\s.!~]*$|^\s*(?:right )?here\b|\d|[가-힣](?:동|(?<!으)로|길|구|역|층|호)(?:\s|$|이|요|에|앞|뒤|으로)|아파트|빌라|오피스텔|빌딩|원룸|주택|(?:^|\s|[가-힣])(?:앞|옆|뒤|건너편|정문|후문|출구|맞은편)(?:\s|$|이|요|에|으로)|\b(?:street|road|apt|apartment|floor|room|building|exit|station|house|-ro|-gil|in front of|next to|behind)\b"
)

_SENTENCE = Pattern(
    r"(?:[가-힣](?:다|네|지|냐|니|까|어|야|죠|군|데|걸|래|자|나|ㄴ가)(?:요)?)[\s.!?~ㅋㅎㅠㅜ]*$|\?\s*$"
    r"|\b(?:i|you|we|they|he|she|is|are|am|was|were|do|did|does|have|has|had|can|could|will|would|what|how|why|who|today|tonight|tomorrow|yesterday|weather|lol|haha|hungry|love|hate|nice|great|awesome|bored|tired)\b"
)
_REMARK = Pattern(
    r"[았었했봤갔왔였됐겠](?:다|어|네|지|는데|나|니|을까)(?:요)?[\s.!?~ㅋㅎㅠㅜ]*$|[가-힣](?:다|어|네|지|냐|니|까|나|데|야|래)(?:요)?\s*\?\s*$"
)
"""How such a sentence ends even if a word of it could be of an address: "어제 야구 봤어?"."""


def is_said(text: str) -> bool:
    """Whether words are a sentence and no address: somebody remarks on something or asks, and gives no place."""
    if any(char.isdigit() for char in text):
        return False
    return _REMARK.search(text) is not None or (not _LIKELY.search(text) and _SENTENCE.search(text) is not None)


def find_addresses(text: str) -> list[Value]:
    """``address`` values that look like one in any text, at most three."""
    found: list[Value] = []
    for match in _KOREAN.finditer(text) if not text.isascii() and _HINT.search(text) else ():
        words = match[0].strip(" ,")
        there = _SENT_THERE.match(text, match.end()) or _TO.search(text, 0, match.start())
        if words and (there or not _DOUBTFUL.fullmatch(words)):
            start = match.start() + len(match[0]) - len(match[0].lstrip(" ,"))
            found.append(Value("address", words, start, start + len(words)))
    found += [Value("address", text[start:end], start, end) for start, end in english_addresses(text)]
    if not found and _BRINGING.search(text):
        found += [Value("address", match["ko"], *match.span("ko")) for match in _MEETING.finditer(text)]
    return found[:3]


def address_parts(text: str, address: Value) -> list[Value]:
    """``block``, ``floor`` and ``unit`` inside an address, the first of each."""
    found: dict[str, Value] = {}
    for match in _PART.finditer(text, address.start, address.end):
        kind = match.lastgroup or "unit"
        found.setdefault(kind, Value(kind, _part(kind, match[0]), *match.span()))
    return list(found.values())


def _part(kind: str, words: str) -> int | str:
    number = re.search(r"\d+(?:-\d+)?", words)
    if kind == "floor":
        below = words.startswith(("b", "지하", "반지하"))
        return "rooftop" if words.startswith("옥탑") else (int(number[0]) if number else 1) * (-1 if below else 1)
    if kind == "block":
        return words.removesuffix("동")
    return number[0] if number else words.rsplit(maxsplit=1)[-1]


def expected_address(text: str) -> Value | None:
    """The whole text as an address, since one was asked for and this looks like it; None when it does not."""
    if not _LIKELY.search(text) or is_said(text):
        return None
    latin = [] if has_hangul(text) else find_addresses(text)
    return latin[0] if len(latin) == 1 and latin[0].value.count(" ") else trimmed_address(text)


def said_apart(text: str, address: Value) -> bool:
    """Whether more is said after the address than belongs to it: "망원로 12 302호고요, 벨 누르지 마세요"."""
    return bool(_GOES_ON.match(text, address.end))


def trimmed_address(text: str) -> Value | None:
    """The text without "주소는 … 이에요" and the like; None when nothing is left."""
    hesitant = _HESITANT.match(text)
    at = hesitant.end() if hesitant else 0
    before = _BEFORE.match(text[at:])
    start = at + (before.end() if before else len(text[at:]) - len(text[at:].lstrip()))
    after = _AFTER.search(text, start)
    end = after.start() if after and after.start() > start else len(text.rstrip())
    return Value("address", text[start:end], start, end) if end > start else None
