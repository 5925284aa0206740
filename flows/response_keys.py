"""The keys of a response's wordings, as flows/keys.py has those of the rest of a flow file."""

from __future__ import annotations

from collections.abc import Mapping

from flows.keys import ANYTHING, FLAG, TEXT, Key, Keys, by_name, ref, some

ASKS = ("location", "contact")

VARIATION: Keys = {
    "text": Key("The words: one text, or one for each language.", ref("words")),
    "translation": Key("The words in other languages, beside a plain `text`.", by_name(TEXT)),
    "condition": Key("Only while this holds, or all of [{type: slot, name: …, value: …}].", ref("requirements")),
    "if": Key("Only while this holds.", ref("condition")),
    "channel": Key("The only channel that it is for.", TEXT),
    "buttons": Key("Buttons below the words.", some(ref("button"))),
    "custom": Key("Lines, cards and buttons of lists, and what else a channel can show.", ref("custom")),
    "id": Key("The wording's name for an NLG server.", ANYTHING, unused=True),
    "image": Key("The address of a picture.", ANYTHING, unused=True),
    "metadata": Key("For Rasa's rephraser. `template: jinja` is heeded.", {"type": "object"}, unused=True),
    "allow_interruptions": Key("Whether a voice may be interrupted.", FLAG, unused=True),
}
REQUIREMENT: Keys = {
    "type": Key("Always slot.", {"const": "slot"}),
    "name": Key("The slot's name.", TEXT),
    "value": Key("The value that it must have.", ANYTHING),
}
BUTTON: Keys = {
    "title": Key("The label.", ref("words")),
    "payload": Key('What a tap means: /SetSlots(slot=value), /intent{"slot": "value"}, or words as if typed.', TEXT),
    "url": Key("The page that a tap opens.", ref("words")),
    "if": Key("Shown only while this holds.", ref("condition")),
    "translation": Key("The label in other languages: {en: {title: …}}.", by_name(ref("button_translation"))),
}
BUTTON_TRANSLATION: Keys = {
    "title": Key("The label in that language.", TEXT),
    "payload": Key("What a tap means in that language.", TEXT, unused=True),
}
_EACH = Key("The list whose elements are shown: a slot or a field of one.", TEXT)
_IF = Key("Only for elements for which this holds.", ref("condition"))
EACH_BUTTON: Keys = {**BUTTON, "each": _EACH}
LINES: Keys = {
    "each": _EACH,
    "text": Key("The line, or its parts, which are joined by a middle dot.", ref("words_or_parts")),
    "if": _IF,
}
CARDS: Keys = {
    "each": _EACH,
    "title": Key("The card's heading.", ref("words")),
    "subtitle": Key("What stands below it, joined by a middle dot.", ref("words_or_parts")),
    "buttons": Key("The card's buttons.", some(ref("button"))),
    "if": _IF,
}
CUSTOM: Keys = {
    "lines": Key("Lines made of a list, put where the words have {lines}; several by name.", ref("lines")),
    "cards": Key("One card for each element of a list.", some(ref("cards"))),
    "buttons": Key("One button for each element of a list, after the others.", some(ref("each_button"))),
    "asks": Key("The channel offers to share it.", {"enum": list(ASKS)}),
    "key": Key("A name for the message, so that a later one can replace it.", ref("words")),
    "edits": Key("Whether it replaces the last message with its key.", FLAG),
    "once": Key("Of the messages of one turn with the same words here, only the last is said.", ref("words")),
    "alert": Key("Whether it rings.", FLAG),
    "payment": Key("The slot that holds the payment asked for.", TEXT),
}
PARTS: Mapping[str, Keys] = {
    "variation": VARIATION,
    "requirement": REQUIREMENT,
    "button": BUTTON,
    "button_translation": BUTTON_TRANSLATION,
    "each_button": EACH_BUTTON,
    "line": LINES,
    "cards": CARDS,
    "own_custom": CUSTOM,
}
