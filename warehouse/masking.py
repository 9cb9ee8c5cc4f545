"""Taking names of protected people out of text: in any case, spelling or order, known to extraction or not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from warehouse.caution import Leave, suspects
from warehouse.names import is_initials, normalise
from warehouse.phrases import Phrases, Words, phrase_of, split_words
from warehouse.protection_words import word_lists
from warehouse.vocabulary import Vocabulary

UNKNOWN = "[nama]"
# What replaces a word in an address, where brackets and spaces would break it.
UNKNOWN_IN_URL = "nama"
# Shorter words ("La", "Li", "Ni") are too common on their own; they go as part of the whole name.
SHORTEST_TOKEN = 3
# Words as long as this are looked for inside hashtags and addresses, where words are written as one.
SHORTEST_PART = 4

# What may stand between two replacements that are then one: not the end of a sentence.
_INSIDE_A_NAME = re.compile(r"[\s\-–,'’+_%]{0,3}\Z")
_SUFFIXES = ("nya", "lah", "kah", "pun", "ku", "mu")


@dataclass(slots=True)
class NameMask:
    """What must not be read in the texts of one article.

    Attributes:
        everywhere: full names that are masked in every article.
        landmarks: names of agencies and places known everywhere, inside which single words are left alone.
        common: words that lower-cased are no names.
        names: names of this article's protected people, with what stands for each.
        tokens: single words of those names, with what stands for each.
        exact: initials and short names, masked only as printed, with capitals.
        shields: names of agencies, places and other people, inside which single words are left alone too.
    """

    everywhere: Phrases
    landmarks: Phrases
    common: frozenset[str]
    names: Phrases = field(default_factory=Phrases)
    tokens: dict[str, str] = field(default_factory=dict)
    exact: dict[str, str] = field(default_factory=dict)
    shields: Phrases = field(default_factory=Phrases)

    def protect(self, form: str, replacement: str) -> None:
        """Mask a form of a protected person's name, its words, and its words written as one."""
        particles = word_lists().particles
        words = normalise(form).split()
        if is_initials(form) or (len(words) == 1 and len(words[0]) < SHORTEST_TOKEN):
            self.exact.setdefault(form.strip(), replacement)
            return
        # A capital inside a word begins another one in a text.
        parts = phrase_of(form)
        if len(parts) > 1:
            self.names.add(form, replacement)
            self._token("".join(words), replacement)
        for word in dict.fromkeys((*words, *parts)):
            if len(word) >= SHORTEST_TOKEN and word not in particles:
                self._token(word, replacement)

    def leave(self, form: str) -> None:
        """Shield a name that may leave; a word it shares with a protected name is then masked as nobody's."""
        words = normalise(form).split()
        if len(words) > 1:
            self.shields.add(form)
        for word in words:
            if word in self.tokens:
                self.tokens[word] = UNKNOWN

    def concerns(self, surface: str) -> bool:
        """Whether a short text may hold a name that is masked; quicker than masking it."""
        return any(
            norm in self.tokens
            or norm in self.names.firsts
            or norm in self.everywhere.firsts
            or norm.endswith(_SUFFIXES)
            or norm.upper() in self.exact
            for norm in phrase_of(surface)
        )

    def apply(self, text: str, is_url: bool = False) -> tuple[str, frozenset[str]]:
        """The text without protected names.

        Args:
            text: what is to leave.
            is_url: the text is part of an address: words are masked in lower case too, and with a word that fits there.

        Returns:
            The text, and the normalised words that were taken out.
        """
        words, removed = self.take_out(split_words(plain(text)), is_url)
        return words.text, removed

    def take_out(self, words: Words, is_url: bool = False) -> tuple[Words, frozenset[str]]:
        """The same for a text that was split into words: the words of the text without protected names."""
        found = self._found(words, is_url)
        if not found:
            return words, frozenset()
        pieces = [(words.starts[place], words.ends[place + length - 1], value) for place, length, value in found]
        removed = frozenset(norm for place, length, _ in found for norm in words.norms[place : place + length])
        return split_words(_replace(words.text, pieces, is_url)), removed

    def _found(self, words: Words, is_url: bool) -> list[tuple[int, int, str]]:
        """The names in a text: number of the first word, how many words, and what stands for them."""
        found: list[tuple[int, int, str]] = []
        names, everywhere = self.names.firsts, self.everywhere.firsts
        shields, landmarks = self.shields.firsts, self.landmarks.firsts
        has_singles = bool(self.tokens or self.exact)
        has_tags = self.tokens and (is_url or "#" in words.text or "@" in words.text)
        place = 0
        for start, norm in enumerate(words.norms):
            if start < place:
                continue
            place = start + 1
            name = shield = None
            if norm in names or norm in everywhere:
                name = self.names.match(words, start) or self.everywhere.match(words, start)
            if norm in shields or norm in landmarks:
                shield = self.shields.match(words, start) or self.landmarks.match(words, start)
            if name is not None and (shield is None or name[0] >= shield[0]):
                found.append((start, *name))
                place = start + name[0]
            # A single word that is a place is masked when it is somebody's name.
            elif shield is not None and shield[0] > 1:
                place = start + shield[0]
            elif has_singles and (replacement := self._single(words.printed[start], norm, is_url)):
                found.append((start, 1, replacement))
            elif has_tags and (is_url or words.gap(start)[-1:] in {"#", "@"}) and self._has_part(norm):
                found.append((start, 1, UNKNOWN))
        return found

    def _token(self, word: str, replacement: str) -> None:
        known = self.tokens.setdefault(word, replacement)
        if known != replacement:
            self.tokens[word] = UNKNOWN

    def _has_part(self, norm: str) -> bool:
        return any(len(token) >= SHORTEST_PART and token in norm for token in self.tokens)

    def _single(self, printed: str, norm: str, is_url: bool) -> str:
        if printed in self.exact:
            return self.exact[printed]
        for suffix in ("", *_SUFFIXES) if norm.endswith(_SUFFIXES) else ("",):
            token = norm.removesuffix(suffix)
            replacement = self.tokens.get(token, "")
            if replacement and norm.endswith(suffix):
                is_common = not is_url and printed.islower() and token in self.common
                return "" if is_common else replacement
        return ""


def plain(text: str) -> str:
    """The text without invisible characters and loose diacritics, which would cut a name in two."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    dropped = [char for char in set(text) if char > "\x7f" and unicodedata.category(char) in {"Cf", "Mn"}]
    return text.translate(dict.fromkeys(map(ord, dropped))) if dropped else text


def mask_unknown(words: Words, leave: Leave, vocabulary: Vocabulary) -> tuple[str, frozenset[str]]:
    """Mask what may be a name where a text speaks of victims, minors or their families; see :mod:`warehouse.caution`.

    Args:
        words: a text from which known names were taken already.
        leave: names that may stand.
        vocabulary: common words and places.

    Returns:
        The text, and the normalised words that were taken out.
    """
    pieces: list[tuple[int, int, str]] = []
    removed: set[str] = set()
    last = -2
    for place in suspects(words, leave, vocabulary):
        removed.add(words.norms[place])
        if last == place - 1 and words.is_joined(place):
            pieces[-1] = (pieces[-1][0], words.ends[place], UNKNOWN)
        else:
            pieces.append((words.starts[place], words.ends[place], UNKNOWN))
        last = place
    return _replace(words.text, pieces, is_url=False) if pieces else words.text, frozenset(removed)


def mask_url(url: str, mask: NameMask, also: frozenset[str] = frozenset()) -> str:
    """The address without protected names; words of ``also`` are taken out too.

    Where nothing is masked the address is returned as it is; otherwise its readable form is masked and encoded again.
    """
    front = site_of(url)[:-1]
    rest = unquote(url[len(front) :])
    masked, _ = mask.apply(rest, is_url=True)
    if also:
        words = split_words(masked)
        pieces = [
            (words.starts[place], words.ends[place], UNKNOWN_IN_URL)
            for place, norm in enumerate(words.norms)
            if norm in also and len(norm) >= SHORTEST_TOKEN
        ]
        masked = _replace(masked, pieces, is_url=True)
    return url if masked == rest else front + quote(masked, safe="/?&=#:+,;@~!$'()*-._")


def site_of(url: str) -> str:
    """The front page of the site an address belongs to, with a slash at its end."""
    match = re.match(r"[a-z]+://[^/?#]*", url, re.IGNORECASE)
    return (match[0] if match else "") + "/"


def _replace(text: str, pieces: Sequence[tuple[int, int, str]], is_url: bool) -> str:
    """Put the replacements in; the same one twice in a row, with only a gap between, once."""
    result: list[str] = []
    position, last = 0, ""
    for start, end, replacement in pieces:
        gap = text[position:start]
        if result and last == replacement and _INSIDE_A_NAME.match(gap):
            position = end
            continue
        result += [_behind(last, gap), UNKNOWN_IN_URL if is_url else replacement]
        position, last = end, replacement
    return "".join(result) + _behind(last, text[position:])


def _behind(replacement: str, text: str) -> str:
    """What follows a replacement: initials end with a full stop, which is the sentence's too."""
    return text.removeprefix(".") if replacement.endswith(".") else text
