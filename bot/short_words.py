"""Short words that mean one thing whatever the model makes of them: a door, second thoughts, a shop's yes and no."""

from __future__ import annotations

import re
import unicodedata

_UNIT = re.compile(
    r"(?:(?:아니(?:야|요|다)?|아|앗|참|아\s?참|맞다|그리고|글고|근데|(?:저희\s?|우리\s?)?집은|여긴|여기는|주소는?|그거|(?:\d+\s*[동층호]\s*)+(?:말고|아니고|아니라))[\s,.]*)*"
    r"(?P<unit>(?:\S+(?:아파트|빌라|빌딩|오피스텔|맨션|타워)\s*)?(?:(?:지하\s*)?\d+\s*(?:동|층|호)[\s,]*)+)"
    r"(?:이?요|이에요|예요|입니다|이야|임|이?구요|이?고요|이?거든요|(?:으로|로)(?:\s?(?:바꿔|고쳐|변경)\S*)?(?:\s?\S+[요줘])?)?[\s.!~]*(?:(?:미안|죄송)\S*|ㅋ+|ㅎ+|ㅠ+)?"
    r"|(?:[가-힣]+\s){0,3}[가-힣]*(?:벽돌집|기와집|주택|대문|건물|현관|골목|맞은편|[옆윗앞]집|아랫집|반지하|옥탑방?|원룸|상가)(?:이요|이에요|예요|요|입니다)\.?"
    r"|(?P<flat>(?:apt|apartment|unit|suite|room|flat|floor)\.?\s*#?\w+|#\s*\w+|\d+(?:st|nd|rd|th) floor)(?:[\s,]+\w+){0,3}\.?",
    re.IGNORECASE,
)
"""Nothing but a building's number, a floor, a door, or what the house looks like."""
_HARD = re.compile(
    r"\W*(?:(?:지금은?|오늘은?|이번엔|좀|아무래도)\s?)*(?:어려워요|어려운데요|어렵겠(?:어요|는데요)|어려울\s?것\s?같아요|힘들(?:어요|겠어요|겠는데요)"
    r"|too busy|not possible|we're swamped)\W*"
)
"""A shop's no without the word."""
_GIVES_UP = re.compile(
    r"\W*(?:(?:아니(?:요|야|다)?|그냥|아|됐어요?|에이|이제|음)[\s,.]*)*안\s?(?:할|살|시킬|먹을|주문할)\s?(?:래|게|거|꺼|께|란다|겁니다)\S*\W*"
)
"""Somebody who wants nothing after all."""
_WAITS = re.compile(
    r"\W*(?:(?:아|어|음|저기)[\s,.]*)*(?:잠깐|잠시|잠만|기다려\S{0,2})만?\s?(?:만|요|이요)?(?:\s?기다려\S*(?:\s?(?:줘|주세)\S*)?)?\W*"
    r"|\W*(?:(?:oh|um|please)\W+)*(?:(?:just )?(?:one|a) (?:sec|second|moment|minute)|give me a (?:sec|second|moment|minute)|hang on)(?: please)?\W*",
    re.IGNORECASE,
)
"""Somebody who wants a moment."""
_FOR_THE_SHOP = re.compile(
    r"\W*(?:사장님?|가게|매장|식당|주인(?:분|아저씨|아주머니)?|직원(?:분|들)?|기사님?)(?:께|한테|에게|에다가?|에|보고)?\s"
    r".*[다라냐자]고\s?(?:좀\s?)?(?:전해|전달|말해|말씀|얘기|이야기|알려|물어)\S*\s?\S*\W*"
    r"|.*[다라냐자]고\s(?:좀\s)?(?:사장님?|가게|매장|식당|주인(?:분|아저씨|아주머니)?|직원(?:분|들)?|기사님?)(?:께|한테|에게|에다가?|에|보고)?\s"
    r"(?:좀\s?)?(?:전해|전달|말해|말씀|얘기|이야기|알려|물어)\S*\s?\S*\W*"
    r"|\W*(?:(?:please|pls|can you|could you|would you)\s+)*"
    r"(?:(?:tell|message|text|inform|notify)\s+(?:(?:the|my)\s+)?(?:shop|store|owner|restaurant|cafe|staff|kitchen|rider|driver)\b"
    r"|let\s+(?:(?:the|my)\s+)?(?:shop|store|owner|restaurant|cafe|staff|kitchen|rider|driver|them)\s+know\b|tell\s+them\b)"
    r"\W+\w.*",
    re.IGNORECASE | re.DOTALL,
)
_TO_THE_SHOP = re.compile(
    r"\W*(?:(?:아|저기|그럼|혹시|제가)\s)*(?:사장님?|가게|매장|식당|주인(?:분)?)(?:한테|에게|께|에다가?|에)\s?(?:직접\s)?"
    r"(?:할\s?|전할\s?)?(?:말|말씀|얘기|이야기|연락)\S*(?:\s(?:좀|하고|할|전해|있|싶|드리|해|주)\S*){0,4}\W*"
    r"|\W*(?:(?:can|could|may) i|i(?:'d| would)? (?:want|like|need) to|let me)\s(?:please\s)?"
    r"(?:message|contact|text|write to|tell)\s(?:the )?(?:shop|store|owner|restaurant|cafe|kitchen)"
    r"(?:\s(?:something|please|directly|about (?:it|my order|this)))*\W*",
    re.IGNORECASE,
)
"""Somebody who has something to say to the shop, and has not said it yet."""
_OF_ONESELF = re.compile(
    r"\W*(?:(?:아|저기|혹시|죄송\S*|미안\S*|네|근데)[\s,.]+)*(?:(?:제가|저는|저|저희가?|우리가?)\s?)?(?:지금\s|차가?\s?막혀서\s)?(?:(?:한|약|조금|좀|많이|살짝)\s)*(?:\S{1,4}\s?(?:분|시간)\s?(?:정도|쯤)?\s?)?"
    r"(?:늦(?:어요|습니다|을\s?(?:것|거)\s?같\S*|을\s?듯\S*|겠\S*|네요|게\s?도착\S*)|(?:가고|가는)\s?(?:있\S*|중\S*)|다\s?와\s?가\S*|거의\s?다\s?왔\S*|도착(?:했|함)[^?]*"
    r"|(?:가게|매장|문)?\s?앞(?:이에요|입니다|에\s?(?:있|왔|도착)\S*)|(?:지금\s)?출발(?:했|합|할)[^?]*)[^\w?]*"
    r"|\W*(?:(?:sorry|ok|hi|hey)[\s,.]+)*(?:i'm|i am|i'll be|i will be|we're|we are|we'll be)\s(?:(?:just|about|running|a bit|a little|already|\d+|five|ten|fifteen|twenty|min(?:ute)?s?|nearly|almost)\s)*"
    r"(?:late|here|outside|on (?:my|our) way|at the (?:door|shop|counter)|there|leaving now)\b[^?]{0,24}",
    re.IGNORECASE,
)
"""Nothing but where somebody is, and when they come."""
_A_PERSON = re.compile(
    r"상담원|상담사|고객\s?센터|(?:전화|사람)\s?상담"
    r"|(?:사장님?|가게|매장|주인(?:분)?)(?:이?랑|과|와|하고)\s?(?:직접\s)?(?:말|말씀|얘기|이야기|대화|통화)"
    r"|(?:책임자|담당자|직원|사람|아줌마|아저씨|매니저|점장)(?:님|분)?(?:이?랑|과|와|하고|한테|으로|을|를)?\s?(?:좀\s?)?(?:바꿔|연결|불러|통화|상담|이야기|얘기|대화|말하|할게|할래|하고\s?싶)"
    r"|\b(?:speak|talk|chat|connect\S*|put|transfer\S*)\b.{0,20}\b(?:human|person|someone|somebody|manager|agent|staff|representative|shop|owner)\b"
    r"|\bcustomer (?:service|support)\b|\b(?:real|actual) (?:human|person)\b|\b(?:can|could) (?:someone|somebody) (?:please )?(?:call|help)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\W*(?:(?:네|그럼|아까|하던)\s?(?:거|것)?\s?)*(?:이어서|계속|마저)\s?(?:주문\s?)?(?:할|해|하|갈|진행)\S*\W*"
    r"|\W*(?:(?:ok|okay|yes)\W+)?(?:let'?s )?(?:go on|continue|carry on|resume|keep going)(?: please)?\W*",
    re.IGNORECASE,
)
"""Somebody who comes back to what was being done."""
_MINUTES_PUT_RIGHT = re.compile(
    r"\W*\S{1,6}\s?분\S{0,3}[\s,.]*(?:아\s)?(?:아니(?:다|요|야|라|고)?|말고|정정)[\s,.]*(?P<ko>\S{1,6}\s?분.*)"
    r"|\W*(?:\w+[ -]){0,2}\w+ ?(?:min(?:ute)?s?)[\s,.]+(?:(?:no|sorry|wait|actually|i mean|make (?:it|that))[\s,.]+)+(?P<en>\w+(?:-\w+)?)(?: ?min(?:ute)?s?)?\W*",
    re.IGNORECASE,
)
_O_CLOCK = r"\S{1,5}시(?:\s?반|\s?\S{1,3}분)?"
_HOUR_PUT_RIGHT = re.compile(
    rf"(?P<head>.*?)(?<!\S){_O_CLOCK}(?P<mid>(?:에|쯤|까지|으로|로)?.{{0,16}}?)[\s,.]+(?:아\s)?아니(?:다|요|야|라|고)?[\s,.]+(?P<ko>{_O_CLOCK})(?:에|쯤|까지|으로|로)?(?:이?요|이에요|예요)?\W*"
    r"|(?P<ehead>.*?\b(?:at|by|for|around|about) )\d{1,2}(?::\d\d)?\s?(?P<ap>[ap]m)?(?P<emid>.{0,16}?)[\s,.]+(?:(?:no|sorry|wait|actually|i mean|make (?:it|that)|at)[\s,.]+)+(?P<b>\d{1,2}(?::\d\d)?)\s?(?P<bp>[ap]m)?\W*",
    re.IGNORECASE,
)
_THANKS_AND = re.compile(
    r"(?:(?:ok|okay|great|perfect|네|넵)[\s,.!]+)*(?:thanks(?: a lot| so much)?|thank you(?: so much)?|thx|cheers|고마워요?|감사합니다|감사해요)[\s,.!~]+(?P<rest>.{6,})",
    re.IGNORECASE | re.DOTALL,
)
_BARE_MINUTES = re.compile(r"\bin (\d{1,3})(?=\W*(?:$|,|and\b))", re.IGNORECASE)
_AGREES = re.compile(r"\W*(?:네|넵|넹|예|옙|알겠|좋아요|오케이|ok|yes|sure|got it)")
"""How a shop begins that says yes and thanks in one breath."""

_ASKED_BACK = re.compile(
    r"(?:괜찮으세요|괜찮으신가요|괜찮을까요|되세요|되실까요|드릴까요|시겠어요|신가요|실래요|시나요|실까요|실\s?수\s?있(?:나요|어요|으세요|을까요)|어떠세요)\s*\?*\s*$"
)
"""How a shop asks a customer something."""
_OPENS_A_TALK = re.compile(
    r"(?:무슨|뭐|뭘|무엇|어떤|왜|어쩐)\s?.{0,12}(?:세요|나요|가요|까요|데요|죠|지요|일이\S*|신지요?)\W*$|말씀\s?(?:하|해|주)\S*(?:\s?주세요)?\W*$|여보세요"
    r"|\bhow (?:can|may) i help|\bwhat(?:'s| is) (?:up|the matter|wrong|it about)|\bgo ahead\b|\b(?:i'm|i am) (?:here|listening)",
    re.IGNORECASE,
)
"""How somebody begins who wants to hear more."""
_ANSWERS = re.compile(
    r"\W*(?:네|넵|넹|예|옙|아니요?|아뇨|그럼요|당연하죠|yes|no|sure)[\s,.!]+(?!.*(?:\d\s?분|출발|다\s?됐|완료|\bmin))\S"
)
"""A yes or no with more behind it, which is nothing that is done about an order."""


def unit_alone(text: str) -> str | None:
    """The building's number, floor or door, where nothing else is said: "아니 302호요"."""
    found = _UNIT.fullmatch(unicodedata.normalize("NFC", text).strip())
    return (found["unit"] or found.group()).strip(" ,") if found is not None else None


def gives_up(text: str) -> bool:
    """Whether somebody wants nothing after all: "그냥 안 할래요"."""
    return _GIVES_UP.fullmatch(text) is not None


def waits(text: str) -> bool:
    """Whether somebody only asks for a moment: "잠깐만요"."""
    return _WAITS.fullmatch(text.strip()) is not None


def is_for_the_shop(text: str) -> bool:
    """Whether words are to be passed on: "tell the shop I'm at the door", "사장님께 늦는다고 전해 주세요"."""
    return _FOR_THE_SHOP.fullmatch(text.strip()) is not None


def has_words_for_the_shop(text: str) -> bool:
    """Whether somebody wants to tell the shop something, and not yet what: "사장님한테 말 좀 전해줘"."""
    return _TO_THE_SHOP.fullmatch(text) is not None


def wants_a_person(text: str) -> bool:
    """Whether a person is asked for among other words."""
    return _A_PERSON.search(text) is not None


def tells_of_oneself(text: str) -> bool:
    """Whether a customer tells where they are or that they will be late: "제가 5분 늦어요", "I'm outside"."""
    return _OF_ONESELF.fullmatch(text) is not None


def goes_on(text: str) -> bool:
    """Whether somebody comes back to what was being done, which agrees to nothing yet: "이어서 할게요"."""
    return _GOES_ON.fullmatch(text) is not None


def hour_meant(text: str) -> str:
    """A customer's words with the time that they put right at once alone: "7시에 갈게요 아니 8시요" is "8시에 갈게요"."""
    found = _HOUR_PUT_RIGHT.fullmatch(text)
    if found is None:
        return text
    if found["ko"]:
        return f"{found['head']}{found['ko']}{found['mid']}"
    part = found["bp"] or found["ap"] or ""
    return f"{found['ehead']}{found['b']}{part}{found['emid']}"


def behind_thanks(text: str) -> str | None:
    """What is said behind a thanks: "can I get extra sugar" of "ok thanks, can I get extra sugar"."""
    found = _THANKS_AND.fullmatch(text.strip())
    return found["rest"] if found is not None else None


def minutes_meant(text: str) -> str:
    """A shop's words with the time that it put right at once ("10분 아니 20분") alone, and with its unit said each time
    ("cheesecake in 10 minutes, latte in 20")."""
    found = _MINUTES_PUT_RIGHT.fullmatch(text)
    if found is not None:
        return found["ko"] or f"{found['en']} minutes"
    return _BARE_MINUTES.sub(r"in \1 minutes", text) if "min" in text.casefold() else text


def is_hard(text: str) -> bool:
    """Whether a shop says no without the word."""
    return _HARD.fullmatch(text.casefold()) is not None


def agrees(text: str) -> bool:
    """Whether a shop begins with a yes."""
    return _AGREES.match(text.casefold()) is not None


def opens_a_talk(text: str) -> bool:
    """Whether words to a customer ask for more of theirs: "네, 무슨 일이세요?"."""
    return _ASKED_BACK.search(text) is not None or _OPENS_A_TALK.search(text) is not None


def answers_customer(text: str) -> bool:
    """Whether a shop answers a customer who has just written, or asks back."""
    return _ASKED_BACK.search(text) is not None or _ANSWERS.match(text.casefold()) is not None
