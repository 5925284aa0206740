"""Texts as Rasa writes them, turned into this language's own: translations beside a text, and simple Jinja."""

from __future__ import annotations

import re

from flows.reading import Reading
from flows.source import Node
from flows.wording import LANGUAGES

_JINJA = re.compile(r"\{\{-?\s*(?P<path>[^\W\d]\w*(?:\.\w+)*)\s*-?\}\}")
_MORE_JINJA = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)


def with_translations(
    text: Node | None, translation: Node | None, reading: Reading, key: str | None = None
) -> Node | None:
    """``text`` with what ``translation`` has for each language; there the words are under ``key`` where one is given.
    Languages that are not spoken here are left out."""
    if text is None or translation is None or isinstance(text.value, tuple):
        return text
    words = dict(text.value) if isinstance(text.value, dict) else dict.fromkeys(LANGUAGES, text)
    for language, entry in reading.mapping(translation, "translation").items():
        said = entry.get(key) if key is not None else entry
        if said is None or not isinstance(said.value, str):
            reading.bad(entry.spot, f"the translation to `{language}` must be a text", _mend(language, key))
        elif language in LANGUAGES:
            words[language] = said
    return Node(words, text.spot)


def _mend(language: str, key: str | None) -> str:
    return f"Write `{language}: …`" if key is None else f"Write {{{language}: {{{key}: …}}}}"


def is_jinja(metadata: Node | None) -> bool:
    template = metadata.get("template") if metadata is not None else None
    return template is not None and template.value == "jinja"


def without_jinja(text: Node, reading: Reading) -> Node:
    """``{{ context.name }}`` as the placeholder ``{context.name}``; any other Jinja is a defect."""
    if isinstance(text.value, dict):
        return Node({language: without_jinja(one, reading) for language, one in text.value.items()}, text.spot)
    if not isinstance(text.value, str):
        return text
    said = _JINJA.sub(r"{\g<path>}", text.value)
    more = _MORE_JINJA.search(said)
    if more is None:
        return Node(said, text.spot)
    what = f"`{' '.join(more.group().split())[:40]}` is more Jinja than is understood"
    reading.bad(text.spot, what, "Write {name}, {context.name} or {name:form}; a list in it is joined by commas")
    return Node("", text.spot)
