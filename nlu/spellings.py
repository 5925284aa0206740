"""Other ways in which the same name is written, beyond a slip of the finger."""

from __future__ import annotations

from collections.abc import Iterator

from nlu.patterns import Pattern

_WRITTEN = (
    ("라떼", "라테"),
    ("케이크", "케익"),
    ("케이크", "케잌"),
    ("주스", "쥬스"),
    ("소시지", "소세지"),
    ("돈가스", "돈까스"),
    ("까스", "가스"),
    ("짜장", "자장"),
    ("초콜릿", "초콜렛"),
    ("초코", "쵸코"),
    ("캐러멜", "카라멜"),
    ("마키아토", "마끼아또"),
    ("도넛", "도너츠"),
    ("크루아상", "크로와상"),
    ("크루아상", "크로아상"),
    ("바게트", "바게뜨"),
    ("셰이크", "쉐이크"),
    ("셰이크", "쉐이크"),
    ("공깃밥", "공기밥"),
    ("떡볶이", "떡뽁이"),
    ("떡볶이", "떡볶기"),
    ("떡볶이", "떡복이"),
    ("찌개", "찌게"),
    ("어묵", "오뎅"),
    ("김밥", "킴밥"),
    ("세트", "셋트"),
    ("육개장", "육계장"),
    ("로제", "로재"),
    ("스크램블", "스크럼블"),
    ("에그", "애그"),
    ("프라이드", "후라이드"),
    ("후라이", "프라이"),
    ("gimbap", "kimbap"),
    ("jjajang", "jajang"),
    ("tteokbokki", "topokki"),
    ("tteokbokki", "ddeokbokki"),
    ("americano", "amerikano"),
    ("yogurt", "yoghurt"),
    ("fries", "chips"),
    ("ramyeon", "ramen"),
    ("ramyeon", "ramyun"),
    ("stew", "jjigae"),
    ("doughnut", "donut"),
    ("vegetable", "veggie"),
    ("vegetable", "veg"),
    ("shrimp", "prawn"),
    ("cutlet", "katsu"),
    ("dumpling", "mandu"),
    ("soupwithrice", "gukbap"),
    ("level", "lvl"),
    ("coke", "cola"),
    ("sandwich", "sandwhich"),
    ("chocolate", "choc"),
    ("loaf", "bread"),
    ("bread", "loaves"),
    ("trainers", "sneakers"),
    ("trousers", "pants"),
    ("소주", "쏘주"),
    ("소주", "쐬주"),
)
_SINO = dict(zip("123456789", "일이삼사오육칠팔구", strict=True))
_SMALL_NUMBER = Pattern(r"(?<!\d)([1-9])(?=인|호|단|종)")
_MEASURE = Pattern(
    r"[\s(]*\d+(?:\.\d+)?\s?(?:g|kg|ml|l|cc|그램|킬로|리터|호|매|인분|개입|구|정|캡슐|포|cm|인치|inch|oz)?\)?$"
)
_COUNTER_OF = Pattern(
    r"^(?:an?\s)?(?:bowl|cup|glass|bottle|can|plate|slice|piece|portion|serving|side|bag|pack|box)s?\sof\s(?=\w{3})"
)
_IN_PARENTHESES = Pattern(r"\s*[(\[].*[)\]]\s*")


def respelled(name: str) -> Iterator[str]:
    """``name`` (reading form, spaces out) in the ways that people also write it."""
    for one, other in _WRITTEN:
        if one in name:
            yield name.replace(one, other)
        elif other in name:
            yield name.replace(other, one)
    spoken = _SMALL_NUMBER.sub(lambda match: _SINO[match[1]], name)
    if spoken != name:
        yield spoken


def without_measure(name: str) -> str:
    """A dish's name (reading form) without the weight, volume or count at its end, and without what stands in
    parentheses; the name itself when nothing would be left."""
    bare = _MEASURE.sub("", _IN_PARENTHESES.sub(" ", name).strip()).strip()
    return bare if len(bare) > 1 else name


def without_counter(name: str) -> str:
    """A dish's English name (reading form) without what it comes in: rice of "bowl of rice"."""
    return _COUNTER_OF.sub("", name)
