"""What is asked of the kitchen or the rider: notes, in the person's own words."""

from __future__ import annotations

from nlu.patterns import Pattern
from nlu.values import Value

_KO_END = (
    r"(?:\s?(?:해\s?)?(?:주세요|주세여|주시고|주시면|주셔요|주십시오|주이소|줘요|줘|줄래요|부탁\S*|주시겠어요|요))?"
)
_WITHOUT = r"(?:빼고|빼\s?(?:고|서|주\S*|줘\S*|요)|제외\S*|넣지\s?(?:말|마)\S*|없이|(?!하지|라지|번지|먼지)[가-힣]{1,3}지\s?(?:말고|마시고|말아\s?\S*|마세요)|안\s?넣\S*|안\s?주\S*|필요\s?없\S*|말아\s?주\S*)"
_MANNER = (
    r"(?:(?:안|덜|더|좀|아주|많이|조금|살짝|너무)\s?)?(?:맵|짜|달|싱겁|뜨겁|차갑|진하|연하|바삭하|바싹|두껍|얇|촉촉하|따뜻하|시원하)(?:지\s?않)?게"
    r"|(?:좀\s?)?(?:더\s?)?바싹(?:\s?(?:튀|구)\S*)?|완숙으?로?|반숙으?로?|(?:푹|잘|바싹|덜|안)\s?[가-힣]{0,2}[은힌한긴]\s걸로"
    r"|(?:[가-힣]+(?:은|는|이|가)?\s)?(?:푹|잘|바싹|살살|꼭|아주|좀|더)\s[가-힣]{1,4}게(?=\s?(?:하나|한\s|두\s|둘|\d|해|썰|잘라|잘르|삶|구|튀|볶|끓|싸|포장|만들|부탁|요|$|[,.]))"
    r"|(?<![가-힣])[가-힣]{0,3}(?:하|[굵얇두껍짧넓묽되싱곱])게(?=\s?(?:해|썰|잘라|삶|구워|튀|볶|끓|부탁|요|$|[,.]))(?<!이렇게)(?<!그렇게)(?<!급하게)"
    r"|안\s썰고|안\s자르고"
)
_AMOUNT = r"(?:(?:좀\s?더|좀|더)\s)?(?:많이|조금만|적게|조금|넉넉히|넉넉하게|따로|듬뿍|가득|두\s?배로)"
_DOOR = r"(?:문|현관|집|경비실|초인종|벨|노크|도착)\S{0,8}\s?(?:앞|에|은|는|을|를|하면|전에)?\S{0,8}\s?(?:두|놔|놓|맡|누르|눌러|눌르|울리|울려|하지|전화|문자|걸어)\S{0,8}(?:\s?(?:가\s?)?(?:주\S{0,8}|마\S{0,8}|말\S{0,8}|가\S{0,8}))?"
_CUTLERY = r"(?:일회용\s?|나무)?(?:수저|젓가락|포크|빨대|숟가락|냅킨|물티슈|앞접시)\S{0,8}\s?(?:\d|한|두|세|네|다섯)?\s?(?:개|벌|명)?\S{0,8}\s?(?:많이|안|넉넉히|필요|챙겨|빼|넣어|부탁|더|주)\S{0,8}(?:\s?(?:주\S{0,8}|돼요|되\S{0,8}|없\S{0,8}))?"
_KOREAN = Pattern(
    rf"(?P<door>{_DOOR})|(?P<cutlery>{_CUTLERY})"
    rf"|(?P<without>(?<![가-힣])(?!쿠폰|요청\s?사항|메모|주문|배달|포장|주소|(?:하나|둘|셋|넷|다섯|한\s?\S|두\s?\S|세\s?\S)(?:를|은|는|만)?\s?(?:더\s?)?빼|다\s?빼|전부|모두)[가-힣a-z]{{1,12}}(?:\s?하고\s[가-힣]+)?\s?(?:다\s)?{_WITHOUT}{_KO_END})"
    rf"|(?P<amount>(?:[가-힣]{{1,5}}(?:하고|이랑|랑)\s)?(?:짜장\s|간장\s)?[가-힣]{{1,10}}\s?{_AMOUNT}{_KO_END})|(?P<manner>(?:{_MANNER}){_KO_END})"
)
_STOP = (
    r"(?!(?:and|or|but|with|without|in|on|onto|for|to|at|from|by|of|please|pls|plz|thanks?|thank|thx|ty|ta|cheers|no|not|extra|more|less|an?|the|this|that|these|those|it|its|them|then"
    r"|my|our|his|her|their|your|i|i'?m|i'?ll|we|he|she|they|you|if|because|cause|cuz|bc|since|as|so|too|each|both|all|either|every|one|two|three|four|five|six|seven|eight|nine|ten|dozen|half"
    r"|deliver\w*|pick(?:-?up)?|takeaway|takeout|asap|today|tonight|tomorrow|now|ok|okay|lol|haha|mate|love|large|small|medium|regular|x|is|are|was|were|does|do|did|can|could|would|will|may"
    r"|add|make|just|only|also|plus|n|w|instead|though|tho|yeah|right|cut|put|leave|bring|send|ring|around|about|when|where|what|how|again|next|hold|skip|easy|after|before|even|like|allerg\w+|everything|anything)(?![a-z]))"
)
"""What ends the words for a thing."""
_WORD = rf"{_STOP}[a-z][a-z'-]*"
_THING = rf"{_WORD}(?:\s{_WORD}){{0,2}}"
_TWO_WORDS = rf"{_WORD}(?:\s{_WORD})?"
_HOW = r"(?:spicy|salty|sweet|hot|warm|cold|crispy|crunchy|mild|toasted|cooked|soft|firm|strong|weak|thick|thin|thinly sliced|milky|creamy|saucy|soupy|oily|greasy|rare|burnt|dark|browned|charred|fresh|chewy|runny|sour|tangy|garlicky|done|ripe)"
_MORE_SO = r"(?:spici|crispi|crunchi|salti|soupi|sweet|warm|hott|mild|soft|firm|thick|thinn|strong|weak|saucier|creami|cheesi)er"
_PIECES = r"(?:half|halves|thirds|quarters|cubes|squares|triangles|strips|(?:two|three|four|five|six|eight|ten|twelve|\d{1,2}|small|bite[- ]sized?|thin|thick)(?: (?:pieces|slices|wedges|parts|strips|squares|cubes))?|pieces|slices|wedges)"
_VESSELS = r"(?:bags?|boxes|box|containers?|tubs?|bowls?|packs?|packets?|bottles?|cups?)"
_FOR_WHOM = r"(?: for (?:the|my|our|a) (?:little |small |young )?[a-z]+)?"
_ENGLISH = Pattern(
    r"\b(?:(?P<without>(?:no|without|hold|skip|leave (?:out|off)|minus|take off|ditch|lose)\s(?:(?:the|any|my)\s)?(?!thanks?\b|problem|one\b|idea|wait\b|sorry\b|more\b|need\b|make\b|actually\b|it\b|them\b|longer\b|no\b|not\b|worries\b|rush\b|hurry\b|ten\b|on\b|two\b|three\b|\d)"
    rf"{_THING}(?:\s(?:or|nor)\s{_TWO_WORDS})?(?: at all)?|(?:leave|take)\sthe\s{_TWO_WORDS}\s(?:out|off))"
    rf"|(?P<amount>(?:(?:go )?(?:easy|heavy|light) on(?: the)?|less|light|more(?! and)|extra|double|(?:lots|loads|plenty|tons) of|not too much)\s{_TWO_WORDS})"
    rf"|(?P<manner>(?:not|very|super|extra|a bit|a little|a touch|less|make it|still|nice and|piping|slightly|lightly|really)\s{_HOW}(?![a-z])|{_MORE_SO} than (?:usual|normal|last time)"
    rf"|(?:as )?{_HOW} as (?:you can(?: make (?:it|them))?|possible|they come)|well[ -]done|medium[ -](?:rare|well)(?![a-z])|lukewarm|al dente|crusts? off|uncut|unsalted|unsweetened"
    rf"|(?:noodles|yolks?|eggs?|rice|rice cakes) (?:firm|soft|hard|runny|al dente|well done|soft boiled|hard boiled|over easy|sunny side up)(?![a-z])"
    rf"|(?:cut|sliced|chopped) (?:it |them |this |that )?(?:(?:in|into|to) {_PIECES}|up|small(?:er)?|thin(?:ly)?|thick(?:ly)?){_FOR_WHOM}|separately|toasted|warmed up|heated up"
    rf"|(?:(?:gift[- ])?(?:wrapped|packed|boxed|bagged|packaged)|wrap (?:it|them)|pack (?:it|them)|in) (?:up )?(?:(?:separately|individually|apart|together|well|one by one)(?![a-z])|in (?:two|three|four|different|separate|its own|their own|\d) (?:separate |different )?{_VESSELS})"
    rf"|in (?:two|three|four|\d) (?:separate|different) {_VESSELS}|gift[- ]?wrapped|hand[- ]?wash(?:ed)?(?: only)?|by hand|low heat|\d{{1,2}} ?(?:cm|inch(?:es)?) (?:shorter|longer|narrower|wider)"
    rf"|there(?:'s| is) an? (?:{_WORD} ){{0,2}}(?:stain|hole|tear|rip|spot|mark)(?: (?:on|in|near) (?:the|my|its|one) {_TWO_WORDS})?|(?:be )?careful with (?:the )?{_TWO_WORDS}"
    r"|(?:card|cake|message|note|ribbon|plate|banner|tag)(?: (?:that|which|should))? (?:saying|says?|reads?|reading):? (?P<said>[^,.;]{2,50})"
    r"|write [\"'“‘]?[a-z\d][^,.;]{1,50})"
    r"|(?P<door>(?:leave|drop|put|hang)\s(?:it|them|the order|this)?\s?(?:at|by|outside|in front of|on|with)\s(?:the |my )?(?:[a-z ]{2,20}?\s(?:and|then)\s(?:ring|knock|buzz|call|text|press|tap)[a-z ]{0,20}|[a-z ]{2,20})(?![a-z])|(?:please )?(?:do not|don't|dont) (?:ring|knock|buzz)[a-z ]{0,20}|(?:ring|knock)(?: (?:the|my|on the))?(?: (?:bell|doorbell|door))?(?: (?:once|twice|please))?(?= |$)|call (?:me )?(?:when|before)[a-z ]{0,25}))"
)
_TOLD_BEHIND = Pattern(
    rf"\b(?:{_THING}\s(?:left|taken)\s(?:out|off)|(?:(?:{_WORD}\s)?{_WORD}\s)?on the side|(?:(?:{_WORD}\s)?{_WORD}\s)?in (?:a )?separate [a-z]+|(?!them|this|that|everything|all|each|both|packed|wrapped|boxed|bagged|put|pack|wrap)[a-z]{{3,}}\s(?:separate(?:ly)?|apart)(?=$|[,.;?]|\s(?:and|please|pls|thanks)\b)"
    r"|(?:(?!please|and|but|with|just|that|this|make|the|both|all|one|each|either|keep|them|its?\s)[a-z]{3,}\s)?(?:not too|not so)\s(?!(?:much|late|long|bad|sure|many|far|good|brave|fuss\w+|picky|hungry|bothered|busy|difficult)\b)[a-z]{3,})"
)
"""What says behind the things how they are to be."""
_TOLD_BEHIND_HINT = Pattern(r"left|taken|side|separate|apart|not (?:too|so)")
_KOREAN_HINT = Pattern(
    r"빼|뺀|제외|[넣없안말게많적덜]|조금|넉넉|따로|듬뿍|가득|앞|벨|튀|익|완숙|반숙|수저|젓가락|포크|빨대|숟가락|냅킨|물티슈|접시|[문집실종]"
)
_ENGLISH_HINT = Pattern(r"[a-z]{2}")


def find_notes(text: str) -> list[Value]:
    """``note`` values by position: the words, their span."""
    found: list[Value] = []
    for pattern, hint in ((_KOREAN, _KOREAN_HINT), (_TOLD_BEHIND, _TOLD_BEHIND_HINT), (_ENGLISH, _ENGLISH_HINT)):
        if not hint.search(text):
            continue
        for match in pattern.finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            said = "said" if pattern is _ENGLISH and match["said"] else 0
            words = match[said].strip()
            start = match.start(said) + len(match[said]) - len(match[said].lstrip())
            if words:
                found.append(Value("note", words, start, start + len(words)))
    return sorted(found, key=lambda note: note.start)


_CORE = Pattern(
    rf"^(?P<core>.*?(?:(?:빼|넣지\s말)고|없이|{_AMOUNT}|{_MANNER}))(?:\s?(?:해\s?)?(?:주|줘|부탁|할|해|요|용)\S*|요|용)$"
)
_FOR_ALL = Pattern(
    rf"(?:{_DOOR}|{_CUTLERY})|(?:leave|drop|hang|pop) (?:it|them|this|everything|the (?:order|food|bag))\b.*|(?:wrap|pack) (?:it|them|everything) (?:up )?(?:well|tight(?:ly)?|carefully)|.*\b(?:door|bell|ring|knock|call me|napkins?|chopsticks|cutlery|straws?|spoons?|forks|utensils|plastic|carrier bag|gate|lobby|reception|guard|security|concierge|neighbou?rs?|front desk|mailbox|downstairs|text me)\b.*"
)


def core(note: Value) -> Value:
    """A note without the politeness behind it, as it stands on an order's line: "안 맵게" of "안 맵게 해주세요"."""
    found = _CORE.match(str(note.value))
    if found is None:
        return note
    return Value("note", found["core"], note.start, note.start + len(found["core"]))


def is_for_all(note: Value) -> bool:
    """Whether a note is about how all of it is handed over, and not about a dish."""
    return bool(_FOR_ALL.fullmatch(str(note.value)))


_LEAVES_OUT = Pattern(rf"{_WITHOUT}|\b(?:no|without|hold|skip|leave out|minus)\b")


def leaves_out(note: Value) -> bool:
    """Whether the note asks for something to be left out."""
    return bool(_LEAVES_OUT.search(str(note.value)))
