"""An id comes back on every answer, and is the one that what the request caused is logged under."""

from __future__ import annotations

import logging
import re

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.correlation import Cause, caused_by, current, stored
from tests.webhooks.visiting import Site
from webhooks.edge import HEADER, from_within

pytestmark = pytest.mark.either

PARENT = f"00-{'a1' * 16}-{'b2' * 8}-01"


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/site", "/nowhere", "/till/none"])
async def test_every_answer_names_its_request(site: Site, path: str) -> None:
    ids = []
    for _ in range(2):
        async with site.session.get(site.url + path) as answer:
            ids.append(answer.headers[HEADER])
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
    assert ids[0] != ids[1]


async def test_a_request_that_is_part_of_a_trace_stays_in_it(site: Site) -> None:
    async with site.session.get(f"{site.url}/healthz", headers={"traceparent": PARENT}) as answer:
        assert answer.headers[HEADER] == "a1" * 16


@pytest.mark.parametrize("broken", ["", "00-x", PARENT.upper(), PARENT + "0", f"00-{'0' * 32}-{'b2' * 8}-01"])
async def test_a_broken_trace_begins_anew(site: Site, broken: str) -> None:
    async with site.session.get(f"{site.url}/healthz", headers={"traceparent": broken}) as answer:
        assert answer.headers[HEADER] != "a1" * 16


async def test_a_posts_line_has_its_route_and_not_its_address(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "webhooks.edge"):
        async with site.session.post(
            f"{site.url}/till/ch_secretly?key=hush", headers={"traceparent": PARENT}
        ) as answer:
            assert answer.status == 403
    [line] = [record for record in caplog.records if record.name == "webhooks.edge"]
    assert vars(line)["route"] == "/till/{ref}"
    assert vars(line)["status"] == 403
    assert vars(line)["turn"] == "a1" * 16
    assert "secretly" not in str(vars(line))
    assert "hush" not in str(vars(line))


def test_what_is_caused_by_something_belongs_to_it() -> None:
    assert current() is None
    assert stored() is None
    with caused_by(None) as first, caused_by(None) as within:
        assert within is first
        assert Cause.parse(stored()) == first
        with caused_by(Cause.parse(PARENT)) as other:
            assert other.traceparent == PARENT
            assert current() == other
        assert current() == first
    assert current() is None


def request_from(address: str | None, **headers: str):  # type: ignore[no-untyped-def]
    made = make_mocked_request("GET", "/metrics", headers=headers)
    return made.clone(remote=address) if address is not None else made


@pytest.mark.parametrize(
    ("address", "within"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("172.18.0.5", True),
        ("::ffff:192.168.0.9", True),
        ("fe80::1%eth0", True),
        ("211.36.1.1", False),
        ("::ffff:211.36.1.1", False),
        ("2001:4860:4860::8888", False),
        ("nonsense", False),
    ],
)
def test_only_our_own_network_is_within(address: str, within: bool) -> None:
    assert from_within(request_from(address)) is within
    assert not from_within(request_from(address, **{"X-Forwarded-For": "127.0.0.1"}))
