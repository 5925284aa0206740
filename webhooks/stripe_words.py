"""What the pages around a payment at Stripe say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ko": {
        "title": "결제",
        "number": "주문번호",
        "pay": "결제하기",
        "paying": "결제하고 있어요. 잠시만 기다려 주세요.",
        "loading": "결제 화면을 불러오고 있어요.",
        "elsewhere": "이 방법은 새 창에서 결제해요",
        "unreachable": "결제 화면을 불러오지 못했어요. 인터넷을 확인하고 다시 열어 주세요.",
        "done": "결과는 채팅에서 바로 알려 드려요. 채팅으로 돌아가세요.",
        "paid": "여기서 하실 일은 끝났어요. 결제가 됐는지는 채팅에서 알려 드려요. 이 창을 닫고 채팅으로 돌아가세요.",
        "unpaid": "결제하지 않고 나왔어요. 채팅으로 돌아가면 다시 결제할 수 있어요.",
        "over": "이 결제는 이미 끝났어요. 채팅으로 돌아가세요.",
        "soon": "결제 화면을 아직 열 수 없어요. 잠시 뒤에 채팅에서 다시 열어 주세요.",
        "gone": "이 결제를 찾을 수 없어요. 채팅에서 결제를 다시 열어 주세요.",
    },
    "en": {
        "title": "Payment",
        "number": "Order",
        "pay": "Pay",
        "paying": "Paying. One moment, please.",
        "loading": "The payment form is loading.",
        "elsewhere": "Pay this way in a new window",
        "unreachable": "The payment form could not be loaded. Check your internet and open it again.",
        "done": "The chat tells you how it went. Go back to the chat.",
        "paid": "You are done here. The chat tells you whether the payment went through. Close this window and go back to the chat.",
        "unpaid": "You left without paying. Go back to the chat to pay after all.",
        "over": "This payment is over. Go back to the chat.",
        "soon": "The payment cannot be opened yet. Open it from the chat again in a moment.",
        "gone": "There is no such payment. Open the payment from the chat again.",
    },
}
