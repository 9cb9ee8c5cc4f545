"""A mistake in the demo newsroom's description of its sites is named, not guessed around."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawlers.newsroom import story
from crawlers.newsroom.newspaper import read_obstacles
from crawlers.newsroom.sites import load_site_table, load_sites
from crawlers.newsroom.story import ContentError, content_folder


def folder_with(tmp_path: Path, old: str, new: str) -> Path:
    text = (content_folder() / "sites.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "sites.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('family = "wordpress"', 'family = "joomla"', "site 'lintas-nusa' has family 'joomla'; known:"),
        ('timezone = "Asia/Makassar"', 'timezone = "Asia/Kupang"', "site 'lintas-nusa' has zone 'Asia/Kupang'; known:"),
        ("tagline =", "motto =", "site 'lintas-nusa' has unknown keys motto"),
        ('city = "Kupang"\n', "", "site 'lintas-nusa': "),
        ("[[sites]]", "[[sites]", "not TOML"),
    ],
)
def test_a_wrong_site_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ContentError, match=re.escape(message)):
        load_sites(folder_with(tmp_path, old, new))


def test_an_obstacle_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    table = load_site_table(folder_with(tmp_path, 'kind = "loop"', 'kind = "knot"'))
    with pytest.raises(ContentError, match="has kind 'knot'; known:"):
        read_obstacles(table)


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, 'name = "Lintas Nusa"', 'name = "Lintas Nusa Lama"')
    assert load_sites(folder)["lintas-nusa"].name == "Lintas Nusa Lama"
    folder_with(tmp_path, 'name = "Lintas Nusa"', 'name = "Lintas Nusa Baru Sekali"')
    assert load_sites(folder)["lintas-nusa"].name == "Lintas Nusa Baru Sekali"


def test_an_installed_copy_is_found_and_a_missing_one_names_the_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "crawlers" / "newsroom"
    (package / "content").mkdir(parents=True)
    monkeypatch.setattr(story, "__file__", str(package / "story.py"))
    with pytest.raises(ContentError, match=re.escape(str(package / "content"))):
        content_folder()
    (package / "content" / "sites.toml").write_text("", encoding="utf-8")
    assert content_folder() == package / "content"
