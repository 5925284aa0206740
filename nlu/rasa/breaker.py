"""Who fails again and again is left alone for a while."""

from __future__ import annotations

from collections.abc import Callable


class Breaker:
    """Opens after ``failures`` in a row. Open, it lets nobody through for ``rest_s`` seconds; then one at a time may
    try: a success closes it, a failure begins the rest anew. ``seconds`` is a clock that never goes back."""

    def __init__(self, seconds: Callable[[], float], failures: int = 3, rest_s: float = 10.0) -> None:
        self._seconds = seconds
        self._most = failures
        self._rest_s = rest_s
        self._failed = 0
        self._open_until: float | None = None
        self._trying = False

    @property
    def open(self) -> bool:
        """Whether it has opened and not been closed by a success."""
        return self._open_until is not None

    def admits(self) -> bool:
        """Whether a call may be made now. Whoever is let through says afterwards how it went, once."""
        if self._open_until is None:
            return True
        if self._trying or self._seconds() < self._open_until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The call went well."""
        self._failed = 0
        self._open_until = None
        self._trying = False

    def failed(self) -> None:
        """The call did not."""
        self._failed += 1
        if self._failed >= self._most:
            self._open_until = self._seconds() + self._rest_s
        self._trying = False

    def abandoned(self) -> None:
        """The call was given up by whoever made it, which says nothing of the other side."""
        self._trying = False
