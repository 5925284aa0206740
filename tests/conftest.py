"""What every room's tests of the whole application share."""

from __future__ import annotations

import pytest

from tests.dialogues.stage import Towns


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    """Prepared towns: made once per process, copied for every test."""
    return Towns(tmp_path_factory.mktemp("towns"))
