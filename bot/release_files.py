"""What a version consists of, as texts by path: ``flows/``, the installation's own training data in ``nlu/ko`` and
``nlu/en``, and its own ``dialogues/``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

Files = Mapping[str, str]
FLOWS, NLU, DIALOGUES = "flows", "nlu", "dialogues"
PARTS = (FLOWS, NLU, DIALOGUES)
_SUFFIXES = (".yaml", ".yml")
_TRIES = 5


class BadDraft(ValueError):
    """A folder that cannot be read as a version; the message says how to mend it."""


def digest(files: Files) -> str:
    """The SHA-256 of the whole: every path and every text."""
    sha = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            data = part.encode()
            sha.update(len(data).to_bytes(8, "big") + data)
    return sha.hexdigest()


def part(files: Files, of: str) -> dict[str, str]:
    """The files of one of PARTS, by their paths in it."""
    return {name.removeprefix(f"{of}/"): text for name, text in files.items() if name.startswith(f"{of}/")}


def placed(of: str, files: Files) -> dict[str, str]:
    """The other way round."""
    return {f"{of}/{name}": text for name, text in files.items()}


def read_folder(folder: Path, parts: Sequence[str] = PARTS) -> dict[str, str]:
    """Every YAML file of the ``parts`` in ``folder`` at one moment: when one is written meanwhile, all are read again.

    Hidden files are left out. Raises BadDraft.
    """
    for _ in range(_TRIES):
        before = _stamps(folder, parts)
        files = {name: _text(folder / name) for name in before}
        if _stamps(folder, parts) == before:
            return files
    raise BadDraft(f"{folder}: files there are being written all the time; try again when that is over")


def write_folder(files: Files, folder: Path, parts: Sequence[str] = PARTS) -> None:
    """Write every file, and delete what else there is of the ``parts``."""
    for name in _stamps(folder, parts).keys() - files.keys():
        (folder / name).unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def _stamps(folder: Path, parts: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    found = {}
    for name in sorted(_names(folder, parts)):
        try:
            stat = (folder / name).stat()
        except OSError as error:
            raise BadDraft(f"{folder / name}: {error.strerror}; take it away or put it right") from error
        found[name] = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
    return found


def _names(folder: Path, parts: Sequence[str]) -> Iterator[str]:
    for of in (one for name in parts for one in ((f"{NLU}/ko", f"{NLU}/en") if name == NLU else (name,))):
        for path in (folder / of).rglob("*"):
            name = path.relative_to(folder)
            hidden = any(one.startswith(".") for one in name.parts)
            if path.suffix in _SUFFIXES and not hidden and not path.is_dir():
                yield name.as_posix()


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise BadDraft(f"{path}:1: not UTF-8 text; save the file as UTF-8") from error
    except OSError as error:
        raise BadDraft(f"{path}: {error.strerror}; take it away or put it right") from error
