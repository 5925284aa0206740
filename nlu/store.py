"""Trained models by what is in them: ``<folder>/<sha256>.npz``, and which of them is in force, in ``history.json``.

A file never changes once it has its name, and ``history.json`` is replaced whole, so that who only reads needs no lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from nlu.file_lock import held

SHIPPED = "shipped"
"""Stands for the model that is trained on the data that come with the program; it is no file of the store."""
KEPT = 10
"""Models whose files stay."""
SHORTEST = 4
"""Letters that name a version, when no other begins with them."""
SHOWN = 12

Why = Literal["trained", "forced", "rolled back"]
Locking = Callable[[Path], AbstractContextManager[None]]


class BrokenStore(ValueError):
    """``history.json`` cannot be read; the message says how to mend it."""


class BrokenModel(ValueError):
    """A model's file is missing or is not what its name says."""


class UnknownVersion(LookupError):
    """No model, or more than one, goes by that name."""


class Moved(RuntimeError):
    """Another model has come into force meanwhile."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model: when it was made (ISO 8601), hashes of what it was ``made_of`` and of the code that is its ``reader``,
    and how right it was, by language, as shares."""

    version: str
    at: str
    made_of: str
    reader: str
    figures: Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True)
class Promoted:
    """``version`` came into force ``at`` (ISO 8601)."""

    version: str
    at: str
    why: Why


@dataclass(frozen=True, slots=True)
class History:
    """Everything in the order that it happened."""

    models: tuple[Trained, ...] = ()
    promoted: tuple[Promoted, ...] = ()

    @property
    def in_force(self) -> str:
        return self.line[-1]

    @property
    def line(self) -> tuple[str, ...]:
        """What a step back leads to, newest last: SHIPPED, and each model that came after, without those left."""
        line = [SHIPPED]
        for one in self.promoted:
            if one.why == "rolled back" and one.version in line:
                del line[line.index(one.version) + 1 :]
            elif one.version != line[-1]:
                line.append(one.version)
        return tuple(line)

    def model(self, version: str) -> Trained | None:
        return next((one for one in self.models if one.version == version), None)

    def named(self, name: str) -> str:
        """The version that begins with ``name``. Raises UnknownVersion."""
        if name == SHIPPED:
            return SHIPPED
        found = [one.version for one in self.models if len(name) >= SHORTEST and one.version.startswith(name)]
        if len(found) != 1:
            what = "there is no model" if not found else f"{len(found)} models begin with"
            raise UnknownVersion(f"{what} {name!r}; see `dangol nlu models`")
        return found[0]


class Store:
    """``locking`` keeps writers apart."""

    def __init__(self, folder: Path, locking: Locking = held) -> None:
        self.folder = folder
        self._locking = locking

    def path(self, version: str) -> Path:
        return self.folder / f"{version}.npz"

    @property
    def _file(self) -> Path:
        return self.folder / "history.json"

    def stamp(self) -> tuple[int, int, int] | None:
        """Changes whenever the history does; None where there is none."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def history(self) -> History:
        """Raises BrokenStore."""
        try:
            kept: Any = json.loads(self._file.read_bytes())
            return History(
                tuple(Trained(**one) for one in kept["models"]), tuple(Promoted(**one) for one in kept["promoted"])
            )
        except FileNotFoundError:
            return History()
        except (ValueError, TypeError, KeyError, OSError) as error:
            mend = "put it back from a backup, or delete it: the shipped model is used then"
            raise BrokenStore(f"{self._file}: not readable as a history of models ({error}); {mend}") from error

    def checked(self, version: str) -> Path:
        """The file of a model, looked through. Raises BrokenModel."""
        path = self.path(version)
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise BrokenModel(f"{path}: {error.strerror or error}") from error
        if found != version:
            raise BrokenModel(f"{path}: the file is damaged")
        return path

    def add(self, save: Callable[[Path], None], at: str, made_of: str, reader: str) -> str:
        """Keep what ``save`` writes; its version. What is there already stays as it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
        os.close(handle)
        try:
            save(Path(name))
            with Path(name).open("rb+") as file:
                version = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            Path(name).replace(self.path(version))
        finally:
            Path(name).unlink(missing_ok=True)
        made = Trained(version, at, made_of, reader, {})
        self._change(lambda found: found if found.model(version) else replace(found, models=(*found.models, made)))
        return version

    def judged(self, version: str, figures: Mapping[str, Mapping[str, float | None]]) -> None:
        """Keep how right a model is."""
        self._change(
            lambda found: replace(
                found,
                models=tuple(replace(one, figures=figures) if one.version == version else one for one in found.models),
            )
        )

    def promote(self, version: str, at: str, why: Why, *, instead_of: str) -> None:
        """Put a model into force, and drop the files of old ones. Raises Moved when ``instead_of`` no longer is,
        BrokenModel, BrokenStore."""
        self.checked(version)

        def change(found: History) -> History:
            if found.in_force != instead_of:
                raise Moved(f"{found.in_force[:SHOWN]} has come into force meanwhile")
            return replace(found, promoted=(*found.promoted, Promoted(version, at, why)))

        self._change(change)

    def roll_back(self, at: str, name: str | None = None) -> Promoted:
        """To the model before this one, or to the named one. Raises UnknownVersion, BrokenModel, BrokenStore."""
        done: list[Promoted] = []

        def change(found: History) -> History:
            if name is None and len(found.line) < 2:
                raise UnknownVersion("the shipped model is in force; there is none before it")
            version = found.line[-2] if name is None else found.named(name)
            if version != SHIPPED:
                self.checked(version)
            done.append(Promoted(version, at, "rolled back"))
            return replace(found, promoted=(*found.promoted, done[0]))

        self.folder.mkdir(parents=True, exist_ok=True)
        self._change(change)
        return done[0]

    def _change(self, change: Callable[[History], History]) -> None:
        with self._locking(self.folder):
            changed = self._pruned(change(self.history()))
            whole = {"models": [asdict(one) for one in changed.models], "promoted": [*map(asdict, changed.promoted)]}
            write_whole(self._file, json.dumps(whole, indent=1))

    def _pruned(self, history: History) -> History:
        """Only the newest and those that a step back or two lead to."""
        newest = [one.version for one in history.models[-KEPT:]]
        stay = {*newest, *history.line[-3:]}
        self._drop(one.version for one in history.models if one.version not in stay)
        return replace(history, models=tuple(one for one in history.models if one.version in stay))

    def _drop(self, versions: Iterable[str]) -> None:
        for version in versions:
            self.path(version).unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Replace ``path`` by ``text``, whole or not at all, with the rights it had."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
