"""``GET /schemas/flows.json``: the JSON Schema by which editors complete and check flow files, wherever they lie."""

from __future__ import annotations

from aiohttp import web

from flows.schema import schema


async def flow_schema(_request: web.Request) -> web.Response:
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=3600"}
    return web.json_response(schema(), headers=headers, content_type="application/schema+json")
