"""How an order is got: ``fulfilment`` delivery or pickup; ``delivers`` and ``open_now`` when looking for a shop."""

from __future__ import annotations

from nlu.patterns import Pattern
from nlu.values import Value, any_in

_DELIVERS = Pattern(
    r"배달\s?(?:도\s?)?(?:(?:되|돼)(?!면)|가능|하는(?!\s?(?:친구|애|직원|사람|분|알바|아이|형|동생))|오는|해\s?주는|와\s?주는|잘\s?되)\w{0,2}|집까지\s?(?:오는|와주는)"
    r"|(?:갖다|가져다)\s?주는(?=\s?[가-힣]*(?:집|데|곳|가게|식당))"
    r"|\b(?:that(?!')|which|who|places?|shops?|restaurants?|anyone|anything)\b[^.?!,]{0,25}?\b(?P<able>deliver(?:s|ing|y)?)\b|\bdelivers\b|(?<!go )(?<!going )\bwith delivery\b"
)
_DELIVERS_HINT = ("deliver", "배달", "집까지", "주는")
_ME = r"(?:me|us|my (?:place|house|home|door|flat|office)|our (?:place|house|home|door|office))"
_IT = r"(?:it|them|this|that|everything|the (?:food|order|stuff|lot)|my (?:food|order|stuff)|mine)"
_WRAPPED = Pattern(
    r"(?:색|분홍|빨강|파랑|노랑|초록|보라|핑크|검정|한지|선물|리본|비닐|종이|신문지|크라프트|투명|개별|따로|낱개|진공|보자기|상자|예쁘게|이쁘게|꼼꼼히|꼼꼼하게|단단히|튼튼하게|(?<![가-힣])잘)\s?$"
)
"""Behind these 포장 is wrapping."""
_PICKUP = Pattern(
    r"방문\s?(?:포장|수령|픽업)|(?:매장|직접|셀프|현장)\s?(?:수령|픽업)|포장(?![지재마])|픽업|테[이익]?[크잌]\s?아웃|가지러|찾으러(?!\s?(?:와|오세|오시|오셔|오실))|찾아\s?(?:갈|올)|찾을게|받으러|받아\s?(?:갈|올)|가져갈|(?<!걸어)가서\s?(?:받|찾(?!아)|가져)|들러서|들를게?|들릴게|방문(?=할게|하겠|해서)"
    rf"|\b(?:self|in[- ]store|store)[\s-]pick[\s-]?up\b|\bpick(?:ing|ed|s)?[\s-]?(?:{_IT} )?up\b|\bpikup\b|(?<!have )(?<!need )(?<!ready )(?<!nice )(?<!good )(?<!want )(?<!got )(?<!has )\bto[\s-]?go\b(?!\s(?:on|back|now|home|with|to|for)\b)|\btake[\s-]?(?:away|out)\b(?! the\b)|\bcollect(?:ion|ing|ed)?\b|\bcarry[\s-]?out\b"
    rf"|\b(?:come|swing|drop|pop|stop|walk|drive|nip|run|head|go|coming|swinging|dropping|popping)(?: (?:by|in|over|round|around|down|past|out|there|to (?:the )?(?:shop|store|restaurant|counter)))* (?:and |to )?(?:get|grab|fetch|take|collect|pick up|getting|grabbing|fetching)(?: {_IT}\b(?! delivered))?"
    rf"|\bcom(?:e|ing) (?:by|in|over|round)? ?for {_IT}"
    rf"|(?<=i'll )(?:get|grab|fetch) {_IT}\b(?= (?:myself|ourselves|on|in|at|from|after|when|later)\b|\s*(?:$|[,.!]))|(?<=ill )(?:grab|fetch) {_IT}\b|(?<=will )(?:grab|fetch) {_IT}\b|(?<=can )fetch {_IT}\b|\b(?:grab|fetch) {_IT} (?=(?:myself|ourselves|on (?:my|his|her|our|the) way))"
)
_DELIVERY = Pattern(
    r"배달(?!의\s?민족|원|부|앱|어플)|배송(?!지)|딜리버리|(?:갖다|가져다)(?=\s?(?:주|줘|줄|드))|(?:집|여기|회사|사무실)\s?(?:까지|으로|로)\s?(?:보내|와)|주소로\s?보내|퀵(?=으로|\s?배송|\s?서비스)"
    rf"|\b(?:home )?deliver(?:y|ed|ing)?\b(?! (?:box|note|app|driver|rider|person|guy|menu|coupon|deal))|\b(?:home )?delivry\b|\bdlvry\b"
    rf"|\b(?:bring|run|take|ship|carry) {_IT} (?:over|round|around|across|up to)\b|\bsend {_IT} (?:over|round|across)\b|\bdrop {_IT} (?:over|off|round|around)\b|\b(?:bring|send) {_IT}(?=(?: over)? to {_ME}\b)|\bbring {_IT}(?= (?:to|here|there)\b|\s?(?:$|[,.!]|please|pls|at\b|by\b|in\b|for\b))|\bsend {_IT}(?= (?:to|here)\b(?! the (?:kitchen|shop|chef|cook|store|restaurant)))"
    rf"|\b(?:sent|brought|dropped|dropping|bringing|sending) (?:over|round|around|off)\b|\bbring over\b|\bto (?:my|our) (?:door|doorstep|front door)\b(?! (?:code|number))|\bby (?P<rider>rider|courier)\b"
)
_HINT = Pattern(
    r"배[달송]|갖다|가져[다갈]|딜리|퀵|보내|로\s?와|까지|방문|수령|포장|픽업|테[이익잌]|지러|찾[으아을]|받[으아]|가서|들러|들를|들릴|pick|pik|go\b|going|take|taking|away|out\b|collect|deliv|dlv|bring|send|sent|drop|com[ei]|grab|fetch|get\b|over\b|brought|door|rider|courier|pop|run\b"
)
_DENIED = Pattern(
    r"(?:비|료|팁|\s?시간|\s?거리|\s?완료|\s?출발|\s?갔|\s?보냈|\s?나갔|\s?기사|\s?도착|\s(?:fee|time|cost|charge|area|minimum|guy|driver))|\s?(?:말고|은\s?말고|대신|안\s?(?:하고|할)|not|아니)"
)
_DENIED_EN = Pattern(
    r"(?:\bnot|\binstead of|\bno|\brather than|\bdon'?t|\bno need (?:to|for)|\bwon'?t|\bdidn'?t|\bhaven'?t)\s(?:for\s|want (?:to |it )?|need (?:to |it )?)?$"
)
_FEE_EN = Pattern(r"\s(?:is|takes|costs|was)\b")
_GOES_ON = Pattern(r"to (?:my|our)|가져갈|찾아|받")
_PLACE = Pattern(r"(?P<place>\s?(?:데|곳|집|가게))[\s?.!~요]*")
_OPEN_NOW = Pattern(
    r"(?:지금|아직|현재|이\s?시간에|밤늦게|늦게까지)\s?(?:까지\s?)?(?:문\s?)?(?:연|여는|열린|열려|열었|영업\s?하는|영업\s?중(?:인|이신)?|하는|장사하는)(?:\s?있는)?"
    r"|영업\s?중인?|문\s?(?:연|열린|열려\s?있는)|열려\s?있는"
    r"|\b(?:open(?:ed)?\s(?:right\s)?now|(?:still|already) open|open (?:this|that) late|open late|open at this hour|currently open|(?<=that's )open|(?<=that is )open|(?<=that are )open)\b"
)
_OPEN_HINT = ("open", "영업", "문", "열", "지금", "아직", "현재", "시간에", "늦게")


def find_fulfilment(text: str) -> list[Value]:
    """``fulfilment`` values that are wished for; "포장 말고 배달" wishes for delivery only."""
    if not _HINT.search(text):
        return []
    able = [match.span() for match in _DELIVERS.finditer(text)]
    found: list[Value] = []
    for value, pattern in (("delivery", _DELIVERY), ("pickup", _PICKUP)):
        for match in pattern.finditer(text):
            denied = (
                _DENIED.match(text, match.end())
                or _FEE_EN.match(text, match.end())
                or _DENIED_EN.search(text[: match.start()])
                or (match[0] == "포장" and _WRAPPED.search(text, 0, match.start()))
            )
            if not denied and not any(start <= match.start() < end for start, end in able):
                group = "rider" if match.groupdict().get("rider") else 0
                found.append(Value("fulfilment", value, *match.span(group)))
    found.sort(key=lambda value: value.start)
    return [one for one in found if not _said_before(text, one, found)]


def _said_before(text: str, one: Value, found: list[Value]) -> bool:
    """Whether words that only go on about it follow those that say it: "deliver it to my door"."""
    goes_on = _GOES_ON.match(text, one.start)
    return bool(goes_on) and any(other.value == one.value and other.start < one.start for other in found)


def find_shop_wishes(text: str) -> list[Value]:
    """``delivers`` and ``open_now``, always true where found. A text that says no more has its last noun in them too."""
    found: list[Value] = []
    for entity, pattern, hint in (("delivers", _DELIVERS, _DELIVERS_HINT), ("open_now", _OPEN_NOW, _OPEN_HINT)):
        for match in pattern.finditer(text) if any_in(hint, text) else ():
            start, end = match.span("able" if match.groupdict().get("able") else 0)
            alone = _PLACE.fullmatch(text, end) if not text[:start].strip() else None
            found.append(Value(entity, True, start, alone.end("place") if alone else end))
    return found
