"""What was just asked decides how words are read: the table ``answers.yml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.nlu.conftest import Understand

TABLE: dict[str, list[list[Any]]] = YAML(typ="safe").load(Path(__file__).with_name("answers.yml").read_text("utf-8"))


@pytest.mark.parametrize("expect", list(TABLE))
def test_an_answer_is_read_in_the_light_of_the_question(understand: Understand, expect: str) -> None:
    wrong = []
    for text, intent, *wanted in TABLE[expect]:
        found = understand(text, "merchant" if expect == "eta" else "consumer", expect)
        here = [one for one in found.entities if wanted and one.entity == wanted[0]][:1]
        said = [part for one in here for part in (one.entity, _short(one.value), one.text)]
        if (found.intent, said) != (intent, wanted):
            wrong.append(f"{text}: {found.intent} {said}, not {intent} {wanted}")
    assert not wrong, "\n".join(wrong)


def _short(value: object) -> object:
    """A time without its seconds and zone."""
    return value[:16] if isinstance(value, str) and value[10:11] == "T" else value
