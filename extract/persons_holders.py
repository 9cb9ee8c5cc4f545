"""Who holds a title: the name behind it or before it, with what stands between them and around them."""

from __future__ import annotations

from extract.facts import Agency
from extract.lexicon import longest_phrase, person_cues, word_set
from extract.persons_initials import age_behind
from extract.persons_reading import NameFound, is_name_word, read_name, read_rank, skip_address
from extract.roles import RolePhrase, read_role, title_length
from extract.words import Words

# Between a title and the name of who also holds another: "Ketua … yang juga Sekretaris Daerah, …".
ALSO = (("yang", "juga"), ("sekaligus",), ("merangkap",), ("yang", "sekaligus"), ("dijabat",), ("dijabat", "oleh"))
# Between a name and a title behind it.
TITLE_BEHIND = (
    ("selaku",), ("sebagai",), ("dilantik", "sebagai"), ("ditunjuk", "sebagai"), ("duduk", "sebagai"),
    ("menjabat",), ("menjabat", "sebagai"), ("yang", "menjabat"), ("yang", "juga"), ("yang", "merupakan"),
)  # fmt: skip
LAWYERS = frozenset(
    ["kuasa hukum", "kuasa hukumnya", "penasihat hukum", "penasihat hukumnya", "penasehat hukum", "pengacara",
     "pengacaranya"]
)  # fmt: skip
CIVIC_TITLES = frozenset(["pegiat", "aktivis", "relawan", "pendamping", "anggota", "pengurus", "perwakilan"])
# How many words the name of an organisation may have.
LONGEST_ORGANISATION = 9
NAMED = frozenset(["bernama", "yakni", "yaitu", "ialah", "adalah"])
# Between a body of judges and who presides over it: "Majelis hakim diketuai Rahmat Sutrisno".
PRESIDED = frozenset(["diketuai", "dipimpin"])


def chained_title(words: Words, at: int) -> int | None:
    """Where a further title begins that the same person holds, or None."""
    if words.lower(at) in ("/", "-") and title_length(words, at + 1):
        # "Menteri P2MI/Kepala BP2MI"
        return at + 1
    if at < len(words) and words.lower(at) == ",":
        at += 1
    for also in ALSO:
        if tuple(words.lowers[at : at + len(also)]) == also and title_length(words, at + len(also)):
            return at + len(also)
    return None


def holder(words: Words, at: int, roles: list[RolePhrase]) -> tuple[NameFound, int] | None:
    """Who holds the titles that end before word ``at``: the name behind them, with or without a comma."""
    if at >= len(words) or words[at].begins_line:
        return None
    last = roles[-1]
    if last.head in LAWYERS:
        at = _behind_client(words, at)
    has_comma = words.lower(at) == ","
    begin = at + has_comma
    begin += words.lower(begin) in NAMED
    if last.head in ("majelis hakim", "hakim") and words.lower(begin) in PRESIDED:
        begin += 1 + (words.lower(begin + 1) == "oleh")
    if last.agency is None and (behind := _behind_abbreviation(words, begin)) is not None:
        begin = behind
        # What was read behind the title's head are words of the organisation's name.
        first = last.head.split()[0]
        head_at = next(at for at in range(last.start, last.end) if words.lower(at) == first)
        last.title_end = head_at + len(last.head.split())
    begin, has_rank, kind = skip_address(words, begin)
    is_certain = has_rank or bool(kind) or last.agency is not None or last.place is not None
    span = read_name(words, begin, is_certain=is_certain)
    if span is None:
        return None
    if not (is_certain or has_comma) and _is_organisation(words, last, span):
        return None
    if has_comma and not (has_rank or kind) and not _looks_like_name(words, span):
        return None
    if not (is_certain or has_comma) and (later := _behind_unit(words, span)) is not None:
        span = later
    if not (is_certain or has_comma) and (second := _behind_organisation(words, span)) is not None:
        span = second
    source = "persons:rank" if has_rank else "persons:title"
    name = NameFound(*span, 5, source, roles, has_rank, kind)
    return name, read_behind(words, name)


def _is_organisation(words: Words, phrase: RolePhrase, span: tuple[int, int]) -> bool:
    """Whether the words behind a title are an organisation no list knows: "Pegiat Suara Perantau mendesak"."""
    head_end = phrase.start + len(phrase.head.split())
    is_long = phrase.head in CIVIC_TITLES and phrase.title_end > head_end and words[head_end].is_capitalised
    return is_long and span[1] - span[0] == 1 and words.lower(span[0]) not in word_set("given_names.txt")


def _behind_client(words: Words, at: int) -> int:
    """The comma behind whom a lawyer acts for: "Kuasa hukum pemilik kapal, …", "Penasihat hukum Bun Kiong, …"."""
    for later in range(at, min(at + 5, len(words))):
        word = words[later]
        if words.lower(later) == "," and is_name_word(words, skip_address(words, later + 1)[0]):
            return later
        if word.is_mark or word.begins_line or longest_phrase(person_cues("speech_after"), words.lowers, later):
            break
    return at


def _behind_abbreviation(words: Words, at: int) -> int | None:
    """The word behind an organisation that no list knows, when its abbreviation stands in brackets behind it.

    "Direktur Rumah Aman bagi Perantau (Raman) Welmince Toda".
    """
    for later in range(at, min(at + LONGEST_ORGANISATION, len(words))):
        word = words[later]
        if words.lower(later) == "(" and later > at:
            closing = next(
                (end for end in range(later + 1, min(later + 5, len(words))) if words.lower(end) == ")"), None
            )
            is_name = closing is not None and closing + 1 < len(words) and words[later + 1].is_capitalised
            return closing + 1 if closing is not None and is_name else None
        if word.begins_line or not (word.is_capitalised or words.lower(later) in ("untuk", "dan", "bagi", "anti")):
            return None
    return None


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
    """The name behind an organisation that no list knows: "Analis Karang Mas Sekuritas, Yolanda Gunadi"."""
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


def read_behind(words: Words, name: NameFound) -> int:
    """Read what stands behind a name: degrees, age, aliases, a title. Returns the number of the word behind."""
    at = name.end
    while at < len(words) and not words[at].begins_line:
        if words[at].is_degree:
            name.has_degree = True
            at += 1
        elif words.lower(at) in (",", ".") and at + 1 < len(words) and words[at + 1].is_degree:
            name.has_degree = True
            at += 2
        else:
            break
    age, behind = age_behind(words, at)
    if age is not None:
        name.age, at = age, behind
    while words.lower(at) in ("alias", "als") and at + 1 < len(words):
        first, _, kind = skip_address(words, at + 1)
        first = at + 1 if kind in ("nickname", "kin") else first
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


def _agency_beside(words: Words, at: int) -> Agency | None:
    """The agency that ends right before a name, with or without a comma between the two."""
    before = at - 1 - (words.lower(at - 1) == ",")
    return words[before].agency if before >= 0 else None


def _address_start(words: Words, at: int) -> int:
    """The first word of the ranks that stand before the name at word ``at``."""
    start = at
    while True:
        before = range(start - 1, max(-1, start - 4), -1)
        first = next((first for first in before if read_rank(words, first) == at), None)
        if first is None:
            return start
        start = first


def _title_behind(words: Words, name: NameFound, at: int) -> int:
    """A title behind a name: "selaku …", in brackets, or in apposition when no other name follows it."""
    begin = at
    if words.lower(begin) == ",":
        begin += 1
    for connector in TITLE_BEHIND:
        if tuple(words.lowers[begin : begin + len(connector)]) == connector:
            phrase = read_role(words, begin + len(connector)) if begin + len(connector) < len(words) else None
            if phrase is not None:
                if connector == ("selaku",) and phrase.agency is None and phrase.place is None:
                    # "Direktorat Pelindungan WNI, Wisnu Pramudya selaku Diplomat Ahli Muda"
                    phrase.agency = _agency_beside(words, name.start)
                name.roles.append(phrase)
                return phrase.end
    if words.lower(at) == "(" and at + 1 < len(words) and (phrase := read_role(words, at + 1)):
        name.roles.append(phrase)
        return phrase.end + (words.lower(phrase.end) == ")")
    # Behind a rank a title in apposition is hers only when it was said whom she is from: in lists it is the next one's.
    sender = _agency_before(words, _address_start(words, name.start)) if name.has_rank else None
    if words.lower(at) == "," and at + 1 < len(words) and not name.roles and (sender or not name.has_rank):
        phrase = read_role(words, at + 1)
        if phrase is not None and _ends_apposition(words, phrase.end) and holder(words, phrase.end, [phrase]) is None:
            phrase.agency = phrase.agency or sender
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
