"""The objects as Stripe shows them: every field that it names, most of them empty."""

from __future__ import annotations

from tests.peers.stripe.rules import Json

_EMPTY = {
    "checkout.session": (
        "after_expiration allow_promotion_codes billing_address_collection client_secret consent consent_collection "
        "customer customer_account customer_creation customer_details customer_email discounts integration_identifier "
        "invoice invoice_creation locale origin_context payment_link payment_method_collection "
        "payment_method_configuration_details permissions recovered_from saved_payment_method_options setup_intent "
        "shipping_address_collection shipping_cost submit_type subscription ui_mode wallet_options cancel_url "
        "collected_information currency_conversion managed_payments payment_intent client_reference_id"
    ),
    "payment_intent": (
        "application application_fee_amount canceled_at cancellation_reason customer customer_account description "
        "excluded_payment_method_types last_payment_error latest_charge managed_payments next_action on_behalf_of "
        "payment_method payment_method_configuration_details processing receipt_email review setup_future_usage "
        "shipping source statement_descriptor statement_descriptor_suffix transfer_data transfer_group "
        "automatic_payment_methods"
    ),
    "charge": (
        "application application_fee application_fee_amount balance_transaction calculated_statement_descriptor "
        "customer description failure_balance_transaction failure_code failure_message on_behalf_of outcome "
        "payment_method payment_method_details receipt_email receipt_number receipt_url review shipping source "
        "source_transfer statement_descriptor statement_descriptor_suffix transfer_data transfer_group refunds"
    ),
    "refund": (
        "balance_transaction customer customer_account destination_details payment_method reason receipt_number "
        "source_transfer_reversal transfer_reversal"
    ),
    "dispute": "payment_method_details evidence",
}


def _made(kind: str, **values: object) -> Json:
    return {"object": kind, **dict.fromkeys(_EMPTY[kind].split()), **values}


def session(ref: str, created: int, url: str, amount: int, currency: str, given: Json) -> Json:
    return _made(
        "checkout.session",
        id=ref,
        created=created,
        url=url,
        livemode=False,
        mode="payment",
        status="open",
        payment_status="unpaid",
        amount_subtotal=amount,
        amount_total=amount,
        currency=currency,
        expires_at=int(given.get("expires_at", created + 86_400)),
        locale=given.get("locale"),
        metadata=given.get("metadata") or {},
        client_reference_id=given.get("client_reference_id"),
        success_url=given["success_url"],
        cancel_url=given.get("cancel_url"),
        adaptive_pricing={"enabled": (given.get("adaptive_pricing") or {}).get("enabled", "true") == "true"},
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        custom_fields=[],
        custom_text={"after_submit": None, "shipping_address": None, "submit": None},
        payment_method_options={},
        payment_method_types=["card", "kr_card", "kakao_pay"],
        phone_number_collection={"enabled": False},
        shipping_options=[],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    )


def intent(ref: str, created: int, amount: int, currency: str, given: Json, secret: str) -> Json:
    fee, transfer = given.get("application_fee_amount"), given.get("transfer_data")
    automatic = given.get("automatic_payment_methods")
    return _made(
        "payment_intent",
        id=ref,
        created=created,
        livemode=False,
        amount=amount,
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        application_fee_amount=None if fee is None else int(fee),
        automatic_payment_methods=automatic and {"allow_redirects": "always", "enabled": True},
        capture_method=given.get("capture_method", "automatic"),
        client_secret=f"{ref}_secret_{secret}",
        confirmation_method="automatic",
        currency=currency,
        description=given.get("description"),
        metadata=given.get("metadata") or {},
        payment_method_options={},
        payment_method_types=["card"],
        status="requires_payment_method",
        transfer_data=transfer and {"destination": transfer["destination"]},
    )


def charge(ref: str, created: int, intent: Json, *, failed: str | None) -> Json:
    paid = failed is None
    return _made(
        "charge",
        id=ref,
        created=created,
        livemode=False,
        amount=intent["amount"],
        amount_captured=intent["amount"] if paid else 0,
        amount_refunded=0,
        application_fee_amount=intent["application_fee_amount"],
        billing_details={"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        captured=paid,
        currency=intent["currency"],
        disputed=False,
        failure_code=failed,
        fraud_details={},
        metadata=dict(intent["metadata"]),
        paid=paid,
        payment_intent=intent["id"],
        refunded=False,
        status="succeeded" if paid else "failed",
        transfer_data=intent["transfer_data"],
    )


def refund(ref: str, created: int, charge: Json, amount: int, metadata: dict[str, str], status: str) -> Json:
    return _made(
        "refund",
        id=ref,
        created=created,
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=metadata,
        payment_intent=charge["payment_intent"],
        status=status,
    )


def dispute(ref: str, created: int, charge: Json, amount: int) -> Json:
    return _made(
        "dispute",
        id=ref,
        created=created,
        livemode=False,
        amount=amount,
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence_details={"due_by": created + 7 * 86_400, "has_evidence": False, "past_due": False},
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="needs_response",
    )
