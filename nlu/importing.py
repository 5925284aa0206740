"""An existing Rasa project read for its training data; whatever else it holds is told, with file and line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nlu.examples import Training, read_blocks
from nlu.gold import ENTITIES
from nlu.intents import INTENTS
from nlu.patterns import Pattern
from nlu.sources import Fault, Node, read_source
from nlu.understanding import Language

_SKIPPED = frozenset({"models", "results", "node_modules", "__pycache__", "venv", "tests"})
_LEGACY = {".md": "Markdown", ".json": "JSON"}
_LATER = "write it as a flow (docs/flows.md)"
_UNUSED = {
    "stories": ("stories", _LATER),
    "rules": ("rules", _LATER),
    "forms": ("forms", "write a flow that collects its slots (docs/flows.md)"),
    "actions": ("custom actions", "a flow's steps name the actions there are (docs/flows.md)"),
    "responses": ("responses", "write them as the responses of a flow (docs/flows.md)"),
    "slots": ("slots", "write them as the slots of a flow (docs/flows.md)"),
    "e2e_actions": ("end-to-end actions", _LATER),
    "session_config": ("session settings", "conversations have no sessions to set here"),
    "policies": ("policies", "flows decide what comes next"),
    "flows": ("flows", "`dangol flows check FILE` reads them"),
    "version": ("", ""),
    "recipe": ("", ""),
    "language": ("", ""),
    "assistant_id": ("", ""),
    "intents": ("", ""),
    "entities": ("", ""),
    "nlu": ("", ""),
    "pipeline": ("", ""),
}
"""What may stand at the top of a project's files, what it is called and what to do instead; used where empty."""
_ELSEWHERE = frozenset({"credentials.yml", "endpoints.yml", "credentials.yaml", "endpoints.yaml"})
_OWN = Pattern(r"^[\w-]+(?:\.[\w-]+)+$")
"""A component named by its module: somebody's own."""


@dataclass(slots=True)
class Imported:
    """``training`` is what can be used, ``unused`` what cannot, ``files`` how many were read."""

    training: Training = field(default_factory=Training)
    unused: list[Fault] = field(default_factory=list)
    files: int = 0

    def counts(self) -> dict[str, int]:
        """How much there is of everything."""
        languages = Counter(one.language for one in self.training.examples)
        return {
            "files": self.files,
            "intents": len({one.intent for one in self.training.examples}),
            "examples": len(self.training.examples),
            "ko": languages["ko"],
            "en": languages["en"],
            "synonyms": len(self.training.synonyms),
            "lookups": len(self.training.lookups),
            "regexes": len(self.training.regexes),
            "unused": len(self.unused),
        }


def read_project(folder: Path) -> Imported:
    """Read the Rasa project in ``folder``. Raises NotADirectoryError."""
    if not folder.is_dir():
        raise NotADirectoryError(20, "no such folder", str(folder))
    return _Project(folder).read()


class _Project:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found = Imported()
        self.domain: dict[str, dict[str, tuple[str, int]]] = {"intents": {}, "entities": {}}
        self.has_domain = False

    def read(self) -> Imported:
        documents = [*self._documents()]
        usual = self._language(documents)
        for name, document in documents:
            for key, node in document.entries():
                self._part(name, key, node, usual)
        self.found.unused += self.found.training.faults
        self.found.training.faults = []
        self._compare()
        self.found.unused = sorted(set(self.found.unused))
        return self.found

    def _documents(self) -> Iterator[tuple[str, Node]]:
        for path in sorted(self.folder.rglob("*")):
            name = str(path.relative_to(self.folder))
            parts = path.relative_to(self.folder).parts
            if not path.is_file() or any(part.startswith(".") or part in _SKIPPED for part in parts[:-1]):
                continue
            if path.suffix in _LEGACY and _is_legacy(path):
                what = f"training data as {_LEGACY[path.suffix]}, of an older Rasa"
                self._unused(name, 1, what, "write it as YAML: `rasa data convert nlu -f yaml` of Rasa 2 does")
            elif path.name == "actions.py" or (path.suffix == ".py" and "actions" in parts[:-1]):
                self._unused(name, 1, "Python code of custom actions", _UNUSED["actions"][1])
            if path.suffix not in (".yml", ".yaml") or path.name in _ELSEWHERE:
                continue
            document, source = read_source(path, name)
            self.found.files += 1
            self.found.unused += source.faults
            if document is not None and isinstance(document.value, dict):
                yield name, document
            elif document is not None:
                self._unused(name, document.line, "no part of a Rasa project", "leave it out")

    def _unused(self, file: str, line: int, what: str, mend: str) -> None:
        self.found.unused.append(Fault(file, line, what, mend))

    def _language(self, documents: list[tuple[str, Node]]) -> Language:
        """The language of what has no letters: that of the project's configuration."""
        for _, document in documents:
            language = document.get("language")
            if language is not None and document.get("pipeline") is not None:
                return "en" if language.value == "en" else "ko"
        return "ko"

    def _part(self, file: str, key: str, node: Node, usual: Language) -> None:
        if key == "nlu":
            read_blocks(node, file, self.found.training, usual)
            self._metadata(file, node)
        elif key in self.domain:
            self.has_domain = True
            self._names(file, key, node)
        elif key == "pipeline":
            self._pipeline(file, node)
        elif key not in _UNUSED:
            self._unused(file, node.line, f"the key {key!r} is not known here", "leave it out")
        elif _UNUSED[key][0] and node.value:
            what, mend = _UNUSED[key]
            count = len(node.value) if isinstance(node.value, (dict, tuple)) else 1
            self._unused(file, node.line, f"{what} ({count}) are not used", mend)

    def _metadata(self, file: str, node: Node) -> None:
        for block in node.items():
            examples = block.get("examples")
            every = [block, *(examples.items() if examples is not None else ())]
            for one in every:
                metadata = one.get("metadata")
                if metadata is not None:
                    self._unused(file, metadata.line, "metadata is not used", "leave it out, or keep it in a comment")

    def _names(self, file: str, key: str, node: Node) -> None:
        """The domain's intents or entities: names, or a name with settings of its own."""
        for one in node.items():
            if isinstance(one.value, str):
                self.domain[key][one.value] = (file, one.line)
            for name, settings in one.entries():
                self.domain[key][name] = (file, one.line)
                for setting, value in settings.entries():
                    if setting not in ("roles", "groups"):
                        what = f"{setting!r} of {name!r} is not used"
                        self._unused(file, value.line, what, "a flow says which entities it takes (docs/flows.md)")

    def _pipeline(self, file: str, node: Node) -> None:
        for one in node.items():
            named = one.get("name") if isinstance(one.value, dict) else one
            name = named.value if named is not None else None
            if isinstance(name, str) and _OWN.fullmatch(name):
                mend = "`dangol nlu rasa train` has a pipeline of its own for Korean and English"
                self._unused(file, one.line, f"the component {name} of your own is not used", mend)

    def _compare(self) -> None:
        """What the examples, the domain and Dangol call by different names."""
        intents: dict[str, tuple[str, int]] = {}
        entities: dict[str, tuple[str, int]] = {}
        counts = Counter(one.intent for one in self.found.training.examples)
        for one in self.found.training.examples:
            intents.setdefault(one.intent, (one.file, one.line))
            for mark in one.marks:
                entities.setdefault(mark.entity, (one.file, one.line))
        for name, (file, line) in intents.items():
            if name not in INTENTS:
                what = f"the intent {name!r} with its {counts[name]} examples is none of Dangol's"
                self._unused(file, line, what, "it is written all the same; rename it to one of docs/intents.md")
            if self.has_domain and name not in self.domain["intents"]:
                self._unused(file, line, f"the intent {name!r} is not in the domain", "it is written all the same")
        for name, (file, line) in entities.items():
            if name not in ENTITIES:
                what = f"the entity {name!r} is none of Dangol's"
                self._unused(file, line, what, "it is written all the same; rename it to one of docs/nlu.md")
            if self.has_domain and name not in self.domain["entities"]:
                self._unused(file, line, f"the entity {name!r} is not in the domain", "it is written all the same")
        for name, (file, line) in self.domain["intents"].items():
            if name not in intents:
                self._unused(file, line, f"the intent {name!r} has no examples", "write some, or take it out")


def _is_legacy(path: Path) -> bool:
    """Whether a file has training data as Rasa had it before YAML."""
    beginning = path.read_bytes()[:200_000].decode("utf-8", "replace")
    return bool(re.search(r"^##\s*(?:intent|synonym|regex|lookup)\s*:", beginning, re.MULTILINE)) or (
        path.suffix == ".json" and '"rasa_nlu_data"' in beginning
    )
