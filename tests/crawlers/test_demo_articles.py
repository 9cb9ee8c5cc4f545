"""The demo newsroom's articles are complete, well-formed and as varied as the demo needs."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ARTICLES = Path(__file__).parents[2] / "data" / "newsroom" / "articles"

UTC_OFFSET_HOURS = {
    "lintas-nusa": 8,
    "suara-tenggara": 8,
    "warta-flobamora": 8,
    "kepri-antar": 7,
    "menit-khatulistiwa": 7,
    "radar-mandalika": 8,
    "portal-pasundan": 7,
    "humas-kaltara": 8,
    "cermin-papua": 9,
    "kabar-celebes": 8,
    "warta-bono": 7,
    "menara-deli": 7,
    "harian-enggano": 7,
    "siaran-pala": 9,
    "ombak-mandar": 8,
    "lintang-pantura": 7,
}
PAGED_OUTLETS = {"lintas-nusa", "warta-flobamora", "portal-pasundan", "warta-bono", "harian-enggano", "ombak-mandar"}
REQUIRED = {"id", "outlet", "title", "section", "tags", "author", "published_at", "dateline", "relevance"}
OPTIONAL = {"also", "editor", "modified_at", "caption", "group", "pages"}
WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
WEEKDAY_DATE = re.compile(
    r"\b(Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu)\b[^().\n]{0,20}?\((\d{1,2})/(\d{1,2})(?:/(\d{4}))?\)"
)


@dataclass(frozen=True)
class ArticleFile:
    """One file: its front matter and its paragraphs."""

    name: str
    front: dict[str, Any]
    paragraphs: tuple[str, ...]


@cache
def articles() -> tuple[ArticleFile, ...]:
    found = []
    for path in sorted(ARTICLES.glob("*.md")):
        before, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        assert before == "", f"{path.name} does not start with +++"
        found.append(ArticleFile(path.name, tomllib.loads(front), tuple(body.strip().split("\n\n"))))
    return tuple(found)


def contradicts(article: ArticleFile) -> bool:
    """Whether a weekday in the body does not fall on the number printed beside it."""
    for match in WEEKDAY_DATE.finditer("\n".join(article.paragraphs)):
        weekday, day, month, year = match.groups()
        said = date(int(year or article.front["published_at"].year), int(month), int(day))
        if WEEKDAYS[said.weekday()] != weekday.lower():
            return True
    return False


def test_ids_count_from_001_and_name_the_file() -> None:
    assert [article.front["id"] for article in articles()] == [f"{number:03}" for number in range(1, 91)]
    for article in articles():
        assert re.fullmatch(rf"{article.front['id']}-[a-z0-9]+(-[a-z0-9]+)*\.md", article.name)


@pytest.mark.parametrize("article", articles(), ids=lambda article: article.name)
def test_an_article_file_follows_the_format(article: ArticleFile) -> None:
    front = article.front
    assert front.keys() >= REQUIRED
    assert front.keys() <= REQUIRED | OPTIONAL
    assert front["outlet"] in UTC_OFFSET_HOURS
    assert set(front.get("also", [])) <= UTC_OFFSET_HOURS.keys()
    assert front["relevance"] in {"core", "context", "incidental", "none"}
    assert front["tags"]
    assert all(isinstance(tag, str) for tag in front["tags"])
    assert front["title"] == front["title"].strip()
    published = front["published_at"]
    assert isinstance(published, datetime)
    assert published.utcoffset() == timedelta(hours=UTC_OFFSET_HOURS[front["outlet"]])
    assert date(2025, 4, 10) <= published.date() <= date(2026, 10, 14)
    if "modified_at" in front:
        assert front["modified_at"] > published
    assert 5 <= len(article.paragraphs) <= 14
    assert 130 <= sum(len(paragraph.split()) for paragraph in article.paragraphs) <= 420


@pytest.mark.parametrize("article", articles(), ids=lambda article: article.name)
def test_a_body_holds_sentences_and_leaves_furniture_to_the_sites(article: ArticleFile) -> None:
    for paragraph in article.paragraphs:
        assert paragraph == paragraph.strip()
        assert "\n" not in paragraph
        assert re.search(r"[.?!”\")]$", paragraph), paragraph
        assert not re.search(r"baca juga|advertisement|^(penulis|editor|reporter|pewarta)\b", paragraph, re.IGNORECASE)
    assert article.front["dateline"].upper() not in article.paragraphs[0].split(" ")[0].upper()


def test_every_outlet_and_every_month_has_news() -> None:
    outlets = Counter(article.front["outlet"] for article in articles())
    assert outlets.keys() == UTC_OFFSET_HOURS.keys()
    assert min(outlets.values()) >= 3
    months = {article.front["published_at"].strftime("%Y-%m") for article in articles()}
    assert months == {f"2025-{month:02}" for month in range(4, 13)} | {f"2026-{month:02}" for month in range(1, 11)}


def test_a_third_of_the_articles_is_not_about_trafficking() -> None:
    relevance = Counter(article.front["relevance"] for article in articles())
    assert relevance["core"] + relevance["context"] == 60
    assert relevance["none"] + relevance["incidental"] == 30
    assert relevance["incidental"] == 4


def test_groups_tell_one_happening_in_several_outlets() -> None:
    groups: dict[str, list[ArticleFile]] = defaultdict(list)
    for article in articles():
        if "group" in article.front:
            groups[article.front["group"]].append(article)
    assert len(groups) == 7
    for members in groups.values():
        assert 2 <= len({member.front["outlet"] for member in members}) == len(members)
        days = [member.front["published_at"] for member in members]
        assert max(days) - min(days) < timedelta(days=3)


def test_one_press_release_is_cloned_in_four_outlets_with_other_heads() -> None:
    clones = [article for article in articles() if article.front.get("group") == "surat-edaran-2026-06"]
    assert len(clones) == 4
    assert len({clone.front["title"] for clone in clones}) == 4
    assert len({clone.paragraphs[0] for clone in clones}) == 4
    assert len({clone.paragraphs[1:-1] for clone in clones}) == 1


def test_a_group_that_is_no_clone_uses_its_own_words() -> None:
    seen: dict[str, str] = {}
    for article in articles():
        if article.front.get("group") == "surat-edaran-2026-06":
            continue
        for paragraph in article.paragraphs:
            assert paragraph not in seen, f"{article.name} repeats a paragraph of {seen.get(paragraph)}"
            seen[paragraph] = article.name


def test_nine_long_articles_are_printed_on_several_pages() -> None:
    paged = [article for article in articles() if "pages" in article.front]
    assert len(paged) == 9
    assert {article.front["pages"] for article in paged} == {2, 3}
    for article in paged:
        assert article.front["outlet"] in PAGED_OUTLETS
        assert len(article.paragraphs) >= 10


def test_some_captions_repeat_the_lead_and_some_articles_change() -> None:
    repeating = [a for a in articles() if "caption" in a.front and a.paragraphs[0].startswith(a.front["caption"])]
    assert len(repeating) == 4
    assert sum("modified_at" in article.front for article in articles()) == 2


def test_exactly_four_articles_contradict_their_own_calendar() -> None:
    assert [article.front["id"] for article in articles() if contradicts(article)] == ["022", "034", "046", "056"]


def test_readers_of_the_demo_meet_the_manners_of_the_regional_press() -> None:
    whole = "\n".join("\n".join(article.paragraphs) for article in articles())
    for cue in ("diwakili", "didampingi", "selaku", "sebut saja", "bukan nama sebenarnya", "akan berkoordinasi"):
        assert cue in whole
    for cue in (r"“[^”]+”", r"\"[^\"]+\"", r"\b[A-Z]{2,3} alias \S+ \S+ alias ", r"\b[A-Z]{2,3} \(\d{2}\)"):
        assert re.search(cue, whole), cue
    for cue in (r"Rp\d", r"Rp \d", r"\(\d{1,2}/\d{1,2}\)", r"\(\d{1,2}/\d{1,2}/\d{4}\)", r"\bkemarin\b", r"pekan lalu"):
        assert re.search(cue, whole), cue
    assert sum(bool(re.search(r" \((\*|[a-z]{2,3})\)$", article.paragraphs[-1])) for article in articles()) >= 5
