"""Article files give exactly what they say; a mistake in one is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawlers.newsroom.content import ContentError, content_folder, load_articles
from crawlers.newsroom.sites import load_sites

FRONT = """+++
id = "1"
outlet = "lintas-nusa"
title = "Rapat di Balai Desa"
section = "daerah"
tags = ["desa"]
author = "Maria Lodan"
published_at = 2025-05-07T09:15:00+08:00
dateline = "KUPANG"
relevance = "none"
{extra}+++
Warga bertemu di balai desa.

Mereka sepakat memperbaiki jalan. (mel)
"""


def folder_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "001-rapat.md").write_text(text, encoding="utf-8")
    (tmp_path / "sites.toml").write_text((content_folder() / "sites.toml").read_text("utf-8"), encoding="utf-8")
    return tmp_path


def test_an_article_file_gives_what_cleaning_should_give(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, FRONT.format(extra=""))
    (article,) = load_articles(folder)
    site = load_sites(folder)["lintas-nusa"]
    assert article.canonical_url(site) == "http://lintas-nusa.localhost/2025/05/07/rapat-di-balai-desa/"
    assert article.body_text == "Warga bertemu di balai desa.\nMereka sepakat memperbaiki jalan."
    assert article.authors == ["Maria Lodan"]
    assert site.printed_dateline(article) == "KUPANG, LINTASNUSA.COM –"


@pytest.mark.parametrize("desk", ["Redaksi", "Redaksi Portal Pasundan", "Tim Publikasi"])
def test_a_desk_is_no_author(tmp_path: Path, desk: str) -> None:
    (article,) = load_articles(folder_with(tmp_path, FRONT.format(extra="").replace("Maria Lodan", desk)))
    assert article.authors == []


def test_a_release_named_in_also_is_carried_by_the_other_outlet_with_an_edited_lead(tmp_path: Path) -> None:
    first, copy = load_articles(folder_with(tmp_path, FRONT.format(extra='also = ["warta-flobamora"]\n')))
    assert (first.outlet, copy.outlet) == ("lintas-nusa", "warta-flobamora")
    assert copy.body_paragraphs[1:] == first.body_paragraphs[1:]
    assert copy.body_paragraphs[0] != first.body_paragraphs[0]
    assert copy.published_at > first.published_at


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('outlet = "lintas-nusa"', 'outlet = "lintas-nusantara"', "outlet 'lintas-nusantara' is not in sites.toml"),
        ('author = "Maria Lodan"\n', "", "front matter lacks author"),
        ("+08:00", "", "published_at must be a date and time with offset"),
        ("section =", "seksi =", "front matter lacks section"),
        ("dateline =", "kota =", "unknown keys kota"),
        ("title =", "title ==", "front matter is not TOML"),
        ("+++\nid", "id", "must begin with TOML"),
    ],
)
def test_a_broken_article_file_is_refused_by_name(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = folder_with(tmp_path, FRONT.format(extra="").replace(old, new, 1))
    with pytest.raises(ContentError, match=re.escape(message)) as caught:
        load_articles(folder)
    assert "001-rapat.md" in str(caught.value)


def test_an_edition_that_changes_an_unknown_article_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, FRONT.format(extra=""))
    with pytest.raises(ContentError, match="edition_2 names article"):
        load_articles(folder, edition=2)
