"""Rasa's server with one model: ``python -m serving MODEL HOST PORT``. Runs under Rasa's own Python.

Unlike ``rasa run`` it takes its token from the environment (``DANGOL_NLU_TOKEN``), where other users of the machine do
not see it, and writes nobody's words into its log.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings


def main(model: str, host: str, port: str) -> None:
    warnings.filterwarnings("ignore")
    warnings.simplefilter = _left_alone
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.log_utils import configure_structlog
    from rasa.utils.tensorflow.environment import setup_tf_environment

    logging.basicConfig(level=logging.WARNING)
    configure_structlog(logging.WARNING)
    setup_tf_environment()
    serve_application(
        model_path=model,
        channel="rest",
        interface=host,
        port=int(port),
        auth_token=os.environ.get("DANGOL_NLU_TOKEN") or None,
        enable_api=True,
        endpoints=AvailableEndpoints(),
    )


def _left_alone(*_: object, **__: object) -> None:
    """Rasa's libraries would switch their warnings about each other on again."""


if __name__ == "__main__":
    main(*sys.argv[1:])
