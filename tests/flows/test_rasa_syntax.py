"""Files as somebody writes them for Rasa, with every feature of the syntax that is listed in docs/flows.md."""

from flows.commands import SetSlots, StartFlow
from flows.library import Library
from flows.render import render
from tests.flows.town_hall import Talk

RASA = """
version: "3.1"
session_config:
  session_expiration_time: 60
intents:
- book_table
- affirm
entities:
- guests
actions:
- action_check_tables
slots:
  guests:
    type: float
    influence_conversation: true
    mappings:
    - type: from_entity
      entity: guests
  seating:
    type: categorical
    values:
    - inside
    - terrace
    mappings:
    - type: from_llm
  table_free:
    type: bool
    initial_value: false
    mappings:
    - type: controlled
  confirmed:
    type: bool
    mappings:
    - type: from_intent
      intent: affirm
      value: true
  caller:
    type: text
    mappings:
    - type: from_text
flows:
  book_table:
    name: book a table
    description: Book a table for some guests.
    always_include_in_prompt: true
    if: slots.caller is not "blocked"
    nlu_trigger:
    - intent:
        name: book_table
        confidence_threshold: 0.7
    persisted_slots:
    - seating
    steps:
    - id: how_many
      collect: guests
      description: a number of people
      rejections:
      - if: slots.guests < 1 or slots.guests > 20
        utter: utter_wrong_number
      next:
      - if: slots.guests > 8
        then:
        - action: utter_big_party
          next: look
      - if: not slots.guests > 8 and slots.guests >= 1
        then: where
      - else: END
    - id: where
      collect: seating
      utter: utter_ask_where
      ask_before_filling: true
      reset_after_flow_ends: false
      next: look
    - id: look
      action: action_check_tables
      next:
      - if: slots.table_free is true
        then:
        - collect: confirmed
          next:
          - if: slots.confirmed
            then:
            - call: note_the_caller
              next: done
          - else: END
      - else:
        - action: utter_full
        - set_slots:
          - guests: null
          next: how_many
    - id: done
      noop: true
      next: thank
    - id: thank
      link: say_thanks
  note_the_caller:
    description: Ask who is calling.
    steps:
    - collect: caller
  say_thanks:
    description: Thank the caller.
    steps:
    - action: utter_thanks
responses:
  utter_ask_guests:
  - text: How many guests?
  utter_wrong_number:
  - text: Between one and twenty, please.
  utter_big_party:
  - text: What a party!
  utter_ask_where:
  - text: Inside or on the terrace?
    buttons:
    - title: Inside
      payload: /SetSlots(seating=inside)
    - title: Terrace
      payload: /SetSlots(seating=terrace)
    metadata:
      rephrase: true
  utter_ask_confirmed:
  - text: A table for {guests}?
  utter_full:
  - text: We are full.
  utter_ask_caller:
  - text: Your name?
  utter_thanks:
  - condition:
    - type: slot
      name: caller
      value: Kim
    text: Thank you, dear {caller}.
  - text: Thank you.
  - text: Thanks!
    channel: telegram
"""


def test_it_loads_and_is_walked_to_the_end() -> None:
    talk = Talk(Library.from_bundle({"domain.yml": RASA}))
    assert talk.hears(StartFlow("book_table")) == ["utter_ask_guests"]
    assert talk.hears(SetSlots({"guests": 40})) == ["utter_wrong_number", "utter_ask_guests"]
    assert talk.hears(SetSlots({"guests": "4"})) == ["utter_ask_where"]
    assert talk.hears(SetSlots({"seating": "TERRACE"})) == []
    assert talk.act == "action_check_tables"
    assert talk.acts(table_free=False) == ["utter_full", "utter_ask_guests"]
    assert talk.hears(SetSlots({"guests": 12})) == ["utter_big_party"]
    assert talk.acts(table_free=True) == ["utter_ask_confirmed"]
    assert talk.hears(SetSlots({"confirmed": True})) == ["utter_ask_caller"]
    assert talk.hears(SetSlots({"caller": "Kim"})) == ["utter_thanks"]
    assert talk.state.stack == ()
    assert talk.state.slots == {
        "guests": None,
        "seating": "terrace",
        "table_free": True,
        "confirmed": None,
        "caller": None,
    }


def test_its_responses_are_shown() -> None:
    library = Library.from_bundle({"domain.yml": RASA})
    asked = render(library, "utter_ask_where", "ko", {}, "web")
    assert asked is not None
    assert [button.payload for button in asked.buttons] == ["/SetSlots(seating=inside)", "/SetSlots(seating=terrace)"]
    for slots, channel, expected in (
        ({"caller": "Kim"}, "web", "Thank you, dear Kim."),
        ({}, "web", "Thank you."),
        ({"caller": "Kim"}, "telegram", "Thanks!"),
    ):
        thanks = render(library, "utter_thanks", "en", slots, channel)
        assert thanks is not None and thanks.text == expected


def test_its_guard_and_its_intent_start_it() -> None:
    library = Library.from_bundle({"domain.yml": RASA})
    assert library.triggered("book_table", "consumer", {}) == "book_table"
    assert library.triggered("book_table", "consumer", {"caller": "blocked"}) is None
