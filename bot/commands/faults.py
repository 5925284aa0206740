"""What an operator did wrong, said as file, line, what and mend, without a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import ArgumentError, InvalidRequestError, NoSuchModuleError, OperationalError, ProgrammingError

from bot.live_model import OtherCode
from bot.migrating import UnknownRevision
from bot.rasa.environment import RasaTrouble
from bot.rehearsal.script import BadDialogue
from bot.release_files import BadDraft
from bot.releases import BrokenVersion, NoSuchVersion, Overtaken
from bot.town import TownError
from flows.source import FlowError
from nlu.sources import BadExamples
from nlu.store import BrokenModel, BrokenStore, UnknownVersion

_console = Console(stderr=True)
_TOLD = (
    TownError,
    FlowError,
    UnknownRevision,
    RasaTrouble,
    BadExamples,
    BrokenStore,
    BrokenModel,
    OtherCode,
    UnknownVersion,
    BadDialogue,
    BadDraft,
    BrokenVersion,
    NoSuchVersion,
    Overtaken,
)
"""Their own words say what is wrong and how to mend it."""


@contextmanager
def tell_faults() -> Iterator[None]:
    """Print an operator's mistake and exit with 2."""
    try:
        yield
    except _TOLD as error:
        _console.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(2) from error
    except ValidationError as error:
        for problem in error.errors():
            name = "DANGOL_" + "_".join(str(part) for part in problem["loc"]).upper()
            _console.print(
                f"{name}: {problem['msg'].removeprefix('Value error, ')}. See `dangol doctor`.",
                markup=False,
                soft_wrap=True,
            )
        raise typer.Exit(2) from error
    except (ArgumentError, NoSuchModuleError, InvalidRequestError) as error:
        _console.print(f"The database URL cannot be used: {error}. Check DATABASE_URL or --db.", markup=False)
        raise typer.Exit(2) from error
    except (OperationalError, ProgrammingError) as error:
        what = str(error.orig).splitlines()[0]
        _console.print(f"The database: {what}. Check the address; `dangol run` makes its tables.", markup=False)
        raise typer.Exit(2) from error
    except FileNotFoundError as error:
        _console.print(f"{error.filename}: there is no such file. Check the path.", markup=False, soft_wrap=True)
        raise typer.Exit(2) from error
