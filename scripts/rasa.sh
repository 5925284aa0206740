#!/bin/sh
# Says in one loud line when there is no Rasa to test against; in CI that is a failure.
.venv/bin/python -c 'import sys; from bot.rasa.environment import environment; sys.exit(not environment().whole)' && exit 0
echo "*** NO RASA: the engines' contract is not tested with it. Get it: .venv/bin/dangol nlu rasa install (2.5 GB), then run again. ***" >&2
[ -z "${CI:-}" ]
