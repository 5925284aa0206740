"""What pydantic finds wrong with a town file, said with its line and a mend."""

from __future__ import annotations

from difflib import get_close_matches

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot import town_form
from bot.lined import Fault, Lined

_ROOT = "the file"
_FORMS: dict[str, type[BaseModel]] = {
    _ROOT: town_form.TownForm,
    "town": town_form.HeadForm,
    "places": town_form.PlaceForm,
    "shops": town_form.ShopForm,
    "delivery": town_form.DeliveryForm,
    "pickup": town_form.PickupForm,
    "coupons": town_form.CouponForm,
    "menu": town_form.ItemForm,
    "options": town_form.OptionForm,
    "choices": town_form.ChoiceForm,
    "name": town_form.NamesForm,
    "address": town_form.NamesForm,
    "aliases": town_form.Aliases,
}
_EXAMPLES = {
    "town": "{name: {ko: 시험동, en: Testville}, timezone: Asia/Seoul, currency: KRW, center: [37.556, 126.91]}",
    "slug": "hana-chicken",
    "name": "{ko: 하나치킨, en: Hana Chicken}",
    "ko": "하나치킨",
    "en": "Hana Chicken",
    "timezone": "Asia/Seoul",
    "currency": "KRW",
    "center": "[37.5560, 126.9100]",
    "trade": "chicken",
    "location": "[37.5571, 126.9112]",
    "address": "{ko: 시험로 12, en: 12 Siheom-ro}",
    "phone": '"02-000-0000"',
    "hours": '{mon-fri: "11:00-23:30", sat-sun: "12:00-01:00"}',
    "delivery": "{radius_m: 2000, min_order: 15000, fee: 3000, eta_min: 40}",
    "pickup": "{eta_min: 20}",
    "stripe_account": "acct_1AbCdEfGhIjKlMnO",
    "radius_m": "2000",
    "min_order": "15000",
    "fee": "3000",
    "eta_min": "40",
    "price": "18000",
    "stock": "5",
    "sold_out": "true",
    "aliases": "{ko: [후라이드], en: [fried]}",
    "choose": "[0, 1]",
    "amount": "2000",
    "percent": "10",
    "max": "3000",
    "total": "100",
    "per_person": "1",
    "valid_from": "2026-11-01",
    "valid_until": "2026-11-30",
}
_LISTS = frozenset({"places", "shops", "coupons", "menu", "options", "choices"})


def fault_of(lined: Lined, error: ErrorDetails) -> Fault:
    """The fault that ``error`` found in ``lined``."""
    path, kind = error["loc"], error["type"]
    within, key = path[:-1], _word(path)
    if kind == "town":
        told = error["ctx"]
        blamed = (*path, told["at"]) if told["at"] else path
        return Fault(lined.file, lined.line(blamed), told["what"], told["mend"])
    if kind == "extra_forbidden":
        return Fault(lined.file, lined.key_line(path), f"unknown key {key!r}", _known(_word(within), key))
    if kind == "missing" and not isinstance(path[-1], int):
        return Fault(lined.file, lined.line(within), f"{key} is missing in {_word(within)}", _write("add", key))
    return Fault(lined.file, lined.line(path), f"{key}: {_shown(error['input'])} will not do", _mend(error, key))


def _word(path: tuple[int | str, ...]) -> str:
    """The innermost key of ``path``."""
    return next((part for part in reversed(path) if isinstance(part, str)), _ROOT)


def _known(within: str, key: str) -> str:
    known = list(_FORMS[within].model_fields) if within in _FORMS else []
    near = get_close_matches(key, known, n=1)
    return f"write {near[0]}" if near else f"leave it out; known here: {', '.join(known)}"


def _mend(error: ErrorDetails, key: str) -> str:
    context = error.get("ctx", {})
    limits = [
        f"{words} {context[limit]}" for limit, words in (("ge", "at least"), ("le", "at most")) if limit in context
    ]
    if limits:
        return f"write a number of {' and '.join(limits)}"
    if error["type"] == "string_pattern_mismatch" and key == "slug":
        return "write small letters a-z, digits and -"
    if error["type"] == "string_too_long":
        return f"write at most {context['max_length']} letters"
    return _write("write", key)


def _write(verb: str, key: str) -> str:
    if key in _LISTS:
        return f"{verb} a list under {key}:"
    return f"{verb} {key}: {_EXAMPLES[key]}" if key in _EXAMPLES else f"{verb} {key}: …"


def _shown(value: object) -> str:
    shown = "nothing" if value is None else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
