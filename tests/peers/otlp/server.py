"""Takes spans as a collector does: protobuf by POST to ``/v1/traces``, gzip or not. Keeps them for the test to look at.

https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True, slots=True)
class Received:
    """One span. Ids in hexadecimal; ``parent`` is "" for the first of a trace in this process."""

    name: str
    trace: str
    span: str
    parent: str
    failed: bool
    attributes: dict[str, Any]
    service: str
    took_ns: int


class Collector:
    """``spans`` in the order of arrival."""

    def __init__(self) -> None:
        self.spans: list[Received] = []
        self.url = ""

    def named(self, name: str) -> list[Received]:
        return [span for span in self.spans if span.name == name]

    async def take(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-protobuf":
            return web.Response(status=415)
        asked = ExportTraceServiceRequest.FromString(await request.read())
        for resource in asked.resource_spans:
            of = {pair.key: _value(pair.value) for pair in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [_received(span, of.get("service.name", "")) for span in scope.spans]
        return web.Response(
            body=ExportTraceServiceResponse().SerializeToString(), content_type="application/x-protobuf"
        )


def _received(span: Any, service: str) -> Received:
    return Received(
        name=span.name,
        trace=span.trace_id.hex(),
        span=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        failed=span.status.code == 2,
        attributes={pair.key: _value(pair.value) for pair in span.attributes},
        service=service,
        took_ns=span.end_time_unix_nano - span.start_time_unix_nano,
    )


def _value(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a port of this machine, in a thread of its own: the exporter blocks while it sends."""
    collector, started, ended = Collector(), threading.Event(), threading.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        stop = asyncio.Event()
        collector_stop.append(stop)
        app = web.Application()
        app.router.add_post("/v1/traces", collector.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        collector.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        await stop.wait()
        await runner.cleanup()
        ended.set()

    collector_stop: list[asyncio.Event] = []
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield collector
    finally:
        loop.call_soon_threadsafe(collector_stop[0].set)
        assert ended.wait(10)
        thread.join(10)
        loop.close()
