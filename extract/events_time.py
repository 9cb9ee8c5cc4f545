"""Whether an event was held, goes on, is planned or proposed, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extract.events_lexicon import cue_values, event_cues
from extract.events_scene import Located
from extract.events_triggers import Hit, Sentence, find_hits
from extract.facts import DateExpression, DatePrecision, EventStatus, Span
from extract.lexicon import longest_phrase, person_cues
from extract.words import Words

# How many words before a trigger a modal word may stand and still govern it.
MODAL_REACH = 10
# Before these, "yang akan" tells of the people ("perempuan yang akan dibawa"), not of the event.
OF_PEOPLE = frozenset(["RESCUE", "ARREST", "HANDOVER", "REPATRIATION", "VICTIM_SERVICE", "PROSECUTION"])
LARGE_NUMBER = re.compile(r"^\d{1,3}(?:\.\d{3})+$")
# "Sosialisasi bertajuk … itu": the event was introduced before.
DEMONSTRATIVE_REACH = 6
ASKED_FOR = frozenset(["TASKFORCE", "POLICY", "AGREEMENT"])
ASKING = frozenset(["meminta", "mendesak", "agar", "supaya", "berharap", "mengusulkan"])
# A comma before the date gives it back to the main clause: "dibekuk setelah buron dua bulan, Senin (10/3)".
JOINING = frozenset(["setelah", "sesudah"])
OTHER_CLAUSE = frozenset(["setelah", "sesudah", "meninggal", "sebelumnya", "berawal"])
SERVICE_TYPES = frozenset(["VICTIM_SERVICE"])
# To agree on something is how a meeting ends and a pact begins; of anything else it makes a plan.
AGREEING = frozenset(["sepakat", "bersepakat", "menyepakati", "disepakati"])
CONCLUDED = frozenset(["AGREEMENT", "COORD_MEETING", "DIALOGUE", "POLICY"])
# A date behind these is when something ends or is looked at again: "berlaku hingga November 2027".
# Where in a sentence the words stand that point back, and how far back the day may be.
SCENE_REACH, SCENE_SENTENCES = 3, 3
DEADLINE = frozenset(["hingga", "sampai", "lambat"])


@dataclass(frozen=True, slots=True)
class When:
    """The date of an event, and where it was read: sentence, paragraph, scene, speech, same_day, lead or none."""

    start: str | None
    end: str | None
    precision: DatePrecision | None
    basis: str | None
    span: Span | None = None


UNKNOWN = When(None, None, None, None)


def status_of(words: Words, sentence: Sentence, hit: Hit) -> EventStatus | None:
    """The status by the modal words around the trigger; None when the sentence denies the event or only counts it."""
    status: EventStatus | None = None
    before = range(sentence.start, hit.start)
    if hit.trigger.type in OF_PEOPLE and any(
        longest_phrase(event_cues("obligation"), words.lowers, at) for at in range(sentence.start, hit.end)
    ):
        return None
    at = hit.start - 1
    reach = 0
    while at >= sentence.start and reach < MODAL_REACH:
        lower = words.lower(at)
        if lower in (";", "”", "setelah", "usai", "seusai", "sesudah", "saat", "ketika", "kala"):
            break
        if reach < 3 and (lower == "sebelum" or longest_phrase(event_cues("negation"), words.lowers, at)):
            return None
        if longest_phrase(event_cues("pledge"), words.lowers, at):
            return None
        length = longest_phrase(event_cues("status"), words.lowers, at)
        is_of_people = words.lower(at - 1) == "yang" and hit.trigger.type in OF_PEOPLE
        is_concluded = lower in AGREEING and hit.trigger.type in CONCLUDED
        # "Rencana memberangkatkan 16 orang digagalkan": the plan was that of others.
        is_concluded = is_concluded or (lower == "rencana" and hit.trigger.type in ("RESCUE", "ARREST"))
        if length and not is_of_people and not is_concluded and not words[at].agency:
            value = cue_values("status")[" ".join(words.lowers[at : at + length])]
            if value != "ongoing" or reach < 5:
                status = _status(value)
                break
        at -= 1
        reach += words[at + 1].is_mark is False
    is_asked = any(words.lower(at) in ASKING for at in before)
    if status == "planned" and is_asked and hit.trigger.type in OF_PEOPLE | ASKED_FOR:
        status = "proposed"
    if status is None:
        status = _behind(words, sentence, hit)
    if status == "ongoing" and hit.trigger.type not in SERVICE_TYPES and hit.trigger.strength > 0:
        status = "held"
    if hit.trigger.strength == 0:
        return None if status == "proposed" else "ongoing"
    if status is None:
        status = "held"
        if hit.trigger.type in SERVICE_TYPES:
            is_paid = any(
                longest_phrase(event_cues("held_service"), words.lowers, at)
                for at in range(sentence.start, sentence.end)
            )
            status = "held" if is_paid else "ongoing"
    return status


def _status(text: str) -> EventStatus:
    for status in ("held", "ongoing", "planned", "proposed"):
        if text == status:
            return status
    raise ValueError(f"event_cues.csv: unknown status {text!r}; use held, ongoing, planned or proposed")


def _behind(words: Words, sentence: Sentence, hit: Hit) -> EventStatus | None:
    """A modal word behind a noun trigger: "Rapat berikutnya dijadwalkan", "Pemulangan akan difasilitasi"."""
    if hit.trigger.voice != "noun":
        return None
    for at in range(hit.end, min(hit.end + 7, sentence.end)):
        if words.lower(at) in ("yang", ";"):
            return None
        if words.lower(at) in AGREEING and hit.trigger.type in CONCLUDED:
            return None
        length = longest_phrase(event_cues("status"), words.lowers, at)
        if length:
            value = cue_values("status")[" ".join(words.lowers[at : at + length])]
            return _status(value) if value in ("planned", "proposed") else None
    return None


def is_statistics(words: Words, sentence: Sentence, dates: Located[DateExpression]) -> bool:
    """Whether a sentence counts over a period instead of reporting one happening."""
    found = dates.between(words, sentence.start, sentence.end)
    dated = [item for item, _ in found]
    if any(item.precision == "day" or (item.precision == "span" and not _is_long(item)) for item in dated):
        return False
    if any(words.lower(at) == "sejak" for at in range(sentence.start, min(sentence.start + 3, sentence.end))) and found:
        return True
    if any(item.precision == "year" or (item.precision == "span" and _is_long(item)) for item in dated):
        return True
    if any(
        item.precision == "month" and words.lower(words.at(span.start) - 1) in ("hingga", "sampai")
        for item, span in found
    ):
        return True
    return any(
        longest_phrase(event_cues("statistics"), words.lowers, at)
        or (LARGE_NUMBER.match(words[at].text) and longest_phrase(event_cues("counted"), words.lowers, at + 1))
        for at in range(sentence.start, sentence.end - 1)
    )


def is_of_statement(words: Words, span: Span) -> bool:
    """Whether a date tells when somebody spoke: "ujar Kapolres, Kamis (12/6)", "Kepala BP3MI …, Rabu, mengatakan"."""
    at = words.at(span.start)
    behind = words.at(span.end)
    if words.lower(behind) in (",", "(") and words.lower(behind + 1) in person_cues("speech_after"):
        return True
    if words.lower(behind) in person_cues("speech_after"):
        return True
    for before in range(at - 1, max(-1, at - 12), -1):
        lower = words.lower(before)
        if lower in (".", "”") or words[before + 1].begins_sentence:
            return False
        if lower == "menurut" and words.lower(at - 1) == "," and words.lower(behind) == ",":
            return True
        if lower in person_cues("speech_before") and lower != "menurut" and words[before].text.islower():
            return words.lower(before - 1) in (",", '"', "”", "’", "'") or words.lower(before - 1) in ("demikian",)
        if lower in ("dihubungi", "dikonfirmasi", "ditemui", "keterangannya", "pers", "tertulis"):
            return True
    return False


def when_of(
    words: Words,
    sentences: Sequence[Sentence],
    index: int,
    hit: Hit,
    dates: Located[DateExpression],
    status: EventStatus,
) -> When:
    """The date of an event in its sentence; of a planned one, or of a service, also in the next sentence."""
    sentence = sentences[index]
    nearest = _nearest(words, hit, dates.between(words, sentence.start, sentence.end), status)
    if nearest is not None:
        return nearest
    if status in ("planned", "ongoing") and index + 1 < len(sentences):
        following = sentences[index + 1]
        goes_on = _has_status(words, following, "planned") or any(
            words.lower(at) in ("dimulai", "mulai", "sejak") for at in range(following.start, following.end)
        )
        if following.paragraph == sentence.paragraph and goes_on:
            later = _nearest(words, hit, dates.between(words, following.start, following.end), status)
            if later is not None:
                return When(later.start, later.end, later.precision, "paragraph", later.span)
    return UNKNOWN


def when_beside(
    words: Words, sentences: Sequence[Sentence], index: int, hit: Hit, dates: Located[DateExpression]
) -> When:
    """The day of a held event given by the sentence behind or before it in the same paragraph.

    "… akhirnya dipulangkan. Mereka tiba di Bandara Lombok, Selasa (5/8/2025)": a sentence that reports an event of its
    own keeps its date for itself.
    """
    refers_back = "itu" in words.lowers[hit.end : hit.end + DEMONSTRATIVE_REACH]
    for near in (index + 1, index - 1, index - 2):
        if not 0 <= near < len(sentences):
            continue
        is_beside = sentences[near].paragraph == sentences[index].paragraph and near != index - 2
        if not is_beside and not (refers_back and near < index):
            continue
        if any(other.trigger.type != hit.trigger.type for other in find_hits(words, sentences[near])):
            continue
        dated = [
            pair
            for pair in dates.between(words, sentences[near].start, sentences[near].end)
            if pair[0].precision == "day"
        ]
        found = _nearest(words, hit, dated, "held")
        if found is not None:
            return When(found.start, found.end, found.precision, "paragraph", found.span)
    return UNKNOWN


def when_of_scene(words: Words, sentences: Sequence[Sentence], index: int, dates: Located[DateExpression]) -> When:
    """The day of an event whose sentence opens by pointing at what was told before, in whatever words.

    "Acara itu dirangkai diskusi", "Peresmian ditandai penekenan nota kesepahaman": the day is that of the nearest
    sentence before it that has one, else the first of the article; not one on which somebody died or left.
    """
    opening = sentences[index].start
    opens = any(
        longest_phrase(event_cues("scene"), words.lowers, at)
        for at in range(opening, min(opening + SCENE_REACH, sentences[index].end))
    )
    if not opens:
        return UNKNOWN
    nearest = range(index - 1, max(-1, index - 1 - SCENE_SENTENCES), -1)
    for near in [*nearest, *range(index - SCENE_SENTENCES)]:
        first, end = sentences[near].start, sentences[near].end
        if any(longest_phrase(event_cues("past"), words.lowers, at) for at in range(first, end)):
            continue
        for item, span in dates.between(words, first, end):
            if item.precision in ("day", "span") and not _is_long(item) and not is_of_statement(words, span):
                return When(item.start_date, item.end_date, item.precision, "scene", span)
    return UNKNOWN


def when_of_speech(words: Words, sentences: Sequence[Sentence], dates: Located[DateExpression]) -> When:
    """The day of a meeting by that of the first speech given at one: "ujar Budi dalam sambutannya, Selasa (22/10)"."""
    for sentence in sentences:
        if not any(
            longest_phrase(event_cues("speech"), words.lowers, at) for at in range(sentence.start, sentence.end)
        ):
            continue
        for item, span in dates.between(words, sentence.start, sentence.end):
            if item.precision == "day":
                return When(item.start_date, item.end_date, item.precision, "speech", span)
    return UNKNOWN


def _has_status(words: Words, sentence: Sentence, status: str) -> bool:
    for at in range(sentence.start, sentence.end):
        length = longest_phrase(event_cues("status"), words.lowers, at)
        if length and cue_values("status")[" ".join(words.lowers[at : at + length])] == status:
            return True
    return False


def _nearest(words: Words, hit: Hit, dated: Sequence[tuple[DateExpression, Span]], status: EventStatus) -> When | None:
    trigger_at = words[hit.start].start
    best: tuple[tuple[int, int], DateExpression, Span] | None = None
    for item, span in dated:
        if status != "planned" and hit.trigger.type != "STATEMENT" and is_of_statement(words, span):
            continue
        if _is_of_other_clause(words, hit, span):
            continue
        is_period = item.precision in ("year",) or (item.precision == "span" and status in ("held",) and _is_long(item))
        if is_period:
            continue
        before = words.lower(words.at(span.start) - 1)
        if before in DEADLINE and status in ("held", "ongoing"):
            continue
        if _is_of_other_act(words, hit, span, status):
            continue
        since = before == "sejak"
        if since and status == "held" and item.precision != "day":
            continue
        distance = abs(span.start - trigger_at) + (400 if item.precision == "month" and status == "held" else 0)
        key = (0 if span.start >= trigger_at or distance < 60 else 1, distance)
        if best is None or key < best[0]:
            best = (key, item, span)
    if best is None:
        return None
    _, item, span = best
    end: str | None = item.end_date
    if status == "ongoing":
        end = None
    return When(item.start_date, end, item.precision, "sentence", span)


def _is_of_other_clause(words: Words, hit: Hit, span: Span) -> bool:
    """Whether a date behind the trigger belongs to another happening: "dilakukan setelah … pada 16 Agustus"."""
    at = words.at(span.start)
    is_apart = words.lower(at - 1) == ","
    return any(
        words.lower(between) in OTHER_CLAUSE and not (is_apart and words.lower(between) in JOINING)
        for between in range(hit.end, at)
    )


def _is_of_other_act(words: Words, hit: Hit, span: Span, status: EventStatus) -> bool:
    """Whether a date belongs to another act of the sentence.

    What a meeting agreed to do by then ("pertemuan menyepakati satgas dibentuk Desember"), or what stands before
    ", dan" and a demand of its own.
    """
    at = words.at(span.start)
    if status == "held":
        return any(words.lower(between) in AGREEING for between in range(hit.end, at))
    return status == "proposed" and any(
        words.lower(between) == "dan" and words.lower(between - 1) == "," for between in range(at, hit.start)
    )


def _is_long(item: DateExpression) -> bool:
    """A span of more than two weeks is a period that is counted over, not the date of an event."""
    return (date.fromisoformat(item.end_date) - date.fromisoformat(item.start_date)).days > 14


def says_same_day(words: Words, sentence: Sentence) -> bool:
    """Whether a sentence says that its event fell on the day of the one before: "malam itu juga"."""
    return any(longest_phrase(event_cues("same_day"), words.lowers, at) for at in range(sentence.start, sentence.end))
