"""A draft: a folder with everything that a version has, to be edited. Beside it lies what it was begun from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.merging import merged
from bot.release_files import BadDraft, Files, read_folder, write_folder

BASE, MARK = ".begun-from", "draft.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a draft was begun from: a version, or “shipped”, and the library that came with the program then."""

    version: str
    shipped: str


class Draft:
    """In ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._base = folder / BASE

    @property
    def is_there(self) -> bool:
        return (self._base / MARK).is_file()

    def begin(self, files: Files, origin: Origin) -> None:
        """Fill the folder; a draft that is there gives way to it, what else is in its folder stays. Raises BadDraft when
        something else is in a folder without a draft."""
        if not self.is_there and any(path.is_file() for path in self.folder.rglob("*")):
            raise BadDraft(f"{self.folder} has something else in it; name an empty folder")
        write_folder(files, self.folder)
        self._begun(files, origin)

    def files(self) -> dict[str, str]:
        """Everything that is in it now. Raises BadDraft."""
        self.origin()
        return read_folder(self.folder)

    def base(self) -> dict[str, str]:
        """Everything that it was begun with."""
        return read_folder(self._base)

    def origin(self) -> Origin:
        """Raises BadDraft when there is no draft."""
        try:
            return Origin(**json.loads((self._base / MARK).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise BadDraft(f"{self.folder}: there is no draft here; begin one: dangol flows draft") from error

    def changed(self) -> list[str]:
        """The files that are not as they were when it was begun."""
        return differing(self.base(), self.files())

    def take(self, newer: Files, origin: Origin, *, since: Files | None = None) -> list[str]:
        """Bring what has changed in ``newer`` since the draft was begun (or ``since``) into it. The files that both
        changed in the same place: they hold both, between marks, or what was changed if the other side deleted them."""
        base = self.base() if since is None else since
        files, conflicts = dict(self.files()), []
        for name in differing(base, newer):
            ours, theirs, before = files.get(name), newer.get(name), base.get(name)
            if ours == before:
                _put(files, name, theirs)
            elif ours is None or theirs is None:
                conflicts += [name] if ours != theirs else []
                _put(files, name, theirs if ours is None else ours)
            elif ours != theirs:
                both = merged(before or "", ours, theirs)
                files[name] = both.text
                conflicts += [name] if both.conflicts else []
        write_folder(files, self.folder)
        self._begun(newer if since is None else self.base(), origin)
        return conflicts

    def published(self, files: Files, origin: Origin) -> None:
        """From now on it is a draft of what it has become; whatever was edited meanwhile stays as it is."""
        self._begun(files, origin)

    def _begun(self, files: Files, origin: Origin) -> None:
        write_folder(files, self._base)
        self._base.mkdir(parents=True, exist_ok=True)
        (self._base / MARK).write_text(json.dumps(asdict(origin)), encoding="utf-8")


def differing(one: Files, other: Files) -> list[str]:
    """The names of files that are not the same in both."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def lines_of(names: Iterable[str]) -> str:
    """Names for people, one a line."""
    return "\n".join(f"  {name}" for name in names)


def _put(files: dict[str, str], name: str, text: str | None) -> None:
    if text is None:
        files.pop(name, None)
    else:
        files[name] = text
