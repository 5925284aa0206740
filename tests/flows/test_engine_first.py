from flows.commands import SetSlots, StartFlow
from flows.engine import advance, resume
from flows.library import Library
from flows.state import State

TEXT = """
flows:
  order:
    description: order
    nlu_trigger: [order_items]
    steps:
    - collect: dish
    - collect: quantity
      rejections: [{if: slots.quantity < 1, utter: utter_too_few}]
      next:
      - if: slots.quantity > 10
        then: [{action: utter_big, next: END}]
      - else: add
    - id: add
      action: action_add
    - action: utter_added
slots:
  dish: {type: text}
  quantity: {type: float, expect: quantity}
  total: {type: float}
responses:
  utter_ask_dish: [{text: {ko: 무엇을?, en: What?}}]
  utter_ask_quantity: [{text: {ko: "{dish:은} 몇 개?", en: "How many {dish}?"}}]
  utter_too_few: [{text: {ko: 안 돼요, en: No}}]
  utter_big: [{text: {ko: 많네요, en: A lot}}]
  utter_added: [{text: {ko: "{total:money:을}", en: "{total:money}"}}]
"""


def test_it_walks() -> None:
    library = Library.from_bundle({"a.yaml": TEXT})
    turned = advance(library, State(), [StartFlow("order", {"dish": "콜라"})])
    assert [say.response for say in turned.says] == ["utter_ask_quantity"]
    assert turned.asking is not None and turned.asking.expect == "quantity"
    turned = advance(library, State.from_json(turned.state.to_json()), [SetSlots({"quantity": 0})])
    assert [say.response for say in turned.says] == ["utter_too_few", "utter_ask_quantity"]
    turned = advance(library, turned.state, [SetSlots({"quantity": 2})])
    assert turned.act is not None and turned.act.action == "action_add"
    turned = resume(library, State.from_json(turned.state.to_json()), {"total": 4000})
    assert [say.response for say in turned.says] == ["utter_added"]
    assert turned.state.slots == {"dish": None, "quantity": None, "total": 4000}
