"""A stand-in for Stripe that speaks its API: stateful, with its idempotency, its hosted page and its signed events."""

from tests.peers.stripe.faults import Fault
from tests.peers.stripe.server import StripePeer

__all__ = ["Fault", "StripePeer"]
