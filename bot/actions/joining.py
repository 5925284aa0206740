"""A shop joins, a colleague joins, and one person changes hats."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from babel.numbers import get_currency_precision

from bot import operators, people, views
from bot.actions.doing import Doing, Slots, action
from bot.actions.finding import week_json
from commerce import invitations, places, shops, trades
from commerce.hours import HoursError, parse_week
from commerce.menu import ItemSpec
from commerce.places import PlaceView
from commerce.refusals import Refusal
from commerce.shops import ShopSpec, ShopView
from commerce.words import one_line
from nlu.priced_dishes import parse_priced_dishes
from nlu.week_hours import parse_week_hours

OFFERED_TRADES = 8
DELIVERY_RADIUS_M = 1500
"""What a new shop begins with; its owner and the operator can change it."""
DELIVERY_ETA_MIN = 40
PICKUP_ETA_MIN = 20
LONGEST_NAME = 60
LONGEST_ADDRESS = 80
LEAST_PHONE_DIGITS = 7

_ENDING = re.compile(r"\s*(?:이에요|예요|입니다|이요|요|해요|합니다|팔아요|하고 있어요|운영해요)?[\s.!~]*$")
_PARTICLE = re.compile(r"(?:을|를|은|는|도|이랑|랑)$")
_NO_PHONE = re.compile(
    r"없|안\s?써|안\s?할|나중|패스|\b(?:no|none|later|skip|without)\b|\b(?:don't|do not|haven't) (?:have|use|got)\b"
)
_PRICED = re.compile(r"\d\s?원|[₩$]\s?\d")
_CODE = re.compile(r"(?<![a-z0-9])([a-z2-9](?:[ \-]?[a-z2-9]){7})(?![a-z0-9])")
_NO = re.compile(
    r"안\s?(?:해|하|돼|되|함|할|합)|아니|없|못|만\s?(?:해|요|할|합)|포장만|ㄴㄴ|틀|고[치칠]|"
    r"\bno\b|\bnope\b|n't|\bnot\b|only|\bwrong\b|\bchange\b"
)
_YES = re.compile(
    r"^(?:네|예|응|어|그럼|당연|물론)|해요|합니다|할게|가능|돼요|됩니다|배달|ㅇㅇ|ㅇㅋ|"
    r"\byes\b|\byeah\b|\byep\b|\bsure\b|\bok\b|\bwe do\b|deliver"
)
_OPEN = re.compile(
    r"네|예|응|맞|좋|그래|그렇게|열|오케이|등록|ㅇㅇ|ㅇㅋ|\b(?:yes|yeah|yep|sure|ok|okay|right|correct|good|great|open)\b"
)
_PARTS = {
    "name": re.compile(r"이름|상호|\bname\b"),
    "trade": re.compile(r"업종|종류|\btrade\b|\bkind\b"),
    "place": re.compile(r"위치|주소|장소|\bplace\b|\baddress\b|\blocation\b"),
    "phone": re.compile(r"전화|번호|\bphone\b|\bnumber\b"),
    "hours": re.compile(r"시간|요일|\bhours?\b"),
    "dishes": re.compile(r"메뉴|가격|값|원에|\bmenu\b|\bprices?\b|\bitems?\b"),
    "delivery": re.compile(r"배달|포장|deliver|pick-?up"),
}
_AS_CUSTOMER = re.compile(r"손님|고객|소비자|주문하는|customer|buyer|guest")
_AS_SHOP = re.compile(r"사장|가게|점주|주인|직원|매장|shop|owner|staff|store|merchant")


# -- a shop registers


@action
async def trades_to_offer(doing: Doing) -> Slots:
    known = list(trades.KNOWN.values())[:OFFERED_TRADES]
    return {"trades": [{"id": one.word, "name": dict(one.name), "emoji": one.emoji} for one in known]}


@action
async def check_place(doing: Doing) -> Slots:
    """Turn the place said into a point and an address; "unclear" when nobody knows it."""
    place = doing.slot("new_place")
    if isinstance(place, Mapping):
        return {} if "address" in place else {"new_place": await _at_point(doing, place["lat"], place["lon"])}
    said = str(place).strip()
    known = await _known_place(doing, said)
    if known is None:
        return {"outcome": "unclear"}
    more = _plain(said) not in {_plain(name) for name in (*known.name.values(), *known.aliases)}
    written = one_line(said, LONGEST_ADDRESS)
    address = views.both(written, written) if more else _beside(known)
    return {"new_place": {"lat": known.lat, "lon": known.lon, "address": address}}


async def _known_place(doing: Doing, said: str) -> PlaceView | None:
    """The place that all or a part of the words names."""
    entity = doing.understood.value("place") if doing.understood is not None else None
    found = await places.get(doing.work, entity) if isinstance(entity, str) else None
    found = found or await places.find(doing.work, said)
    for word in re.split(r"[\s,]+", said):
        found = found or (await places.find(doing.work, _ENDING.sub("", word)) if len(word) > 1 else None)
    return found


async def _at_point(doing: Doing, lat: float, lon: float) -> dict[str, Any]:
    known = await places.all_places(doing.work)
    nearest = min(known, key=lambda place: (place.lat - lat) ** 2 + (place.lon - lon) ** 2, default=None)
    return {"lat": lat, "lon": lon, "address": _beside(nearest) if nearest else dict(doing.services.home.name)}


def _beside(place: PlaceView) -> dict[str, str]:
    return views.both(f"{views.each_language(place.name, 'ko')} 근처", f"near {views.each_language(place.name, 'en')}")


def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFC", text).casefold() if letter.isalnum())


@action
async def check_phone(doing: Doing) -> Slots:
    said = str(doing.slot("new_phone") or "").strip()
    if _PRICED.search(said):
        return {"outcome": "unclear"}
    if not said or sum(letter.isdigit() for letter in said) >= LEAST_PHONE_DIGITS:
        return {"new_phone": one_line(said, 30)}
    return {"new_phone": ""} if _NO_PHONE.search(said.casefold()) else {"outcome": "unclear"}


@action
async def check_hours(doing: Doing) -> Slots:
    return {"outcome": "clear" if _hours(doing) else "unclear"}


def _hours(doing: Doing) -> dict[str, str] | None:
    """The hours said, when a shop can keep them."""
    hours = parse_week_hours(str(doing.slot("new_hours")))
    try:
        parse_week(hours or {})
    except HoursError:
        return None
    return hours


@action
async def check_dishes(doing: Doing) -> Slots:
    return {"outcome": "clear" if _dishes(doing) else "unclear"}


def _dishes(doing: Doing) -> list[tuple[str, int]]:
    digits = get_currency_precision(doing.services.home.currency)
    return parse_priced_dishes(str(doing.slot("new_dishes")), digits)


@action
async def check_delivers(doing: Doing) -> Slots:
    """ "배달은 안 해요" names delivery and means no."""
    said = str(doing.slot("new_delivers")).strip().casefold()
    if _NO.search(said):
        return {"new_delivers": "no"}
    return {"new_delivers": "yes"} if _YES.search(said) else {"outcome": "unclear"}


@action
async def check_right(doing: Doing) -> Slots:
    """Only a yes opens the shop; what is named is changed, and anything else asks what to change."""
    said = str(doing.slot("new_right")).strip().casefold()
    named = next((part for part, words in _PARTS.items() if words.search(said)), None)
    if named is None and _OPEN.match(said) and not _NO.search(said):
        return {"outcome": "right"}
    return {"outcome": "change", "new_change": named}


def _trade(said: str) -> str:
    """The word of the known trade that the words name, else the words themselves."""
    plain = _ENDING.sub("", said.strip())
    known = trades.find(said) or trades.find(plain)
    if known is None:
        words = {_PARTICLE.sub("", word) for word in plain.split()}
        named = [
            (len(name), one)
            for one in trades.KNOWN.values()
            for name in one.names
            if (len(name) > 1 and name in plain) or name in words
        ]
        known = max(named, key=lambda pair: pair[0])[1] if named else None
    return known.word if known else one_line(plain, 30)


def _spec(doing: Doing) -> ShopSpec:
    """The shop as told so far. Raises ``ValueError`` before its answers were checked."""
    where, hours = doing.slot("new_place"), _hours(doing)
    if not isinstance(where, Mapping) or hours is None:
        raise ValueError("a shop is put together after its answers were checked")
    name = one_line(unicodedata.normalize("NFC", str(doing.slot("new_name"))), LONGEST_NAME)
    delivers, home = doing.slot("new_delivers") == "yes", doing.services.home
    thousand = 10 ** max(0, 3 - get_currency_precision(home.currency))
    return ShopSpec(
        slug=doing.work.ids.new("shop").replace("_", "-"),
        name={"ko": name, "en": name},
        trade=_trade(str(doing.slot("new_trade"))),
        lat=where["lat"],
        lon=where["lon"],
        address=dict(where["address"]),
        phone=str(doing.slot("new_phone") or "") or None,
        timezone=home.zone.key,
        currency=home.currency,
        hours=hours,
        delivery_radius_m=DELIVERY_RADIUS_M if delivers else None,
        delivery_min_order=12 * thousand if delivers else 0,
        delivery_fee=3 * thousand if delivers else 0,
        delivery_eta_min=DELIVERY_ETA_MIN if delivers else None,
        pickup_eta_min=PICKUP_ETA_MIN,
        registered="chat",
        menu=tuple(
            ItemSpec(name=dict.fromkeys(("ko", "en"), one_line(dish, LONGEST_NAME)), price=cost)
            for dish, cost in _dishes(doing)
        ),
    )


@action
async def draft_shop(doing: Doing) -> Slots:
    """What will be opened, to be read over."""
    spec = _spec(doing)
    spans = week_json(spec.hours)
    delivers = spec.delivery_radius_m is not None
    draft = {
        "name": dict(spec.name),
        "trade": dict(trades.trade(spec.trade).name),
        "address": dict(spec.address),
        "phone": spec.phone,
        "hours": {
            language: ", ".join(f"{span['days'][language]} {span['span'][language]}" for span in spans)
            for language in ("ko", "en")
        },
        "items": [{"name": dish, "price": cost} for dish, cost in _dishes(doing)],
        "radius_m": spec.delivery_radius_m,
        "fee": spec.delivery_fee if delivers else None,
        "min_order": spec.delivery_min_order if delivers else None,
        "pickup_only": None if delivers else views.both("포장만", "Pickup only"),
        "currency": spec.currency,
    }
    return {"draft": draft, "currency": spec.currency}


@action
async def register_shop(doing: Doing) -> Slots:
    """The shop is live, and the person its owner."""
    spec = _spec(doing)
    shop_id = await shops.save(doing.work, spec)
    await shops.add_staff(
        doing.work, shop_id, doing.person, "owner", doing.who.person.name or views.each_language(spec.name, "ko")
    )
    doing.services.catalogue.forget(doing.work)
    doing.who.conversation.hat = "merchant"
    return {"joined": views.shop_json(await shops.get(doing.work, shop_id)), "draft": None}


# -- a colleague joins


@action
async def accept_invitation(doing: Doing) -> Slots:
    """Join by the code; those already there are told who came."""
    code = doing.slot("code") or _code_in(doing.incoming.text or "")
    if not isinstance(code, str):
        return {"outcome": "no_code"}
    before = {shop.id for shop in await shops.workplaces(doing.work, doing.person)}
    name = doing.who.person.name or views.each_language(views.both("직원", "Colleague"), doing.who.person.language)
    try:
        shop = await invitations.accept(doing.work, code, doing.person, name)
    except Refusal as refusal:
        if refusal.code != "invitation_unknown":
            raise
        await operators.accept(doing.work, code, doing.person, name)
        doing.who.conversation.hat = "operator"
        return {"outcome": "operator"}
    doing.who.conversation.hat = "merchant"
    joined = views.shop_json(shop) | {"colleague": name}
    if shop.id in before:
        return {"outcome": "already", "joined": joined}
    await _tell_colleagues(doing, shop, joined)
    return {"outcome": "joined", "joined": joined}


def _code_in(text: str) -> str | None:
    """A code with spaces or dashes in it, as people copy them."""
    found = _CODE.search(unicodedata.normalize("NFC", text).casefold())
    return re.sub(r"[ \-]", "", found[1]) if found else None


async def _tell_colleagues(doing: Doing, shop: ShopView, joined: Mapping[str, Any]) -> None:
    others = [one.person for one in await shops.staff(doing.work, shop.id) if one.person != doing.person]
    for to in (await people.reachable(doing.work, others)).values():
        await doing.teller.tell(to, "utter_colleague_joined", {"joined": joined})


# -- hats


@action
async def switch_hat(doing: Doing) -> Slots:
    """Customer or shop, for who is both; asked where neither was said."""
    workplaces = await shops.workplaces(doing.work, doing.person)
    if not workplaces and doing.who.operates:
        return _operator_hat(doing)
    if not workplaces:
        return {"outcome": "no_shop"}
    said = doing.understood.text.casefold() if doing.understood is not None else ""
    as_customer, as_shop = _AS_CUSTOMER.search(said), _AS_SHOP.search(said)
    conversation = doing.who.conversation
    wanted = doing.slot("hat_wanted") or (
        "which" if bool(as_customer) == bool(as_shop) else "consumer" if as_customer else "merchant"
    )
    if wanted != "which":
        conversation.hat = wanted
    return {"outcome": wanted, "joined": views.shop_json(workplaces[0])}


def _operator_hat(doing: Doing) -> Slots:
    """An operator who works in no shop is that or a customer."""
    said = doing.understood.text.casefold() if doing.understood is not None else ""
    doing.who.conversation.hat = "consumer" if _AS_CUSTOMER.search(said) else "operator"
    return {"outcome": doing.who.conversation.hat}
