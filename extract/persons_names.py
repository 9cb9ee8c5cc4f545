"""Where persons' names stand in an article, and by which evidence: title, rank, honorific, speech, age, naming."""

from __future__ import annotations

from extract.gazetteer import gazetteer
from extract.lexicon import longest_phrase, person_cues, word_set
from extract.persons_holders import chained_title, holder, read_behind
from extract.persons_initials import age_behind, read_initials
from extract.persons_reading import NameFound, is_double_prefix, is_name_word, read_name, skip_address
from extract.phrases import squeezed
from extract.roles import RolePhrase, read_role
from extract.words import Words

# From this score on the evidence makes a name a person's.
ACCEPTED = 3
# What it counts for that the trained name finder sees a person too; the source of names that are accepted through it.
MODEL_SCORE = 3
MODEL_RULE = "persons:model"
# An invented name has at most so many words.
LONGEST_PSEUDONYM = 3


def find_names(words: Words) -> list[NameFound]:
    """Every name in the text with its evidence, in order, without overlap; weak evidence has a score below 3."""
    found: list[NameFound] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word.is_byline or word.is_mark:
            at += 1
            continue
        phrase = read_role(words, at)
        reading = _read_person(words, at, phrase)
        if reading is not None:
            _share_title(words, found, reading[0])
            found.append(reading[0])
            at = max(at + 1, reading[1])
            continue
        at = phrase.end if phrase is not None and phrase.end > at else at + 1
    return found


def is_sure(name: NameFound) -> bool:
    """Whether a name stands behind a rank, or behind a title with its agency or place."""
    is_held = name.has_rank or any(role.agency is not None or role.place is not None for role in name.roles)
    return is_held and name.score > ACCEPTED


def _share_title(words: Words, found: list[NameFound], name: NameFound) -> None:
    """In "anggota Ratna Sulung dan Piter Waromi" the title is held by both; a bare name beside one is a person's."""
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


def _read_person(words: Words, at: int, phrase: RolePhrase | None) -> tuple[NameFound, int] | None:
    """A person that begins at word ``at`` with title, rank, honorific, initials or bare name; and the word behind.

    ``phrase`` is the title that begins there.
    """
    roles: list[RolePhrase] = []
    begin = at
    while phrase is not None:
        roles.append(phrase)
        begin = phrase.end
        following = chained_title(words, begin)
        phrase = read_role(words, following) if following else None
    if roles:
        return holder(words, begin, roles)
    initials = read_initials(words, at)
    if initials is not None:
        name = NameFound(
            initials.start, initials.end, initials.score, "persons:initials", age=initials.age, is_initials=True,
            aliases=initials.aliases,
        )  # fmt: skip
        return name, initials.behind
    begin, has_rank, kind = skip_address(words, at)
    if kind == "kin" and not has_rank and _is_call_name(words, at, begin):
        # "yang akrab dipanggil Pak Ngah": the form of address is part of what the person is called.
        begin = at
    is_prefix = kind == "nickname" and not has_rank and words.lower(at) in person_cues("custom_prefix")
    if (has_rank or kind) and not is_prefix:
        span = read_name(words, begin, is_certain=True)
        if span is None:
            return None
        score = 4 if has_rank or kind != "nickname" or _named_before(words, at) else 2
        if not has_rank and cue_before(words, at, "place_before"):
            # "GOR H. Agus Salim" is a hall.
            score = 0
        name = NameFound(*span, score, "persons:address", [], has_rank, kind)
        return name, read_behind(words, name)
    return _bare_name(words, at)


def _bare_name(words: Words, at: int) -> tuple[NameFound, int] | None:
    """A name without title, rank or honorific, weighed by what stands around it."""
    word = words[at]
    if is_name_word(words, at) and cue_before(words, at, "pseudonym"):
        # Pseudonyms are flowers, and some flowers are places too: "sebut saja Kamboja".
        name = NameFound(at, at + 1, ACCEPTED + 1, "persons:context", is_pseudonym=True)
        return name, read_behind(words, name)
    if (end := _marked_pseudonym(words, at)) is not None:
        name = NameFound(at, end, ACCEPTED + 1, "persons:context", is_pseudonym=True)
        return name, read_behind(words, name)
    is_double = is_double_prefix(words, at)
    if not is_name_word(words, at) or word.place is not None:
        return None
    if not is_double and word.lower in word_set("not_names.txt"):
        return None
    if word.lower in person_cues("kin") and word.begins_sentence and not is_double:
        # "Terpidana Bonifasius Kehi …"
        return None
    is_set_off = _is_set_off(words, at)
    if word.is_common and not (is_double or is_set_off or _named_before(words, at) or _opens_name(words, at)):
        return None
    if longest_phrase(person_cues("place_before"), words.lowers, at):
        return None
    span = read_name(words, at, is_certain=is_set_off or _named_before(words, at))
    if span is None:
        return None
    name = _with_initials(words, NameFound(*span, 0, "persons:context"))
    behind = read_behind(words, name)
    name.score = max(name.score, _evidence(words, name))
    if {words[i].label for i in range(name.start, name.end)} == {"PER"}:
        if name.score < ACCEPTED <= name.score + MODEL_SCORE:
            name.source = MODEL_RULE
        name.score += MODEL_SCORE
    return name, behind


def _is_call_name(words: Words, at: int, begin: int) -> bool:
    """Whether a form of address makes a call name: behind "dipanggil", or with a Malay word for the order of birth."""
    is_called = words.lower(at - 1) in ("dipanggil", "disapa", "dikenal", "berjuluk", "dijuluki", "julukan", "sapaan")
    return is_called or words.lower(begin) in person_cues("birth_order")


def _marked_pseudonym(words: Words, at: int) -> int | None:
    """The word behind a name that the text then calls invented: "Melati (bukan nama sebenarnya)"."""
    end = at
    while end < len(words) and end - at < LONGEST_PSEUDONYM and is_name_word(words, end) and not words[end].is_mark:
        end += 1
        age, behind = age_behind(words, end)
        if words.lower(behind) in ("(", ","):
            behind += 1
            if age is None and words.lower(behind).isdigit() and words.lower(behind + 1) == ",":
                # "Ratna (17, bukan nama sebenarnya)"
                behind += 2
            if behind < len(words) and longest_phrase(person_cues("pseudonym_after"), words.lowers, behind):
                return end
    return None


def _with_initials(words: Words, name: NameFound) -> NameFound:
    """Balinese names shortened behind what says sex and birth order: "I Nyoman XX", "Ni Kadek YZ"."""
    is_order = all(
        words.lower(at) in person_cues("custom_prefix") or words[at].text == "I" for at in range(name.start, name.end)
    )
    end = name.end
    if is_order and end < len(words) and words[end].is_initials and len(words[end].text) <= 3:
        is_known = words[end].lower in word_set("acronyms.txt") or words[end].agency or words[end].place
        if not is_known and not words[end].text.endswith("."):
            name.end, name.is_initials = end + 1, True
            name.score = max(name.score, ACCEPTED)
    return name


def _is_set_off(words: Words, at: int) -> bool:
    """Whether a word stands between commas before what describes a person: "Salah satunya, Yoga, warga Desa …".

    It may be an ordinary word, since a capital in the middle of a sentence has no other reason.
    """
    end = at + 1
    while end < len(words) and end - at < 4 and is_name_word(words, end, inside=True):
        end += 1
    if words[at].begins_sentence or words.lower(end) not in (",", "("):
        return False
    has_mark = words.lower(at - 1) == "," or kin_before(words, at)
    described = words.lower(end + 1) in person_cues("description") or age_behind(words, end)[0] is not None
    return has_mark and described


def _opens_name(words: Words, at: int) -> bool:
    """Whether an ordinary word opens a name by custom: "Lalu Mahsun Wirajaya" of Lombok; it may open a sentence too."""
    if words.lower(at) not in person_cues("custom_prefix"):
        return False
    following = [is_name_word(words, later) and not words[later].is_common for later in (at + 1, at + 2)]
    return following[0] and (following[1] or not words[at].begins_sentence)


def _named_before(words: Words, at: int) -> bool:
    """Whether the words before say that a name follows: "bernama", "sebut saja", "kata"."""
    return bool(cue_before(words, at, "naming") or cue_before(words, at, "pseudonym"))


def cue_before(words: Words, at: int, kind: str) -> bool:
    """Whether a cue phrase of one kind stands right before word ``at``."""
    index = person_cues(kind)
    if kind == "naming" and words.lower(at - 2) == "diberi":
        # "bayi orangutan yang diberi nama Siti"
        return False
    return any(at - length >= 0 and longest_phrase(index, words.lowers, at - length) == length for length in (1, 2, 3))


def _evidence(words: Words, name: NameFound) -> int:
    """How strongly the surroundings of a bare name speak for a person."""
    at, end = name.start, name.end
    score = 0
    if cue_before(words, at, "place_before") or (at > 0 and words[at - 1].place is not None and end - at < 2):
        score -= 3
    if (
        words.lower(at - 1) in (",", "dan", "serta")
        and at > 1
        and words[at - 2].place is not None
        and end - at < 2
        and name.age is None
    ):
        # "pesisir Nongsa dan Kabil": a list of places goes on.
        score -= 3
    if name.age is not None or name.aliases:
        score += 4
    if name.roles:
        score += 3
    if cue_before(words, at, "speech_before") and not words[at].begins_sentence:
        score += 3
    if cue_before(words, at, "naming") or cue_before(words, at, "pseudonym"):
        score += 4
    if cue_before(words, at, "object_before"):
        score += 2
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
    if cue_before(words, at, "company"):
        score += 1
    if any(words[i].lower in word_set("given_names.txt") for i in range(at, end)):
        score += 2
    if end - at >= 2 and not any(words[i].is_common for i in range(at, end)):
        score += 1
    if kin_before(words, at):
        score += 3
    return score


def kin_before(words: Words, at: int) -> bool:
    """Whether a word for a person of the story stands right before: "kakak almarhumah, …", "terdakwa …"."""
    before = at - 1
    if words.lower(before) == ",":
        before -= 1
        return any(words.lower(i) in person_cues("kin") for i in range(max(0, before - 2), before + 1))
    if words.lower(before) in person_cues("occupation") and words.lower(at) not in word_set("given_names.txt"):
        # "nelayan Oesapa": where they are from.
        following = words.lower(at + 1) if at + 1 < len(words) and is_name_word(words, at + 1) else ""
        return bool(following) or not gazetteer().villages(squeezed(words[at].text))
    return words.lower(before) in person_cues("kin")
