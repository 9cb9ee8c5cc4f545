from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from crawlers.registry import (
    Outlet,
    RegistryError,
    families,
    load_registry,
    province_of,
    provinces,
    render_index_page,
)

GOOD = """
[[outlets]]
outlet_id = "kabar-uji"
name = "Kabar Uji"
domain = "kabaruji.id"
family = "wordpress"
province_code = "53"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "outlets.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_projects_own_registry_holds_265_outlets_in_38_provinces() -> None:
    registry = load_registry()
    assert len(registry.outlets) == 265
    codes = {outlet.province_code for outlet in registry.outlets.values()} - {None}
    assert codes == {province.code for province in provinces()}
    assert len(codes) == 38
    assert {outlet.status for outlet in registry.outlets.values()} == {"unverified"}


def test_every_outlet_has_somewhere_to_look_for_articles() -> None:
    for outlet in load_registry().outlets.values():
        assert outlet.feeds or outlet.sitemaps or outlet.index_pages or outlet.api != "none", outlet.outlet_id
        for template in outlet.index_pages:
            address = render_index_page(template, day=date(2025, 5, 7), page=2, step=outlet.index_step)
            assert "{" not in address, outlet.outlet_id


def test_zones_follow_the_province() -> None:
    outlets = load_registry().outlets
    assert outlets["voxntt"].timezone == "Asia/Makassar"
    assert outlets["tribun_aceh"].timezone == "Asia/Jakarta"
    assert outlets["cepos"].timezone == "Asia/Jayapura"


def test_an_entry_inherits_what_its_family_knows(tmp_path: Path) -> None:
    outlet = load_registry(written(tmp_path, GOOD)).outlets["kabar-uji"]
    assert outlet.feeds == ("https://kabaruji.id/feed/",)
    assert outlet.api == "wordpress"
    assert outlet.province_name == "Nusa Tenggara Timur"
    assert re.match(outlet.article_pattern, "https://kabaruji.id/2025/05/07/rakor-tppo-di-kupang/")
    assert not re.match(outlet.article_pattern, "https://kabaruji.id/tag/tppo/")


def test_an_entry_replaces_what_its_family_says(tmp_path: Path) -> None:
    text = GOOD + 'feeds = []\nindex_pages = ["/arsip?d={date:%d-%m-%Y}&p={page}"]\n'
    outlet = load_registry(written(tmp_path, text)).outlets["kabar-uji"]
    assert outlet.feeds == ()
    assert render_index_page(outlet.index_pages[0], day=date(2025, 5, 7), page=3) == (
        "https://kabaruji.id/arsip?d=07-05-2025&p=3"
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ('family = "joomla"', [":7:", "kabar-uji", "'family'", "wordpress"]),
        ('status = "maybe"', ["'status'", "verified, unverified"]),
        ('province_code = "NTT"', ["'province_code'", "Kemendagri"]),
        ('timezone = "WITA"', ["'timezone'", "Asia/Makassar"]),
        ("priority = 0", ["'priority'", "whole number"]),
        ("feeds = 'x'", ["'feeds'", "list of texts"]),
        ("feeds = ['ftp://x/']", ["'feeds'", "http"]),
        ("index_pages = ['/x?{halaman}']", ["'index_pages'", "{page}"]),
        ("article_pattern = '('", ["'article_pattern'", "regular expression"]),
        ("id_pattern = '/x/'", ["'id_pattern'", "exactly one group"]),
        ('artikle_pattern = "x"', ["artikle_pattern", "did you mean article_pattern"]),
        ('domain = "https://kabaruji.id"', [":7:", "'domain'", "www.detik.com/bali"]),
        ("name = 7", [":7:", "'name'", "quotation marks"]),
        ('priority = "1"', [":8:", "'priority'", "whole number"]),
        ("verified_on = 2026-10-15", ["'verified_on'", 'status = "verified"']),
        ('status = "verified"\nverified_on = 2026-10-15T09:00:00', [":9:", "'verified_on'", "like 2026-10-15"]),
        ("health.silent_days = 0", [":8:", "'health.silent_days'", "whole number"]),
        ('outlet_id = "Kabar Uji"', ["'outlet_id'", "small letters"]),
    ],
)
def test_a_wrong_entry_is_refused_with_file_line_key_and_what_is_allowed(
    tmp_path: Path, change: str, expected: list[str]
) -> None:
    key = change.split(" =")[0]
    kept = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key} ="))
    path = written(tmp_path, kept + "\n" + change + "\n")
    with pytest.raises(RegistryError) as caught:
        load_registry(path)
    assert str(path) in str(caught.value)
    for words in expected:
        assert words in str(caught.value)


def test_the_error_names_the_line_of_the_key(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD + GOOD.replace("kabar-uji", "kabar-dua").replace("wordpress", "drupal"))
    with pytest.raises(RegistryError, match=r"outlets\.toml:13: outlet 'kabar-dua', key 'family'"):
        load_registry(path)


def test_two_outlets_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        RegistryError, match=r"toml:10: .*two entries have outlet_id 'kabar-uji', the other is 'kabar-uji' in line 3"
    ):
        load_registry(written(tmp_path, GOOD + GOOD))


def test_two_outlets_with_one_domain_are_refused(tmp_path: Path) -> None:
    text = GOOD + GOOD.replace("kabar-uji", "kabar-dua").replace("kabaruji.id", "KabarUji.id")
    with pytest.raises(RegistryError, match=r"toml:12: outlet 'kabar-dua', key 'domain'.*the other is 'kabar-uji' in"):
        load_registry(written(tmp_path, text))


def test_the_day_of_a_check_is_read_as_a_day(tmp_path: Path) -> None:
    text = GOOD + 'status = "verified"\nverified_on = 2026-10-15\n'
    assert load_registry(written(tmp_path, text)).outlets["kabar-uji"].verified_on == "2026-10-15"


@pytest.mark.parametrize("text", ["", "[[outlets]", "outlets = 3", "outlets = [1]"])
def test_a_file_that_is_no_registry_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RegistryError, match=r"outlets\.toml"):
        load_registry(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="cannot read the registry"):
        load_registry(tmp_path / "none.toml")


def test_a_clock_without_an_offset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="clock must be a time with an offset"):
        load_registry(written(tmp_path, "clock = 2026-10-15T09:00:00\n" + GOOD))


@pytest.mark.parametrize("word", ["53", "ID-NT", "NTT", "nusa tenggara timur"])
def test_a_province_answers_to_code_iso_name_and_short_form(word: str) -> None:
    assert province_of(word).code == "53"


def test_an_unknown_outlet_or_province_names_the_nearest() -> None:
    registry = load_registry()
    with pytest.raises(RegistryError, match="did you mean voxntt"):
        registry.select(["voxnt"])
    with pytest.raises(RegistryError, match="did you mean Jawa Tengah"):
        registry.select(provinces=["Jawa Tenga"])


def test_outlets_and_provinces_are_united_most_urgent_first() -> None:
    chosen = load_registry().select(["radartarakan"], ["Gorontalo"])
    assert "radartarakan" in {outlet.outlet_id for outlet in chosen}
    assert {outlet.province_code for outlet in chosen} == {"65", "75"}
    assert [outlet.priority for outlet in chosen] == sorted(outlet.priority for outlet in chosen)
    assert len(load_registry().select()) == 265


def test_an_address_leads_to_its_outlet_by_host_and_section() -> None:
    registry = load_registry()

    def outlet_id(url: str) -> str | None:
        found = registry.outlet_of(url)
        return found.outlet_id if found else None

    assert outlet_id("https://www.detik.com/bali/hukum/d-1/x") == "detik_bali"
    assert outlet_id("https://www.detik.com/jatim/hukum/d-1/x") == "detik_jatim"
    assert outlet_id("https://m.voxntt.com:443/2025/05/07/x/") == "voxntt"
    assert outlet_id("https://bp2mi.go.id/berita-detail/x") == "kp2mi"
    assert outlet_id("https://example.org/") is None
    assert outlet_id("http://[") is None


def test_each_familys_pattern_is_a_regular_expression(make_outlet: Callable[..., Outlet]) -> None:
    for name in families():
        assert re.compile(make_outlet(name).article_pattern)
