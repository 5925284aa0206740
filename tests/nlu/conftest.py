"""The engine trained on the product's data, kept between runs, and a small street to speak about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import platformdirs
import pytest

from nlu.engine import Engine
from nlu.understanding import Context, Expect, Name, Role, Understanding

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=9)))
"""A Friday noon in Seoul."""

HAND = (
    Name("item", "fried", ("후라이드치킨", "Fried chicken", "후라이드", "fried"), "hana"),
    Name("item", "sweet", ("양념치킨", "Sweet chili chicken", "양념"), "hana"),
    Name("item", "cola", ("콜라", "Cola", "Coke"), "hana"),
    Name("item", "hot-americano", ("아메리카노", "Americano"), "hana"),
    Name("item", "americano", ("아이스 아메리카노", "Iced Americano", "아아"), "hana"),
    Name("item", "latte", ("카페라떼", "Caffe latte", "라떼"), "hana"),
    Name("item", "gimbap", ("참치김밥", "Tuna gimbap"), "hana"),
    Name("item", "ramyeon", ("치즈 라면", "Cheese ramyeon"), "hana"),
    Name("choice", "fried-mild", ("순한맛", "mild"), "fried"),
    Name("choice", "fried-hot", ("매운맛", "hot"), "fried"),
    Name("choice", "sweet-mild", ("순한맛", "mild"), "sweet"),
    Name("choice", "sweet-hot", ("매운맛", "hot"), "sweet"),
    Name("choice", "hot-americano-shot", ("샷 추가", "extra shot", "샷"), "hot-americano"),
    Name("choice", "americano-shot", ("샷 추가", "extra shot", "샷"), "americano"),
    Name("choice", "americano-decaf", ("디카페인", "decaf"), "americano"),
    Name("choice", "latte-shot", ("샷 추가", "extra shot", "샷"), "latte"),
    Name("choice", "latte-decaf", ("디카페인", "decaf"), "latte"),
    Name("choice", "latte-large", ("라지", "large", "큰 사이즈"), "latte"),
)
AROUND = (
    Name("shop", "hana", ("하나치킨", "Hana Chicken")),
    Name("shop", "laundry", ("행복세탁소", "Happy Laundry")),
    Name("item", "malatang", ("마라탕", "Malatang"), "china"),
    Name("item", "jjajang", ("짜장면", "Jjajangmyeon"), "china"),
    Name("item", "fried", ("후라이드치킨", "후라이드"), "hana"),
    Name("place", "mangwon", ("망원역", "Mangwon Station")),
    Name("place", "hapjeong", ("합정역", "Hapjeong Station")),
    Name("trade", "chicken", ("치킨", "치킨집", "통닭", "chicken", "chicken place")),
    Name("trade", "cafe", ("카페", "커피", "커피숍", "cafe", "coffee shop")),
    Name("trade", "chinese", ("중식", "중국집", "chinese restaurant")),
    Name("trade", "pharmacy", ("약국", "pharmacy")),
)

Understand = Callable[..., Understanding]


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine.open(platformdirs.user_cache_path("dangol") / "nlu")


@pytest.fixture(scope="session")
def understand(engine: Engine) -> Understand:
    """Parse as somebody: at a shop (``at_shop``) or on the street, asked something (``expect``) or not."""

    def parse(
        text: str, role: Role = "consumer", expect: Expect | None = None, *, at_shop: bool = True, now: datetime = NOW
    ) -> Understanding:
        return engine.parse(text, Context(role, expect, HAND if at_shop else (), AROUND), now)

    return parse
