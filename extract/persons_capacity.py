"""In which capacity a person appears: official, expert, suspect, victim, witness or public.

A victim taken for anything else may later be named in an export, so every doubt is decided for the victim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from extract.facts import Agency, Capacity
from extract.lexicon import capacity_cues
from extract.persons_merge import PersonDraft
from extract.roles import RolePhrase, title_length
from extract.words import Words

EXPERT_SECTORS = frozenset(["ngo", "university", "academic", "church", "religious", "religion", "red_cross"])
EXPERT_NAMES = re.compile(
    r"^(?:Universitas|Institut |Sekolah Tinggi|Yayasan|Lembaga Bantuan Hukum|LBH|Jaringan|Serikat|Aliansi|Solidaritas|"
    r"Palang Merah|Wahana|Komunitas|Perkumpulan|Koalisi|Migrant|Gereja|Keuskupan|Sinode|Forum|Pusat Studi)"
)
GOVERNMENT_NAMES = re.compile(
    r"^(?:Dinas|Badan|Kementerian|Kantor|Kepolisian|Kejaksaan|Pengadilan|Pemerintah|Komando|Pangkalan|Satuan|Satgas|"
    r"Direktorat|Sub|Balai|UPT|Unit|Divisi|Bidang|Bagian|Sekretariat|Dewan|Komisi|Kedutaan|Konsulat|Gugus|Tim |TNI|"
    r"Rumah|Stasiun|Pos |Loka|Sentra|Lembaga Pe|Mahkamah|Kecamatan|Distrik|Desa|Tentara|Markas|Pusat|Otoritas|Bursa|"
    r"Ombudsman|Kodim|Koramil|Palang|Bea|BKSDA|Bank|United|International|UN|Australian|Agensi|Jabatan)"
)
# Experts by profession who act for an authority when they serve one.
SERVICE_TITLES = frozenset(["psikolog", "psikolog klinis", "dokter", "pendamping", "pendamping hukum", "relawan"])
# Without an agency these say nothing about who holds them.
UNSPECIFIC_TITLES = frozenset(["perwakilan", "wakil", "staf", "petugas", "anggota", "utusan", "pendamping"])
COMPANY_NAMES = re.compile(r"^(?:PT |CV |Bank |Pertamina|Partai )")
ADULT = 18
# A cue may stand behind a list of this many words, marks among them: "A (24), B (31), C … adalah korban".
LONGEST_LIST = 80
# From this weight on cue words outweigh an occupation: "terdakwa kedua, bidan bernama …".
CERTAIN_VOTE = 5


@cache
def _cues() -> dict[str, list[tuple[tuple[str, ...], Capacity, int]]]:
    """The cues by their first word, longest first."""
    index: dict[str, list[tuple[tuple[str, ...], Capacity, int]]] = {}
    for phrase, (capacity, weight) in capacity_cues().items():
        index.setdefault(phrase[0], []).append((phrase, _capacity(capacity), weight))
    for cues in index.values():
        cues.sort(key=lambda cue: -len(cue[0]))
    return index


def _capacity(text: str) -> Capacity:
    for capacity in ("official", "expert", "suspect", "victim", "witness", "public"):
        if text == capacity:
            return capacity
    raise ValueError(
        f"capacity_cues.csv: unknown capacity {text!r}; use official, expert, suspect, victim, witness, public"
    )


def capacity_of(
    words: Words,
    draft: PersonDraft,
    roles: Sequence[tuple[RolePhrase, Agency | None]],
    age: int | None,
    *,
    is_relevant: bool,
) -> Capacity:
    """The capacity of a person from titles, rank, and the cue words around every mention.

    In a relevant article whoever has neither title nor any cue is taken for a victim (``is_relevant``).
    """
    if any(name.is_pseudonym for name in draft.found):
        return "victim"
    by_title = _by_title(draft, roles)
    votes = _votes(words, draft)
    if by_title is not None and (by_title != "public" or max(votes["suspect"], votes["victim"]) < CERTAIN_VOTE):
        return by_title
    if age is not None and age < ADULT:
        return "suspect" if votes["suspect"] >= 3 and votes["victim"] < votes["suspect"] - 2 else "victim"
    if any(name.honorific == "religious" for name in draft.found) and not votes["suspect"]:
        # Sisters and priests of these stories accompany victims.
        return "expert"
    named = draft.is_initials
    if votes["witness"] >= 3 and not votes["victim"] and votes["witness"] > votes["suspect"]:
        return "witness"
    if votes["suspect"] > votes["victim"]:
        return "suspect"
    if votes["victim"] > 0 or named:
        return "victim"
    if votes["official"] >= 3:
        return "official"
    if any(name.honorific in ("religious", "academic") or name.has_degree for name in draft.found):
        return "expert"
    return "victim" if is_relevant and not votes["public"] else "public"


def _by_title(draft: PersonDraft, roles: Sequence[tuple[RolePhrase, Agency | None]]) -> Capacity | None:
    """What titles and ranks say; None when they say nothing."""
    has_rank = any(name.has_rank for name in draft.found)
    found: list[Capacity] = [
        "expert" if _is_civil(name.agency) else "official" for name in draft.found if name.agency is not None
    ]
    for phrase, agency in roles:
        capacity = _capacity(phrase.title.capacity)
        if agency is not None and capacity != "public":
            name = agency.name
            if _is_civil(agency):
                capacity = "expert"
            elif COMPANY_NAMES.match(name):
                capacity = "public"
            elif phrase.head in SERVICE_TITLES:
                capacity = "official"
        elif agency is None and capacity == "official" and phrase.head in UNSPECIFIC_TITLES:
            continue
        found.append(capacity)
    if has_rank:
        return "official"
    for capacity in ("official", "expert", "public"):
        if capacity in found:
            return capacity
    return None


def _is_civil(agency: Agency) -> bool:
    """Whether an agency is no authority: an NGO, a university, a church, or one that nothing marks as official."""
    if (agency.sector or "").lower() in EXPERT_SECTORS or agency.level == "ngo" or EXPERT_NAMES.match(agency.name):
        return True
    return agency.sector is None and not GOVERNMENT_NAMES.match(agency.name)


def _votes(words: Words, draft: PersonDraft) -> dict[str, int]:
    """Weights of the cue words near the person's mentions: before it in the clause, and behind it in the sentence."""
    votes = {"suspect": 0, "victim": 0, "witness": 0, "public": 0, "official": 0}
    for number, (start, end) in enumerate(sorted(draft.mentions)):
        scale = 2 if number == 0 else 1
        for _, capacity, weight, distance in _cues_near(words, start, end):
            near = weight * scale if distance <= 6 else (weight * scale) // 2
            if capacity in votes:
                votes[capacity] = max(votes[capacity], near) if distance > 6 else votes[capacity] + near
    return votes


def _cues_near(words: Words, start: int, end: int) -> list[tuple[tuple[str, ...], Capacity, int, int]]:
    """Cues around a mention as (phrase, capacity, weight, distance in words), list members skipped over."""
    found: list[tuple[tuple[str, ...], Capacity, int, int]] = []
    distance = 0
    at = start - 1
    while at >= max(0, start - LONGEST_LIST) and distance < 12:
        word = words[at]
        if (
            (word.begins_line and words[at + 1].begins_line)
            or words.lower(at) in (".", "”", '"', ";")
            or words[at + 1].begins_line
        ):
            break
        if words[at + 1].begins_sentence:
            break
        if not (
            word.is_mark or word.is_initials or word.text.isdigit() or word.lower in ("dan", "serta", "alias", "als")
        ):
            distance += 1
        cue = _cue_at(words, at)
        if cue is not None:
            # In "perekrut pekerja migran" the first word is the head: it says who is meant.
            head = _cue_at(words, at - 1) if at else None
            found.append((*(head or cue), distance))
            if cue[1] != "witness" and distance <= 6:
                break
        at -= 1
    distance, at = 0, end
    while at < min(len(words), end + LONGEST_LIST) and distance < 14:
        word = words[at]
        if word.begins_line or words.lower(at) in (".", "“", '"', ";") or title_length(words, at) > 1:
            break
        if not (word.is_mark or word.is_initials or word.text.isdigit() or word.lower in ("dan", "serta", "alias")):
            distance += 1
        cue = _cue_at(words, at)
        if cue is not None and words.lower(at - 1) in ("para", "kepada", "terhadap", "sejumlah", "beberapa"):
            # "menolak para perekrut": others are meant.
            break
        if cue is not None:
            found.append((*cue, distance + 1))
            break
        at += 1
    return found


def _cue_at(words: Words, at: int) -> tuple[tuple[str, ...], Capacity, int] | None:
    if words[at].agency is not None:
        # "Lembaga Perlindungan Saksi dan Korban" makes nobody a witness or a victim.
        return None
    for phrase, capacity, weight in _cues().get(words.lowers[at], ()):
        if tuple(words.lowers[at : at + len(phrase)]) == phrase:
            return phrase, capacity, weight
    return None
