"""The words of an article with what earlier steps know of them: the ground on which persons and roles are read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.facts import Agency, DateExpression, Place
from extract.lexicon import folded_degrees, honorifics, word_set

# Dotted abbreviations first ("S.H.", "M.Tr.Hanla."), then words with inner apostrophes and hyphens, numbers, marks.
WORD = re.compile(
    r"(?P<dotted>[^\W\d_]{1,6}(?:\.[^\W\d_]{1,8})+\.?)"
    r"|(?P<word>[^\W\d_]+\d*[^\W_]*(?:['’‘`ʼ\-/][^\W_]+)*)"
    r"|(?P<number>\d+(?:[.,:/]\d+)*)"
    r"|(?P<mark>[^\w\s]|_)"
)

# "S.Keb.", "M.Tr.Opsla", "A.Md.Keb.": degrees nobody has listed yet.
DEGREE_SHAPE = re.compile(r"^(?:S|M|A|D|B|Sp|Dr|Drs|SE|SH|SST|Amd|AMd|Ph)\.(?:[A-Z][A-Za-z]{0,5}\.?){1,3}$")
# Nouns made with ke-…-an, pe-…-an and the like, as in the names of offices.
NOUN_SHAPE = re.compile(r"^(?:ke|pe|per|pem|pen|peng|peny)\w{4,}an$|^\w{3,}(?:isasi|ologi|asional)$")
GLUED_DATELINE = re.compile(r"^([A-Z]{3,}(?: [A-Z]{3,})*)-([A-Z][a-z]\w+)$")
SLASHED_OFFICE = re.compile(r"^([^\W\d]{2,})/(Kepala|Ketua|Wakil|Sekretaris|Direktur|Koordinator|Komandan|Penjabat)$")
APOSTROPHES = str.maketrans("’‘`ʼ", "''''")
BYLINE = re.compile(
    r"^\W*(?:reporter|pewarta|penulis|editor|redaktur|laporan|kontributor|foto|fotografer|sumber|baca\s+juga|"
    r"wartawan)\b[^.\n]{0,40}?[:/|]",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Word:
    """A word or a mark.

    Attributes:
        start: offset of its first character.
        end: offset behind its last.
        text: as printed, with the point of an abbreviation.
        lower: in lower case, without that point, with plain apostrophes.
        is_mark: a punctuation mark.
        begins_line: the first word of a paragraph.
        begins_sentence: the first word of a sentence.
        agency: the agency whose mention it belongs to.
        agency_end: number of the word behind that mention.
        place: the place whose mention it belongs to.
        place_end: number of the word behind that mention.
        is_date: belongs to a date.
        is_day: belongs to a date that names a day.
        label: PER where a trained name finder is sure of a person, else an empty string.
        is_byline: stands in a line that names who wrote the article, or what else to read.
    """

    start: int
    end: int
    text: str
    lower: str
    is_mark: bool = False
    begins_line: bool = False
    begins_sentence: bool = False
    agency: Agency | None = None
    agency_end: int = 0
    place: Place | None = None
    place_end: int = 0
    is_date: bool = False
    is_day: bool = False
    label: str = ""
    is_byline: bool = False

    @property
    def is_capitalised(self) -> bool:
        """Begins with a capital letter."""
        return self.text[:1].isupper()

    @property
    def is_initials(self) -> bool:
        """One to three capitals, the way a name is shortened: ``RS``."""
        return len(self.text) <= 3 and self.text.isalpha() and self.text.isupper()

    @property
    def is_common(self) -> bool:
        """An ordinary word that is capitalised only by where it stands."""
        ordinary = word_set("common_words.txt")
        is_possessed = self.lower.endswith("nya") and self.lower[:-3] in ordinary
        return self.lower in ordinary or is_possessed or bool(NOUN_SHAPE.match(self.lower))

    @property
    def is_degree(self) -> bool:
        """A degree or the mark of a religious order: ``S.H.``, ``MM``, ``SVD``."""
        bare = self.text.replace(".", "")
        if bare.lower() not in folded_degrees():
            return bool(DEGREE_SHAPE.match(self.text))
        return "." in self.text or bare.isupper() or any(letter.isupper() for letter in bare[1:])


@dataclass(slots=True)
class Words:
    """The words of a text, with look-up by offset.

    Attributes:
        text: the text.
        items: its words and marks, in order.
        lowers: each in lower case.
        starts: where each begins.
        uncapitalised: words of which the text has one without a capital and that has four letters or more.
    """

    text: str
    items: list[Word] = field(default_factory=list)
    lowers: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    uncapitalised: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, at: int) -> Word:
        return self.items[at]

    def at(self, offset: int) -> int:
        """The number of the first word that begins at or behind the character at ``offset``."""
        return bisect_left(self.starts, offset)

    def lower(self, at: int) -> str:
        """The word at position ``at`` in lower case, or an empty string beyond the ends."""
        return self.lowers[at] if 0 <= at < len(self.lowers) else ""

    def bounds(self, start: int, end: int) -> tuple[int, int]:
        """The words that lie within the characters from ``start`` up to ``end``: first, and the one behind."""
        return _bounds(self, start, end)

    def joined(self, first: int, end: int) -> str:
        """The text from word ``first`` up to word ``end``, white space squeezed."""
        return " ".join(self.text[self.items[first].start : self.items[end - 1].end].split()) if end > first else ""


def read_words(
    text: str,
    sentences: Sequence[tuple[int, int]],
    agencies: Sequence[Agency] = (),
    places: Sequence[Place] = (),
    dates: Sequence[DateExpression] = (),
) -> Words:
    """Cut a text into words and note on each what agency, place or date it belongs to. Linear in the text's length."""
    words = Words(text)
    byline_until = -1
    line_start = True
    previous_end = 0
    for match in WORD.finditer(text):
        start, end = match.span()
        if "\n" in text[previous_end:start] or not words.items:
            line_start = True
        if line_start:
            line_end = text.find("\n", start)
            line_end = len(text) if line_end < 0 else line_end
            if BYLINE.match(text[start:line_end]):
                byline_until = line_end
        shown = match[0]
        is_word = match.lastgroup in ("word", "dotted")
        lower = shown.lower().translate(APOSTROPHES).rstrip(".")
        if is_word and line_start and (glued := GLUED_DATELINE.match(shown)):
            # "MERAUKE-Patroli gabungan": the dateline's city, its dash without spaces, and the first word.
            city = glued[1]
            words.items.append(Word(start, start + len(city), city, city.lower(), begins_line=True))
            words.items.append(Word(start + len(city), start + len(city) + 1, "-", "-", is_mark=True))
            start, shown, line_start = start + len(city) + 1, glued[2], False
            lower = shown.lower().translate(APOSTROPHES)
        if is_word and (slashed := SLASHED_OFFICE.match(shown)):
            # "Menteri P2MI/Kepala BP2MI": two offices of one person.
            former = slashed[1]
            words.items.append(Word(start, start + len(former), former, former.lower(), begins_line=line_start))
            words.items.append(Word(start + len(former), start + len(former) + 1, "/", "/", is_mark=True))
            start, shown, line_start = start + len(former) + 1, slashed[2], False
            lower = shown.lower()
        if match.lastgroup == "dotted" and _is_run_together(shown):
            # "hadir.Ketua" is two words whose space was lost; "M.Yusuf" an initial and a name.
            _append_split(words, start, shown, line_start, start < byline_until)
        elif is_word and lower in word_set("abbreviations.txt") and text[end : end + 1] == "." and shown[:1].isalpha():
            words.items.append(Word(start, end + 1, shown + ".", lower, begins_line=line_start))
        elif shown == "." and words.items and words.items[-1].end == end:
            previous_end = end
            continue
        else:
            words.items.append(Word(start, end, shown, lower, not is_word and match.lastgroup == "mark", line_start))
        words.items[-1].is_byline = start < byline_until
        line_start = False
        previous_end = end
    words.starts = [word.start for word in words.items]
    words.lowers = [word.lower for word in words.items]
    words.uncapitalised = frozenset(word.text for word in words.items if word.text.islower() and len(word.text) > 3)
    _mark(words, sentences, agencies, places, dates)
    return words


def _is_run_together(shown: str) -> bool:
    bare = shown.rstrip(".")
    if bare.replace(".", "").lower() in folded_degrees() or bare.replace(".", "").lower() in honorifics():
        return False
    last = bare.rsplit(".", 1)[1]
    return len(last) > 4 or (len(bare.split(".")[0]) > 3 and last[:1].isupper() and not last.isupper())


def _append_split(words: Words, start: int, shown: str, line_start: bool, is_byline: bool) -> None:
    offset = start
    for piece in shown.rstrip(".").split("."):
        words.items.append(
            Word(offset, offset + len(piece), piece, piece.lower().translate(APOSTROPHES), begins_line=line_start)
        )
        words.items[-1].is_byline = is_byline
        line_start = False
        offset += len(piece) + 1


def _mark(
    words: Words,
    sentences: Sequence[tuple[int, int]],
    agencies: Sequence[Agency],
    places: Sequence[Place],
    dates: Sequence[DateExpression],
) -> None:
    for start, _ in sentences:
        at = words.at(start)
        if at < len(words):
            words[at].begins_sentence = True
    for place in places:
        for span in place.spans:
            for at in range(*_bounds(words, span.start, span.end)):
                words[at].place = place
                words[at].place_end = _bounds(words, span.start, span.end)[1]
    for agency in agencies:
        for span in agency.spans:
            first, end = _bounds(words, span.start, span.end)
            for at in range(first, end):
                words[at].agency, words[at].agency_end = agency, end
    for date in dates:
        for span in date.spans:
            for at in range(*_bounds(words, span.start, span.end)):
                words[at].is_date = True
                words[at].is_day = date.precision == "day"


def _bounds(words: Words, start: int, end: int) -> tuple[int, int]:
    """The words that lie within the characters from ``start`` up to ``end``."""
    first = max(0, bisect_right(words.starts, start) - 1)
    if first < len(words) and words[first].end <= start:
        first += 1
    return first, bisect_left(words.starts, end)
