#!/bin/sh
# Says in one loud line when there is no browser for the browser tests; in CI that is a failure.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
echo "*** NO CHROMIUM: the browser tests are skipped. Get one: apt-get install chromium (Debian), then run again. ***" >&2
[ -z "${CI:-}" ]
