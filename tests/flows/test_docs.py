import re
from pathlib import Path

from flows.check import PATTERNS, check
from flows.language import BUILT_IN_ACTIONS, EXPECTATIONS, SLOT_TYPES
from flows.library import Library
from flows.wording import SPECS
from tests.flows.test_schema import TABLES

PAGE = (Path(__file__).parents[2] / "docs" / "flows.md").read_text(encoding="utf-8")


def test_the_examples_are_sound() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 2
    library = Library.from_bundle({f"{number}.yaml": text for number, text in enumerate(examples)})
    assert check(library, ["action_rate", "action_view_cart"], ["rate", "checkout", "skip"]) == []


def test_the_page_names_everything_there_is() -> None:
    for name in (*PATTERNS, *BUILT_IN_ACTIONS, *EXPECTATIONS, *SLOT_TYPES, *SPECS):
        assert name in PAGE, name


def test_the_page_names_every_key_and_says_which_mean_nothing() -> None:
    meaningless = PAGE[PAGE.index("### Accepted, and without meaning here") :]
    for table in TABLES:
        for name, key in table.items():
            assert f"{name}" in PAGE, name
            assert not key.unused or f"`{name}`" in meaningless, name
