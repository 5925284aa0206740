import unicodedata
from pathlib import Path

import pytest

from flows.library import Library
from flows.source import FlowError
from tests.flows.town_hall import FILES, LIBRARY


def write(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_files_below_a_directory_are_one_library(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "README.md": "not a flow"})
    library = Library.load(tmp_path)
    assert library.version == LIBRARY.version
    assert set(library.flows) == set(LIBRARY.flows)


def test_a_bundle_is_the_same_version_again() -> None:
    again = Library.from_bundle(LIBRARY.bundle())
    assert again == LIBRARY


def test_any_change_is_another_version() -> None:
    changed = Library.from_bundle({**FILES, "slots.yaml": FILES["slots.yaml"] + " "})
    moved = Library.from_bundle({"other.yaml" if name == "slots.yaml" else name: text for name, text in FILES.items()})
    assert len({LIBRARY.version, changed.version, moved.version}) == 3


def test_decomposed_hangul_is_composed() -> None:
    text = unicodedata.normalize("NFD", "responses: {utter_a: [{text: 안녕}]}")
    library = Library.from_bundle({"a.yaml": text})
    assert library.responses["utter_a"].variations[0].text.lines["ko"] == (("안녕",),)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("responses: {utter_a: [{text: 안녕}]}".encode("cp949"))
    with pytest.raises(FlowError, match=r"a\.yaml:1: not UTF-8"):
        Library.load(tmp_path)


def test_an_empty_directory_is_an_empty_library(tmp_path: Path) -> None:
    assert Library.load(tmp_path).flows == {}
