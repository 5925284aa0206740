"""Addresses: ``address`` as the words of the address, without what is said around it."""

from __future__ import annotations

import re

from nlu.values import Value

_REGION = r"(?:[가-힣]{2,6}(?:특별시|광역시|특별자치시|특별자치도|도|시)\s?|서울\s|부산\s|대구\s|인천\s|광주\s|대전\s|울산\s|세종\s)?(?:[가-힣]{1,5}[시군구]\s)?(?:[가-힣]{1,5}구\s)?(?:[가-힣]{1,5}[읍면]\s)?"
_ROAD = r"[가-힣]{1,10}\d{0,3}(?:로|길|대로)(?:\s?\d{1,3}[가-힣]?길)?\s?\d{1,4}+(?:-\d{1,4})?(?!\s?(?:시|분|원|개|마리|잔|인분))"
_LOT = r"(?!마리)[가-힣]{1,8}\d{0,2}[동리가]\s?\d{1,4}+(?:-\d{1,4})?(?:\s?번지)?(?!\s?(?:개|마리|잔|시|분|원|인분|호))"
_BUILDING = (
    r"[가-힣a-z0-9]{1,15}(?:아파트|빌라|오피스텔|맨션|타워|빌딩|하우스|주택|자이|래미안|푸르지오|힐스테이트|연립)"
)
_UNIT = r"(?:\s?,?\s?(?:[가-힣a-z0-9]{1,15}(?:아파트|빌라|오피스텔|맨션|타워|빌딩|하우스|주택)|[a-z]?\d{1,4}동|(?:지하\s?)?\d{1,3}층|(?:b|지하)?\s?\d{1,5}호|\d{3,5}(?=\s|$|,)(?!\s?[시분원개])|\([가-힣\d\s,.-]{1,20}\)))*"
_KOREAN = re.compile(
    rf"(?<![가-힣])(?:{_REGION}(?:{_ROAD}|{_LOT}){_UNIT}|{_REGION}{_BUILDING}(?:\s?,?\s?[a-z]?\d{{1,4}}동)?(?:\s?,?\s?\d{{1,5}}호?)|\d{{1,4}}동\s?\d{{1,5}}호)"
)
_EN_UNIT = r"(?:,?\s(?:#\s?\w{1,6}|(?:apt|apartment|unit|suite|room|flat|floor|building|bldg)\.?\s?#?\w{1,6}|\d{1,2}(?:st|nd|rd|th)\sfloor|[a-z]+-(?:gu|dong|si|do)|seoul))*"
_ENGLISH = re.compile(
    rf"(?<![\w-])\d{{1,5}}(?:-\d{{1,4}})?,?\s(?:(?:[a-z]+\s){{0,2}}[a-z]+(?:-?\d+)?[- ](?:ro|gil|daero|dong)(?:\s\d+-gil)?|(?:[a-z]+\s){{1,3}}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|court)\b\.?){_EN_UNIT}"
    rf"|\b[a-z]+-(?:ro|gil|daero|dong)\s(?:\d+-gil\s)?\d{{1,4}}(?:-\d{{1,4}})?{_EN_UNIT}"
    rf"|\b(?:apt|apartment|unit|room|flat)\.?\s?#?\d{{1,5}}{_EN_UNIT}"
)
_HINT = re.compile(rf"\d|{_BUILDING}")
_BEFORE = re.compile(
    r"^\s*(?:배달\s?)?(?:주소|집|우리\s?집|저희\s?집)?(?:는|은|가)?\s+|^\s*(?:여기|저기)(?:는|요)?\s+|^\s*(?:my address is|the address is|address is|address:?|i'?m at|i live at|it'?s|deliver(?: it)? to|send(?: it)? to|bring it to|to)\s+"
)
_AFTER = re.compile(
    r"(?:\s?(?:이고요|이구요|이에요|예요|에요|이요|입니다|인데요|으로|로|까지|에|요|입니당|이야|야))?\s?(?:(?:배달|보내|갖다|가져다|와|오시|부탁|주문|배송)[가-힣\s]*)?(?:please|thanks|pls)?[\s.!~]*$"
)
_LIKELY = re.compile(
    r"^\s*(?:여기|이리)(?:요|로요?|예요|에요|이요|까지요?)?[\s.!~]*$|^\s*(?:right )?here\b|\d|[가-힣](?:동|로|길|구|역|층|호)(?:\s|$|이|요|에|앞|뒤)|아파트|빌라|오피스텔|빌딩|원룸|주택|(?:^|\s|[가-힣])(?:앞|옆|뒤|건너편|정문|후문|출구|맞은편)(?:\s|$|이|요|에|으로)|\b(?:street|road|apt|apartment|floor|room|building|exit|station|house|-ro|-gil|in front of|next to|behind)\b"
)


def find_addresses(text: str) -> list[Value]:
    """``address`` values that look like one in any text."""
    if not _HINT.search(text):
        return []
    return [
        Value("address", text[match.start() : match.end()].strip(" ,"), match.start(), match.end())
        for pattern in (_KOREAN, _ENGLISH)
        for match in pattern.finditer(text)
        if match.end() > match.start()
    ][:3]


def expected_address(text: str) -> Value | None:
    """The whole text as an address, since one was asked for and this looks like it; None when it does not."""
    if not _LIKELY.search(text):
        return None
    return trimmed_address(text)


def trimmed_address(text: str) -> Value | None:
    """The text without "주소는 … 이에요" and the like; None when nothing is left."""
    before = _BEFORE.match(text)
    start = before.end() if before else len(text) - len(text.lstrip())
    after = _AFTER.search(text, start)
    end = after.start() if after and after.start() > start else len(text.rstrip())
    return Value("address", text[start:end], start, end) if end > start else None
