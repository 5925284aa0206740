"""A model comes into force only if it reads no language worse than the one before."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app
from bot.promoting import Figures, candidate, decide, figures_of, worse
from nlu.engine import Engine
from nlu.examples import DATA
from nlu.gold import Gold
from nlu.live_names import LiveNames
from nlu.model import Model
from nlu.store import SHIPPED, Store
from nlu.versions import made_of, reader
from tests.bot.working import FRIDAY_NOON
from tests.nlu.tiny_models import NOON, add, always, promoted, ship

TEXT = "쀍뚫꿹"
GOLD = 'version: "3.1"\ngold:\n- {intent: order_status, say: "주문한 거 언제 와요"}\n- {intent: handoff, say: 상담원}\n'
TOWNS = Path(__file__).parent.parent / "towns"


def right(ko: float, en: float) -> Figures:
    return {"ko": {"right": ko}, "en": {"right": en}}


def decided(store: Store, version: str, before: Figures, after: Figures, *, force: bool = False) -> bool:
    return decide(store, version, lambda: (before, after), NOON, force=force).promoted


def test_what_is_as_good_or_better_is_promoted_and_its_figures_are_kept(tmp_path: Path) -> None:
    store, (first,) = promoted(tmp_path, "greet")
    second = add(store, always("thanks"))
    assert decided(store, second, right(0.9, 0.8), right(0.9, 0.81))
    found = store.history()
    assert (found.line, found.promoted[-1].why) == ((SHIPPED, first, second), "trained")
    assert found.models[-1].figures == right(0.9, 0.81)


def test_what_is_worse_in_one_language_is_promoted_by_force_only(tmp_path: Path) -> None:
    store, (first,) = promoted(tmp_path, "greet")
    second = add(store, always("thanks"))
    before, after = right(0.9, 0.8), right(0.99, 0.79)
    assert worse(before, after) == ("en",)
    assert not decided(store, second, before, after)
    assert store.history().in_force == first
    assert decided(store, second, before, after, force=True)
    assert store.history().promoted[-1].why == "forced"


def test_when_another_comes_into_force_meanwhile_it_is_compared_with_that(tmp_path: Path) -> None:
    store, (first,) = promoted(tmp_path, "greet")
    second, third = add(store, always("thanks")), add(store, always("help"))
    compared: list[str] = []

    def compare() -> tuple[Figures, Figures]:
        compared.append(store.history().in_force)
        if len(compared) == 1:
            store.promote(second, NOON, "trained", instead_of=first)
        return right(0.7 + len(compared) / 10, 1), right(0.85, 1)

    assert not decide(store, third, compare, NOON).promoted
    assert compared == [first, second]
    assert store.history().in_force == second


def test_figures_are_of_a_language_and_count_what_was_rightly_refused() -> None:
    gold = [
        Gold(TEXT, "greet", "ko", "a.yml", 1),
        Gold(TEXT, "out_of_scope", "ko", "a.yml", 2),
        Gold(TEXT, "thanks", "ko", "a.yml", 3),
        Gold(TEXT, "thanks", "ko", "a.yml", 4),
    ]
    names = LiveNames(FRIDAY_NOON)
    (only,) = figures_of(Engine(always("greet")), gold, names).values()
    assert (only["right"], only["intent"], only["outside"]) == (0.25, 1 / 3, 0.0)
    (only,) = figures_of(Engine(always("out_of_scope")), gold, names).values()
    assert (only["right"], only["intent"], only["outside"]) == (0.25, 0.0, 1.0)


def test_a_model_is_trained_on_all_folders_and_not_twice_on_the_same(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, intent, words in ((ours, "greet", "안녕 반가워 하이"), (theirs, "thanks", "고마워 감사해 땡큐")):
        (folder / "ko").mkdir(parents=True)
        lines = "".join(f"    - {word}\n" for word in words.split())
        (folder / "ko" / "a.yml").write_text(f'version: "3.1"\nnlu:\n- intent: {intent}\n  examples: |\n{lines}')
    store = Store(tmp_path / "models")
    made = candidate(store, (ours, theirs, tmp_path / "nowhere"), NOON)
    assert Model.load(store.checked(made.version)).labels == ("greet", "thanks")
    written = store.path(made.version).stat().st_mtime_ns
    assert candidate(store, (ours, theirs), NOON) == made
    assert store.path(made.version).stat().st_mtime_ns == written
    assert made_of((ours,)) != made.made_of == made_of((ours, theirs))


class Operator:
    """Types commands over a data folder with one sentence of its own to learn."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.store = Store(self.data / "models")
        own = self.data / "nlu" / "ko" / "reviewed.yml"
        own.parent.mkdir(parents=True)
        own.write_text('version: "3.1"\nnlu:\n- intent: thanks\n  examples: |\n    - 고마버라\n')
        ship(self.data, "order_status")

    def nlu(self, *arguments: str, code: int = 0) -> str:
        ended = CliRunner().invoke(app, ["nlu", *arguments], env={"DANGOL_DATA": str(self.data), "COLUMNS": "200"})
        assert ended.exit_code == code, ended.output
        return ended.output

    def made(self, model: Model) -> str:
        """A model as if it were trained on all that there is now."""
        return self.store.add(model.save, NOON, made_of((DATA, self.data / "nlu")), reader())


def test_train_tells_both_figures_and_leaves_a_worse_model_out_unless_forced(tmp_path: Path) -> None:
    operator, gold = Operator(tmp_path), tmp_path / "gold"
    (gold / "ko").mkdir(parents=True)
    (gold / "ko" / "a.yml").write_text(GOLD)
    (gold / "town.yaml").write_text((TOWNS / "testville.yaml").read_text())
    version = operator.made(always("out_of_scope"))
    told = operator.nlu("train", "--gold", str(gold), code=1)
    assert "Not promoted: less is right in ko." in told
    assert "100.0%" in told and "50.0%" in told
    assert operator.store.history().in_force == SHIPPED
    assert "Promoted, though less is right in ko." in operator.nlu("train", "--gold", str(gold), "--force")
    assert operator.store.history().in_force == version
    assert "is of just these data" in operator.nlu("train", "--gold", str(gold))


def test_models_are_listed_and_rolled_back_by_their_first_letters(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    _, (first, second) = promoted(operator.data / "models", "greet", "thanks")
    states = {one["version"]: one["state"] for one in map(json.loads, operator.nlu("models", "--json").splitlines())}
    assert states == {first: "before it", second: "in force"}
    assert first[:12] in operator.nlu("rollback")
    assert operator.store.history().in_force == first
    assert second[:12] in operator.nlu("rollback", second[:7])
    assert "no model 'feedbeef'" in operator.nlu("rollback", "feedbeef", code=2)
    (operator.data / "models" / "history.json").write_text("{")
    assert "history.json" in operator.nlu("models", code=2)
