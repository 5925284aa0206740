"""What turns, actions and events work with: built once by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.catalogue import Catalogue
from bot.links import Links
from bot.opinions import Opinions
from bot.settings import Settings
from bot.versions import Versions
from commerce.gateways.port import Gateway
from nlu.engine import Engine


@dataclass(frozen=True, slots=True)
class Home:
    """The town this installation serves: its names, zone, currency and centre in degrees."""

    name: Mapping[str, str]
    zone: ZoneInfo
    currency: str
    lat: float
    lon: float
    place: Mapping[str, str] | None
    """The names of the place nearest to the centre: an example, and a button."""


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    home: Home
    engine: Engine
    opinions: Opinions
    versions: Versions
    catalogue: Catalogue
    links: Links
    gateways: Mapping[str, Gateway]
    till: Callable[[str, int, str], str]
    """The name of the gateway that a new payment goes to: of the messenger it is asked for on, its amount in minor
    units and its currency."""
    invitation_link: Callable[[str, str], str]
    """Where a colleague opens an invitation: of its code and the messenger that the one who invites is on."""
