"""Which sentences of an article hold capitalised words that no rule explains: the ones worth asking the model about."""

from __future__ import annotations

from extract.lexicon import honorifics, word_set
from extract.persons_names import find_names, is_sure
from extract.roles import is_rank, title_length
from extract.state import ArticleState
from extract.words import Word, read_words


def doubtful_sentences(state: ArticleState) -> list[int]:
    """Numbers of the sentences in which the rules leave a capitalised word unexplained, in order.

    Reads the state's sentences, agencies, places and dates. A name that rank, or a title with its agency, makes a
    person's is explained, and so is each of its words wherever else it stands. Linear in the length of the text.
    """
    words = read_words(state.text, state.sentences, state.agencies, state.places, state.dates)
    explained: set[int] = set()
    known: set[str] = set()
    for name in find_names(words):
        if is_sure(name):
            span = range(name.start, name.end)
            explained.update(span)
            known.update(words.lower(at) for at in span)
    doubtful: list[int] = []
    sentence = -1
    at = 0
    while at < len(words):
        if words[at].begins_sentence:
            sentence += 1
        length = title_length(words, at) or is_rank(words, at)
        if length:
            at += length
            continue
        is_open = at not in explained and words.lower(at) not in known and _is_open(words[at])
        if is_open and (not doubtful or doubtful[-1] != sentence):
            doubtful.append(sentence)
        at += 1
    return doubtful


def _is_open(word: Word) -> bool:
    """Whether a word may belong to a name that nothing known of it explains."""
    if word.is_mark or not word.is_capitalised or len(word.text) == 1:
        return False
    if word.agency is not None or word.place is not None or word.is_date or word.is_byline or word.is_degree:
        return False
    if word.text.isupper() and len(word.text) > 1:
        return False
    return not (word.is_common or word.lower in word_set("not_names.txt") or word.lower in honorifics())
