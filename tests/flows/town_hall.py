"""A small library that the tests walk: ordering with corrections, a digression, a called flow and every pattern."""

from __future__ import annotations

from flows.commands import Command
from flows.engine import Turned, advance, resume
from flows.library import Library
from flows.state import State

FLOWS = """
flows:
  order:
    name: {ko: 주문하기, en: Order}
    description: Order a dish.
    nlu_trigger: [order_items]
    persisted_slots: [shop]
    steps:
    - collect: dish
    - collect: quantity
      rejections:
      - {if: slots.quantity < 1, utter: utter_too_few}
    - collect: fulfilment
      next:
      - if: slots.fulfilment = "delivery"
        then:
        - call: take_address
          next: quote
      - else: quote
    - id: quote
      action: action_quote
    - id: sure
      collect: confirmed
      ask_before_filling: true
      next:
      - if: slots.confirmed
        then: place
      - else:
        - action: utter_not_ordered
          next: END
    - id: place
      action: action_place
      commits: true
    - set_slots: [{shop: closed}]
    - action: utter_ordered

  take_address:
    description: Where to.
    steps:
    - collect: address
    - collect: door

  hours:
    name: {ko: 영업시간, en: Opening hours}
    description: Tell the hours.
    nlu_trigger: [ask_hours]
    steps:
    - action: utter_hours

  rate:
    name: {ko: 별점, en: Rate}
    description: Rate an order.
    nlu_trigger: [{intent: rate}]
    if: slots.shop is not null
    steps:
    - collect: stars
    - link: hours

  pattern_cancel_flow:
    description: p
    steps: [{action: utter_cancelled}]
  pattern_cannot_handle:
    description: p
    steps:
    - noop: true
      next:
      - if: slots.failures > 1
        then: [{action: utter_human, next: END}]
      - else: [{action: utter_rephrase, next: END}]
  pattern_chitchat:
    description: p
    steps: [{action: utter_chat}]
  pattern_clarification:
    description: p
    steps: [{action: utter_which}]
  pattern_completed:
    description: p
    steps: [{action: utter_anything_else}]
  pattern_continue_interrupted:
    description: p
    steps: [{action: utter_back_to}]
  pattern_correction:
    description: p
    steps: [{action: utter_corrected}]
  pattern_human_handoff:
    description: p
    steps:
    - collect: wants_call
  pattern_internal_error:
    description: p
    steps: [{action: utter_sorry}]
  pattern_repeat_bot_messages:
    description: p
    steps: [{action: action_repeat_bot_messages}]
  pattern_restart:
    description: p
    steps: [{action: utter_welcome}]
  pattern_skip_question:
    description: p
    steps: [{action: utter_needed}]
"""

SLOTS = """
slots:
  dish: {type: text, mappings: [{type: from_entity, entity: item}]}
  quantity: {type: float, expect: quantity, mappings: [{type: from_entity, entity: quantity}]}
  fulfilment: {type: categorical, values: [delivery, pickup]}
  address: {type: text, expect: address, mappings: [{type: from_text}]}
  door: {type: text}
  confirmed:
    type: bool
    expect: yesno
    mappings:
    - {type: from_intent, intent: affirm, value: true}
    - {type: from_intent, intent: deny, value: false}
  stars: {type: float}
  wants_call: {type: bool}
  shop: {type: text}
  total: {type: float}
  currency: {type: text, initial_value: KRW}
"""

RESPONSES = """
responses:
  utter_ask_dish: [{text: {ko: 무엇을 드릴까요?, en: What would you like?}}]
  utter_ask_quantity: [{text: {ko: "{dish:은} 몇 개 드릴까요?", en: "How many of {dish}?"}}]
  utter_ask_fulfilment: [{text: {ko: 배달인가요?, en: Delivery?}}]
  utter_ask_address: [{text: {ko: 어디로요?, en: Where to?}}]
  utter_ask_door: [{text: {ko: 문은요?, en: Which door?}}]
  utter_ask_confirmed: [{text: {ko: "{total:money:을} 낼까요?", en: "Pay {total:money}?"}}]
  utter_ask_stars: [{text: {ko: 별 몇 개?, en: How many stars?}}]
  utter_ask_wants_call: [{text: {ko: 전화할까요?, en: Call?}}]
  utter_too_few: [{text: {ko: 하나부터요, en: At least one}}]
  utter_not_ordered: [{text: {ko: 안 했어요, en: Not ordered}}]
  utter_ordered: [{text: {ko: "{dish} {quantity}개 주문했어요", en: "Ordered {quantity} {dish}"}}]
  utter_hours: [{text: {ko: 9시부터요, en: From nine}}]
  utter_cancelled: [{text: {ko: "{context.canceled_name:을} 그만둘게요", en: "Stopped {context.canceled_name}"}}]
  utter_human: [{text: {ko: 전화 주세요, en: Please call}}]
  utter_rephrase: [{text: {ko: 다시요, en: Again?}}]
  utter_chat: [{text: {ko: "하하 {context.kind}", en: "Ha {context.kind}"}}]
  utter_which:
  - text: {ko: 어느 쪽?, en: Which?}
    custom: {buttons: {each: context.options, title: "{name}", payload: "/{intent}"}}
  utter_anything_else: [{text: {ko: 더요?, en: More?}}]
  utter_back_to: [{text: {ko: "{context.previous_flow_name:으로} 돌아가요", en: "Back to {context.previous_flow_name}"}}]
  utter_corrected: [{text: {ko: 바꿨어요, en: Changed}}]
  utter_sorry: [{text: {ko: 미안해요, en: Sorry}}]
  utter_welcome: [{text: {ko: 안녕하세요, en: Hello}}]
  utter_needed: [{text: {ko: 필요해요, en: It is needed}}]
"""

FILES = {"flows.yaml": FLOWS, "slots.yaml": SLOTS, "texts/responses.yaml": RESPONSES}
LIBRARY = Library.from_bundle(FILES)
ACTIONS = ("action_quote", "action_place")
INTENTS = ("order_items", "ask_hours", "rate", "affirm", "deny")


def small(flows: str, *, slots: str = "a: {type: any}\nb: {type: any}\nc: {type: any}") -> Library:
    """A library of these flows; each slot ``x`` has its question ``utter_ask_x``."""
    names = [line.split(":")[0] for line in slots.splitlines() if line]
    said = "".join(f"  utter_ask_{name}: [{{text: ask}}]\n" for name in names)
    indented = "".join(f"  {line}\n" for line in slots.splitlines())
    return Library.from_bundle({"small.yaml": f"flows:\n{flows}\nslots:\n{indented}\nresponses:\n{said}"})


class Talk:
    """A conversation that keeps its state as JSON between moves, as the application does."""

    def __init__(self, library: Library = LIBRARY, **slots: object) -> None:
        self.library = library
        self.kept = State(slots=slots).to_json()
        self.turned = Turned(State())

    @property
    def state(self) -> State:
        return State.from_json(self.kept)

    def hears(self, *commands: Command) -> list[str]:
        """The responses said until the next question, action or end."""
        return self._after(advance(self.library, self.state, commands))

    def acts(self, says: tuple[str, ...] = (), **slots: object) -> list[str]:
        return self._after(resume(self.library, self.state, slots, says))

    def _after(self, turned: Turned) -> list[str]:
        self.turned = turned
        self.kept = turned.state.to_json()
        return [say.response for say in turned.says]

    @property
    def asked(self) -> str | None:
        return self.turned.asking.slot if self.turned.asking else None

    @property
    def act(self) -> str | None:
        return self.turned.act.action if self.turned.act else None
