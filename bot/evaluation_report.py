"""An evaluation as figures (JSON), as a page (Markdown) and as pictures (SVG)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot import pictures
from nlu.damage import Damage
from nlu.evaluation import (
    calibration,
    calibration_error,
    confusion,
    outside_curve,
    per_entity,
    per_intent,
)
from nlu.scoring import Judged, score
from nlu.understanding import Language

Runs = Mapping[tuple[Language, Damage], Sequence[Judged]]
"""What was judged, by language and damage."""
_COLUMNS = ("intent", "intent_any", "outside", "entities", "cart", "wishes", "wishes_made_up")
_MISTAKES = 25
_FEW = 5
"""Texts that make a point of the calibration's line; what fewer say is chance."""


def figures(runs: Runs) -> dict[str, Any]:
    """All figures by language: the scores of every damage, and of undamaged text the rest."""
    return {language: _of_language(runs, language) for language in languages(runs)}


def languages(runs: Runs) -> list[Language]:
    """Those that there is anything of."""
    return list(dict.fromkeys(language for language, _ in runs))


def _of_language(runs: Runs, language: Language) -> dict[str, Any]:
    plain = runs[language, "none"]
    bins = calibration(plain)
    mistaken = confusion(plain)
    return {
        "damages": {damage: score(some).as_dict() for (own, damage), some in runs.items() if own == language},
        "intents": {name: tally.as_dict() for name, tally in per_intent(plain).items()},
        "entities": {name: tally.as_dict() for name, tally in per_entity(plain).items()},
        "confusion": [[wanted, found, count] for (wanted, found), count in sorted(mistaken.items())],
        "calibration": {"error": calibration_error(bins), "bins": [asdict(one) for one in bins]},
        "outside_curve": [asdict(one) for one in outside_curve(plain)],
    }


def page(sets: Mapping[str, dict[str, Any]]) -> str:
    """All of it as Markdown, a part for each set."""
    out = ["# Understanding, evaluated", ""]
    for title, by_language in sets.items():
        out += [f"## {title}", "", *_damages(by_language)]
        for language, own in by_language.items():
            out += [f"### {language}", ""]
            error = own["calibration"]["error"]
            out += [f"Calibration error: {_share(error)}", ""]
            out += _table("intent", own["intents"]) + _table("entity", own["entities"])
            out += _mistakes(own["confusion"])
    return "\n".join(out)


def _damages(by_language: Mapping[str, Any]) -> list[str]:
    rows = [
        [language, damage, str(one["utterances"]), *(_share(one[name]) for name in _COLUMNS)]
        for language, own in by_language.items()
        for damage, one in own["damages"].items()
    ]
    return _markdown(["language", "damage", "utterances", *_COLUMNS], rows)


def _table(what: str, tallies: Mapping[str, Mapping[str, float]]) -> list[str]:
    columns = ("precision", "recall", "f1")
    rows = [
        [name, *(_share(one[column]) for column in columns), str(one["support"])]
        for name, one in sorted(tallies.items(), key=lambda pair: pair[1]["f1"])
    ]
    return _markdown([what, *columns, "support"], rows)


def _mistakes(pairs: Iterable[Sequence[Any]]) -> list[str]:
    wrong = sorted((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: (-pair[2], pair[0], pair[1]))
    return _markdown(["meant", "taken for", "times"], [[str(cell) for cell in pair] for pair in wrong[:_MISTAKES]])


def _markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [*("| " + " | ".join(cells) + " |" for cells in lines), ""]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def drawn(title: str, by_language: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The pictures of one set: a name and the SVG."""
    damages = list(dict.fromkeys(name for own in by_language.values() for name in own["damages"]))
    for name, what in (("intent", "intents right and accepted"), ("cart", "carts exactly right")):
        shares = {
            language: [own["damages"].get(damage, {}).get(name) for damage in damages]
            for language, own in by_language.items()
        }
        if any(share is not None for some in shares.values() for share in some):
            yield f"damages-{name}", pictures.bars(f"{title}: {what}", damages, shares)
    bins = {
        language: [(one["confidence"], one["right"]) for one in own["calibration"]["bins"] if one["count"] >= _FEW]
        for language, own in by_language.items()
    }
    yield "calibration", pictures.lines(f"{title}: calibration", "confidence", "right", bins, diagonal=True)
    curves = {
        language: [(one["outside"], one["intent"]) for one in own["outside_curve"]]
        for language, own in by_language.items()
        if own["outside_curve"]
    }
    if curves:
        now = {
            language: (
                by_language[language]["damages"]["none"]["outside"],
                by_language[language]["damages"]["none"]["intent"],
            )
            for language in curves
        }
        heads = ("out of scope seen to be so", "intents right and accepted")
        yield "outside", pictures.lines(f"{title}: by threshold (ring: as it is)", *heads, curves, now)
    for language, own in by_language.items():
        yield f"intents-{language}", _ranked(f"{title}, {language}: F1 of intents", own["intents"])
        yield f"entities-{language}", _ranked(f"{title}, {language}: F1 of entities", own["entities"])
        counts = {(wanted, found): count for wanted, found, count in own["confusion"]}
        names = sorted({name for pair in counts for name in pair})
        yield f"confusion-{language}", pictures.grid(f"{title}, {language}: confusion", names, counts)


def _ranked(title: str, tallies: Mapping[str, Mapping[str, float]]) -> str:
    order = sorted(tallies, key=lambda name: (tallies[name]["f1"], name))
    return pictures.rows(
        title,
        {name: tallies[name]["f1"] for name in order},
        {name: f"n = {tallies[name]['support']}" for name in order},
    )


def write_report(folder: Path, sets: Mapping[str, dict[str, Any]]) -> list[Path]:
    """Write figures, page and pictures into ``folder``; the files. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"evaluation.json": json.dumps(sets, ensure_ascii=False, indent=1), "evaluation.md": page(sets)}
    for title, by_language in sets.items():
        short = title.replace(" ", "-")
        files |= {f"{short}-{name}.svg": svg for name, svg in drawn(title, by_language)}
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    return [folder / name for name in files]
