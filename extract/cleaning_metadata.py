"""Title, authors, times, section and tags of an article, from what its page says in several places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import chain, islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from extract.article import OutletHints
from extract.cleaning_byline import is_aside, names_near_title, pieces_near_title, time_near_title
from extract.cleaning_credits import Credits, page_credits
from extract.cleaning_data import PageData, plain
from extract.cleaning_datelines import is_town
from extract.cleaning_rules import Rules, words
from extract.cleaning_times import newsroom_zone, read_machine_time, read_printed_time, read_url_date
from extract.cleaning_unknown import guessed_authors, guessed_day, guessed_title
from extract.phrases import squeezed

_SEPARATOR = re.compile(r"\s+[|–—-]\s+|\s*\|\s*|\s+»\s+|\s+:\s+|\s*::\s*")
_SEPARATOR_AT_END = re.compile(r"\s(?:[|–—-]|»|::?)\s$|\|\s*$")
_PAGE_NUMBER = re.compile(
    r"(?:\s*(?:[|–—-]\s*|\()\s*(?:halaman|page|hal\.?|laman)\s*(?:\d+|all|semua)\s*\)?|\s+halaman\s+(?:\d+|all))\s*$",
    re.IGNORECASE,
)
_TRUNCATED = re.compile(r"\s*(?:…|\.{3})\s*$")
_BYLINE_LABEL = re.compile(
    r"^\W*(?:oleh|penulis|reporter|re[pd](?=\s*:)|pewarta|wartawan|jurnalis|kontributor|laporan"
    r"|ditulis oleh|diposting oleh|eingestellt von"
    r"|by|author|(?:written|posted|published) by|von|par|por|autor(?:in)?|auteur)"
    r"\b\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_EDITOR_PART = re.compile(
    r"(?:\b(?:editor|redaktur|penyunting|uploader)\b\s*[:\-–]?|(?<=\S)\s*[/|]\s*red\b\s*:).*$", re.IGNORECASE
)
_LOOSE_END = re.compile(r"\s+(?:pada|on|at|tanggal)\W*$", re.IGNORECASE)
_NAME_SEPARATOR = re.compile(r"\s*(?:[|/;•·]|\s[-–]\s|\bdan\b|\band\b|&)\s*", re.IGNORECASE)
_DEGREE = re.compile(r"^(?:[SM]\.?\s?[A-Z][A-Za-z.]{0,8}|Dr\.?|[A-Z]\.?[A-Za-z]{0,3}\.?)$")
_NOT_LETTER = re.compile(r"[\W\d_]+")
# 954 views, 3 menit baca
_COUNT = re.compile(r"^\d+\s")
_REGISTRY_LABELS = frozenset({"co", "go", "or", "web", "ac", "sch", "my", "desa", "com", "net", "org"})
_MAX_NAME_CHARACTERS = 60
#: Headings that are shorter may be a section's or the site's name.
MIN_HEADLINE_CHARACTERS = 12
#: Shorter ends of addresses may be a section's.
MIN_SLUG_CHARACTERS = 20
_EXTENSION = re.compile(r"\.\w{1,5}$")
#: A feed's time may replace a URL's date when the two are no further apart.
_FEED_TOLERANCE = timedelta(days=2)


@dataclass(slots=True)
class Metadata:
    """What is known of an article beside its text; the fields are those of ``Article``, and the names of editors."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    published: datetime | None = None
    published_from: str | None = None
    modified: datetime | None = None
    section: str | None = None
    tags: list[str] = field(default_factory=list)


def read_metadata(
    tree: HtmlElement,
    data: PageData,
    rules: Rules,
    *,
    url: str,
    outlet: OutletHints,
    feed_published_at: str | None,
    title_hint: str | None,
) -> Metadata:
    """Title, authors, times, section and tags of a page, before anything is taken out of its tree."""
    page_title = next((plain(element.text_content()) for element in tree.iter("title")), "")
    headings = _headings(tree, page_title, url)
    title = choose_title(data, headings, page_title, url=url, outlet=outlet, hint=title_hint)
    has_byline = bool(data.published and data.authors)
    pieces = [] if has_byline else pieces_near_title(tree, title)
    printed = partial(time_near_title, tree, pieces, rules.times, newsroom_zone(outlet.timezone))
    published, published_from = choose_published(
        data, printed, url=url, outlet=outlet, feed_published_at=feed_published_at
    )
    credits = page_credits(tree)
    credits.editors += data.editors
    authors = choose_authors(data, credits, names_near_title(tree, pieces, rules.bylines), outlet)
    if not outlet.outlet_id:
        # Nothing is known of the site: what our rules did not find, general ones may.
        title = title or guessed_title(tree)
        if not any(" " in name for name in authors):
            # A user's name is less than a person's.
            authors = choose_authors(PageData(), Credits(), guessed_authors(tree), outlet) or authors
        day = guessed_day(tree, url) if published is None else None
        if day:
            published, published_from = datetime.combine(day, time(), tzinfo=newsroom_zone(outlet.timezone)), "page"
    return Metadata(
        title=title,
        authors=authors,
        editors=credits.editors,
        published=published,
        published_from=published_from,
        modified=_choose_modified(data, published, outlet),
        section=_choose_section(tree, data, rules, title),
        tags=_choose_tags(tree, data, rules, outlet),
    )


# --- title -----------------------------------------------------------------------------------------------------------


def choose_title(
    data: PageData, headings: Sequence[str], page_title: str, *, url: str, outlet: OutletHints, hint: str | None
) -> str:
    """The headline without the site's name: structured data, meta, first heading, the ``title`` element, the hint.

    A headline cut short in the data is completed from another source that begins with it.
    """
    sites = _site_names(data, url, outlet)
    candidates = [_strip_site(text, sites) for text in (*data.titles, *headings, page_title, plain(hint or ""))]
    candidates = [text for text in candidates if text]
    if not candidates:
        return ""
    chosen = candidates[0]
    if data.titles and headings and page_title and not _is_printed(chosen, (*headings, page_title)):
        # Some sites give a description or a slogan as headline in their data.
        chosen = next((text for text in headings if _is_printed(text, (page_title,))), chosen)
    stem = _TRUNCATED.sub("", chosen)
    if stem != chosen or len(chosen) >= 100:
        longer = [
            text
            for text in candidates
            if len(text) > len(stem) and text.startswith(stem) and not _TRUNCATED.search(text)
        ]
        chosen = min(longer, key=len, default=chosen)
    # Where a heading has the same title with another site name beside it, the shorter one is the headline.
    for heading in headings:
        if 10 <= len(heading) < len(chosen) and chosen.startswith(heading) and _SEPARATOR.match(chosen, len(heading)):
            return heading
        in_front = chosen.removesuffix(heading)
        if len(heading) >= MIN_SLUG_CHARACTERS and in_front != chosen and _SEPARATOR_AT_END.search(in_front):
            return heading
    return chosen


def _headings(tree: HtmlElement, page_title: str, url: str) -> list[str]:
    """The page's first-level headings; in front of them those that its ``title`` or its address repeats.

    Where the site's name and the names of its sections are first-level headings too, the title knows which is the
    article's; where the headline is a heading of a lower level, as well.
    """
    named = squeezed(page_title)
    texts = [(element.tag, plain(element.text_content())) for element in islice(tree.iter("h1", "h2", "h3"), 60)]
    first = [text for tag, text in texts if tag == "h1" and text]
    known = [
        text
        for _, text in texts
        if len(text) >= MIN_HEADLINE_CHARACTERS and (named.startswith(key := squeezed(text)) or named.endswith(key))
    ]
    slug = squeezed(_EXTENSION.sub("", urlsplit(url).path.rstrip("/").rpartition("/")[2]))
    spelled = [text for _, text in texts if len(slug) >= MIN_SLUG_CHARACTERS and squeezed(text).startswith(slug)]
    # The site's name stands in the title as well and is told apart later.
    return sorted(known, key=len, reverse=True) + spelled + first


def _is_printed(title: str, places: Iterable[str]) -> bool:
    key = squeezed(_TRUNCATED.sub("", title))
    return any(key in squeezed(place) for place in places)


def _site_names(data: PageData, url: str, outlet: OutletHints) -> set[str]:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    # kupang.example.com, example.co.id: the label that the site registered.
    labels = [label for label in host.split(".")[:-1] if label not in _REGISTRY_LABELS]
    names = {outlet.name, host, *labels[-1:], outlet.outlet_id, *data.site_names}
    return {key for name in names if (key := squeezed(name))}


def _strip_site(text: str, sites: set[str]) -> str:
    title = _PAGE_NUMBER.sub("", plain(text))
    for _ in range(3):
        parts = list(_SEPARATOR.finditer(title))
        if not parts:
            break
        head, tail = title[: parts[0].start()], title[parts[-1].end() :]
        if _is_site(tail, sites):
            title = title[: parts[-1].start()].strip()
        elif _is_site(head, sites):
            title = title[parts[0].end() :].strip()
        else:
            break
    return "" if squeezed(title) in sites else _PAGE_NUMBER.sub("", title)


def _is_site(text: str, sites: set[str]) -> bool:
    key = squeezed(text)
    return bool(key) and any(
        key == site or (len(site) >= 5 and key.startswith(site) and len(key) <= len(site) + 12) for site in sites
    )


# --- authors ---------------------------------------------------------------------------------------------------------


def choose_authors(data: PageData, credits: Credits, bylines: Iterable[str], outlet: OutletHints) -> list[str]:
    """The first source that names a person who is no editor: data, meta elements, credits, the line under the title.

    A name without a space is a user's; the person's name is taken where another source has one.
    """
    sites = {key for name in (outlet.name, outlet.outlet_id, *data.site_names) if (key := squeezed(name))}
    editing = {name.casefold() for name in person_names(credits.editors, sites)}
    user_names: list[str] = []
    for group in chain(data.authors, [credits.reporters], ([byline] for byline in bylines)):
        names = [name for name in person_names(group, sites) if name.casefold() not in editing]
        if any(" " in name for name in names):
            return names
        user_names = user_names or names
    return user_names


def person_names(texts: Iterable[str], sites: set[str] | frozenset[str] = frozenset()) -> list[str]:
    """Names of persons in bylines; editors, desks, the site itself, addresses and links are none."""
    names: dict[str, str] = {}
    for text in texts:
        if "://" in text or text.lower().startswith("www."):
            continue
        for name in _split_names(_LOOSE_END.sub("", _EDITOR_PART.sub("", plain(text)))):
            if _is_person(name, sites):
                names.setdefault(name.casefold(), name)
    # Kontributor Yogyakarta, Wijaya Kusumo: the town is none of the names.
    persons = [name for name in names.values() if not is_town(name)] if len(names) > 1 else []
    return persons or list(names.values())


def _split_names(text: str) -> Iterator[str]:
    for part in _NAME_SEPARATOR.split(_BYLINE_LABEL.sub("", text)):
        pieces = [piece.strip() for piece in part.split(",")]
        name = pieces[0]
        for piece in pieces[1:]:
            if _DEGREE.match(piece):
                name = f"{name}, {piece}"
            else:
                yield _BYLINE_LABEL.sub("", name).strip(" .,-–:@") if not _ends_in_degree(name) else name
                name = piece
        yield name if _ends_in_degree(name) else _BYLINE_LABEL.sub("", name).strip(" ,-–:@")


def _ends_in_degree(name: str) -> bool:
    return ", " in name


def _is_person(name: str, sites: set[str] | frozenset[str]) -> bool:
    lowered = name.casefold()
    if (
        not 2 <= len(name) <= _MAX_NAME_CHARACTERS
        or "://" in name
        or "@" in name
        or "." in name.split(" ")[0].rstrip(".")[3:]
    ):
        return False
    if lowered in words().not_authors or squeezed(name) in sites or _COUNT.search(name):
        return False
    if _NOT_LETTER.split(lowered)[0] in ("redaksi", "admin", "tim", "editor", "humas", "network"):
        return False
    return any(character.isalpha() for character in name) and read_printed_time(name, UTC) is None


# --- times -----------------------------------------------------------------------------------------------------------


def choose_published(
    data: PageData,
    read_printed: Callable[[], datetime | None],
    *,
    url: str,
    outlet: OutletHints,
    feed_published_at: str | None,
) -> tuple[datetime | None, str | None]:
    """The time of publication: structured data, meta, the line under the title, the feed, the URL's date.

    Returns:
        The time, and where it stands: ``page``, ``list`` (the feed or sitemap) or ``address``.
    """
    zone = newsroom_zone(outlet.timezone)
    for value in data.published:
        moment = read_machine_time(value, zone)
        if moment is not None:
            return in_newsroom_zone(moment, outlet), "page"
    printed = read_printed()
    if printed is not None:
        return in_newsroom_zone(printed, outlet), "page"
    feed = read_machine_time(feed_published_at, zone) if feed_published_at else None
    day = read_url_date(url)
    if day is not None:
        midnight = datetime.combine(day, time(), tzinfo=zone)
        if feed is None or abs(feed - midnight) > _FEED_TOLERANCE:
            return midnight, "address"
    return (in_newsroom_zone(feed, outlet), "list") if feed is not None else (None, None)


def in_newsroom_zone(moment: datetime, outlet: OutletHints) -> datetime:
    """The same moment on the newsroom's clock; an unknown outlet keeps the offset that its page gives."""
    return moment.astimezone(newsroom_zone(outlet.timezone)) if outlet.outlet_id else moment


def _choose_modified(data: PageData, published: datetime | None, outlet: OutletHints) -> datetime | None:
    """The last change, or None where the page says none that lies behind its publication."""
    for value in data.modified:
        moment = read_machine_time(value, newsroom_zone(outlet.timezone))
        if moment is not None:
            return in_newsroom_zone(moment, outlet) if published is None or moment > published else None
    return None


# --- section and tags ------------------------------------------------------------------------------------------------


def _choose_section(tree: HtmlElement, data: PageData, rules: Rules, title: str) -> str | None:
    ignored = {*words().not_sections, title.casefold()}
    printed = (plain(link.text_content()) for select in rules.sections for link in islice(select(tree), 6))
    for name in chain(data.sections, printed):
        if name.casefold() not in ignored and len(name) < 40:
            return name
    return None


def _choose_tags(tree: HtmlElement, data: PageData, rules: Rules, outlet: OutletHints) -> list[str]:
    ignored = words().not_tags
    own = squeezed(outlet.name)
    for group in chain(data.tags, _printed_tags(tree, rules)):
        tags = {
            tag.casefold(): tag
            for tag in reversed(group)
            if tag and tag.casefold() not in ignored and squeezed(tag) != own
        }
        if tags:
            return list(reversed(tags.values()))
    return []


def _printed_tags(tree: HtmlElement, rules: Rules) -> Iterator[list[str]]:
    for select in rules.tags:
        links = [link for link in islice(select(tree), 40) if "tag" in (link.get("rel") or "") or not is_aside(link)]
        yield [plain(link.text_content()).lstrip("#").strip() for link in links]
