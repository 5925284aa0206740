"""A shop is saved once, keeps what its day brought, and its people come and go by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from commerce import catalogue, invitations, menu, places, shops, trades
from commerce.menu import ItemSpec, MenuItem
from commerce.refusals import Refusal
from commerce.shops import Invitation, Shop, StaffView
from commerce.work import Work
from tests.commerce.shops.street import COLA, FRIED, MANGWON, shop


async def test_a_shop_is_read_as_it_was_saved(work: Work) -> None:
    shop_id = await shops.save(work, shop())
    found = await shops.by_slug(work, "hana-chicken")
    assert found == await shops.get(work, shop_id)
    assert found is not None
    assert (found.name["en"], found.delivery_fee, found.rating, found.takes_orders) == (
        "Hana Chicken",
        3000,
        None,
        True,
    )
    assert await shops.by_slug(work, "nobody") is None


async def test_saving_again_changes_the_same_shop_and_keeps_its_ratings(work: Work) -> None:
    shop_id = await shops.save(work, shop())
    await work.session.execute(update(Shop).values(rating_sum=9, rating_count=2))
    assert await shops.save(work, shop(delivery_fee=0)) == shop_id
    found = await shops.get(work, shop_id)
    assert (found.delivery_fee, found.rating, found.rating_count) == (0, 4.5, 2)


async def test_a_menu_is_read_in_order_with_its_options(work: Work) -> None:
    read = await menu.menu(work, await shops.save(work, shop(menu=(FRIED, COLA))))
    assert [(item.name["ko"], item.price, item.available, item.sold_out) for item in read.items] == [
        ("후라이드치킨", 18000, 5, False),
        ("콜라", 2000, None, False),
    ]
    (option,) = read.items[0].options
    assert (option.at_least, option.at_most) == (0, 1)
    assert [(choice.name["en"], choice.price) for choice in option.choices] == [("mild", 0), ("hot", 500)]
    assert read.items[1].options == ()


async def test_a_menu_saved_again_keeps_ids_stock_and_marks(work: Work) -> None:
    shop_id = await shops.save(work, shop(menu=(FRIED, COLA)))
    fried, cola = (await menu.menu(work, shop_id)).items
    await work.session.execute(update(MenuItem).where(MenuItem.id == fried.id).values(sold=2, held=1))
    await menu.mark_sold_out(work, shop_id, cola.id)
    await shops.save(work, shop(menu=(replace(COLA, price=2500), FRIED, ItemSpec({"ko": "맥주", "en": "Beer"}, 4000))))
    again = (await menu.menu(work, shop_id)).items
    assert [item.name["ko"] for item in again] == ["콜라", "후라이드치킨", "맥주"]
    assert (again[0].id, again[0].price, again[0].sold_out) == (cola.id, 2500, True)
    assert (again[1].id, again[1].available) == (fried.id, 2)
    assert again[1].options == fried.options


async def test_a_dish_no_longer_listed_leaves_the_menu_and_may_return(work: Work) -> None:
    shop_id = await shops.save(work, shop(menu=(FRIED, COLA)))
    cola = (await menu.menu(work, shop_id)).items[1]
    await shops.save(work, shop(menu=(FRIED,)))
    assert len((await menu.menu(work, shop_id)).items) == 1
    assert await menu.item(work, shop_id, cola.id) is None
    await shops.save(work, shop(menu=(FRIED, COLA)))
    assert (await menu.menu(work, shop_id)).items[1].id == cola.id


async def test_a_shop_saved_without_a_menu_keeps_it(work: Work) -> None:
    shop_id = await shops.save(work, shop(menu=(FRIED,)))
    await shops.save(work, shop())
    assert len((await menu.menu(work, shop_id)).items) == 1


async def test_options_of_one_name_stay_apart_when_saved_again(work: Work) -> None:
    twice = replace(FRIED, options=(*FRIED.options, *FRIED.options))
    for _ in range(2):
        shop_id = await shops.save(work, shop(menu=(twice,)))
        (item,) = (await menu.menu(work, shop_id)).items
        assert [len(option.choices) for option in item.options] == [2, 2]


async def test_counting_can_begin_and_end(work: Work) -> None:
    shop_id = await shops.save(work, shop(menu=(COLA,)))
    await work.session.execute(update(MenuItem).values(sold=3))
    await shops.save(work, shop(menu=(replace(COLA, stock=4),)))
    assert (await menu.menu(work, shop_id)).items[0].available == 4
    await shops.save(work, shop(menu=(COLA,)))
    assert (await menu.menu(work, shop_id)).items[0].available is None


async def test_sold_out_and_back_again(work: Work) -> None:
    shop_id = await shops.save(work, shop(menu=(replace(COLA, sold_out=True), replace(FRIED, stock=0))))
    cola, fried = (await menu.menu(work, shop_id)).items
    assert cola.sold_out
    assert fried.sold_out
    await menu.mark_available(work, shop_id, cola.id)
    await menu.mark_available(work, shop_id, fried.id)
    cola, fried = (await menu.menu(work, shop_id)).items
    assert not cola.sold_out
    assert (fried.sold_out, fried.available) == (False, None)


async def test_back_again_leaves_a_count_that_has_not_run_out(work: Work) -> None:
    shop_id = await shops.save(work, shop(menu=(FRIED,)))
    item_id = (await menu.menu(work, shop_id)).items[0].id
    await menu.mark_sold_out(work, shop_id, item_id)
    await menu.mark_available(work, shop_id, item_id)
    assert (await menu.menu(work, shop_id)).items[0].available == 5


async def test_a_menu_is_changed_by_its_own_shop_only(work: Work) -> None:
    shop_id = await shops.save(work, shop(menu=(COLA,)))
    other = await shops.save(work, shop("other"))
    item_id = (await menu.menu(work, shop_id)).items[0].id
    for change in (menu.mark_sold_out, menu.mark_available):
        with pytest.raises(Refusal, match="not_on_menu"):
            await change(work, other, item_id)
    with pytest.raises(Refusal, match="not_on_menu"):
        await menu.set_price(work, other, item_id, 1)
    await menu.set_price(work, shop_id, item_id, 3000)
    with pytest.raises(Refusal, match="price_moved"):
        await menu.set_price(work, shop_id, item_id, 9000, was=2999)
    await menu.set_price(work, shop_id, item_id, 3100, was=3000)
    await menu.set_price(work, shop_id, item_id, 3000, was=3100)
    assert (await menu.menu(work, shop_id)).items[0].price == 3000


async def test_a_dish_is_added_at_the_end(work: Work) -> None:
    shop_id = await shops.save(work, shop(menu=(COLA,)))
    added = await menu.add_item(work, shop_id, FRIED)
    read = await menu.menu(work, shop_id)
    assert [item.id for item in read.items][1] == added
    assert read.item(added) == await menu.item(work, shop_id, added)


async def test_staff_join_once_and_find_their_shops(work: Work) -> None:
    shop_id = await shops.save(work, shop())
    await shops.add_staff(work, shop_id, "kim", "owner", "김사장")
    await shops.add_staff(work, shop_id, "kim", "staff", "김")
    assert await shops.staff(work, shop_id) == [StaffView("kim", "owner", "김사장")]
    assert [one.id for one in await shops.workplaces(work, "kim")] == [shop_id]
    assert await shops.workplaces(work, "lee") == []


async def test_their_own_shop_comes_before_those_where_they_help(work: Work) -> None:
    elsewhere, own = await shops.save(work, shop("elsewhere")), await shops.save(work, shop())
    await shops.add_staff(work, elsewhere, "kim", "staff", "김")
    await shops.add_staff(work, own, "kim", "owner", "김사장")
    assert [one.id for one in await shops.workplaces(work, "kim")] == [own, elsewhere]


@pytest.fixture
async def code(work: Work) -> str:
    shop_id = await shops.save(work, shop())
    await shops.add_staff(work, shop_id, "kim", "owner", "김사장")
    return await invitations.invite(work, shop_id, "kim")


async def test_an_invitation_works_once(work: Work, code: str) -> None:
    joined = await invitations.accept(work, f" {code[:4].upper()}-{code[4:]} ", "lee", "이직원")
    assert [(one.person, one.role) for one in await shops.staff(work, joined.id)] == [
        ("kim", "owner"),
        ("lee", "staff"),
    ]
    assert await invitations.accept(work, code, "lee", "이직원") == joined
    with pytest.raises(Refusal, match="invitation_used"):
        await invitations.accept(work, code, "park", "박")


async def test_an_invitation_expires_and_others_are_unknown(work: Work, code: str) -> None:
    with pytest.raises(Refusal, match="invitation_unknown"):
        await invitations.accept(work, "zzzzzzzz", "lee", "이")
    work.now += timedelta(hours=24)
    with pytest.raises(Refusal, match="invitation_expired"):
        await invitations.accept(work, code, "lee", "이")


async def test_somebody_already_there_uses_no_invitation_up(work: Work, code: str) -> None:
    await invitations.accept(work, code, "kim", "김")
    await invitations.accept(work, code, "lee", "이")


async def test_only_an_owner_invites_and_the_code_itself_is_not_kept(work: Work, code: str) -> None:
    joined = await invitations.accept(work, code, "lee", "이")
    for person in ("lee", "stranger"):
        with pytest.raises(Refusal, match="not_allowed"):
            await invitations.invite(work, joined.id, person)
    assert code not in str((await work.session.execute(select(Invitation.code_hash))).all())


@pytest.mark.parametrize(
    "text", ["망원역", "망원", " 망 원 역 ", "망원역 근처", "near Mangwon Station", "MANGWON", "망원 역 앞"]
)
async def test_a_place_is_found_as_people_say_it(work: Work, text: str) -> None:
    station = places.PlaceSpec({"ko": "망원역", "en": "Mangwon Station"}, *MANGWON, aliases=("서교로 입구",))
    market = places.PlaceSpec({"ko": "망원시장", "en": "Mangwon Market"}, 37.556, 126.906)
    await places.save(work, [market, station])
    found = await places.find(work, text)
    assert found is not None
    assert found.name["ko"] == "망원역"
    assert found == await places.get(work, found.id)


@pytest.mark.parametrize("turned", [False, True])
async def test_of_two_places_with_one_name_it_is_always_the_same_one(work: Work, *, turned: bool) -> None:
    """However the database has them lie."""
    here = places.PlaceSpec({"ko": "가나역"}, *MANGWON, aliases=("사거리",))
    there = places.PlaceSpec({"ko": "다라역"}, 37.6, 127.0, aliases=("사거리",))
    await places.save(work, [there, here] if turned else [here, there])
    found = await places.find(work, "사거리")
    assert found is not None
    assert found.name["ko"] == "가나역"


@pytest.mark.parametrize("text", ["", "  ", "근처", "%", "부산역"])
async def test_an_unknown_place_is_not_found(work: Work, text: str) -> None:
    await places.save(work, [places.PlaceSpec({"ko": "망원역", "en": "Mangwon Station"}, *MANGWON)])
    assert await places.find(work, text) is None


async def test_the_catalogue_names_what_is_at_hand_around_and_in_town(work: Work) -> None:
    near = await shops.save(work, shop(menu=(FRIED,)))
    await shops.save(work, shop("far", lat=MANGWON[0] + 0.01))
    await places.save(work, [places.PlaceSpec({"ko": "망원역", "en": "Mangwon Station"}, *MANGWON, aliases=("망원",))])
    at_hand = await catalogue.names(work, near)
    (item,) = (await menu.menu(work, near)).items
    assert [(name.kind, name.names, name.of) for name in at_hand] == [
        ("item", ("후라이드치킨", "Fried chicken", "후라이드", "fried"), near),
        ("choice", ("순한맛", "mild"), item.id),
        ("choice", ("매운맛", "hot"), item.id),
    ]
    around = await catalogue.around(work, *MANGWON)
    assert [name.kind for name in around] == ["shop", "shop", "item"]
    assert around[0].key == near
    assert [name.key for name in await catalogue.around(work, *MANGWON, limit_shops=1)] == [near, item.id]
    town = await catalogue.town(work)
    assert town[0].names == ("망원역", "Mangwon Station", "망원")
    assert {"chicken", "cafe"} <= {name.key for name in town if name.kind == "trade"}


@pytest.mark.parametrize(
    ("text", "word"), [("치킨집", "chicken"), ("통 닭", "chicken"), ("Coffee Shop", "cafe"), ("꽃가게", "florist")]
)
def test_trades_are_known_by_many_names(text: str, word: str) -> None:
    found = trades.find(text)
    assert found is not None
    assert found.word == word


def test_no_name_stands_for_two_trades() -> None:
    for trade in trades.KNOWN.values():
        for name in trade.names:
            found = trades.find(name)
            assert found is None or found == trade, name


@pytest.mark.parametrize(
    ("categories", "word"),
    [
        (("치킨", "기타 간이", "음식"), "chicken"),
        (("카페", "비알코올", "음식"), "cafe"),
        (("김밥/만두/분식",), "bunsik"),
        (("빵/도넛",), "bakery"),
        (("닭/오리고기 구이/찜",), "barbecue"),
        (("경영 컨설팅업", "전문 서비스"), "other"),
    ],
)
def test_register_categories_become_trades(categories: tuple[str, ...], word: str) -> None:
    assert trades.of_register(*categories) == word


def test_an_unknown_trade_is_taken_as_it_is() -> None:
    assert trades.trade("beekeeper").name == {"ko": "beekeeper", "en": "beekeeper"}
    assert trades.find("beekeeper") is None
