"""Whatever looks like a secret or like somebody's data does not get past the last door of the logs."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import HIDDEN, PRIVATE, redact, redact_value

DIGITS = "0123456789"
SECRET = string.ascii_letters + DIGITS
AROUND = st.text(alphabet="가나다 abc,:;()[]<>\"'\n", max_size=20)
SEPARATOR = st.sampled_from(["", "-", " ", "."])


@st.composite
def phones(draw: st.DrawFn) -> str:
    """Telephone numbers as people in Korea and the States write them."""

    def digits(count: int) -> str:
        return draw(st.text(DIGITS, min_size=count, max_size=count))

    between = draw(SEPARATOR)
    kind = draw(st.sampled_from(["mobile", "city", "abroad", "service", "states"]))
    if kind == "mobile":
        return f"01{draw(st.sampled_from('016789'))}{between}{digits(4)}{between}{digits(4)}"
    if kind == "city":
        return f"0{draw(st.sampled_from(['2', '31', '51', '64']))}{between}{digits(3)}{between}{digits(4)}"
    if kind == "abroad":
        return f"+82{between}10{between}{digits(4)}{between}{digits(4)}"
    if kind == "service":
        return f"1588-{digits(4)}"
    return f"({draw(st.sampled_from(['212', '415', '617']))}) {digits(3)}-{digits(4)}"


@st.composite
def cards(draw: st.DrawFn) -> str:
    between = draw(st.sampled_from(["", "-", " "]))
    return between.join(draw(st.text(DIGITS, min_size=4, max_size=4)) for _ in range(4))


@st.composite
def secrets(draw: st.DrawFn) -> str:
    def letters(least: int, most: int = 40) -> str:
        return draw(st.text(SECRET, min_size=least, max_size=most))

    kind = draw(st.sampled_from(["bot", "stripe", "hook", "client", "bearer", "database", "mail", "link"]))
    return {
        "bot": f"{draw(st.integers(10**7, 10**10))}:{letters(35, 35)}",
        "stripe": f"{draw(st.sampled_from(['sk_live_', 'sk_test_', 'rk_live_']))}{letters(24)}",
        "hook": f"whsec_{letters(24)}",
        "client": f"pi_{letters(20)}_secret_{letters(20)}",
        "bearer": f"Bearer {letters(16)}",
        "database": f"dangol:{letters(8)}@",
        "mail": f"{letters(3, 9)}@{letters(3, 9)}.kr",
        "link": f"key={letters(12)}",
    }[kind]


@given(before=AROUND, number=st.one_of(phones(), cards()), after=AROUND)
def test_no_telephone_or_card_number_stays(before: str, number: str, after: str) -> None:
    assert number not in redact(f"{before} {number} {after}")


@given(before=AROUND, secret=secrets(), after=AROUND)
def test_no_secret_stays(before: str, secret: str, after: str) -> None:
    where = (
        "postgresql://" if secret.endswith("@") else "https://dangol.kr/shop/a?" if secret.startswith("key=") else ""
    )
    assert secret not in redact(f"{before} {where}{secret} {after}")


@given(st.text(), st.one_of(phones(), cards(), secrets()))
def test_redacting_twice_is_redacting_once(text: str, private: str) -> None:
    once = redact(f"{text} {private}")
    assert redact(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "Running upgrade 0001 -> 0002, PostgreSQL counts in 64 bits",
        "update 918273645 was not handled and will come again",
        "message 1048576 not sent, will try again: NetworkError",
        "job till.open for payment_d7nspq843jsz6jme439uk7u9 failed, will try again",
        "2026-11-22T09:24:40.022737Z",
        "55e11db18b70f761121f33c5fc4f3a85",
        "Listening at: http://127.0.0.1:8080 (31415)",
        "1,234,567원",
    ],
)
def test_what_is_needed_to_understand_a_log_stays(text: str) -> None:
    assert redact(text) == text


def test_an_authorization_header_goes_whole() -> None:
    assert redact("{'Authorization': 'Basic c2tfbGl2ZV94Og==', 'Accept': '*/*'}") == f"{{'{HIDDEN}, 'Accept': '*/*'}}"


def test_where_somebody_calls_from_goes_and_our_own_servers_stay() -> None:
    assert redact("Error handling request from 203.0.113.7") == f"Error handling request from {HIDDEN}"
    assert redact("connecting to 10.0.3.4 and 127.0.0.1") == "connecting to 10.0.3.4 and 127.0.0.1"


@given(st.sampled_from(sorted(PRIVATE)), st.text(min_size=1), st.integers())
def test_private_fields_go_at_any_depth(field: str, text: str, number: int) -> None:
    assert redact_value({"seen": [{field: text, "count": number}]}) == {"seen": [{field: HIDDEN, "count": number}]}
