"""The form over HTTP as Rasa's REST channel has it, the engine of flows behind it: ``python -m webhooks.bench_form PORT``.

https://rasa.com/docs/rasa/connectors/your-own-website#restinput
"""

from __future__ import annotations

import sys

from aiohttp import web

from bot.bench.form import Conversations, ours

HELD = web.AppKey("held", Conversations)
PATH = "/webhooks/rest/webhook"


async def answer(request: web.Request) -> web.Response:
    """One message, and what is said to it."""
    message = await request.json()
    answers, _ = request.app[HELD].say(message["sender"], message["message"])
    return web.json_response(answers)


def site() -> web.Application:
    """What is served."""
    application = web.Application()
    application[HELD] = Conversations(ours(), {})
    application.router.add_post(PATH, answer)
    return application


if __name__ == "__main__":
    web.run_app(site(), host="127.0.0.1", port=int(sys.argv[1]), print=None)
