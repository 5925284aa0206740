"""Signed links: who holds one may open that shop's chat."""

from __future__ import annotations

from itsdangerous import BadData, URLSafeTimedSerializer

VALID_DAYS = 90


class Links:
    def __init__(self, signing_key: str) -> None:
        self._shops = URLSafeTimedSerializer(signing_key, salt="dangol.shop")

    def shop_key(self, slug: str) -> str:
        """The key that opens the shop's chat for ``VALID_DAYS`` days."""
        return self._shops.dumps(slug)

    def shop_of(self, key: str) -> str | None:
        """The slug a key is for; None when it is forged or too old."""
        try:
            slug = self._shops.loads(key, max_age=VALID_DAYS * 86400)
        except BadData:
            return None
        return slug if isinstance(slug, str) else None
