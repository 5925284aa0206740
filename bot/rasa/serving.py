"""Rasa's server as a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from bot.rasa.environment import Environment, RasaTrouble

HOST: Final = "127.0.0.1"
PORT: Final = 5005
READY_S: Final = 300.0
_EVERY_S: Final = 0.2
_LEAVE_S: Final = 10.0
_TOKEN: Final = "DANGOL_NLU_TOKEN"  # noqa: S105 - the variable's name


def command(where: Environment, model: Path, port: int) -> list[str]:
    """What starts the server."""
    return [str(where.python), "-m", "serving", str(model.resolve()), HOST, str(port)]


def variables(where: Environment, token: str | None) -> dict[str, str]:
    """What it finds in its environment."""
    return where.variables({_TOKEN: token} if token else {})


class RasaServer:
    """``with RasaServer(environment(), model) as rasa``: from then on ``rasa.url`` answers. Raises RasaTrouble."""

    def __init__(self, where: Environment, model: Path, token: str | None = None, *, log: Path | None = None) -> None:
        self._where = where
        self._model = model
        self._token = token
        self._log = log
        self.url = ""
        self.ready_s = 0.0
        """How long it took to start."""

    def __enter__(self) -> Self:
        port = _free_port()
        self.url = f"http://{HOST}:{port}"
        begun = time.perf_counter()
        with (self._log or Path(os.devnull)).open("wb") as log:
            self._process = subprocess.Popen(
                command(self._where.needed(), self._model, port),
                env=variables(self._where, self._token),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._model.parent,
            )
        try:
            self._wait(begun + READY_S)
        except BaseException:
            self._end()
            raise
        self.ready_s = time.perf_counter() - begun
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _wait(self, until: float) -> None:
        while not loaded(self.url, self._token):
            if self._process.poll() is not None:
                raise RasaTrouble(
                    f"Rasa's server ended with {self._process.returncode} before it was ready.{self._see}"
                )
            if time.perf_counter() > until:
                raise RasaTrouble(f"Rasa's server was not ready after {READY_S:.0f} s.{self._see}")
            time.sleep(_EVERY_S)

    @property
    def _see(self) -> str:
        return f" What it said: {self._log}" if self._log else ""

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def loaded(url: str, token: str | None) -> bool:
    """Whether a Rasa server at ``url`` answers and has a model."""
    try:
        return bool(status(url, token).get("model_file"))
    except (OSError, ValueError):
        return False


def status(url: str, token: str | None, timeout_s: float = 2.0) -> Mapping[str, object]:
    """What Rasa tells of itself. Raises OSError (URLError, HTTPError) or ValueError."""
    query = f"?{urlencode({'token': token})}" if token else ""
    with urlopen(f"{url}/status{query}", timeout=timeout_s) as response:  # noqa: S310 - the settings take http and https only
        found = json.loads(response.read(1 << 20))
    if not isinstance(found, dict):
        raise URLError("no status of Rasa's")
    return found


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
