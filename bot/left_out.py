"""Words that take back an option that was chosen, or what was asked of the kitchen: "샷은 빼고", "요청 사항 지워줘"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from commerce.menu_views import OptionView

_LEFT_OUT = re.compile(
    r"(?P<what>.+?)(?:은|는|을|를|이|가)?\s?(?:빼|뺄|뺀|제외|없이|취소|안\s?넣|넣지|필요\s?없|말고)"
    r"|(?:no|without|skip|hold|take off|remove)\s(?:the\s|any\s)?(?P<english>.+)",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\s?(?:추가|변경|선택)(?:한\s?거)?$|^(?:extra|add)\s", re.IGNORECASE)
_NOTES = re.compile(
    r"(?:요청\s?(?:사항)?|메모|전달\s?사항|부탁(?:한\s?거)?)\S{0,2}\s?(?:다\s?|전부\s?|모두\s?)?(?:지워|지우|빼|없애|삭제|취소)"
    r"|\b(?:remove|delete|clear|forget)\b.*\b(?:notes?|requests?|instructions?)\b",
    re.IGNORECASE,
)


def taken_back(words: str, chosen: Collection[str], options: Sequence[OptionView]) -> str | None:
    """The one of the ``chosen`` choices that the words leave out; None for one that its dish cannot do without."""
    found = _LEFT_OUT.match(words.strip())
    if found is None:
        return None
    what = _bare(found["what"] or found["english"])
    for option in options:
        mine = [choice for choice in option.choices if choice.id in chosen]
        if len(mine) > option.at_least:
            named = [one for one in mine if what in {_bare(name) for name in one.name.values()}]
            if named:
                return named[0].id
    return None


def clears_notes(words: str) -> bool:
    """Whether everything that was asked of the kitchen is taken back."""
    return _NOTES.search(words) is not None


def _bare(name: str) -> str:
    return _ADDED.sub("", name.strip().casefold()).replace(" ", "")
