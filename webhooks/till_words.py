"""What the sandbox till's page says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ko": {
        "title": "결제",
        "number": "주문번호",
        "approve": "결제하기",
        "decline": "결제 거절 테스트",
        "abandon": "나가기",
        "about": "연습용 결제 화면이에요. 돈은 빠져나가지 않아요.",
        "abandoned": "아직 결제하지 않았어요. 결제하려면 ‘결제하기’를 눌러 주세요.",
        "succeeded": "결제가 끝났어요. 채팅으로 돌아가세요.",
        "failed": "결제가 거절됐어요. 채팅으로 돌아가서 다시 결제해 주세요.",
        "expired": "결제할 수 있는 시간이 지났어요. 돈은 빠져나가지 않았어요. 채팅으로 돌아가 주세요.",
        "refused": "이 화면에서는 처리할 수 없어요. 채팅에서 결제를 다시 열어 주세요.",
    },
    "en": {
        "title": "Payment",
        "number": "Order",
        "approve": "Pay",
        "decline": "Test a declined payment",
        "abandon": "Leave",
        "about": "This is a practice till. No money is taken.",
        "abandoned": "You have not paid yet. Press “Pay” to go on.",
        "succeeded": "You have paid. Go back to the chat.",
        "failed": "The payment was declined. Go back to the chat to try again.",
        "expired": "The time to pay is over. No money was taken. Go back to the chat.",
        "refused": "This cannot be done from here. Open the payment from the chat again.",
    },
}

GONE: Final[Mapping[str, str]] = {
    "ko": "이 결제를 찾을 수 없어요. 채팅에서 결제를 다시 열어 주세요.",
    "en": "There is no such payment. Open the payment from the chat again.",
}
