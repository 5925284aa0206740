"""What of a text can be seen. Marks that show nothing, or turn other letters round, are left out where people write."""

from __future__ import annotations

import re
import unicodedata

_EMOJI = "\u2190-\u2bff\u3030\u303d\ufe0f\U0001f000-\U0001faff"
_FLAG = "\U0001f3f4[\U000e0020-\U000e007f]+"
"""A black flag with the region that its tags spell."""
_JOINED = f"(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])"
"""Between two emoji the joiner makes them one: a family, a rainbow flag."""
_UNSEEN = (
    "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e01ef"
)
_LINES = "\r\n?|[\u0085\u2028\u2029]"
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20e2\u20e4-\u20ff\ufe20-\ufe2f"
_MOST_MARKS = 3
"""On one letter; what stacks more of them covers the lines above."""
_ODD = re.compile(
    f"({_FLAG}|{_JOINED})|({_LINES})|([\ud800-\udfff])|[{_UNSEEN}]|(?<=[{_MARKS}]{{{_MOST_MARKS}}})[{_MARKS}]+"
)


def visible(text: str) -> str:
    """``text`` composed (NFC), with one kind of line end, and without controls, marks of direction, letters of no
    width and piled-up accents. Half a surrogate pair becomes U+FFFD, which every database and network takes."""
    if _ODD.search(text) is not None:
        text = _ODD.sub(_mended, text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _mended(found: re.Match[str]) -> str:
    if found[1] is not None:
        return found[1]
    return "\n" if found[2] is not None else "\ufffd" if found[3] is not None else ""
