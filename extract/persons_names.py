"""Where persons' names stand in an article, and by which evidence: title, rank, honorific, speech, age, naming."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.facts import Agency
from extract.lexicon import corps, honorifics, longest_phrase, person_cues, word_set
from extract.persons_initials import age_behind, read_initials
from extract.roles import RolePhrase, is_rank, read_role, title_length
from extract.words import Words

LONGEST_NAME = 6
# Lower-case words inside a name.
PARTICLES = frozenset(["bin", "binti", "bte", "van", "von", "der", "den", "de", "da", "dos", "al", "el", "ibn", "anak"])
# Between a title and the name of who also holds another: "Ketua … yang juga Sekretaris Daerah, …".
ALSO = (("yang", "juga"), ("sekaligus",), ("merangkap",), ("yang", "sekaligus"), ("dijabat",), ("dijabat", "oleh"))
# Between a name and a title behind it.
TITLE_BEHIND = (
    ("selaku",), ("sebagai",), ("dilantik", "sebagai"), ("ditunjuk", "sebagai"), ("duduk", "sebagai"),
    ("menjabat",), ("menjabat", "sebagai"), ("yang", "menjabat"), ("yang", "juga"), ("yang", "merupakan"),
)  # fmt: skip
ACCEPTED = 3


@dataclass(slots=True)
class NameFound:
    """A name in the text.

    Attributes:
        start: number of its first word, without rank, honorific and degree.
        end: number of the word behind its last.
        score: how strong the evidence is; from 3 a person is certain enough.
        source: the rule that found it.
        roles: the titles read with it.
        has_rank: a rank stands before it.
        honorific: kind of the form of address before it, or an empty string.
        age: years, or None.
        is_initials: a name shortened to its initials, or a pseudonym.
        aliases: (start, end) of the words of other names given with ``alias``.
        agency: the agency the person is said to be from, without a title: "Gregorius Hane dari PADMA Indonesia".
    """

    start: int
    end: int
    score: int
    source: str
    roles: list[RolePhrase] = field(default_factory=list)
    has_rank: bool = False
    honorific: str = ""
    age: int | None = None
    is_initials: bool = False
    aliases: list[tuple[int, int]] = field(default_factory=list)
    agency: Agency | None = None


def is_name_word(words: Words, at: int, *, inside: bool = False) -> bool:
    """Whether a word can be part of a name; ``inside`` a name also an initial, a particle, a place's or common word."""
    if at >= len(words):
        return False
    word = words[at]
    if word.is_mark or word.is_date or word.is_byline or (word.agency and not inside) or word.is_degree:
        return False
    if word.agency is not None:
        return False
    if inside and word.lower in PARTICLES and not word.is_capitalised:
        return is_name_word(words, at + 1)
    if not word.is_capitalised or any(letter.isdigit() for letter in word.text):
        return False
    if len(word.text.rstrip(".")) == 1:
        return word.text.endswith(".") or word.text == "I" or (inside and word.lower not in ("i",))
    if word.text.isupper():
        return False
    return not any(part.isupper() and len(part) > 1 for part in word.text.replace("-", " ").split())


def read_name(words: Words, at: int, *, is_certain: bool) -> tuple[int, int] | None:
    """The name that begins at word ``at`` as (first, end), or None.

    ``is_certain``: what stands before it (a rank, an agency's title) leaves no doubt that a name follows, so that
    it may consist of ordinary words and of names of places.
    """
    if not is_name_word(words, at):
        return None
    first = words[at]
    if first.lower in word_set("not_names.txt") or (not is_certain and first.place is not None):
        return None
    if title_length(words, at) and not (is_certain and _is_surname(words, at)):
        return None
    end = at + 1
    while end < len(words) and end - at < LONGEST_NAME and not words[end].begins_line:
        word = words[end]
        if word.begins_sentence and not words[end - 1].text.endswith("."):
            break
        if not is_name_word(words, end, inside=True) or is_rank(words, end):
            break
        if title_length(words, end) and not _is_surname(words, end):
            break
        if word.lower in word_set("not_names.txt") and word.place is None:
            break
        end += 1
    while end > at + 1 and words.lower(end - 1) in PARTICLES and not words[end - 1].is_capitalised:
        end -= 1
    name_words = range(at, end)
    if all(len(words[i].text.rstrip(".")) == 1 for i in name_words):
        return None
    if all(words[i].place is not None for i in name_words) and not _is_behind_rank(words, at):
        return None
    if not is_certain and all(words[i].is_common for i in name_words):
        return None
    return at, end


def _is_behind_rank(words: Words, at: int) -> bool:
    return at > 0 and (words.lower(at - 1) in corps() or bool(is_rank(words, at - 1)))


def _is_surname(words: Words, at: int) -> bool:
    """Whether a word that is also a title ends a name: "Amir Hakim mengapresiasi"."""
    if title_length(words, at) != 1 or at + 1 >= len(words):
        return False
    following = words[at + 1]
    return not (following.is_capitalised or following.agency or following.place or following.text.isdigit())


def read_rank(words: Words, at: int) -> int:
    """The word behind a rank with its corps ("Kolonel Laut (P)", "Kombes Pol. (Purn)"), or ``at`` without a rank."""
    length = is_rank(words, at)
    if not length:
        return at
    at += length
    while at < len(words):
        if words[at].lower in corps() and words[at].is_capitalised and not words[at].begins_sentence:
            if len(words[at].text) == 1:
                break
            at += 1
        elif words.lower(at) == "(" and words.lower(at + 1) in corps() and words.lower(at + 2) == ")":
            at += 3
        elif words.lower(at) == "tni":
            at += 1
        else:
            break
    return at


def skip_address(words: Words, at: int) -> tuple[int, bool, str]:
    """Skip ranks and honorifics from word ``at``: the word behind them, whether a rank was there, kind of honorific."""
    has_rank, kind = False, ""
    while at < len(words):
        behind = read_rank(words, at)
        if behind > at:
            has_rank, at = True, behind
            continue
        word = words[at]
        found = honorifics().get(word.lower)
        if not found or word.is_mark or word.agency is not None:
            break
        if not (word.is_capitalised or word.lower in ("dr", "drg", "drh", "apt", "ns")):
            break
        if word.is_initials and not word.text.endswith(".") and word.lower not in ("h", "hj", "kh", "ir", "dr"):
            break
        behind = at + 1
        if words.lower(behind) == ",":
            break
        if not (is_name_word(words, behind) or honorifics().get(words.lower(behind)) or is_rank(words, behind)):
            break
        if found == "nickname" and not kind:
            kind = "nickname"
            break
        kind = found if kind != "religious" else kind
        at = behind
    return at, has_rank, kind


def find_names(words: Words) -> list[NameFound]:
    """Every name in the text with its evidence, in order, without overlap; weak evidence has a score below 3."""
    found: list[NameFound] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word.is_byline or word.is_mark:
            at += 1
            continue
        reading = _read_person(words, at)
        if reading is not None:
            _share_title(words, found, reading[0])
            found.append(reading[0])
            at = max(at + 1, reading[1])
            continue
        phrase = read_role(words, at)
        at = phrase.end if phrase is not None and phrase.end > at else at + 1
    return found


def _share_title(words: Words, found: list[NameFound], name: NameFound) -> None:
    """In "anggota Diah Pangestuti dan Yosia Lase" the title is held by both; a bare name beside one is a person's."""
    if not found or name.roles or name.is_initials or words.lower(name.start - 1) not in ("dan", "serta"):
        return
    before = found[-1]
    if before.score < ACCEPTED or before.end != name.start - 1:
        return
    name.score = max(name.score, ACCEPTED)
    if before.roles and not before.has_rank and _is_plural(words, before.roles[0]):
        name.roles = list(before.roles)


def _is_plural(words: Words, phrase: RolePhrase) -> bool:
    """Whether a title is of a kind that several hold, or a number of holders stands before it."""
    before = words.lower(phrase.start - 1)
    return phrase.head in ("anggota", "hakim anggota", "petugas", "staf") or before in ("dua", "kedua", "para")


def _read_person(words: Words, at: int) -> tuple[NameFound, int] | None:
    """A person that begins at word ``at`` with title, rank, honorific, initials or bare name; and the word behind."""
    roles: list[RolePhrase] = []
    phrase = read_role(words, at)
    begin = at
    while phrase is not None:
        roles.append(phrase)
        begin = phrase.end
        following = _chained_title(words, begin)
        phrase = read_role(words, following) if following else None
    if roles:
        return _holder(words, begin, roles)
    initials = read_initials(words, at)
    if initials is not None:
        name = NameFound(
            initials.start, initials.end, initials.score, "persons:initials", age=initials.age, is_initials=True,
            aliases=initials.aliases,
        )  # fmt: skip
        return name, initials.behind
    begin, has_rank, kind = skip_address(words, at)
    if has_rank or kind:
        span = read_name(words, begin, is_certain=True)
        if span is None:
            return None
        score = 4 if has_rank or kind != "nickname" or _named_before(words, at) else 2
        if not has_rank and _cue_before(words, at, "place_before"):
            # "GOR H. Agus Salim" is a hall.
            score = 0
        name = NameFound(*span, score, "persons:address", [], has_rank, kind)
        return name, _read_behind(words, name)
    return _bare_name(words, at)


def _chained_title(words: Words, at: int) -> int | None:
    """Where a further title begins that the same person holds, or None."""
    if at < len(words) and words.lower(at) == ",":
        at += 1
    for also in ALSO:
        if tuple(words.lowers[at : at + len(also)]) == also and title_length(words, at + len(also)):
            return at + len(also)
    return None


def _holder(words: Words, at: int, roles: list[RolePhrase]) -> tuple[NameFound, int] | None:
    """Who holds the titles that end before word ``at``: the name behind them, with or without a comma."""
    if at >= len(words) or words[at].begins_line:
        return None
    last = roles[-1]
    if last.head in LAWYERS:
        at = _behind_client(words, at)
    has_comma = words.lower(at) == ","
    begin = at + has_comma
    begin += words.lower(begin) in NAMED
    begin, has_rank, kind = skip_address(words, begin)
    is_certain = has_rank or bool(kind) or last.agency is not None or last.place is not None
    span = read_name(words, begin, is_certain=is_certain)
    if span is None:
        return None
    if has_comma and not (has_rank or kind) and not _looks_like_name(words, span):
        return None
    if not (is_certain or has_comma) and (later := _behind_unit(words, span)) is not None:
        span = later
    if not (is_certain or has_comma) and (second := _behind_organisation(words, span)) is not None:
        span = second
    source = "persons:rank" if has_rank else "persons:title"
    name = NameFound(*span, 5, source, roles, has_rank, kind)
    return name, _read_behind(words, name)


LAWYERS = frozenset(
    ["kuasa hukum", "kuasa hukumnya", "penasihat hukum", "penasihat hukumnya", "penasehat hukum", "pengacara",
     "pengacaranya"]
)  # fmt: skip
NAMED = frozenset(["bernama", "yakni", "yaitu", "ialah", "adalah"])


def _behind_client(words: Words, at: int) -> int:
    """The comma behind whom a lawyer acts for: "Kuasa hukum pemilik kapal, …", "Penasihat hukum Afong, …"."""
    for later in range(at, min(at + 5, len(words))):
        word = words[later]
        if words.lower(later) == "," and is_name_word(words, skip_address(words, later + 1)[0]):
            return later
        if word.is_mark or word.begins_line or longest_phrase(person_cues("speech_after"), words.lowers, later):
            break
    return at


def _behind_unit(words: Words, span: tuple[int, int]) -> tuple[int, int] | None:
    """The name behind a unit no list knows and where it belongs: "Kepala Bidang Bina Marga pada dinas itu, …"."""
    if words.lower(span[1]) not in ("pada", "di"):
        return None
    for later in range(span[1] + 1, min(span[1] + 5, len(words))):
        if words.lower(later) == ",":
            return read_name(words, skip_address(words, later + 1)[0], is_certain=False)
        if words[later].is_mark or words[later].begins_line:
            break
    return None


def _behind_organisation(words: Words, span: tuple[int, int]) -> tuple[int, int] | None:
    """The name behind an organisation that no list knows: "Analis Sinar Jaya Sekuritas, Felicia Tanujaya"."""
    if words.lower(span[1]) != ",":
        return None
    begin, _, address = skip_address(words, span[1] + 1)
    second = read_name(words, begin, is_certain=False)
    if second is None:
        return None
    if span[1] - span[0] == 1 and (address or second[1] - second[0] > 1):
        return second
    if words.lower(second[1]) == "," and words.lower(second[1] + 1) in person_cues("speech_after"):
        return second
    given = word_set("given_names.txt")
    is_ordinary = any(words[at].is_common for at in range(*span))
    return second if is_ordinary and not any(words[at].lower in given for at in range(*span)) else None


def _looks_like_name(words: Words, span: tuple[int, int]) -> bool:
    """Not all of it places or ordinary words, which a comma behind a title often begins."""
    if words[span[0]].place is not None and words[span[0]].place_end >= span[1]:
        return False
    return not all(words[i].is_common for i in range(*span)) or span[1] - span[0] > 1


def _bare_name(words: Words, at: int) -> tuple[NameFound, int] | None:
    """A name without title, rank or honorific, weighed by what stands around it."""
    word = words[at]
    if not is_name_word(words, at) or word.place is not None or word.lower in word_set("not_names.txt"):
        return None
    if word.is_common and not (_named_before(words, at) or _opens_name(words, at)):
        return None
    if longest_phrase(person_cues("place_before"), words.lowers, at):
        return None
    span = read_name(words, at, is_certain=_named_before(words, at))
    if span is None:
        return None
    name = NameFound(*span, 0, "persons:context")
    behind = _read_behind(words, name)
    name.score = _evidence(words, name)
    return name, behind


def _opens_name(words: Words, at: int) -> bool:
    """Whether an ordinary word opens a name by custom: "Lalu Mahsun Wirajaya" of Lombok; it may open a sentence too."""
    if words.lower(at) not in person_cues("custom_prefix"):
        return False
    following = [is_name_word(words, later) and not words[later].is_common for later in (at + 1, at + 2)]
    return following[0] and (following[1] or not words[at].begins_sentence)


def _named_before(words: Words, at: int) -> bool:
    """Whether the words before say that a name follows: "bernama", "sebut saja", "kata"."""
    return bool(_cue_before(words, at, "naming") or _cue_before(words, at, "pseudonym"))


def _cue_before(words: Words, at: int, kind: str) -> bool:
    index = person_cues(kind)
    return any(at - length >= 0 and longest_phrase(index, words.lowers, at - length) == length for length in (1, 2))


def _evidence(words: Words, name: NameFound) -> int:
    """How strongly the surroundings of a bare name speak for a person."""
    at, end = name.start, name.end
    score = 0
    if _cue_before(words, at, "place_before") or (at > 0 and words[at - 1].place is not None and end - at < 2):
        score -= 3
    if name.age is not None or name.aliases:
        score += 4
    if name.roles:
        score += 3
    if _cue_before(words, at, "speech_before") and not words[at].begins_sentence:
        score += 3
    if _cue_before(words, at, "naming") or _cue_before(words, at, "pseudonym"):
        score += 4
    if longest_phrase(person_cues("speech_after"), words.lowers, end) if end < len(words) else 0:
        score += 3
    elif longest_phrase(person_cues("act_after"), words.lowers, end) if end < len(words) else 0:
        score += 2
    if words.lower(end) == "," and end + 1 < len(words) and words[end + 1].is_degree:
        score += 3
    if name.agency is not None:
        score += 3
    if words.lower(end) == "," and words.lower(end + 1) in person_cues("description"):
        score += 3
    if _cue_before(words, at, "company"):
        score += 1
    if any(words[i].lower in word_set("given_names.txt") for i in range(at, end)):
        score += 2
    if end - at >= 2 and not any(words[i].is_common for i in range(at, end)):
        score += 1
    if _kin_before(words, at):
        score += 3
    return score


def _kin_before(words: Words, at: int) -> bool:
    """Whether a word for a person of the story stands right before: "kakak almarhumah, …", "terdakwa …"."""
    before = at - 1
    if words.lower(before) == ",":
        before -= 1
        return any(words.lower(i) in person_cues("kin") for i in range(max(0, before - 2), before + 1))
    return words.lower(before) in person_cues("kin")


def _read_behind(words: Words, name: NameFound) -> int:
    """Read what stands behind a name: degrees, age, aliases, a title. Returns the number of the word behind."""
    at = name.end
    while at < len(words) and not words[at].begins_line:
        if words[at].is_degree:
            at += 1
        elif words.lower(at) in (",", ".") and at + 1 < len(words) and words[at + 1].is_degree:
            at += 2
        else:
            break
    age, behind = age_behind(words, at)
    if age is not None:
        name.age, at = age, behind
    while words.lower(at) in ("alias", "als") and at + 1 < len(words):
        first, _, kind = skip_address(words, at + 1)
        first = at + 1 if kind == "nickname" else first
        span = read_name(words, first, is_certain=True)
        if span is None:
            break
        name.aliases.append(span)
        at = span[1]
        age, behind = age_behind(words, at)
        if age is not None:
            name.age, at = age, behind
    behind = _title_behind(words, name, at)
    if words.lower(behind) in ("dari", "mewakili") and behind + 1 < len(words) and words[behind + 1].agency:
        if name.roles:
            role = name.roles[-1]
            role.agency = role.agency or words[behind + 1].agency
        else:
            name.agency = words[behind + 1].agency
    elif not name.roles:
        name.agency = _agency_before(words, name.start)
    return behind


def _agency_before(words: Words, at: int) -> Agency | None:
    """The agency before a name in apposition: "pendampingnya dari LBH APIK Kalbar, Maya Kristina Ganis"."""
    agency = words[at - 2].agency if at > 2 and words.lower(at - 1) == "," else None
    if agency is None:
        return None
    first = at - 2
    while first > 0 and words[first - 1].agency is agency:
        first -= 1
    return agency if words.lower(first - 1) == "dari" else None


def _title_behind(words: Words, name: NameFound, at: int) -> int:
    """A title behind a name: "selaku …", in brackets, or in apposition when no other name follows it."""
    begin = at
    if words.lower(begin) == ",":
        begin += 1
    for connector in TITLE_BEHIND:
        if tuple(words.lowers[begin : begin + len(connector)]) == connector:
            phrase = read_role(words, begin + len(connector)) if begin + len(connector) < len(words) else None
            if phrase is not None:
                name.roles.append(phrase)
                return phrase.end
    if words.lower(at) == "(" and at + 1 < len(words) and (phrase := read_role(words, at + 1)):
        name.roles.append(phrase)
        return phrase.end + (words.lower(phrase.end) == ")")
    if words.lower(at) == "," and at + 1 < len(words) and not name.roles and not name.has_rank:
        phrase = read_role(words, at + 1)
        if phrase is not None and _ends_apposition(words, phrase.end) and _holder(words, phrase.end, [phrase]) is None:
            name.roles.append(phrase)
            return phrase.end
    return at


def _ends_apposition(words: Words, at: int) -> bool:
    """Whether a clause may go on at word ``at`` behind a title in apposition."""
    lower = words.lower(at)
    if at < len(words) and words[at].text.islower():
        # "pengacara ketiga terdakwa, memastikan": a few words more, up to a comma.
        for later in range(at, min(at + 4, len(words))):
            if words.lower(later) == ",":
                return True
            if words[later].is_mark or words[later].is_capitalised:
                break
    return lower in (",", ".", ")", "dan", "yang", "") or any(
        lower in person_cues(kind) for kind in ("speech_after", "speech_before")
    )
