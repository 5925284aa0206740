"""Counters: the words that stand between a number and what it counts, and what each may count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from nlu.patterns import Pattern

Fit = Literal["yes", "no", "open"]


@dataclass(frozen=True, slots=True)
class Counter:
    """``words`` are written alike; ``counts`` are parts of the names of what they count (a pattern, reading form).

    ``counts`` None: anything is counted so. ``sino``: Sino-Korean numbers go with it when spelled out (이인분).
    """

    words: tuple[str, ...]
    counts: str | None = None
    sino: bool = False


_DRINK = (
    "커피|아메리카노|아아|뜨아|라떼|라테|카푸치노|모카|에스프레소|마끼아또|콜드브루|에이드|스무디|주스|쥬스|차|티|밀크|우유|"
    "맥주|생맥|소주|막걸리|와인|칵테일|하이볼|위스키|사케|콜라|사이다|음료|탄산수|물|식혜|수정과|두유|쉐이크|"
    "coffee|americano|latte|cappuccino|mocha|espresso|brew|ade|smoothie|juice|tea|milk|beer|lager|wine|soju|coke|cola|"
    "sprite|cider|soda|water|shake|drink"
)
_SOUP = "국|탕|찌개|면|밥|죽|우동|라멘|짬뽕|짜장|냉면|칼국수|수제비|국밥|덮밥|해장|전골|soup|stew|noodle|ramen|ramyeon|rice|udon|bowl"
_MEAT = (
    "고기|삼겹|목살|갈비|등심|안심|차돌|불고기|곱창|막창|대창|돼지|소|닭|오리|정육|한우|pork|beef|meat|brisket|ribs?"
)
_FISH = "오징어|고등어|갈치|생선|낙지|문어|전복|새우|게|장어|광어|우럭|조기|굴비|삼치|꽃게|대게|명태|동태|fish|squid|mackerel|shrimp|prawn|crab|eel|lobster"
_CHICKEN = "치킨|닭|통닭|후라이드|프라이드|양념|간장|순살|반반|백숙|삼계|오리|붕어빵|chicken|duck|fried"
_FLOWER = (
    "장미|꽃|튤립|국화|카네이션|백합|해바라기|프리지아|안개|수국|작약|거베라|rose|tulip|flower|lily|carnation|sunflower"
)
_BREAD = "빵|식빵|바게트|케이크|케익|파이|샌드위치|토스트|bread|cake|pie|toast|sandwich"

COUNTERS = (
    Counter(("개",)),
    Counter(("잔",), _DRINK),
    Counter(("컵",), f"{_DRINK}|컵|떡볶이|과일|밥|아이스크림"),
    Counter(("마리",), f"{_CHICKEN}|{_FISH}|족발"),
    Counter(("그릇", "대접", "뚝배기", "사발"), f"{_SOUP}|회|빙수|팥"),
    Counter(("공기",), "밥|rice"),
    Counter(("판",), "피자|계란|달걀|전|만두|pizza|egg"),
    Counter(("줄",), "김밥|계란|소시지|가래떡|gimbap|kimbap|roll"),
    Counter(("인분",), f"{_MEAT}|{_SOUP}|떡볶이|순대|튀김|족발|보쌈|회|샤브|쭈꾸미|주꾸미|아구|찜|볶음|구이|tteokbokki|sundae", sino=True),
    Counter(("송이",), f"{_FLOWER}|포도|바나나|버섯|grape|banana"),
    Counter(("다발",), f"{_FLOWER}|부추|파|bouquet"),
    Counter(("근",), f"{_MEAT}|고추|감자|고구마|딸기|배추|나물|버섯"),
    Counter(("봉지", "봉", "봉다리"), "과자|라면|빵|사탕|만두|콩나물|붕어빵|호떡|귤|떡|snack|chips|ramyeon"),
    Counter(("병",), f"{_DRINK}|기름|간장|식초|꿀|잼|참기름|oil"),
    Counter(("캔",), f"{_DRINK}|참치|햄|통조림|tuna"),
    Counter(("장",), "전|김|티셔츠|셔츠|와이셔츠|블라우스|수건|이불|담요|토스트|식빵|파전|부침개|만두피|사진|복사|shirt|towel"),
    Counter(("벌",), "양복|정장|코트|한복|교복|원피스|바지|점퍼|패딩|셔츠|블라우스|세탁|드라이|suit|coat|dress"),
    Counter(("채",), "이불|담요|침구|bedding|blanket|duvet|comforter|quilt"),
    Counter(("켤레",), "신발|구두|운동화|부츠|양말|장갑|샌들|슬리퍼|shoe|sneaker|boot|sock|glove"),
    Counter(("권",), "책|노트|공책|잡지|만화|소설|문제집|다이어리|book|notebook"),
    Counter(("자루",), "연필|펜|볼펜|쌀|감자|고구마|pencil|pen"),
    Counter(("모",), "두부|묵|tofu"),
    Counter(("단",), "파|시금치|부추|미나리|열무|얼갈이|쪽파|대파|쑥갓|깻잎|꽃"),
    Counter(("포기",), "배추|김치|상추|양배추|kimchi|cabbage"),
    Counter(("망",), "양파|마늘|감자|귤|onion|garlic"),
    Counter(("꼬치",), "꼬치|어묵|오뎅|닭|염통|떡|skewer"),
    Counter(("알",), "계란|달걀|약|사탕|만두|포도|egg|pill"),
    Counter(("쪽",), "마늘|케이크|수박|귤|garlic"),
    Counter(("조각", "피스"), f"{_CHICKEN}|{_BREAD}|피자|조각|초밥|수박|pizza|sushi", sino=True),
    Counter(("접시", "사라"), f"{_FISH}|회|만두|전|튀김|순대|안주|떡볶이|족발|보쌈|초밥"),
    Counter(("되",), "쌀|콩|주|술|막걸리|팥|참깨|들깨|떡"),
    Counter(("통",), "수박|배추|멜론|김치|아이스크림|호박|양배추|무|watermelon|melon"),
    Counter(("덩이", "덩어리"), f"{_MEAT}|{_BREAD}|치즈|반죽|메주"),
    Counter(("세트", "셋트")),
    Counter(("박스", "상자", "곽", "갑", "팩", "묶음", "바구니", "포대", "포")),
    Counter(("키로그램", "킬로그램", "키로", "킬로", "kg"), sino=True),
)  # fmt: skip
"""What dishes and goods are counted by. People (명) and minutes (분) are left out: they count something else. So are
grams and millilitres: nobody wants 600 of what is sold by the piece."""

COUNTERS_KO = tuple(word for counter in COUNTERS for word in counter.words)
SINO_COUNTERS = tuple(word for counter in COUNTERS if counter.sino for word in counter.words)
"""Those that go with Sino-Korean numbers when spelled out: 이인분."""
HALVED = ("마리", "판", "개", "근", "모", "포기", "통", "단", "줄", "병", "박스", "접시", "그릇", "조각", "인분", "잔", "공기", "팩", "키로", "킬로")  # fmt: skip
"""Of these one may want half: 반 마리."""

_SINGULAR_EN = {
    "cup": _DRINK,
    "glass": _DRINK,
    "bottle": f"{_DRINK}|oil|sauce|vinegar",
    "can": f"{_DRINK}|tuna|ham|soup",
    "bowl": _SOUP,
    "slice": f"{_BREAD}|피자|치즈|수박|pizza|cheese|watermelon",
    "loaf": _BREAD,
    "roll": "김밥|롤|초밥|gimbap|kimbap|sushi|roll",
    "bunch": f"{_FLOWER}|바나나|포도|파|시금치|부추|banana|grape|onion|spinach",
    "bouquet": _FLOWER,
    "carton": None, "pot": None, "jar": None, "tub": None, "tray": None, "tin": None, "packet": None, "sack": None, "crate": None, "scoop": None,
    "plate": None, "serving": None, "portion": None, "order": None, "piece": None, "pc": None, "box": None, "set": None,
    "pack": None, "bag": None, "kilo": None, "kg": None, "head": "배추|상추|cabbage|lettuce|garlic|마늘", "pair": "신발|구두|양말|장갑|shoe|sock|glove|boot",
}  # fmt: skip
_PLURAL_EN = {"glass": "glasses", "box": "boxes", "loaf": "loaves", "bunch": "bunches", "pc": "pcs", "kg": "kgs"}
_ENGLISH = {word: name for name in _SINGULAR_EN for word in (_PLURAL_EN.get(name, f"{name}s"), name)}
COUNTERS_EN = tuple(_ENGLISH)

_KOREAN = {word: counter for counter in COUNTERS for word in counter.words}
_AT_END = Pattern(rf"(?:{'|'.join(sorted(_KOREAN, key=len, reverse=True))})(?=\s?반?$)")
_WORD_EN = Pattern(rf"\b(?:{'|'.join(sorted(_ENGLISH, key=len, reverse=True))})\b")


def counter_in(words: str) -> str | None:
    """The counter in the words of a quantity (reading form), as the table has it: "잔" of "두 잔", "cup" of "two cups of"."""
    if words.isascii():
        found = _WORD_EN.search(words)
        return _ENGLISH[found[0]] if found else None
    found = _AT_END.search(words)
    return _KOREAN[found[0]].words[0] if found else None


@lru_cache(4096)
def fits(counter: str, name: str) -> Fit:
    """Whether what is called ``name`` (reading form) is counted by ``counter`` (as ``counter_in`` gives it).

    "open" when the counter counts anything. A name that has the counter in itself ("콜라 캔") always fits.
    """
    if counter in _KOREAN:
        counts: str | None = _KOREAN[counter].counts
    else:
        counts = _SINGULAR_EN.get(counter)
    if counts is None:
        return "open"
    return "yes" if counter in name or re.search(counts, name) else "no"
