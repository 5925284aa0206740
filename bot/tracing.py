"""Spans for OpenTelemetry, when ``OTEL_EXPORTER_OTLP_ENDPOINT`` is set. Not set: nothing is imported and nothing done.

The trace of a turn has the id that its log lines carry. Spans have our own ids, kinds and numbers, never anything that
somebody wrote, and no exception's words.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import Token
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from bot.correlation import Cause, caused_by, current, entered, left

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
LAST_WORDS_S: Final = 3.0
"""How long the spans that are left may take on the way out."""
Attribute = str | int | float | bool | None

_NOTHING: Final = nullcontext()


class _Tracing:
    """What this process traces with; nothing until ``begin``."""

    tracer: Tracer | None = None
    provider: TracerProvider | None = None
    deafen: Callable[[], None] | None = None


def endpoint() -> str | None:
    """Where traces go by the environment; None when nowhere."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    return next((found for name in ENDPOINTS if (found := os.environ.get(name))), None)


def begin() -> bool:
    """Trace from here on if the environment says where to; True when so. Once in each worker, after it was forked:
    spans are sent by a thread of its own."""
    if endpoint() is None or _Tracing.tracer is not None:
        return _Tracing.tracer is not None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = {} if "OTEL_SERVICE_NAME" in os.environ else {"service.name": "dangol"}
    _Tracing.provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    _Tracing.provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _Tracing.tracer = _Tracing.provider.get_tracer("dangol")
    _Tracing.deafen = _watch_commits()
    return True


def end() -> None:
    """Send what is left, for LAST_WORDS_S at most, and trace no more. Blocks."""
    provider, deafen = _Tracing.provider, _Tracing.deafen
    _Tracing.tracer = _Tracing.provider = _Tracing.deafen = None
    if deafen is not None:
        deafen()
    if provider is not None:
        # In a thread that nobody waits for longer: the SDK's own time limits hold only while the collector answers.
        last = threading.Thread(target=provider.shutdown, daemon=True)
        last.start()
        last.join(LAST_WORDS_S)


def span(name: str, **attributes: Attribute) -> AbstractContextManager[object]:
    """A step within what is being worked on."""
    if _Tracing.tracer is None:
        return _NOTHING
    return _Step(_Tracing.tracer, name, current(), attributes)


def beginning(name: str, cause: Cause | None = None, **attributes: Attribute) -> AbstractContextManager[Cause]:
    """Where something comes in or is taken up: under ``cause``, else under what is being worked on, else anew."""
    if _Tracing.tracer is None:
        return caused_by(cause)
    return _Step(_Tracing.tracer, name, cause or current(), attributes)


class _Step(AbstractContextManager[Cause]):
    """A span, which is what everything in its block belongs to."""

    def __init__(self, tracer: Tracer, name: str, parent: Cause | None, attributes: dict[str, Attribute]) -> None:
        self._tracer = tracer
        self._name = name
        self._parent = parent
        self._attributes = {key: value for key, value in attributes.items() if value is not None}
        self._span: Span | None = None
        self._token: Token[Cause | None] | None = None

    def __enter__(self) -> Cause:
        self._span = self._tracer.start_span(self._name, _context(self._parent), attributes=self._attributes)
        made = self._span.get_span_context()
        cause = Cause(f"{made.trace_id:032x}", f"{made.span_id:016x}", made.trace_flags.sampled)
        self._token = entered(cause)
        return cause

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _frames: TracebackType | None
    ) -> None:
        from opentelemetry.trace import Status, StatusCode

        if self._token is not None:
            left(self._token)
        if self._span is not None:
            if kind is not None:
                self._span.set_status(Status(StatusCode.ERROR, kind.__name__))
            self._span.end()


def _context(parent: Cause | None) -> Any:
    from opentelemetry.context import Context
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    if parent is None:
        return Context()
    flags = TraceFlags(TraceFlags.SAMPLED if parent.sampled else TraceFlags.DEFAULT)
    return set_span_in_context(
        NonRecordingSpan(SpanContext(int(parent.turn, 16), int(parent.span, 16), is_remote=True, trace_flags=flags)),
        Context(),
    )


def _watch_commits() -> Callable[[], None]:
    """A span for every commit of a session; returns what ends that."""
    from sqlalchemy import event
    from sqlalchemy.orm import Session

    def begun(session: Session) -> None:
        if _Tracing.tracer is not None:
            session.info["commit"] = _Tracing.tracer.start_span("commit", _context(current()))

    def done(session: Session) -> None:
        if (ending := session.info.pop("commit", None)) is not None:
            ending.end()

    def undone(session: Session, _previous: Any) -> None:
        done(session)

    heard = (("before_commit", begun), ("after_commit", done), ("after_soft_rollback", undone))
    for name, listener in heard:
        event.listen(Session, name, listener)

    def deafen() -> None:
        for name, listener in heard:
            event.remove(Session, name, listener)

    return deafen
