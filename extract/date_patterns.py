"""The forms in which dates are printed, as patterns compiled once from the vocabulary.

Every form is one regular expression with named groups; ``extract.date_readers`` says what they mean.
Groups: ``mention`` is what counts as the expression, everything else of the match is only used up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from extract.date_vocabulary import vocabulary

# White space is bounded everywhere, so that a page of blanks costs no more than a page of words.
_GAP, _SPACE = r"[ \t\u00a0]{0,3}", r"[ \t\u00a0]{1,3}"
_DAY = r"\d{1,2}"
_YEAR = r"(?:19|20)\d\d"
# A date never begins or ends inside a number, a word or a path such as LP/B/12/3/2024.
_LEFT, _RIGHT = r"(?<![\w/.,+#])(?<!\d[-–])", r"(?![\w/]|[.,:-]\d)"
_NUMERIC_JOIN = rf"{_GAP}(?:[-–—]|&|(?<=\s)dan(?=\s)|s/d|s\.d\.?|sampai(?:{_SPACE}dengan)?|hingga){_GAP}"


@dataclass(frozen=True, slots=True)
class Patterns:
    """The compiled forms in the order they are tried, and the patterns of what must not be read."""

    forms: tuple[tuple[str, re.Pattern[str]], ...]
    asides: re.Pattern[str]
    date_lines: re.Pattern[str]
    law_years: re.Pattern[str]


def _forms() -> dict[str, str]:
    words = vocabulary()
    weekday, month, beside = words.weekday, words.month, words.month_beside
    daypart = rf"(?:{_SPACE}{words.pattern('dayparts')})?"
    join = rf"(?:{_GAP}[-–—]{_GAP}|,?{_SPACE}{words.pattern('connectors')}{_SPACE})"
    past, future = words.pattern("past"), words.pattern("future")
    tail = rf"{daypart}(?:{_SPACE}(?:(?P<past>{past})|(?P<future>{future}))(?!\w))?"
    year = rf"(?:,?{_SPACE}(?:tahun{_SPACE})?|[-/.])"  # what may stand between month and year
    this_year = rf"{_SPACE}tahun{_SPACE}(?P<relative>lalu|ini|depan)"
    number = words.number_word

    weekday_lead = (
        rf"(?:(?P<weekday>{words.weekday_beside}){daypart}(?:{_SPACE}(?:lalu|kemarin|besok|depan|nanti|ini|{past}))?"
        rf"(?:(?:,{_GAP}{weekday}){{0,5}},?{_GAP}(?:[-–—&]|dan|{words.pattern('connectors')}){_GAP}"
        rf"(?P<weekday2>{weekday}){daypart})?"
        rf"{_GAP}(?:[,/–—-]{_GAP})?(?:(?:tanggal|tgl\.?){_SPACE})?)"
    )
    closing = rf"(?(open)(?:{daypart},?{_GAP}\)|(?=[^)\n]{{0,40}}\))|(?!\w)))"
    numeric_day = (
        rf"(?P<d>{_DAY}){_GAP}(?P<sep>[/.\-]){_GAP}(?P<m>{_DAY})"
        rf"(?:{_GAP}(?:(?P=sep)|(?=[/.-]{_GAP}{_YEAR})[/.-]){_GAP}(?P<y>{_YEAR}|\d\d))?{_RIGHT}"
    )
    numeric_span = (
        rf"(?P<d>{_DAY})(?:{_GAP}/{_GAP}(?P<m1>{_DAY})(?:{_GAP}/{_GAP}(?P<y1>{_YEAR}|\d\d))?)?{_NUMERIC_JOIN}"
        rf"(?P<d2>{_DAY}){_GAP}(?P<sep>[/-]){_GAP}(?P<m>{_DAY})(?:{_GAP}(?P=sep){_GAP}(?P<y>{_YEAR}|\d\d))?{_RIGHT}"
    )
    named_day = (
        rf"(?P<d>{_DAY}){_GAP}[-/.]?{_GAP}(?P<month>{beside})(?:(?!\w)|(?={_YEAR}(?!\w)))"
        rf"(?:(?:{year}|(?<=[a-z]))(?P<y>{_YEAR})(?![\w]|[.,:]\d|-\d)|{this_year})?"
    )
    named_span = (
        rf"(?P<d>{_DAY})(?:{_SPACE}(?P<month1>{beside})(?:{_SPACE}(?P<y1>{_YEAR}))?)?(?:,{_GAP}{_DAY}(?=,|{_SPACE}dan)){{0,6}},?"
        rf"(?:{join}|{_GAP}&{_GAP}|{_SPACE}dan{_SPACE})(?:tanggal{_SPACE})?"
        rf"(?P<d2>{_DAY}){_GAP}(?P<month>{beside})(?!\w)(?:{year}(?P<y>{_YEAR})(?!\w)|{this_year})?"
    )
    forms: dict[str, str] = {}
    for name, body in (("numeric_span", numeric_span), ("named_span", named_span)):
        forms[name] = rf"{_LEFT}(?P<mention>{weekday_lead}?(?P<open>\({_GAP})?{body}{closing}){tail}"
    ends = "".join(
        rf"(?P<weekday{end}>{weekday}){daypart}{_GAP}(?:"
        rf"\({_GAP}(?P<d{end}>{_DAY}){_GAP}/{_GAP}(?P<m{end}>{_DAY})(?:{_GAP}/{_GAP}(?P<y{end}>{_YEAR}|\d\d))?{_GAP}\)"
        rf"|,?{_GAP}(?P<dd{end}>{_DAY}){_SPACE}(?P<month{end}>{beside})(?:{_SPACE}(?P<yy{end}>{_YEAR}))?)" + between
        for end, between in (("1", join), ("2", ""))
    )
    forms["dated_span"] = rf"{_LEFT}(?P<mention>{ends})(?!\w){tail}"
    forms["month_to_day"] = (
        rf"{_LEFT}(?P<mention>(?P<month1>{month})(?:{_SPACE}(?P<y1>{_YEAR}))?{join}"
        rf"(?P<d2>{_DAY}){_SPACE}(?P<month>{beside})(?!\w)(?:{_SPACE}(?P<y>{_YEAR})(?!\w))?)"
    )
    forms["numeric_day"] = (
        rf"{_LEFT}(?P<cue>(?i:tanggal|tgl\.?|pada|sejak|hingga|sampai|mulai|per){_SPACE})?"
        rf"(?P<mention>{weekday_lead}?(?P<open>\({_GAP})?{numeric_day}{closing}){tail}"
    )
    forms["named_day"] = rf"{_LEFT}(?P<mention>{weekday_lead}?(?P<open>\({_GAP})?{named_day}{closing}){tail}"
    forms["month_first"] = (
        rf"{_LEFT}(?P<mention>{weekday_lead}?(?P<month>{beside}){_SPACE}(?P<d>{_DAY})(?:st|nd|rd|th)?,?{_SPACE}(?P<y>{_YEAR})"
        rf"(?!\w))"
    )
    forms["iso_day"] = rf"{_LEFT}(?P<mention>(?P<y>{_YEAR})-(?P<m>\d\d)-(?P<d>\d\d))(?!\w|-)"
    # Short forms are months only beside a year: "Okt-Des 2023".
    forms["month_span"] = (
        rf"{_LEFT}(?P<mention>(?P<month1>{month}|{beside}(?=(?:{_SPACE}{_YEAR})?{join}{beside}{_SPACE}{_YEAR}))"
        rf"(?:{_SPACE}(?P<y1>{_YEAR}))?{join}(?P<month>{month}|{beside}(?={_SPACE}{_YEAR}))(?!\w)(?:{_SPACE}(?:tahun{_SPACE})?(?P<y>{_YEAR})(?!\w)|{this_year})?){tail}"
    )
    forms["year_to_month"] = (
        rf"{_LEFT}(?P<mention>(?P<y1>{_YEAR}){join}(?P<month>{month})(?!\w)(?:{_SPACE}(?P<y>{_YEAR})(?!\w))?)"
    )
    forms["month_to_year"] = (
        rf"{_LEFT}(?P<mention>(?P<month1>{month}){_SPACE}(?P<y1>{_YEAR}){join}(?P<y>{_YEAR}))(?!\w)"
    )
    forms["week_of_month"] = (
        rf"(?<!\w)(?P<mention>(?i:pekan|minggu){_SPACE}(?:(?P<ordinal>{number})|(?P<last>terakhir)){_SPACE}"
        rf"(?:(?:di|pada){_SPACE})?(?:bulan{_SPACE}(?P<relative>ini|lalu|depan)|(?:bulan{_SPACE})?(?P<month>{month})"
        rf"(?:{_SPACE}(?P<y>{_YEAR}))?))(?!\w)"
    )
    forms["part_of_year"] = (
        rf"(?<!\w)(?P<mention>(?P<part>(?i:semester|triwulan|kuartal|caturwulan))(?:{_SPACE}|-)(?P<ordinal>{number}|[1-4])"
        rf"(?:(?:{_SPACE}|[/-])(?:tahun{_SPACE})?(?P<y>{_YEAR})|{_SPACE}tahun{_SPACE}(?P<relative>ini|lalu|depan)))(?!\w)"
    )
    forms["month"] = (
        rf"(?<![\w/.])(?<!\d-)(?P<mention>(?P<edge>(?i:awal|akhir){_SPACE}(?:bulan{_SPACE})?)?"
        rf"(?:(?P<month>{month})(?!\w)(?:{_SPACE}(?:tahun{_SPACE})?(?P<y>{_YEAR})(?![\w]|[.,:]\d)|{this_year})?"
        rf"|(?P<short>{beside}){_SPACE}(?:tahun{_SPACE})?(?P<short_y>{_YEAR})(?![\w]|[.,:]\d))){tail}"
    )
    # "November, Desember dan Januari 2023": the year behind the last month is that of all.
    month_list = (
        rf"(?=(?:{_GAP},{_GAP}{month}){{0,5}},?{_SPACE}(?:dan|serta|atau|maupun){_SPACE}{month}"
        rf"{_SPACE}(?P<list_y>{_YEAR})(?!\w))"
    )
    forms["month"] += rf"(?:{month_list})?"
    forms["edge_of_year"] = (
        rf"(?<!\w)(?P<mention>(?P<edge>(?i:awal|akhir)){_SPACE}tahun"
        rf"(?:{_SPACE}(?:(?P<y>{_YEAR})|(?P<relative>ini|lalu|depan)))?)(?!\w)"
    )
    forms["edge_of_month"] = (
        rf"(?<!\w)(?P<mention>(?i:awal|akhir|pertengahan){_SPACE}bulan(?:{_SPACE}(?P<relative>ini|lalu|depan))?)(?!\w)"
    )
    forms["weekend"] = rf"(?<!\w)(?P<mention>(?i:akhir){_SPACE}pekan{_SPACE}(?P<relative>ini|lalu|depan|kemarin))(?!\w)"
    forms["weekday_span"] = (
        rf"(?<!\w)(?P<mention>(?P<weekday>{weekday}){daypart}"
        rf"(?:{_GAP}[-–—]{_GAP}|{_SPACE}{words.pattern('connectors')}{_SPACE})(?P<weekday2>{weekday}))(?!\w){tail}"
    )
    forms["weekday"] = (
        rf"(?<!\w)(?P<mention>(?P<weekday>{weekday})(?!\w)(?:{_SPACE}(?:pekan|minggu){_SPACE}(?P<relative>lalu|depan|ini)"
        rf"|{_SPACE}(?P<next>lusa|depan|besok))?)(?!\w){tail}"
    )
    forms["day_of_month"] = (
        rf"(?<!\w)(?i:tanggal|tgl\.?){_SPACE}(?P<mention>(?P<d>{_DAY})"
        rf"(?:{_SPACE}bulan{_SPACE}(?P<relative>ini|lalu|depan)|(?={_SPACE}mendatang)))(?!\w)"
    )
    forms["ago"] = (
        rf"(?<!\w)(?P<mention>(?i:(?P<count>{number}|\d{{1,2}}){_SPACE}|(?P<one>se))(?P<unit>hari|pekan|minggu|bulan|tahun)"
        rf"{_SPACE}(?:yang{_SPACE})?(?:lalu|silam))(?!\w)"
    )
    forms["days_from_anchor"] = (
        rf"(?<![Ss]elama )(?<![Dd]alam )(?<!epanjang )(?<!\w)"
        rf"(?P<mention>(?i:(?P<count>{number}|\d{{1,2}}){_SPACE}|(?P<one>se))"
        rf"(?P<unit>hari|pekan|minggu|bulan){_SPACE}"
        rf"(?:(?P<before>sebelumnya)"
        rf"|(?P<after>kemudian|setelahnya|sesudahnya|berselang|berikutnya|setelah{_SPACE}itu|sesudah{_SPACE}itu)"
        rf"|(?P<before_it>sebelum){_SPACE}{words.pattern('occasions')}"
        rf"|(?P<after_it>setelah|sesudah|usai){_SPACE}{words.pattern('occasions')}))(?!\w)"
    )
    forms["unit_before"] = rf"(?<!\w)(?P<mention>(?P<unit>(?i:pekan|bulan|tahun)|minggu){_SPACE}sebelumnya)(?!\w)"
    forms["next_day"] = (
        rf"(?<!\w)(?P<mention>(?i:keesokan{_SPACE}(?:hari|pagi|siang|sore|malam)(?:nya)?|esok{_SPACE}harinya|keesokannya|esoknya))(?!\w)"
    )
    forms["unit_relative"] = (
        rf"(?<!\w)(?P<mention>(?:(?i:awal){_SPACE}(?=pekan))?(?P<unit>(?i:pekan|bulan|tahun)|minggu|Minggu(?={_SPACE}(?:lalu|depan|ini)))"
        rf"{_SPACE}(?P<relative>ini|lalu|depan|kemarin|silam|mendatang))(?!\w)"
    )
    forms["day_word"] = (
        rf"(?<!\w)(?P<mention>(?i:(?P<today>hari{_SPACE}ini)|(?P<eve>kemarin{_SPACE}(?:lusa|dulu))|(?P<yesterday>kemarin)"
        rf"|(?P<night>tadi{_SPACE}malam|malam{_SPACE}tadi|semalam)|(?P<dawn>dini{_SPACE}hari{_SPACE}tadi)"
        rf"|(?P<morning>(?:tadi{_SPACE}(?:pagi|siang|sore))|(?:(?:pagi|siang|sore){_SPACE}tadi)|(?:pagi|siang|sore|malam){_SPACE}ini|nanti{_SPACE}(?:sore|malam|siang))"
        rf"|(?P<tomorrow>besok|esok{_SPACE}hari(?!nya))|(?P<after>lusa)))(?![\w-])"
        # "hari ini, Kamis (6/6)": the date behind says the same
        rf"(?!{_GAP},?{_GAP}(?:{weekday}{_GAP}[(,/]|\({_GAP}\d))"
    )
    forms["year_span"] = (
        rf"(?<![\w/.,:+\-–#])(?P<mention>(?P<y1>{_YEAR})(?:{_GAP}[-–—/]{_GAP}|{_SPACE}{words.pattern('connectors')}{_SPACE})"
        rf"(?:tahun{_SPACE})?(?P<y>{_YEAR}))(?![\w/%]|[.,:]\d|[-–]\w)"
    )
    forms["year"] = (
        rf"(?<![\w/.,:+\-–#’'])(?P<mention>(?P<edge>(?i:awal|akhir){_SPACE})?(?P<y>{_YEAR}))(?![\w%]|[.,:/]\d|[-–/]\w)"
    )
    return forms


def _asides() -> str:
    words = vocabulary()
    lines, links = words.pattern("aside_lines"), words.pattern("aside_links")
    return (
        rf"^[ \t(\[*]{{0,8}}(?i:{lines}){_GAP}[:：].*$"
        rf"|^[ \t(\[*]{{0,8}}(?i:{links})(?!\w).*$"
        rf"|(?<!\w){words.pattern('byline_words')}{_GAP}:.*$"
        rf"|(?i:copyright|hak cipta|©)[^\n]*$"
    )


def _date_lines() -> str:
    words = vocabulary()
    day = rf"(?:{_DAY}{_SPACE}{words.month_beside}{_SPACE}{_YEAR}|{_DAY}[/-]{_DAY}[/-]{_YEAR})"
    clock = rf"(?:(?i:pukul|jam){_SPACE})?(?:\d{{1,2}}[.:]\d\d)?(?::\d\d)?{_GAP}(?i:WIB|WITA|WIT|GMT)?"
    date_line = rf"(?:{words.weekday}{_GAP}[,/]?{_GAP})?{day}[ \t\u00a0,|•·–-]{{0,6}}{clock}"
    return rf"^[ \t|•·]{{0,8}}{date_line}[ \t|•·]{{0,8}}$"


def _law_years() -> str:
    words = vocabulary()
    # Only words of a law's title may stand between its kind and its year.
    between = rf"(?:{_SPACE}(?:[A-Z0-9][\w./()-]{{0,40}}|tentang|dan|atas|perubahan|tahun|nomor|no\.?)){{0,9}}?"
    laws = "(?:" + "|".join(sorted(words.words["laws"], key=lambda law: (-len(law), law))) + ")"
    return (
        rf"(?<!\w)(?i:nomor|no\.?){_GAP}:?{_GAP}[\w./-]{{1,40}}{_SPACE}(?i:tahun|thn|th\.?){_SPACE}{_YEAR}(?!\w)"
        rf"|(?<!\w){laws}{between}{_SPACE}{_YEAR}(?!\w)"
        rf"|(?<!\w){laws}{_SPACE}(?i:nomor|no\.?)?{_GAP}[\w.-]{{1,40}}/[\w./-]{{0,60}}{_YEAR}(?!\w)"
    )


@cache
def patterns() -> Patterns:
    """All patterns, compiled once."""
    return Patterns(
        forms=tuple((name, re.compile(pattern)) for name, pattern in _forms().items()),
        asides=re.compile(_asides(), re.MULTILINE),
        date_lines=re.compile(_date_lines(), re.MULTILINE),
        law_years=re.compile(_law_years()),
    )
