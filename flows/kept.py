"""A compiled library kept between starts, since reading its YAML takes longer than everything else at a start."""

from __future__ import annotations

import hashlib
import hmac
import pickle
from collections.abc import Mapping
from pathlib import Path

from flows.library import Library

_SIGNATURE = 32


def load_kept(directory: Path, cache: Path, key: bytes) -> Library:
    """As :meth:`Library.load`, from ``cache`` when this code has compiled these very texts before."""
    return compile_kept(Library.read(directory), cache, key)


def compile_kept(texts: Mapping[str, str], cache: Path, key: bytes) -> Library:
    """As :meth:`Library.from_bundle`, from ``cache`` when this code has compiled these very texts before.

    Only what carries the signature of ``key`` is unpickled; what is broken or another's is compiled again.
    """
    path = cache / f"flows-{_version(texts)}.bin"
    stored = path.read_bytes() if path.exists() else b""
    signature, kept = stored[:_SIGNATURE], stored[_SIGNATURE:]
    if hmac.compare_digest(signature, _sign(kept, key, path.name)):
        library: Library = pickle.loads(kept)  # noqa: S301 - signed by us
        return library
    library = Library.from_bundle(texts)
    kept = pickle.dumps(library)
    cache.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(_sign(kept, key, path.name) + kept)
    fresh.replace(path)
    return library


def _sign(kept: bytes, key: bytes, name: str) -> bytes:
    return hmac.digest(key, b"flows\0" + name.encode() + b"\0" + kept, "sha256")


def _version(texts: Mapping[str, str]) -> str:
    """A hash of the texts and of the code that compiles them."""
    hashed = hashlib.sha256()
    for name, text in sorted(texts.items()):
        hashed.update(repr((name, text)).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        hashed.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return hashed.hexdigest()[:20]
