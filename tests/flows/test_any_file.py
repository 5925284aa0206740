import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.check import check_files
from flows.library import Library
from flows.source import FlowError
from tests.flows.town_hall import FILES

WHOLE = "".join(FILES.values())
SCRAPS = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "\n",
    "  ",
    "null",
    "&a ",
    "*a",
    "!!int ",
    "<<: ",
    "'",
    '"',
    "2026-01-01",
    "0x",
    "1e999",
    "가",
]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_library_or_says_why_not(text: str) -> None:
    with contextlib.suppress(FlowError):
        Library.from_bundle({"any.yaml": text})


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, len(WHOLE)), st.integers(0, 12), st.sampled_from(SCRAPS))
def test_a_half_edited_file_is_checked_without_failing(name: str, at: int, gone: int, scrap: str) -> None:
    text = FILES[name]
    at %= len(text)
    edited = text[:at] + scrap + text[at + gone :]
    for defect in check_files({**FILES, name: edited}, [], []):
        assert defect.file in FILES and defect.line >= 1 and defect.what and defect.mend


def test_a_value_inside_itself_is_a_defect() -> None:
    defects = check_files({"a.yaml": "flows: &a {f: *a}"}, [], [])
    assert defects and defects[0].file == "a.yaml"
