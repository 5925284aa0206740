"""The words of an option alone: 아이스 of 아이스로, 작은 of "작은 거", combo of "as a combo"."""

from __future__ import annotations

from nlu.jamo import run_together, squeezed
from nlu.mentions import Mention
from nlu.patterns import Pattern

_TRAILING = Pattern(r"(?<=.)(?:\s?(?:거|것|걸|걸로|거로|것으로)|으로|로|(?<=[대중소])자(?:로|짜리)?|\s?사이즈|\ssize)$")
_INTO = Pattern(r"(?<=[가-힣])으로$")
_LEADING = Pattern(r"^(?:as an? |add |adding |with |in )(?=[a-z])")


def bare_option(text: str, mention: Mention) -> tuple[int, int]:
    """The span of an option in ``text`` without particles, without what asks for it, and without the words for a thing
    that has it. What the menu itself calls so stays whole."""
    words = text[mention.start : mention.end]
    own = {run_together(written) for name in mention.of("choice") for written in name.names}
    if squeezed(words)[0] in own:
        return mention.start, mention.start + len(_INTO.sub("", words))
    lead = _LEADING.match(words)
    bare = _TRAILING.sub("", words)
    return mention.start + (lead.end() if lead else 0), mention.start + len(bare)
