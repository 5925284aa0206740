"""What of an address is a street, and what a flat."""

from __future__ import annotations

import pytest

from commerce.places import is_unit, street


@pytest.mark.parametrize("text", ["101동 202호", "202호", "3층", "101동", "2층 201호", " 1동3호 "])
def test_a_flat_alone_is_no_address(text: str) -> None:
    assert is_unit(text)


@pytest.mark.parametrize("text", ["시험로 33", "시험로 33, 101동 202호", "망원동 57", "망원역 2번 출구", "1동네"])
def test_a_street_is(text: str) -> None:
    assert not is_unit(text)


@pytest.mark.parametrize(
    ("address", "unit", "left"),
    [
        ("시험로 33, 101동 202호", "103동 5호", "시험로 33"),
        ("시험로 33 3층", "2층", "시험로 33"),
        ("시험로 33", "202호", "시험로 33"),
        ("202호", "203호", "202호"),
        ("시험로 33, 101동 202호", "문 앞", "시험로 33, 101동 202호"),
    ],
)
def test_another_flat_takes_the_place_of_the_first(address: str, unit: str, left: str) -> None:
    assert street(address, unit) == left
