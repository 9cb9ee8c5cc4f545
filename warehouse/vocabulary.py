"""What a capitalised word may be other than a name: common words and places, handed in or learnt from the articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import duckdb

from warehouse.inflection import is_form_of_known
from warehouse.names import normalise
from warehouse.phrases import Phrases, phrase_of
from warehouse.protection_words import word_lists

# Words are learnt from this many articles at most: those about the subject first, then by id; ids are hashes, so it is
# a fair sample.
_LEARNT_FROM = 20_000
_ROWS_AT_A_TIME = 1_000
# A word that is printed with a capital more than so many times as often as without is a name that was mistyped.
_MOST_CAPITALS = 20
# A place of two words that no gazetteer has counts when at least this many articles speak of being there.
_PLACE_FROM = 2
_AROUND = "\"'“”‘’()[],.;:!?-–…"

_THERE = r"""
    WITH sample AS (
        SELECT t.article_id, t.text FROM pipeline.article_texts t JOIN articles a USING (article_id)
        WHERE a.relevance_type <> 'none' ORDER BY t.article_id LIMIT ?
    ), found AS (
        SELECT article_id, unnest(list_distinct(regexp_extract_all(
            text, '[\p{Ll},] (?:di|ke) (?:[Pp]elabuhan |[Bb]andara |[Dd]esa |[Kk]ecamatan |[Pp]ulau )?'
            '(\p{Lu}\p{Ll}+(?:[ -]\p{Lu}\p{Ll}+)?)', 1))) AS name FROM sample
    )
    SELECT name FROM found GROUP BY name HAVING count(*) >= ?
"""


class Vocabulary:
    """Tells common words, names and places apart.

    Args:
        common: words that are no names, in lower case.
        places: names of places that are named in regional news.
        given_names: words that people are named with, in lower case.

    Attributes:
        common: words that are no names.
        places: names of places.
    """

    def __init__(self, common: Iterable[str] = (), places: Iterable[str] = (), given_names: Iterable[str] = ()) -> None:
        lists = word_lists()
        self.common = frozenset(common)
        self._names = (lists.common_names | frozenset(given_names)) - lists.ordinary
        self._known: dict[str, bool] = {}
        self.places = Phrases(lists.regions)
        for place in places:
            self.places.add(place)

    def is_name(self, norm: str) -> bool:
        """Whether people are named with the word, whatever else it means."""
        return norm in self._names

    def is_common(self, norm: str) -> bool:
        """Whether the word, or another form of it, is a word of the language; also where people are named with it."""
        found = self._known.get(norm)
        if found is None:
            found = self._known[norm] = is_form_of_known(norm, self.common)
        return found


def learn(
    con: duckdb.DuckDBPyConnection,
    protected: frozenset[str],
    common_words: Iterable[str] = (),
    place_names: Iterable[str] = (),
    given_names: Iterable[str] = (),
) -> Vocabulary:
    """The vocabulary of a warehouse.

    Args:
        con: the warehouse.
        protected: words of protected people's names: those are names, whatever else they mean.
        common_words: words that are no names, beyond those that articles print in lower case.
        place_names: names of places of any level, beyond those that articles speak of being in.
        given_names: words that people are named with.
    """
    common = {word.casefold() for word in common_words} | _lower_case_words(con)
    names = protected | {normalise(name) for name in given_names}
    lists = word_lists()
    there = [
        name
        for (name,) in con.execute(_THERE, [_LEARNT_FROM, _PLACE_FROM]).fetchall()
        if not (set(phrase_of(name)) & (names | lists.common_names))
    ]
    places = [name for name in place_names if protected.isdisjoint(phrase_of(name))]
    return Vocabulary(common - protected, (*places, *there), names)


def _lower_case_words(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Words that some article prints in lower case, and that are not nearly always capitalised."""
    articles: Counter[str] = Counter()
    rows = con.execute(
        "SELECT t.text FROM pipeline.article_texts t JOIN articles a USING (article_id) "
        "ORDER BY a.relevance_type = 'none', t.article_id LIMIT ?",
        [_LEARNT_FROM],
    )
    while batch := rows.fetchmany(_ROWS_AT_A_TIME):
        for (text,) in batch:
            articles.update(set(text.split()))
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for token, count in articles.items():
        # Addresses, handles and hashtags hold names in lower case.
        word = token.strip(_AROUND)
        if word.isalpha():
            (lower if word.islower() else capital)[normalise(word)] += count
    return {word for word, count in lower.items() if len(word) > 1 and count * _MOST_CAPITALS >= capital[word]}
