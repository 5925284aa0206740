"""Counters: the words that stand between a number and what it counts."""

from __future__ import annotations

COUNTERS_KO = (
    "개", "마리", "잔", "병", "인분", "그릇", "판", "줄", "캔", "세트", "셋트", "조각", "봉지", "봉", "팩", "통", "접시",
    "컵", "박스", "상자", "장", "벌", "켤레", "권", "송이", "다발", "근", "모", "키로", "킬로", "묶음", "덩이", "덩어리",
    "꼬치", "대접", "곽", "갑", "알", "쪽", "포기", "단", "망", "포", "바구니", "사라", "뚝배기", "공기", "피스", "자루",
)  # fmt: skip
"""What dishes and goods are counted by. People (명) and minutes (분) are left out: they count something else."""

SINO_COUNTERS = ("인분", "키로", "킬로", "피스")
"""Those that go with Sino-Korean numbers when spelled out: 이인분."""

COUNTERS_EN = (
    "pieces", "piece", "pcs", "pc", "cups", "cup", "bottles", "bottle", "cans", "can", "boxes", "box", "servings",
    "serving", "orders", "order", "plates", "plate", "bowls", "bowl", "sets", "set", "packs", "pack", "bags", "bag",
    "glasses", "glass", "slices", "slice", "portions", "portion", "rolls", "bunches", "bunch", "loaves", "loaf",
)  # fmt: skip
