"""What a page is told of the town, and whom it tells the keys of its shops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dialogues.stage import Towns
from tests.webhooks.visiting import Site, opened


async def told(site: Site) -> dict[str, Any]:
    async with site.session.get(f"{site.url}/api/site") as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        body: dict[str, Any] = await answer.json()
        return body


async def test_the_demo_street_shows_its_shops_with_keys_that_open_them(street: Site) -> None:
    site = await told(street)
    assert site["mode"] == "street"
    assert len(site["shops"]) >= 40
    assert len({shop["trade"] for shop in site["shops"]}) >= 12
    for shop in site["shops"]:
        assert shop["name"]["ko"] and shop["name"]["en"] and shop["emoji"]
        assert street.application.links.shop_of(shop["key"]) == shop["slug"]
    assert site["telegram"] is None
    assert all({"name", "lat", "lon"} == set(place) for place in site["places"])


@pytest.mark.parametrize("town", ["testville", "dollar"])
async def test_any_other_town_tells_no_shop_and_no_key(towns: Towns, tmp_path: Path, town: str) -> None:
    async with opened(towns, tmp_path, town) as site:
        body = await told(site)
        assert body["mode"] == "chat"
        assert body["shops"] == []
        assert "key" not in json.dumps(body)


async def test_the_town_is_named_in_both_languages(site: Site) -> None:
    body = await told(site)
    assert body["town"] == {"ko": "시험동", "en": "Testville"}
    assert {"ko": "시험역", "en": "Test Station"} in [place["name"] for place in body["places"]]
