"""A shop's own account at Stripe in the town file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.town import TownError, read_town

HEAD = "town: {name: T, timezone: Asia/Seoul, currency: KRW, center: [37.5, 127.0]}\nshops:\n"
SHOP = "- {slug: a, name: A, trade: cafe, location: [37.5, 127.0]%s}\n"


def read(folder: Path, account: str) -> str | None:
    path = folder / "town.yaml"
    path.write_text(HEAD + SHOP % account, "utf-8")
    return read_town(path).shops[0].stripe_account


def test_an_account_is_read_and_may_be_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, ", stripe_account: acct_1AbCdEfGhIjKlMnO") == "acct_1AbCdEfGhIjKlMnO"
    assert read(tmp_path, "") is None


@pytest.mark.parametrize("account", ["cus_1AbCdEfGhIjKl", "acct_", "'acct_1AbCdE fGh'", "acct_1AbCdEfGh/../x", "12"])
def test_what_is_no_account_is_told_with_its_line_and_mend(tmp_path: Path, account: str) -> None:
    with pytest.raises(TownError) as caught:
        read(tmp_path, f", stripe_account: {account}")
    (fault,) = caught.value.faults
    assert (fault.line, "stripe_account" in fault.what) == (3, True)
    assert "acct_1AbCdEfGhIjKlMnO" in fault.mend
