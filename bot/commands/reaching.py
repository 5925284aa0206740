"""Why a database or a Redis cannot be reached, in words, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

_CODES: Final[Mapping[str, tuple[str, str]]] = {
    "28P01": ("wrong user or password", "Mend the user or the password in DATABASE_URL."),
    "28000": ("this user may not come in", "Allow the user in the server's pg_hba.conf."),
    "3D000": ("the server has no database of this name", "Make it: createdb {database}"),
    "53300": ("the server has no connection left", "Raise max_connections, or run fewer workers."),
    "57P03": ("the server is still starting", "Ask again in a moment."),
    "42501": ("this user may not do that", "Make the user the owner of the database."),
}
"""By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_NOBODY: Final = ("nobody answers at {where}", "Start the server there, or mend the address.")
_WORDS: Final[tuple[tuple[str, tuple[str, str]], ...]] = (
    ("password authentication failed", _CODES["28P01"]),
    ("no password supplied", ("the server wants a password", "Put it into DATABASE_URL: postgresql://user:password@…")),
    ("does not exist", _CODES["3D000"]),
    ("too many clients", _CODES["53300"]),
    ("authentication", ("wrong user or password", "Mend the password in REDIS_URL.")),
    ("wrongpass", ("wrong user or password", "Mend the password in REDIS_URL.")),
    ("connectionrefused", _NOBODY),
    ("connection refused", _NOBODY),
    ("timeout", ("no answer from {where} in time", "Look at the network and the firewall between here and there.")),
    ("resolve", ("there is no host named {host}", "Mend the host in the address.")),
    ("name or service not known", ("there is no host named {host}", "Mend the host in the address.")),
    ("unable to open database file", ("the file cannot be opened", "Make its folder, and let this user write there.")),
    ("not a database", ("the file is no SQLite database", "Mend the path, or put the backup back.")),
    ("disk is full", ("the disk is full", "Free some space.")),
)
"""By what the client says, where there is no code: libpq before it is connected, SQLite."""


def shown(url: str) -> str:
    """An address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url.rsplit("@", maxsplit=1)[-1]


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None of what is none."""
    try:
        parts = make_url(url)
        known = parts.get_dialect().name == "sqlite"
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        return None
    return Path(parts.database) if known and parts.database not in {None, "", ":memory:"} else None


def why_not(url: str, error: BaseException) -> tuple[str, str]:
    """What is missing, and what to do."""
    if isinstance(error, ModuleNotFoundError):
        return f"the package {error.name} is missing", f"Run: pip install {error.name}"
    if isinstance(error, NoSuchModuleError):
        return "this kind of database is not known here", "Use sqlite+aiosqlite:///FILE or postgresql://HOST/NAME."
    try:
        parts = make_url(url)
    except ArgumentError:
        return "this is no address of a database", "Use sqlite+aiosqlite:///FILE or postgresql://HOST/NAME."
    cause = getattr(error, "orig", None) or error
    text = " ".join(f"{type(one).__name__} {one}" for one in (cause, cause.__cause__, cause.__context__)).lower()
    found = _CODES.get(getattr(cause, "sqlstate", None) or "") or next(
        (said for words, said in _WORDS if words in text), None
    )
    if found is None:
        return type(cause).__name__, "Look at the server's own log."
    what, mend = found
    return _filled(what, parts), _filled(mend, parts)


def _filled(text: str, url: URL) -> str:
    host = url.host or "this machine"
    where = f"{host}:{url.port}" if url.port else host
    return text.format(host=host, where=where, database=url.database or "NAME")
