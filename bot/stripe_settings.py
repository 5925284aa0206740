"""What an operator sets to take money through Stripe. A key without its webhook's secret is no setting to start with."""

from __future__ import annotations

import re
from typing import Final

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from commerce.gateways.stripe_keys import API, StripeKeys

_KEY: Final = re.compile(r"[sr]k_(test|live)_\w{4,250}")
_PUBLISHABLE: Final = re.compile(r"pk_(test|live)_\w{4,250}")
_WEBHOOK: Final = re.compile(r"whsec_[\w+/=]{4,250}")


class StripeSettings(BaseSettings):
    stripe_api: str = API
    stripe_key: SecretStr | None = None
    """The secret key, or a restricted one; unset: no money goes through Stripe."""
    stripe_webhook_secret: SecretStr | None = Field(default=None, validate_default=True)
    """What Stripe signs its events with; two with a comma between them while it is changed."""
    stripe_publishable_key: str | None = None
    """Set: people pay with Stripe's form on a page of ours. Unset: on Stripe's own page."""
    stripe_fee_bps: int = Field(default=0, ge=0, le=5000)
    """The share kept of what goes to a shop's own account, in basis points (1/10,000)."""

    @field_validator("stripe_key")
    @classmethod
    def _secret_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not _KEY.fullmatch(key.get_secret_value()):
            raise ValueError("Stripe's secret key begins with sk_test_, sk_live_, rk_test_ or rk_live_; copy it whole")
        return key

    @field_validator("stripe_webhook_secret")
    @classmethod
    def _signed(cls, secret: SecretStr | None, known: ValidationInfo) -> SecretStr | None:
        if secret is None and known.data.get("stripe_key") is not None:
            raise ValueError("with DANGOL_STRIPE_KEY the webhook's secret is needed too: it begins with whsec_")
        if secret is not None and not all(_WEBHOOK.fullmatch(one) for one in _listed(secret)):
            raise ValueError("a webhook's secret begins with whsec_; copy it whole; two have a comma between them")
        return secret

    @field_validator("stripe_publishable_key")
    @classmethod
    def _same_mode(cls, key: str | None, known: ValidationInfo) -> str | None:
        found = None if key is None else _PUBLISHABLE.fullmatch(key)
        if key is not None and found is None:
            raise ValueError("Stripe's publishable key begins with pk_test_ or pk_live_; copy it whole")
        secret: SecretStr | None = known.data.get("stripe_key")
        if found is not None and secret is not None and f"k_{found[1]}_" not in secret.get_secret_value():
            raise ValueError("one of Stripe's keys is for tests, the other one for real money")
        return key

    @property
    def stripe(self) -> StripeKeys | None:
        """The account at Stripe; None when there is none."""
        if self.stripe_key is None or self.stripe_webhook_secret is None:
            return None
        webhook = _listed(self.stripe_webhook_secret)
        return StripeKeys(self.stripe_key.get_secret_value(), webhook, self.stripe_publishable_key, self.stripe_api)


def _listed(secret: SecretStr) -> tuple[str, ...]:
    return tuple(one.strip() for one in secret.get_secret_value().split(","))
