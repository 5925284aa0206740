"""Stripe's signatures, whatever is sent in their place."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.gateways.port import Forged
from commerce.gateways.stripe_reading import EVENTS, event_in
from commerce.gateways.stripe_signing import LARGEST_EVENT, check, sign
from tests.commerce.tills.stripe_desk import NOON, SECRET

BODY = json.dumps({"id": "evt_1", "type": "charge.refunded", "data": {"object": {"payment_intent": "pi_1"}}}).encode()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=10), inside, max_size=3),
)


@given(st.binary(max_size=300), st.integers(-300, 300))
def test_what_is_signed_is_taken_for_five_minutes(body: bytes, seconds: int) -> None:
    check((SECRET,), body, sign(SECRET, body, NOON), NOON + timedelta(seconds=seconds))


@given(st.text(max_size=200))
def test_no_other_header_is_taken(header: str) -> None:
    with pytest.raises(Forged):
        check((SECRET,), BODY, header, NOON)


@given(st.integers(min_value=0), st.integers(1, 255))
def test_no_changed_letter_is_taken(place: int, by: int) -> None:
    header = bytearray(sign(SECRET, BODY, NOON), "ascii")
    place %= len(header)
    header[place] = (header[place] + by) % 256
    with pytest.raises(Forged):
        check((SECRET,), BODY, header.decode("latin-1"), NOON)


def test_one_good_signature_among_others_is_enough() -> None:
    good = sign(SECRET, BODY, NOON)
    time, signed = good.split(",")
    check((SECRET,), BODY, f"{time},v1={'0' * 64},{signed},v0=old", NOON)
    check(("whsec_old", SECRET), BODY, good, NOON)
    with pytest.raises(Forged):
        check(("whsec_old", "whsec_new"), BODY, good, NOON)


def test_what_is_too_long_is_not_even_looked_at() -> None:
    body = b" " * (LARGEST_EVENT + 1)
    with pytest.raises(Forged, match="too long"):
        check((SECRET,), body, sign(SECRET, body, NOON), NOON)
    with pytest.raises(Forged, match="too long"):
        check((SECRET,), BODY, sign(SECRET, BODY, NOON) + ",v1=0" * 1000, NOON)


@given(JSON)
def test_a_signed_body_of_any_form_is_an_event_or_refused(thing: object) -> None:
    with suppress(Forged):
        event_in(json.dumps(thing).encode())


@given(st.sampled_from(EVENTS), JSON)
def test_an_events_object_of_any_form_gives_a_hint_or_none(kind: str, thing: object) -> None:
    with suppress(Forged):
        for hint in event_in(json.dumps({"id": "evt_1", "type": kind, "data": {"object": thing}}).encode()):
            assert isinstance(hint.ref, str)


def test_a_body_nested_without_end_is_refused() -> None:
    with pytest.raises(Forged):
        event_in(b'{"id": 1, "type": "charge.refunded", "data": ' + b"[" * 100_000)
