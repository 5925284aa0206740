"""What a sentence means, as a vector: Google's multilingual Universal Sentence Encoder, in numpy.

Its model takes a second to load and some 90 MB, so a process has one, and loads it when it is first needed or in a
thread of its own (``load_beside``), during which ``vectors_if_ready`` answers None.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from nlu.linear import Floats

WIDTH = 512
"""Numbers in a vector."""
_LONGEST = 300
"""Characters that are embedded: what is wanted is said by then, and the time of one parse stays bounded."""
_MANY = 2000
"""From so many texts on it is worth it to look at each piece of a word by itself first."""


class Encoder:
    """The sentence encoder, loaded once. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: Any = None
        self._beside = False

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Rows of length 1 for the texts, (texts, WIDTH). Loads the encoder if nobody has yet."""
        if not texts:
            return np.empty((0, WIDTH), dtype=np.float32)
        begun = [text[:_LONGEST] for text in texts]
        if len(begun) == 1:
            from nlu.one_sentence import vector_of

            return vector_of(self._load(), begun[0])[None]
        if len(begun) >= _MANY:
            from nlu.encoding import encoded

            return encoded(self._load(), begun)
        found: Floats = self._load().encode(begun)
        return found

    def vector_if_ready(self, text: str) -> Floats | None:
        """One row of length 1; None while the encoder is being loaded beside."""
        if self._loaded is None and self._beside:
            return None
        (vector,) = self.vectors([text])
        found: Floats = vector
        return found

    def load_beside(self) -> threading.Thread:
        """Load in a thread; until it is done ``vector_if_ready`` does not wait. The thread, already started."""
        self._beside = True
        thread = threading.Thread(target=self._load, name="sentence-encoder", daemon=True)
        thread.start()
        return thread

    def _load(self) -> Any:
        with self._lock:
            if self._loaded is None:
                from nlu.encoder_pieces import small_encoder

                encoder = small_encoder()
                encoder.encode("가")
                self._loaded = encoder
            return self._loaded


ENCODER = Encoder()
"""The one of this process."""
