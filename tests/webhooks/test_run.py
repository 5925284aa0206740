"""Opening the server from the command line."""

from __future__ import annotations

import socket

from typer.testing import CliRunner

from webhooks.command import command


def test_a_port_that_is_taken_is_said_in_one_line_with_the_mend() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = CliRunner().invoke(command(), ["run", "--port", str(port)])
    assert ended.exit_code == 2
    assert f"DANGOL_PORT={port + 1} make run" in ended.output
    assert "Traceback" not in ended.output
