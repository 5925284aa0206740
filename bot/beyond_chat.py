"""What a shop wants that its chat cannot do, and an operator can: the menu itself, the usual hours, fees, its name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from commerce.words import one_line

LONGEST = 200
"""Characters of the words that are passed on."""

_TOPICS: Mapping[str, re.Pattern[str]] = {
    "menu": re.compile(
        r"(?:신\s?메뉴|새\s?메뉴|메뉴(?!.*(?:값|가격))\s?(?:를|에|판|을|하나|하나를)?\s?(?:.{0,24}\s)?(?:추가|넣어|넣을|넣고|등록|올려|올릴|삭제|빼|지워|없애|새로|사진|바꿔|바꿀|수정))"
        r"|메뉴판?\s?사진|(?:새로|신규로)\s?(?:나왔|나온|시작|출시|팔)"
        r"|^(?!.*(?:\d+\s?분|직원|알바|사람|시간|주문))\S{2,14}(?:\s\d[\d,]*\s?원(?:에|으로)?|\s\S{1,6}원(?:에|으로)?)?\s?추가(?:해\s?줘요?|해\s?주세요|할게요?|요)?\W*$"
        r"|\S+도\s(?:이제\s)?(?:팔아요|팔게요?|팔려고)"
        r"|\b(?:add|put|remove|delete|take)\b.{1,40}\b(?:menu|dish|dishes)\b|\bnew (?:dish|menu|drink)\b|^add (?!\d|a? ?min|five|ten|fifteen|twenty).{2,30} (?:for|at) [₩$]?[\d,.]+"
        r"|\b(?:picture|photo)s? of (?:the|my|our) menu\b",
    ),
    "hours": re.compile(
        r"영업\s?시간\S{0,2}\s?(?:.{0,20}\s)?(?:바꿔|바꿀|바꾸|변경|수정|고쳐)|(?:앞으로|이제부터|내일부터|다음\s?주부터|다음\s?달부터|매일|평일|주말)\S{0,2}\s.{0,16}시\S{0,3}\s?.{0,10}(?:열|닫|까지|오픈|시작)"
        r"|시(?:\s?반)?(?:에|부터)\s?(?:문\s?)?(?:열게|열겠|엽니다|열려고|오픈\s?(?:할|해))"
        r"|\bchange\b.{0,16}\b(?:opening |business )?hours\b|\bopen(?:ing)? (?:at|from) .{1,20}(?:from now on|every day|from tomorrow|tomorrow|on weekdays|on weekends)"
    ),
    "weekly": re.compile(
        r"매주|매달|매월|격주|요일마다|정기\s?휴무|휴무일\S{0,2}\s?(?:바꿔|바꿀|변경)|\bevery (?:mon|tues|wednes|thurs|fri|satur|sun)day|\bevery week\b"
    ),
    "holiday": re.compile(
        r"(?:설날|구정|추석|명절|연휴|크리스마스|성탄절|공휴일|어린이날|현충일|광복절|한글날|개천절)\S{0,3}\s?.{0,6}(?:쉬|쉴|쉽|닫|휴무|놀)"
        r"|(?:closed?|off|holiday)\b.{0,12}\b(?:christmas|thanksgiving|lunar new year|chuseok|easter|public holidays?)\b"
    ),
    "delivery": re.compile(
        r"배달\s?(?:비|료|팁)\S{0,2}\s.*(?:으로|로|올려|내려|바꿔|무료|받)|최소\s?주문|배달\s?(?:거리|범위|반경|지역)|배달\s?(?:은|는)?\s?(?:이제\s)?(?:안\s?할|그만|안\s?하)"
        r"|\bdelivery (?:fee|charge|area|radius|range)\b|\bminimum order\b|\b(?:stop|no more) deliver(?:y|ing|ies)\b"
    ),
    "shop": re.compile(
        r"(?:가게|상호|매장)\s?(?:이름|전화|번호|주소|위치)?\S{0,2}\s?(?:.{0,10}\s)?(?:바꿔|바꿀|바뀌|바뀐|변경|옮|이사)|^(?:전화\s?번호|전화|번호)\S{0,2}\s?(?:.{0,6}\s)?(?:바꿔|바꿀|바뀌|바뀐|변경)"
        r"|\bchange (?:my|our|the) (?:shop'?s? |store'?s? )?(?:name|phone|number|address)\b|\b(?:my|our) (?:phone|number|address) (?:has )?changed\b|\bwe(?:'ve| have)? moved\b"
    ),
    "coupon": re.compile(
        r"쿠폰\S{0,2}\s?(?:.{0,10}\s)?(?:만들|발행|뿌리|뿌려|내고|없애|바꿔)|\b(?:make|create|issue|give out) .{0,16}coupons?\b"
    ),
    "staff": re.compile(
        r"(?:직원|알바|종업원)\S{0,2}\s?(?:.{0,8}\s)?(?:내보내|빼|삭제|지워|그만뒀|그만두|나갔|해고)|\bremove .{0,16}(?:staff|colleague|employee)"
    ),
    "prices": re.compile(
        r"(?:전부|모두|전체|모든\s?메뉴|다)\s?.{0,10}(?:원|프로|%|퍼센트)(?:씩)?\s?(?:만\s?)?(?:올려|올릴|내려|내릴|인상|인하)|\b(?:all|every(?:thing)?)\b.{0,16}\b(?:prices?|up|down|more|less|cheaper)\b.{0,10}\d|\braise (?:all|every)"
    ),
}


_REFUND = re.compile(
    r"환불|돈\S{0,2}\s?(?:다시\s|좀\s)?돌려|반만\s?돌려|\brefund|\bmoney back\b|\bgive (?:them |him |her )?(?:back|half)\b",
    re.IGNORECASE,
)


def of_a_refund(text: str) -> bool:
    """Whether a shop speaks of giving money back."""
    return _REFUND.search(text) is not None


def beyond_chat(text: str) -> str | None:
    """Which of the things that only an operator can change a shop asks for; None when it is none of them."""
    said = text.casefold().strip()
    return next((topic for topic, words in _TOPICS.items() if words.search(said)), None)


def beyond(topic: str, text: str) -> str:
    """The payload that answers it. The words go along, without the signs that a payload is made of."""
    words = "".join(" " if sign in '"\\\\{}' else sign for sign in text)
    return "/merchant_beyond" + json.dumps(
        {"topic": topic, "asked_words": one_line(words, LONGEST)}, ensure_ascii=False
    )
