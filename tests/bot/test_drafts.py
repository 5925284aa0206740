"""A draft is a folder to edit; what others changed meanwhile is brought into it line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafts import Draft, Origin
from bot.merging import merged
from bot.release_files import NLU, BadDraft, digest, part, read_folder, write_folder

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "\n"]), max_size=12).map("".join)
FILES = {
    "flows/a.yaml": "one\ntwo\nthree\n",
    "flows/sub/b.yml": "b\n",
    "nlu/ko/own.yml": "k\n",
    "dialogues/d.yaml": "d\n",
}
ORIGIN = Origin("shipped", "0123")


@given(base=LINES, other=LINES)
def test_what_only_one_side_changed_is_as_they_left_it(base: str, other: str) -> None:
    for found in (merged(base, base, other), merged(base, other, base), merged(base, other, other)):
        assert (found.text, found.conflicts) == (other, 0)


@given(base=LINES, ours=LINES, theirs=LINES)
def test_no_line_of_either_side_is_lost_without_a_mark(base: str, ours: str, theirs: str) -> None:
    found = merged(base, ours, theirs)
    if not found.conflicts:
        added = [line for side in (ours, theirs) for line in side.splitlines() if line not in base.splitlines()]
        assert set(added) <= set(found.text.splitlines())


def test_changes_in_different_places_are_both_there_and_in_the_same_place_marked() -> None:
    base = "one\ntwo\nthree\nfour\n"
    assert merged(base, "ONE\ntwo\nthree\nfour\n", "one\ntwo\nthree\nFOUR\n").text == "ONE\ntwo\nthree\nFOUR\n"
    both = merged(base, "one\nZWEI\nthree\nfour\n", "one\nDEUX\nthree\nfour\n")
    assert both.conflicts == 1
    assert both.text == "one\n<<<<<<< draft\nZWEI\n=======\nDEUX\n>>>>>>> newer\nthree\nfour\n"


def test_a_folder_is_read_as_it_was_written_and_what_is_hidden_or_no_yaml_is_left_out(tmp_path: Path) -> None:
    write_folder({**FILES, "flows/windows.yaml": "a\r\nb\r\n"}, tmp_path)
    for name in ("flows/.#a.yaml", "flows/a.yaml~", "flows/notes.txt", "nlu/gold/g.yml", ".begun-from/flows/a.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert read_folder(tmp_path) == {**FILES, "flows/windows.yaml": "a\r\nb\r\n"}
    assert read_folder(tmp_path, (NLU,)) == {"nlu/ko/own.yml": "k\n"}
    assert part(FILES, "flows") == {"a.yaml": "one\ntwo\nthree\n", "sub/b.yml": "b\n"}


@given(st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=3))
def test_the_name_tells_every_path_and_text_apart(files: dict[str, str]) -> None:
    joined = "".join(name + text for name, text in sorted(files.items()))
    assert digest(files) != digest({**files, "more": ""}) or "more" in files
    assert digest(files) != digest({joined: ""}) or files == {joined: ""}


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    write_folder(FILES, tmp_path)
    (tmp_path / "flows" / "a.yaml").write_bytes("한글".encode("cp949"))
    with pytest.raises(BadDraft, match=r"flows/a\.yaml:1: not UTF-8 text; save the file as UTF-8"):
        read_folder(tmp_path)


def test_a_draft_remembers_what_it_was_begun_from(tmp_path: Path) -> None:
    draft = Draft(tmp_path / "draft")
    assert not draft.is_there
    with pytest.raises(BadDraft, match="begin one: dangol flows draft"):
        draft.files()
    draft.begin(FILES, ORIGIN)
    (draft.folder / "flows" / "a.yaml").write_text("one\n")
    (draft.folder / "flows" / "c.yaml").write_text("new\n")
    assert (draft.base(), draft.origin()) == (FILES, ORIGIN)
    assert draft.changed() == ["flows/a.yaml", "flows/c.yaml"]
    draft.begin(FILES, ORIGIN)
    assert read_folder(draft.folder) == FILES, "begun anew"
    assert draft.changed() == []


def test_a_draft_begun_anew_keeps_what_else_lies_in_its_folder_and_mends_what_is_left_of_one(tmp_path: Path) -> None:
    draft = Draft(tmp_path)
    draft.begin(FILES, ORIGIN)
    (tmp_path / "letters.txt").write_text("mine")
    (tmp_path / "flows" / "a.yaml").write_text("one\n")
    draft.begin(FILES, ORIGIN)
    assert read_folder(tmp_path) == FILES
    assert (tmp_path / "letters.txt").read_text() == "mine"
    empty = tmp_path / "empty"
    (empty / "flows").mkdir(parents=True)
    Draft(empty).begin(FILES, ORIGIN)
    assert read_folder(empty) == FILES


def test_a_draft_is_not_begun_over_something_else(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(BadDraft, match="something else in it"):
        Draft(tmp_path).begin(FILES, ORIGIN)
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_what_changed_meanwhile_is_taken_and_what_both_changed_is_told(tmp_path: Path) -> None:
    draft = Draft(tmp_path)
    draft.begin({**FILES, "flows/x.yaml": "x\n", "flows/y.yaml": "y\n"}, ORIGIN)
    (tmp_path / "flows" / "a.yaml").write_text("ONE\ntwo\nthree\n")
    (tmp_path / "flows" / "x.yaml").write_text("X\n")
    (tmp_path / "flows" / "y.yaml").unlink()
    newer = {
        "flows/a.yaml": "one\ntwo\nTHREE\n",
        "flows/y.yaml": "yy\n",
        "flows/z.yaml": "z\n",
        "nlu/ko/own.yml": "k\n",
    }
    assert draft.take(newer, Origin("newer", "4567")) == ["flows/x.yaml", "flows/y.yaml"]
    assert draft.files() == {
        "flows/a.yaml": "ONE\ntwo\nTHREE\n",
        "flows/x.yaml": "X\n",
        "flows/y.yaml": "yy\n",
        "flows/z.yaml": "z\n",
        "nlu/ko/own.yml": "k\n",
    }
    assert (draft.base(), draft.origin()) == (newer, Origin("newer", "4567"))
