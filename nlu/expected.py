"""Reading a text as the answer to what was just asked."""

from __future__ import annotations

from datetime import datetime

from nlu.addresses import expected_address, is_said, said_apart, trimmed_address
from nlu.durations import LONGEST
from nlu.fillers import content
from nlu.intents import ANSWERS
from nlu.numbers import number
from nlu.patterns import Pattern
from nlu.quantities import bare_quantity
from nlu.reading import Reading
from nlu.rules import yes_or_no
from nlu.times import any_time, bare_time
from nlu.understanding import Context, Expect
from nlu.values import Value
from nlu.written import LONGEST as LONGEST_READ

FREE: frozenset[Expect] = frozenset({"text", "name", "hours", "dishes"})
"""Questions to which nearly any text is an answer."""
WAYS_OUT = frozenset({"cancel", "restart", "help", "handoff", "skip"})
"""What is heard even then."""

NEAR_ADDRESS = frozenset({"find_shop", "ask_location", "choose_delivery", "register_shop", "give_address"})
"""What the model may take a bare address or place for."""

_BARE_NUMBER = Pattern(
    r"\s*(?:(?:네|넵|음|어|아|약|한|대충|넉넉히|넉넉잡아|최소|최대|about|around|maybe|like|say|in|give me|ok)[\s,.~…]*)*"
    r"(?P<number>\d{1,3}|[일이삼사오육칠팔구십백]+|[a-z -]+?|(?:스물|서른|마흔|쉰|열)(?:다섯)?)\s*(?:-?ish|or so|정도|쯤|이?요|걸려|걸릴\s?것?\s?같아|이면\s?돼|면\s?돼|please|tops|max)*[\s.!~]*$"
)
_SOON = Pattern(
    r"(?:\s|네|넵|음|아|[.,!~…]|it'?ll be|be|almost|just)*(?P<said>(?P<at_once>지금\s?바로|지금|바로|right (?:now|away)|now|done|거의\s?다\s?(?:됐|되))|금방|곧|얼마\s?안\s?걸|잠깐|잠시|soon|shortly|very soon|in a (?:moment|minute|bit|sec(?:ond)?)|a moment)"
    r"(?:\s|이?요|면|돼|됩니다|됩니당|되|려|해\s?드릴게|나가|나갑니다|갑니다|보낼게|드릴게|할게|끝나|만|어|될\s?거예|[.!~])*"
)
AT_ONCE, SOON = 5, 10
"""Minutes that a shop means by "right now" and by "soon"."""
_REFUSING = Pattern(
    r"못|안\s?(?:돼|됩|되|받)|힘들|어렵|어려|거절|취소|품절|떨어|없어|전에|can'?t|cannot|won'?t|sorry|sold out|\bno\b|not"
)
_MORE_YES = Pattern(
    r"(?:네|넵|넹|예|응|어|아|음|oh|well|um|yeah|yes|ok|[\s,.!~…])*(?:콜|고고|ㄱㄱ|ㅇㅇ+|당근|물론|그러죠|그러지\s?뭐|그럽시다|그렇게\s?(?:하죠|하시죠|합시다|가죠)|진행|좋을\s?(?:것|거)|좋네|맞네|상관\s?없|괜찮을\s?(?:것|거)"
    r"|why not|y\b|ye\b|yas\b|i do\b|i guess|let'?s (?:do|go)(?: (?:it|this|that|for it|ahead|with (?:it|that|this)))?(?=[\s.,!~]*(?:$|then|please|thanks))|that works|works for me|perfect|looks (?:good|right|great)|great|cool|deal|please[\s.!~]*$|sounds|all good|alright|all right|by all means|go for it)"
)
_MORE_NO = Pattern(
    r"(?:음|아|어|oh|um|well|hmm|[\s,.!~…])*(?:별로|ㄴㄴ+|ㄴㅇ|ㄴ$|다음에|나중에|아직|글쎄|관둘|말래|노\s?땡큐|됐고|싫|하지\s?마|그만|틀려|틀렸|다르"
    r"|(?:i'?d |i would )?rather not|i'?ll pass|no way|not (?:now|really|yet|today)|maybe (?:later|not)|n$|(?:hold on|wait)[\s.!]*$|wrong|that'?s (?:wrong|not))"
)
_AFTER_ALL = Pattern(
    r"(?:(?:음|아|에이|네|뭐|됐(?:고|어요?)|괜찮아요?|아니(?:다|야|에요|요)?)[\s,.]*)*(?:그냥|그대로|이대로)\s?(?:시켜|시킬|주문|결제|진행|해|할|갈|가)(?!지)\S*(?:\s?(?:줘|주세)\S*)?[\s.!~]*"
)
"""A yes after second thoughts: "됐고 그냥 시켜줘"."""
_AT_ANOTHER_TIME = Pattern(r"(?:(?:아|어|음|참|ㄴㄴ|아니(?:다|야|요)?|아뇨)[\s,.]+)+")
"""Before a time, which is the one that is meant now."""
_HOLDS_ON = Pattern(r"잠깐만|잠시만|\bwait\b(?! for)|\bhold on\b|\bnot yet\b")
_AGREED = Pattern(
    r"(?:\s|[,.!~…])*(?:(?:네|넵|넹|예|옙|응|웅|어|ㅇㅇ|ㅇㅋ|아|오케이|오키|그래요?|그럼요?|좋아요?|좋습니다|콜|맞아요?|맞습니다|yes|yeah|yep|yup|ok|okay|sure|right|correct|fine|alright|all right|of course|great|perfect|cool)(?![가-힣a-z])(?:\s|[,.!~…])*)+"
)
_BUT = Pattern(r"(?:근데|그런데|대신|다만|하지만|\bbut\b|\bexcept\b|\bthough\b)(?P<rest>.*)")
_THEN = (
    ("give_address", Pattern(r"주소|\baddress\b|다른\s?데로|다른\s?곳")),
    ("give_time", Pattern(r"시간\s?(?:을|만|좀)?\s?(?:바꾸|바꿀|변경|다시)|\b(?:change|different) (?:the )?time\b")),
    ("choose_pickup", Pattern(r"포장|픽업|찾으러|\bpick(?:\s|-)?up\b|to go")),
    ("choose_delivery", Pattern(r"배달로|배달(?:해|할|이)|\bdeliver")),
)
"""What a yes with a "but" goes on to want."""
_CORRECTED = Pattern(r"아니|아냐|말고|\b(?:no|wait|actually|sorry|make that|make it)\b")
_PLACE_REST = Pattern(
    r"\d+번|출구\S*|앞\S*|뒤\S*|옆\S*|근처\S*|쪽\S*|사거리\S*|정문\S*|후문\S*|주변\S*|살아\S*|산다\S*|사는\S*|동네\S*|부근\S*|near|around|by|exit|station|area|live|i'm|gate|front"
)
_HERE = Pattern(
    r"\s*(?P<said>여기|이\s?근처|요기|지금\s?(?:있는\s?)?(?:곳|데|여기)|내\s?위치|현재\s?위치|(?:우리\s?)?집|회사|학교|home|here|right here|work|the office|my (?:place|home|house|office)|where i am|near me|my location)(?:\s?(?:근처|앞|쪽))?(?:\s?(?:이?요|이에요|예요|에서|로|으로|please))?[\s.!~]*"
)
_OTHER_QUESTION = Pattern(
    r"얼마|언제|어때|몇\s?(?:시|분|개)|되나|돼요\?|되죠|있나|있어요\?|가능한가|뭐|바꿔|바꿀|변경|추가|취소|빼|\b(?:how|what|when|why|can (?:i|you)|do you|is there|change|cancel|add|remove)\b"
)

_NAME_ENDING = Pattern(r"(?:이라고\s?(?:해요|합니다)|라고\s?(?:해요|합니다)|이에요|예요|입니다|이요|이야|요)?[\s.!~]*$")
_NAME_START = Pattern(
    r"^\s*(?:(?:제|내|우리|저희|가게)\s?)?(?:가게\s?)?이름은\s|^\s*(?:it'?s called|it is called|the name is|my name is|i'?m|it'?s)\s"
)

Answer = tuple[str, tuple[Value, ...]]


def expected_answer(reading: Reading, context: Context, now: datetime) -> Answer | None:
    """The intent and the further values of an answer to ``context.expect``; None when the text is no answer to it."""
    expect = context.expect
    if expect is None or not reading.text.strip():
        return None
    if expect in FREE:
        return ANSWERS[expect][0], (_free(reading, expect),)
    if expect == "yesno":
        return _yes_no(reading)
    if expect == "address":
        return _address(reading)
    if expect == "eta":
        return _eta(reading)
    if expect == "time":
        return _time(reading, now)
    if expect == "quantity":
        return _quantity(reading)
    return _named(reading, expect)


def more_than_yes(text: str) -> bool:
    """Whether something is said behind a yes: "주소 바꿀게요" of "네 주소 바꿀게요"."""
    agreed = _AGREED.match(text.casefold())
    return agreed is not None and bool(text[agreed.end() :].strip(" .,!~?"))


def unclear_answer(reading: Reading, expect: Expect | None) -> Answer | None:
    """The last resort when nothing else was understood: an address or a place may be any words."""
    if expect not in ("address", "place") or reading.has("address"):
        return None
    words = trimmed_address(reading.text)
    if words is None or len(words.value) < 2 or is_said(words.value):
        return None
    return (ANSWERS[expect][0], (words,)) if expect == "address" else ("inform", (_renamed(words, "text"),))


def _free(reading: Reading, expect: Expect) -> Value:
    typed = reading.written.typed
    start, end = 0, len(reading.text)
    if end == LONGEST_READ:
        return Value(expect, typed.strip(), start, end)
    if expect == "name":
        before = _NAME_START.match(reading.text)
        start = before.end() if before else 0
        after = _NAME_ENDING.search(reading.text, start)
        end = after.start() if after and after.start() > start else end
    while start < end and reading.text[start].isspace():
        start += 1
    while end > start and reading.text[end - 1].isspace():
        end -= 1
    first, last = reading.written.span(start, end)
    return Value(expect, typed[first:last], start, end)


def _yes_no(reading: Reading) -> Answer | None:
    text = reading.text
    no = _AT_ANOTHER_TIME.match(text)
    if no is not None and any(one.start == no.end() for one in reading.of("time")):
        return "give_time", ()
    if reading.mentions or reading.has("quantity", "time", "minutes"):
        return None
    if _AFTER_ALL.fullmatch(text):
        return "affirm", ()
    intent = "deny" if _MORE_NO.match(text) else yes_or_no(text) or ("affirm" if _MORE_YES.match(text) else None)
    if intent == "affirm" and _HOLDS_ON.search(text):
        return "deny", ()
    but = _BUT.search(text) if intent == "affirm" else None
    if but is not None:
        return next(((wish, ()) for wish, words in _THEN if words.search(but["rest"])), None)
    return (intent, ()) if intent else None


def _address(reading: Reading) -> Answer | None:
    found = reading.of("address")
    if not found and _about_something_else(reading):
        return None
    if len(found) == 1 and _beside_it(reading, found[0]):
        return None
    whole = expected_address(reading.text)
    if whole is None:
        return None
    if len(found) == 1 and said_apart(reading.text, found[0]):
        return ANSWERS["address"][0], ()
    return ANSWERS["address"][0], (whole,)


def _beside_it(reading: Reading, address: Value) -> bool:
    """Whether a number of dishes is said beside an address: "두 마리로 바꾸고 시험로 15로 보내줘"."""
    counted = [one for one in reading.of("quantity") if one.end - one.start > len(str(one.value))]
    spans = [(one.start, one.end) for one in counted] + [(one.start, one.end) for one in reading.at_hand("item")]
    return any(end <= address.start or address.end <= start for start, end in spans)


def _about_something_else(reading: Reading) -> bool:
    """Whether a text without an address speaks of dishes, amounts or times, or asks back."""
    counted = any(one.end - one.start > len(str(one.value)) for one in reading.of("quantity"))
    asks = _OTHER_QUESTION.search(reading.text)
    return bool(reading.at_hand("item") or counted or reading.has("money", "time", "stars") or asks)


def _eta(reading: Reading) -> Answer | None:
    text = reading.text
    if _REFUSING.search(text):
        return None
    if reading.has("minutes"):
        return ANSWERS["eta"][0], ()
    match = _BARE_NUMBER.match(text)
    minutes = number(match["number"]) if match else None
    if match is not None and minutes is not None and 0 < minutes <= LONGEST:
        return ANSWERS["eta"][0], (Value("minutes", minutes, *match.span("number")),)
    soon = _SOON.fullmatch(text)
    if soon is None:
        return None
    return ANSWERS["eta"][0], (Value("minutes", AT_ONCE if soon["at_once"] else SOON, *soon.span("said")),)


def _time(reading: Reading, now: datetime) -> Answer | None:
    if reading.at_hand("item") and reading.has("quantity"):
        return None
    if reading.has("time", "asap"):
        return ANSWERS["time"][0], ()
    found = bare_time(reading.text, now) or any_time(reading.text)
    return (ANSWERS["time"][0], (found,)) if found else None


def _quantity(reading: Reading) -> Answer | None:
    if reading.mentions:
        return None
    intent, text = ANSWERS["quantity"][0], reading.text
    counted = reading.of("quantity")
    plain = not content(text, 0, len(text), reading.values)
    if counted and plain and len(counted) == 1:
        return intent, ()
    if len(counted) > 1 and plain and _CORRECTED.search(text, counted[0].end, counted[-1].start):
        return intent, (Value("quantity", counted[-1].value, counted[0].start, counted[-1].end),)
    bare = bare_quantity(text)
    return (intent, (bare,)) if bare is not None else None


def _named(reading: Reading, expect: Expect) -> Answer | None:
    """A place or a choice by its name, with no more than politeness around it."""
    text = reading.text
    found = [mention for mention in reading.mentions if mention.of(expect)]
    rest = content(text, 0, len(text), [*found, *reading.values])
    if expect == "place":
        here = None if found else _HERE.fullmatch(text)
        if here is not None:
            return "inform", (Value("text", here["said"], *here.span("said")),)
        rest = [(start, end) for start, end in rest if not _PLACE_REST.fullmatch(text[start:end])]
    return (ANSWERS[expect][0], ()) if found and len(rest) <= 1 else None


def _renamed(value: Value, entity: str) -> Value:
    return Value(entity, value.value, value.start, value.end)
