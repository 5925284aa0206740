"""The fixed list of what a message can want: who may want it, and what it is called in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from nlu.understanding import Expect, Role

Speaker = Literal["consumer", "merchant", "operator", "any"]


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish. ``speaker`` may have it; ``ko`` and ``en`` are short enough for a button ("did you mean …?")."""

    name: str
    speaker: Speaker
    ko: str
    en: str

    def open_to(self, role: Role) -> bool:
        """Whether somebody in that role may mean it."""
        return self.speaker in ("any", role)


_CONSUMER = (
    ("find_shop", "가게 찾기", "Find a shop"),
    ("show_menu", "메뉴 보기", "See the menu"),
    ("order_items", "메뉴 담기", "Add to my order"),
    ("remove_item", "메뉴 빼기", "Take something out"),
    ("change_item", "수량·옵션 바꾸기", "Change a dish"),
    ("add_note", "가게에 부탁하기", "A note for the shop"),
    ("show_cart", "장바구니 보기", "See my cart"),
    ("clear_cart", "장바구니 비우기", "Empty my cart"),
    ("checkout", "주문하고 결제하기", "Order and pay"),
    ("choose_delivery", "배달로 받기", "Have it delivered"),
    ("choose_pickup", "가서 찾기", "Pick it up"),
    ("give_time", "받을 시간 정하기", "Set a time"),
    ("give_address", "주소 알려 주기", "Give an address"),
    ("show_coupons", "쿠폰 보기", "See coupons"),
    ("claim_coupon", "쿠폰 받기", "Get a coupon"),
    ("order_status", "주문 어디쯤인지 보기", "Where is my order?"),
    ("cancel_order", "주문 취소하기", "Cancel my order"),
    ("my_orders", "지난 주문 보기", "My orders"),
    ("rate", "별점 남기기", "Leave a rating"),
    ("ask_hours", "영업 시간 묻기", "Opening hours"),
    ("ask_phone", "전화번호 묻기", "Phone number"),
    ("ask_location", "가게 위치 묻기", "Where the shop is"),
    ("ask_delivery", "배달 되는지 묻기", "About delivery"),
    ("ask_price", "가격 묻기", "What it costs"),
    ("pay_again", "다시 결제하기", "Pay again"),
    ("order_again", "늘 먹던 걸로", "The usual"),
    ("recommend", "메뉴 추천받기", "What is good here?"),
    ("ask_dish", "메뉴에 대해 묻기", "About a dish"),
    ("ask_shop", "가게에 대해 묻기", "About the shop"),
    ("ask_payment", "결제 방법 묻기", "How to pay"),
    ("complain", "문제 알리기", "Something is wrong"),
)
_ANY = (
    ("greet", "인사", "Hello"),
    ("thanks", "고마움", "Thanks"),
    ("goodbye", "작별 인사", "Goodbye"),
    ("affirm", "네", "Yes"),
    ("deny", "아니요", "No"),
    ("cancel", "그만두기", "Cancel"),
    ("restart", "처음으로", "Start over"),
    ("help", "도움말", "Help"),
    ("handoff", "상담원 연결", "Talk to a person"),
    ("repeat", "다시 말하기", "Say it again"),
    ("skip", "건너뛰기", "Skip"),
    ("change_language", "언어 바꾸기", "Change language"),
    ("chitchat", "잡담", "Small talk"),
    ("insult", "욕설", "Insult"),
    ("out_of_scope", "다른 이야기", "Something else"),
    ("inform", "물어본 것에 대한 대답", "An answer"),
    ("register_shop", "가게 등록", "Register my shop"),
    ("accept_invitation", "초대 받기", "Accept an invitation"),
    ("switch_hat", "손님·사장님 바꾸기", "Switch between customer and shop"),
)
_MERCHANT = (
    ("merchant_accept", "주문 받기", "Accept the order"),
    ("merchant_refuse", "주문 거절하기", "Refuse the order"),
    ("merchant_sold_out", "품절로 바꾸기", "Mark sold out"),
    ("merchant_restock", "다시 팔기", "Back in stock"),
    ("merchant_cooking", "조리 시작", "Start cooking"),
    ("merchant_ready", "준비 완료", "It is ready"),
    ("merchant_on_the_way", "배달 출발", "On the way"),
    ("merchant_done", "전달 완료", "Handed over"),
    ("merchant_delay", "늦어진다고 알리기", "Say it will be late"),
    ("merchant_close_at", "문 닫는 시간 바꾸기", "Change closing time"),
    ("merchant_day_off", "쉬는 날 알리기", "Take a day off"),
    ("merchant_open", "다시 문 열기", "Open again"),
    ("merchant_orders_today", "오늘 주문 보기", "Today's orders"),
    ("merchant_sales", "매출 보기", "Sales"),
    ("merchant_invite", "직원 초대하기", "Invite a colleague"),
    ("merchant_allow_cancel", "취소 받아 주기", "Allow the cancellation"),
    ("merchant_deny_cancel", "취소 거절하기", "Decline the cancellation"),
    ("merchant_price", "가격 바꾸기", "Change a price"),
    ("merchant_pause", "주문 잠깐 멈추기", "Pause orders"),
    ("merchant_tell", "손님에게 말 전하기", "Tell the customer"),
)
_OPERATOR = (
    ("operator_waiting", "기다리는 대화 보기", "Who is waiting"),
    ("operator_take", "대화 맡기", "Take a conversation"),
    ("operator_give_back", "봇에게 돌려주기", "Give it back to the bot"),
    ("operator_today", "오늘 상황 보기", "How today is going"),
)

INTENTS: Mapping[str, Intent] = MappingProxyType(
    {name: Intent(name, "consumer", ko, en) for name, ko, en in _CONSUMER}
    | {name: Intent(name, "any", ko, en) for name, ko, en in _ANY}
    | {name: Intent(name, "merchant", ko, en) for name, ko, en in _MERCHANT}
    | {name: Intent(name, "operator", ko, en) for name, ko, en in _OPERATOR}
)
"""Every intent by name. ``inform`` is never trained: it says that the text answers what was asked and no more."""

ANSWERS: Mapping[Expect, tuple[str, str]] = MappingProxyType(
    {
        "quantity": ("inform", "quantity"),
        "address": ("give_address", "address"),
        "eta": ("merchant_accept", "minutes"),
        "time": ("give_time", "time"),
        "place": ("inform", "place"),
        "choice": ("inform", "choice"),
        "text": ("inform", "text"),
        "name": ("inform", "name"),
        "hours": ("inform", "hours"),
        "dishes": ("inform", "dishes"),
    }
)
"""What an expected answer comes back as: the intent, and the entity that carries it (yes and no are affirm, deny)."""
