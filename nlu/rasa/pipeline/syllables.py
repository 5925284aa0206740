"""A tokenizer for Korean as people type it. Runs inside Rasa, under Python 3.8 to 3.10.

Every Hangul syllable is a token, and so is every run of letters or of digits. Spaces between syllables, which people
leave out, then change nothing; and a name's end is always a token's end, whatever particle follows it. The word n-grams
that Rasa counts over these tokens are the character n-grams of the text without spaces. A token's lemma is its jamo, so
that a slip of one letter of a syllable leaves the rest alike.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

_PIECE = re.compile(r"[가-힣]|[ㄱ-ㅣ]+|[^\W\d_가-힣ㄱ-ㅣ]+|\d+|[^\w\s]|_")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SyllableTokenizer(Tokenizer):
    """Tokens with their place in the text; ``pos`` says what each is, and whether a space is before it."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = message.get(attribute)
        tokens = [
            Token(
                found[0],
                found.start(),
                data={"pos": _kind(found[0]) + ("" if text[: found.start()].endswith(tuple(" \t\n")) else "+")},
                lemma=unicodedata.normalize("NFD", found[0]),
            )
            for found in _PIECE.finditer(text)
        ]
        return tokens or [Token(text, 0)]


def _kind(piece: str) -> str:
    if "가" <= piece[0] <= "힣":
        return "syllable"
    return "digits" if piece.isdigit() else "word" if piece[0].isalpha() else "mark"
