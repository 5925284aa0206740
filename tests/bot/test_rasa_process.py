"""Rasa as a process beside us: a Python for it, its environment, its training, and what is said when it fails."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.bench.rasa_trial import Read, threshold_of
from bot.rasa.environment import Environment, RasaTrouble, install
from bot.rasa.interpreters import find_python
from bot.rasa.serving import RasaServer
from bot.rasa.training import Course, train
from nlu.trial import Line

LESSONS = b'{"rasa_nlu_data": {}}'


def program(path: Path, *lines: str) -> Path:
    """A program that does these lines of the shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Python but ours, where nothing can be fetched; its home."""
    home = tmp_path / "home"
    for name, value in {
        "HOME": home,
        "PATH": home / "bin",
        "PYENV_ROOT": home / ".pyenv",
        "UV_PYTHON_INSTALL_DIR": home / "uv",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_CACHE_DIR": home / "cache",
    }.items():
        monkeypatch.setenv(name, str(value))
    home.mkdir()
    return home


def environment(home: Path, *python: str) -> Environment:
    """One whose Python does these lines."""
    program(home / "bin" / "python", *python)
    (home / "whole").touch()
    return Environment(home)


def test_the_newest_python_of_pyenv_that_works_is_taken(bare: Path) -> None:
    versions = bare / ".pyenv" / "versions"
    program(bare / "bin" / "python3.10", 'echo "pyenv: python3.10: command not found" >&2', "exit 127")
    program(versions / "3.10.9" / "bin" / "python", "echo 3.10")
    newest = program(versions / "3.10.13" / "bin" / "python", "echo 3.10")
    program(versions / "3.10.14" / "bin" / "python", "echo no _sqlite3 >&2", "exit 1")
    program(versions / "3.11.7" / "bin" / "python", "echo 3.11")
    assert find_python() == newest


def test_pyenv_is_found_by_its_program_on_the_path(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = bare / "tools" / "pyenv"
    program(elsewhere / "bin" / "pyenv", "exit 1")
    python = program(elsewhere / "versions" / "3.10.13" / "bin" / "python", "echo 3.10")
    monkeypatch.delenv("PYENV_ROOT")
    monkeypatch.setenv("PATH", str(elsewhere / "bin"))
    assert find_python() == python


def test_without_a_python_it_is_said_what_to_do(bare: Path) -> None:
    assert find_python() is None
    told: list[str] = []
    with pytest.raises(RasaTrouble, match=r"needs Python 3\.10, and there is none.*pyenv install 3\.10"):
        install(Environment(bare / "env"), told.append)
    assert told == ["No Python 3.10 on this machine, which Rasa needs: uv fetches one."]
    assert not Environment(bare / "env").whole


def test_an_environment_is_whole_when_it_was_finished_and_its_python_is_there(tmp_path: Path) -> None:
    whole = environment(tmp_path, "exit 0")
    assert whole.whole
    whole.python.unlink()
    assert not whole.whole
    with pytest.raises(RasaTrouble, match="dangol nlu rasa install"):
        whole.needed()


def test_rasa_is_told_nothing_of_our_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_STRIPE_KEY", "sk_live_1")
    given = Environment(tmp_path).variables()
    assert not any(name.startswith("DANGOL") for name in given)
    assert (given["OMP_NUM_THREADS"], given["TF_INTRA_OP_PARALLELISM_THREADS"]) == ("2", "2")
    assert given["RASA_TELEMETRY_ENABLED"] == "false"


def test_a_model_is_named_by_what_went_into_it() -> None:
    course = Course(LESSONS, 100)
    assert course.version == Course(LESSONS, 100).version
    assert len({course.version, Course(LESSONS, 99).version, Course(LESSONS + b" ", 100).version}) == 3
    assert "  epochs: 100\n" in course.config()
    assert "run_eagerly" not in course.config()


def test_of_a_small_set_every_n_gram_is_learnt() -> None:
    many = json.dumps({"rasa_nlu_data": {"common_examples": [{"text": "x", "intent": "a", "entities": []}] * 5000}})
    assert "min_df: 3" in Course(many.encode(), 100).config()
    assert set(re.findall(r"min_df: \d", Course(LESSONS, 100).config())) == {"min_df: 1"}


def test_training_tells_of_its_epochs_and_leaves_the_model(tmp_path: Path) -> None:
    where = environment(
        tmp_path / "env",
        r"printf 'Epochs:   0%%|  | 0/2 [00:00<?, ?it/s]\r' >&2",
        r"printf 'Epochs:  50%%|█ | 1/2 [00:01<00:01, 1.0s/it, t_loss=9.1, i_acc=0.559, e_f1=0.18]\r' >&2",
        r"printf 'Epochs: 100%%|██| 2/2 [00:02<00:00, 1.0s/it, t_loss=7.6, i_acc=0.914, e_f1=0.71]\n' >&2",
        "cat lessons.json config.yml > made.tar.gz",
    )
    told: list[tuple[int, int, float]] = []
    course = Course(LESSONS, 2)
    model = train(where, course, tmp_path / "models", lambda *epoch: told.append(epoch))
    assert told == [(1, 2, 0.559), (2, 2, 0.914)]
    assert model.read_bytes().startswith(LESSONS)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [model.name]
    told.clear()
    assert (train(where, course, tmp_path / "models", lambda *epoch: told.append(epoch)), told) == (model, [])


def test_a_training_that_fails_says_rasas_last_words_and_where_all_of_them_are(tmp_path: Path) -> None:
    where = environment(tmp_path / "env", "echo one", "echo 'MemoryError: no room'", "exit 1")
    with pytest.raises(RasaTrouble, match="MemoryError: no room") as trouble:
        train(where, Course(LESSONS, 2), tmp_path / "models", lambda *_: None)
    assert str(tmp_path / "models" / "training.log") in str(trouble.value)
    assert "one" in (tmp_path / "models" / "training.log").read_text("utf-8")


def test_a_server_that_ends_before_it_is_ready_is_no_server(tmp_path: Path) -> None:
    where = environment(tmp_path / "env", "echo broken model", "exit 3")
    model = tmp_path / "rasa.tar.gz"
    model.touch()
    with pytest.raises(RasaTrouble, match="ended with 3"), RasaServer(where, model, log=tmp_path / "log"):
        pass
    assert (tmp_path / "log").read_text("utf-8") == "broken model\n"


def read(intent: str, chance: float) -> Read:
    return Read(intent, chance, intent, ())


def test_the_threshold_tells_best_what_is_outside() -> None:
    inside = [(Line(text="x", intent="a"), read("a", chance)) for chance in (0.9, 0.8, 0.7, 0.4)]
    outside = [(Line(text="y"), read("a", chance)) for chance in (0.1, 0.3, 0.6)]
    assert 0.6 < threshold_of([*inside, *outside]) <= 0.7


def test_without_any_line_from_outside_few_of_the_right_ones_are_given_up() -> None:
    many = [(Line(text="x", intent="a"), read("a", 0.5 + i / 200)) for i in range(100)]
    wrong = [(Line(text="x", intent="b"), read("a", 0.01)) for _ in range(50)]
    assert threshold_of([*many, *wrong]) == pytest.approx(0.5 + 2.97 / 200)
    assert threshold_of(wrong) == 0.0
