"""Choices that every counter knows by several words: 라지 is large, a big one, L."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from nlu.patterns import Pattern
from nlu.written import has_hangul

_KINDS = MappingProxyType(
    {
        "temperature": (
            ("아이스", "ice", "iced", "차가운", "차갑게", "시원한", "시원하게", "찬거", "찬걸로", "차가운걸로", "아이스로", "cold"),
            ("핫", "hot", "따뜻한", "따뜻하게", "따듯한", "따듯하게", "뜨거운", "뜨겁게", "뜨신", "뜨끈한", "뜨뜻한", "따신", "핫으로", "따뜻한걸로", "뜨거운걸로", "warm"),
        ),
        "size": (
            ("라지", "l", "large", "대", "라지사이즈", "l사이즈", "큰거", "큰걸로", "큰것", "큰사이즈", "큰컵", "큰", "대자", "대짜", "엘사이즈", "라아지", "big"),
            ("레귤러", "r", "regular", "레귤러사이즈", "r사이즈", "기본사이즈", "보통사이즈"),
            ("미디엄", "미디움", "m", "medium", "중", "중간", "중간거", "중간사이즈", "중자", "중짜", "m사이즈"),
            ("스몰", "s", "small", "소", "작은거", "작은걸로", "작은것", "작은사이즈", "작은", "소자", "소짜", "스몰사이즈"),
            ("톨", "tall", "톨사이즈"),
            ("그란데", "grande", "그란데사이즈"),
            ("벤티", "venti", "벤티사이즈"),
            ("패밀리", "family", "패밀리사이즈", "f사이즈"),
            ("곱빼기", "곱배기", "곱뺴기", "꼽빼기", "곱으로", "largeportion", "doubleportion"),
        ),
        "heat": (
            ("순한맛", "순하게", "순한", "순한거", "순한걸로", "mild", "notspicy", "notspicyatall", "nospice"),
            ("안맵게", "안매운맛", "안매운", "안매운거", "안매운걸로", "notspicy", "notspicyatall", "nospice", "mild", "nothot"),
            ("아주맵게", "아주매운맛", "아주매운", "엄청맵게", "많이맵게", "veryspicy", "extraspicy", "veryhot", "extrahot", "superspicy", "reallyspicy", "reallyhot", "spiciest"),
            ("덜맵게", "덜매운맛", "덜매운", "덜매운거", "lessspicy", "milder", "lesshot", "alittlelessspicy", "abitlessspicy"),
            ("더맵게", "더매운맛", "더매운", "morespicy", "spicier", "hotter", "extraspicy"),
            ("매운맛", "맵게", "매운", "매운거", "매운걸로", "매콤한", "매콤하게", "spicy"),
            ("중간맛", "중간맵기", "mediumspicy"),
            ("보통맛", "보통맵기", "regular", "normal", "medium"),
        ),
        "sauce": (
            ("부먹", "소스부어서", "소스는부어서", "소스는다부어서", "소스뿌려서", "sauceontop", "sauceover", "sauceonit", "saucepouredover", "pouredover", "saucepoured", "poured"),
            ("찍먹", "소스따로", "소스는따로", "소스는다따로", "소스다따로", "sauceapart", "sauceseparate", "sauceontheside", "todip", "fordipping", "dipping", "sauceonside", "dippingsauce"),
        ),
        "meal": (
            ("세트", "셋트", "set", "combo", "meal", "세트메뉴", "asaset", "asacombo"),
            ("단품", "단품만", "burgeronly", "alone", "onitsown", "justtheburger"),
        ),
        "bone": (
            ("순살", "뼈없는", "뼈없는걸로", "뼈없이", "boneless", "nobones", "withoutbones"),
            ("뼈", "뼈있는", "뼈있는걸로", "bonein", "onthebone", "withbone"),
        ),
        "": (
            ("디카페인", "디카프", "디카", "decaf", "decaffeinated"),
            ("연하게", "연한", "연한거", "weak", "light"),
            ("진하게", "진한", "진한거", "strong"),
            ("샷추가", "샷", "엑스트라샷", "투샷", "extrashot", "addashot", "ashot", "doubleshot"),
            ("오트밀크", "귀리우유", "귀리", "오트", "오트우유", "oatmilk", "oat"),
            ("두유", "소이", "소이밀크", "soymilk", "soy"),
            ("휘핑추가", "휘핑", "휘핑크림", "휘핑크림추가", "whippedcream", "whip"),
            ("제로", "슈가제로", "zero", "diet"),
            ("빨강", "빨간", "빨간색", "빨간거", "레드", "red"),
            ("노랑", "노란", "노란색", "노란거", "옐로우", "yellow"),
            ("분홍", "분홍색", "핑크", "pink"),
            ("하양", "흰색", "하얀", "하얀색", "화이트", "white"),
            ("파랑", "파란", "파란색", "블루", "blue"),
            ("보라", "보라색", "퍼플", "purple"),
            ("데워서", "데워", "따뜻하게데워서", "warmedup", "heatedup", "heated", "warmed", "warm", "warmitup", "heatitup"),
            ("썰어서", "잘라서", "썰은", "자른", "sliced", "cut"),
            ("통째로", "통으로", "안썰고", "안자르고", "whole", "unsliced", "uncut", "notsliced"),
            ("두껍게", "두꺼운", "두툼하게", "thick", "thickcut"),
            ("얇게", "얇은", "thin", "thincut"),
            ("급행", "급행으로", "express", "rush"),
        ),
    }
)  # fmt: skip
_OF = {word: (kind, group) for kind in reversed(_KINDS) for group in reversed(_KINDS[kind]) for word in group}
_SUFFIX = Pattern(r"(?:추가|변경|선택|사이즈|토핑|사리|소스|맛|적용)$")
_PREFIX_EN = Pattern(r"^(?:extra|add|with)(?=[a-z]{3})")
_MORE_EN = Pattern(r"^(?:more|additional)(?=[a-z]{3})")
_MADE_SO = Pattern(r"^(?P<stem>[가-힣]{1,4})게$")
_SUFFIX_EN = Pattern(r"(?<=[a-z]{3})(?:size|portion|topping|sauce|flavou?r|cut)$")
_WITHOUT = Pattern(r"^(?P<what>.+?)(?:없이|없음|빼기|빼고|제외|빼주세요|안넣기)$")
_WITHOUT_EN = Pattern(r"^(?:no|without)(?P<what>[a-z]+)$")
_SIZED = Pattern(r"^(?P<base>.{2,}?)\s*[\s(\[](?P<which>[^\s()\[\]]+)[)\]]?$")
_SUGAR = Pattern(r"^당도(?P<share>\d+)%?$")


def kind_of(name: str) -> str:
    """What a choice is about ("temperature", "size", …), by its reading form without spaces; empty when unknown."""
    return _OF.get(name, ("", ()))[0]


def alike(name: str) -> tuple[str, ...]:
    """All words of every counter for the same, the first of them its Korean name; none when unknown. ``name`` as for
    ``kind_of``."""
    return _OF.get(name, ("", ()))[1]


def also_called(names: Sequence[str]) -> Iterator[str]:
    """Further words for a choice of these names (reading form, spaces out)."""
    first = names[0]
    for name in (first,) if first in _OF else names:
        yield from alike(name)
    for name in names:
        stem = _SUFFIX.sub("", name) if has_hangul(name) else _SUFFIX_EN.sub("", _PREFIX_EN.sub("", name))
        added = name.startswith(("extra", "more", "add")) or (names[0].endswith("추가") and not has_hangul(name))
        if added and len(stem) > 2:
            bare = _MORE_EN.sub("", stem)
            yield from (f"{how}{bare}" for how in ("extra", "more", "additional", "add", "addextra"))
        if stem != name and len(stem) > 1:
            yield stem
            if name.endswith("추가"):
                yield from (f"{stem}넣고", f"{stem}넣어서", f"{stem}넣은", f"{stem}도추가")
        yield from _without(name)
        yield from _described(name)
    sugar = _SUGAR.match(first)
    if sugar:
        share = sugar["share"]
        yield from (f"{share}%", f"당도{share}", f"{share}프로", f"당도{share}프로", f"{share}%sugar", f"sugar{share}%")


def sized(name: str) -> Iterator[str]:
    """A dish's name (reading form) that ends in a size or a temperature, with every word for it: 치즈피자 (L)."""
    match = _SIZED.match(name)
    if match is None or match["which"] not in _OF:
        return
    kind, words = _OF[match["which"]]
    if kind not in ("size", "temperature"):
        return
    base = match["base"].strip()
    for word in words:
        yield base + word
        yield word + base


def _described(name: str) -> Iterator[str]:
    """What is made so, said of the dish: 맑은 거, 얼큰한 걸로 of 맑게, 얼큰하게."""
    made = _MADE_SO.match(name)
    if made is None:
        return
    stem = made["stem"]
    final = (ord(stem[-1]) - 0xAC00) % 28
    if stem.endswith("하"):
        so = stem[:-1] + "한"
    elif final == 17:
        so = stem[:-1] + chr(ord(stem[-1]) - final) + "운"
    elif final in (0, 8):
        so = stem[:-1] + chr(ord(stem[-1]) - final + 4)
    else:
        so = stem + "은"
    yield from (so + what for what in ("거", "걸로", "것", "국물", "맛"))
    if len(so) > 1:
        yield so


def _without(name: str) -> Iterator[str]:
    left_out = _WITHOUT.match(name)
    if left_out:
        what = left_out["what"]
        yield from (
            what + verb for verb in ("빼고", "없이", "빼서", "빼주세요", "없는걸로", "는빼고", "은빼고", "제외", "없게")
        )
    left_out = _WITHOUT_EN.match(name)
    if left_out:
        yield from (verb + left_out["what"] for verb in ("no", "without", "holdthe", "minus", "skipthe"))
