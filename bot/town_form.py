"""The form of a town file, as docs/town.md describes it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from bot.visible import visible
from commerce.coupons import CouponSpec
from commerce.hours import HoursError, parse_week
from commerce.menu import ChoiceSpec, ItemSpec, OptionSpec
from commerce.places import PlaceSpec
from commerce.shops import ShopSpec
from commerce.words import one_line

ALWAYS = {"daily": "00:00-24:00"}
PICKUP_MINUTES = 20
"""Promised where a shop says neither how long delivery takes nor pickup."""


def _seen(value: Any) -> Any:
    return one_line(visible(value), len(value)) if isinstance(value, str) else value


Said = Annotated[str, BeforeValidator(_seen), StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""Words that are shown, on one line: what of them can be seen."""
Word = Annotated[str, StringConstraints(pattern=r"^\S{1,40}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
Account = Annotated[str, StringConstraints(pattern=r"^acct_[A-Za-z0-9]{8,58}$")]
Money = Annotated[int, Field(ge=0, le=1_000_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)]
Location = tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]]


def fault(what: str, mend: str, at: str | None = None) -> PydanticCustomError:
    """A fault with its mend, as a validator raises it; ``at`` is the key to blame inside what is validated."""
    return PydanticCustomError("town", "{what}", {"what": what, "mend": mend, "at": at})


class Form(BaseModel):
    """A part of the file: no keys but its own; one without a value counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, data: Any) -> Any:
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data


class NamesForm(Form):
    ko: Said | None = None
    en: Said | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.ko is None and self.en is None:
            raise fault("a name without words", "write {ko: …, en: …}")
        return self

    def words(self) -> dict[str, str]:
        """In both languages; one that is left out is the same as the other."""
        return {"ko": self.ko or self.en or "", "en": self.en or self.ko or ""}


def _plain(value: Any) -> Any:
    return {"ko": value, "en": value} if isinstance(value, str) else value


Names = Annotated[NamesForm, BeforeValidator(_plain)]


class Aliases(Form):
    ko: tuple[Said, ...] = ()
    en: tuple[Said, ...] = ()

    def words(self) -> dict[str, tuple[str, ...]]:
        return {language: names for language, names in (("ko", self.ko), ("en", self.en)) if names}


class ChoiceForm(Form):
    name: Names
    price: Money = 0
    aliases: Aliases = Aliases()

    def spec(self) -> ChoiceSpec:
        return ChoiceSpec(self.name.words(), self.price, self.aliases.words())


class OptionForm(Form):
    name: Names
    choose: tuple[Count, Count] = (0, 1)
    choices: Annotated[tuple[ChoiceForm, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        least, most = self.choose
        if most < 1 or not least <= most or least > len(self.choices):
            what = f"choose {list(self.choose)} cannot be met by {len(self.choices)} choices"
            raise fault(what, "write choose: [at least, at most], such as [0, 1] or [1, 1]", at="choose")
        return self

    def spec(self) -> OptionSpec:
        least, most = self.choose
        return OptionSpec(self.name.words(), tuple(choice.spec() for choice in self.choices), least, most)


class ItemForm(Form):
    name: Names
    price: Money
    stock: Count | None = None
    sold_out: bool = False
    aliases: Aliases = Aliases()
    options: tuple[OptionForm, ...] = ()

    def spec(self) -> ItemSpec:
        options = tuple(option.spec() for option in self.options)
        return ItemSpec(self.name.words(), self.price, self.stock, self.aliases.words(), options, self.sold_out)


class CouponForm(Form):
    name: Names
    amount: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    max: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    min_order: Money = 0
    total: Count | None = None
    per_person: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise fault("a coupon is worth either an amount or a percent", "write amount: 2000 or percent: 10")
        if self.max is not None and self.percent is None:
            raise fault("max caps a percent", "leave max out beside an amount", at="max")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise fault(
                "the coupon ends before it begins", "write valid_until on or after valid_from", at="valid_until"
            )
        return self

    def spec(self, timezone: str) -> CouponSpec:
        """Its days are whole local ones, the last included."""
        begins, ends = self.valid_from, self.valid_until
        return CouponSpec(
            name=self.name.words(),
            amount=self.amount,
            percent=self.percent,
            max_amount=self.max,
            min_order=self.min_order,
            total=self.total,
            per_person=self.per_person,
            valid_from=_midnight(begins, timezone) if begins else None,
            valid_until=_midnight(ends + timedelta(days=1), timezone) if ends else None,
        )


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(timezone))


class DeliveryForm(Form):
    radius_m: Annotated[int, Field(ge=1, le=1_000_000)]
    min_order: Money = 0
    fee: Money = 0
    eta_min: Minutes


class PickupForm(Form):
    eta_min: Minutes


class ShopForm(Form):
    slug: Slug
    name: Names
    trade: Word
    location: Location
    address: Names | None = None
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=32)] | None = None
    hours: dict[str, str] = ALWAYS
    delivery: DeliveryForm | None = None
    pickup: PickupForm | None = None
    stripe_account: Account | None = None
    coupons: tuple[CouponForm, ...] = ()
    menu: tuple[ItemForm, ...] = ()

    @field_validator("hours")
    @classmethod
    def _readable(cls, hours: dict[str, str]) -> dict[str, str]:
        try:
            parse_week(hours)
        except HoursError as error:
            raise fault(error.what, error.mend) from error
        return hours

    def spec(self, timezone: str, currency: str) -> ShopSpec:
        delivery, pickup = self.delivery, self.pickup
        pickup_eta = pickup.eta_min if pickup else None
        return ShopSpec(
            slug=self.slug,
            name=self.name.words(),
            trade=self.trade,
            lat=self.location[0],
            lon=self.location[1],
            address=self.address.words() if self.address else {},
            phone=self.phone or None,
            timezone=timezone,
            currency=currency,
            hours=self.hours,
            delivery_radius_m=delivery.radius_m if delivery else None,
            delivery_min_order=delivery.min_order if delivery else 0,
            delivery_fee=delivery.fee if delivery else 0,
            delivery_eta_min=delivery.eta_min if delivery else None,
            pickup_eta_min=pickup_eta if delivery or pickup else PICKUP_MINUTES,
            stripe_account=self.stripe_account,
            menu=tuple(item.spec() for item in self.menu),
        )


class PlaceForm(Form):
    name: Names
    location: Location
    aliases: Aliases = Aliases()

    def spec(self) -> PlaceSpec:
        return PlaceSpec(self.name.words(), *self.location, aliases=(*self.aliases.ko, *self.aliases.en))


class HeadForm(Form):
    name: Names
    timezone: str
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    center: Location

    @field_validator("timezone")
    @classmethod
    def _known(cls, timezone: str) -> str:
        if timezone not in available_timezones():
            raise fault(f"unknown time zone {timezone!r}", "write a tz database name such as Asia/Seoul")
        return timezone


class StationForm(Form):
    """A subway station, named without the word for station. ``lines`` are its lines' numbers or English names."""

    name: NamesForm
    location: Location
    lines: tuple[Said, ...]

    def spec(self) -> PlaceSpec:
        """Found with and without the word for station."""
        bare = self.name.words()
        name = {"ko": f"{bare['ko'].removesuffix('역')}역", "en": f"{bare['en'].removesuffix(' Station')} Station"}
        return PlaceSpec(name, *self.location, aliases=tuple(bare.values()))


class GazetteerForm(Form):
    stations: tuple[StationForm, ...]


class TownForm(Form):
    town: HeadForm
    places: tuple[PlaceForm, ...] = ()
    coupons: tuple[CouponForm, ...] = ()
    shops: tuple[ShopForm, ...] = ()
