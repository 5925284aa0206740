"""What is wrong with what somebody was told."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from bot.rehearsal.assertions import Fault, Moment
from bot.rehearsal.script import Expect

Line = Mapping[str, Any]
"""A delivered message as `dangol chat --json` has it."""


def fault_of(expect: Expect, told: Sequence[Line], moment: Moment | None = None) -> Fault | None:
    """What is wrong with what one person was told; None when nothing is."""
    everything = [plain(text_of(line)) for line in told]
    if not expect.told:
        return _unwanted(expect, told, everything)
    if not told:
        return Fault(f"{expect.who} was told nothing", expect.texts)
    whole, at = "\n".join(everything), 0
    for text in expect.texts:
        found = whole.find(plain(text), at)
        if found < 0:
            where = " after the texts before it" if at and plain(text) in whole else ""
            return Fault(f"{expect.who} was not told{where}: {text}", (text,), _lines(told))
        at = found + len(plain(text))
    return (
        _number(expect, told, everything) or _buttons(expect, told) or _asked(expect, told) or _uttered(expect, moment)
    )


def _lines(told: Sequence[Line]) -> tuple[str, ...]:
    return tuple(line for one in told for line in text_of(one).splitlines() if line.strip())


def _unwanted(expect: Expect, told: Sequence[Line], everything: list[str]) -> Fault | None:
    if not expect.texts:
        return Fault(f"{expect.who} was to be told nothing", (), _lines(told)) if told else None
    for text in expect.texts:
        if any(plain(text) in one for one in everything):
            return Fault(f"{expect.who} was told, and was not to be: {text}", (), _lines(told))
    return None


def _number(expect: Expect, told: Sequence[Line], everything: list[str]) -> Fault | None:
    if expect.times is None:
        return None
    count = sum(all(plain(text) in one for text in expect.texts) for one in everything)
    if count == expect.times:
        return None
    return Fault(f"told {count} times, not {expect.times}", (f"{expect.times} messages",), _lines(told))


def _buttons(expect: Expect, told: Sequence[Line]) -> Fault | None:
    labels = [plain(label) for line in told for label in labels_of(line)]
    for wanted in expect.buttons:
        if not any(plain(wanted) in label for label in labels):
            what = f"{expect.who} has no button {wanted!r}, but: {', '.join(labels) or 'none'}"
            return Fault(what, (f"[{wanted}]",), tuple(f"[{label}]" for label in labels))
    for unwanted in expect.no_buttons:
        if any(plain(unwanted) in label for label in labels):
            return Fault(f"{expect.who} has a button {unwanted!r}", (), tuple(f"[{label}]" for label in labels))
    return None


def _asked(expect: Expect, told: Sequence[Line]) -> Fault | None:
    payments = [line["payment"]["amount"] for line in told if line["payment"]]
    if expect.payment is not None and expect.payment not in payments:
        what = f"{expect.who} was not asked to pay {expect.payment}, but: {payments or 'nothing'}"
        return Fault(what, (f"pay {expect.payment}",), tuple(f"pay {amount}" for amount in payments))
    if expect.asks is not None and expect.asks not in [line["asks"] for line in told]:
        return Fault(f"{expect.who} was not asked for the {expect.asks}", (), _lines(told))
    return None


def _uttered(expect: Expect, moment: Moment | None) -> Fault | None:
    if expect.utter is None or moment is None or expect.utter in moment.responses:
        return None
    known = expect.utter in moment.library.responses
    why = "was not told" if known else "cannot be told the unknown response"
    return Fault(f"{expect.who} {why} {expect.utter}", (expect.utter,), tuple(moment.responses))


def text_of(line: Line) -> str:
    """A message with its cards."""
    cards = [f"{card['title']} | {card['subtitle']}" for card in line["cards"]]
    return "\n".join([line["text"], *cards])


def labels_of(line: Line) -> list[str]:
    return [*line["buttons"], *(label for card in line["cards"] for label in card["buttons"])]


def plain(text: str) -> str:
    """Composed, and every run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def shown(line: Line) -> str:
    """A delivered message as the failure's transcript has it."""
    if "error" in line:
        return f"      ! {line['error']}"
    head = f"      [{line['to']}{' ✎' if line['edits'] else ''}] "
    parts = [head + line["text"].replace("\n", "\n" + " " * len(head))]
    parts += [f"        # {card['title']} | {card['subtitle']} | {card['buttons']}" for card in line["cards"]]
    if line["buttons"]:
        parts.append(f"        {line['buttons']}")
    if line["payment"]:
        parts.append(f"        pay {line['payment']['amount']} {line['payment']['currency']}")
    if line["asks"]:
        parts.append(f"        asks for the {line['asks']}")
    return "\n".join(parts)
