from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trained understanding and the compiled flows, shared by every server of the run."""
    return tmp_path_factory.mktemp("cache")
