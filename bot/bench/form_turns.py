"""The form by the engine alone, in a process of its own: ``python -m bot.bench.form_turns CONVERSATIONS``.

Prints JSON: ``turns_per_s`` and ``steps_per_s`` of one core's CPU time, and ``megabytes`` that the conversations take
while all of them are under way, half-way through the form.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time

from bot.bench.engine_process import share_of
from bot.bench.form import QUESTIONS, TURNS, WISH, Conversations, ours, taps

HALFWAY = len(QUESTIONS) // 2
"""Questions that are answered where a conversation counts as under way."""


def engine_alone(conversations: int) -> dict[str, float]:
    """What that process prints."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.bench.form_turns", str(conversations)], capture_output=True, text=True, check=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def measure(conversations: int) -> dict[str, float]:
    """One turn of each conversation after the other, so that none is still at hand from its last turn. RuntimeError
    when one does not come to its end."""
    held = Conversations(ours(), {})
    names = [f"conversation-{number}" for number in range(conversations)]
    buttons: list[list[str]] = [[WISH]] * conversations
    known: dict[tuple[str, ...], list[str]] = {}
    gc.collect()
    before, megabytes, steps = share_of(), 0.0, 0
    begun, apart = time.process_time(), 0.0
    for turn in range(TURNS):
        for number, name in enumerate(names):
            tapped = taps(number)[turn - 1] if turn else 0
            answers, turned = held.say(name, buttons[number][tapped])
            steps += sum(passed[0] == "step" for passed in turned.trace)
            offered = tuple(button["payload"] for button in answers[-1].get("buttons", ()))
            buttons[number] = known.setdefault(offered, list(offered))
        if turn == HALFWAY:
            paused = time.process_time()
            gc.collect()
            megabytes = share_of() - before
            apart = time.process_time() - paused
    seconds = time.process_time() - begun - apart
    if any(buttons) or len(held.states) != conversations:
        raise RuntimeError("a conversation did not come to its end")
    return {
        "turns_per_s": conversations * TURNS / seconds,
        "steps_per_s": steps / seconds,
        "megabytes": megabytes,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
