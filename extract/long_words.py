"""Documents of texts with endless words: base64, a page whose spaces were lost, a wall of punctuation.

spaCy's tokenizer takes prefixes and suffixes off a word one by one and copies the rest each time, which takes minutes
for a word of some thousand marks. Such words are given to it in pieces, so that its work grows with length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

#: Characters without white space that are given to the tokenizer at once; addresses of pages are hardly longer.
LONGEST_WORD = 300
_WORD = re.compile(r"\S+")


def _pieces(text: str) -> Iterator[str]:
    """The text cut inside words that are longer than ``LONGEST_WORD``."""
    begin = 0
    for word in _WORD.finditer(text):
        for cut in range(word.start() + LONGEST_WORD, word.end(), LONGEST_WORD):
            yield text[begin:cut]
            begin = cut
    yield text[begin:]


def make_doc(nlp: Language, text: str) -> Doc:
    """The document of a text, whose ``text`` is the same character by character. Linear in its length."""
    pieces = list(_pieces(text))
    if len(pieces) == 1:
        return nlp.make_doc(text)
    tokens = [token for piece in pieces for token in nlp.make_doc(piece)]
    return Doc(nlp.vocab, [token.text for token in tokens], [bool(token.whitespace_) for token in tokens])
