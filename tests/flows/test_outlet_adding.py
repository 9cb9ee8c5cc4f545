"""`jejak outlets add`: an entry for a site, judged, written where it belongs, and never silently guessed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawlers.probing.records import Look, Probe, SiteLook
from crawlers.registry import OUTLETS_FILE, RegistryError, load_registry
from flows.command_line import app
from flows.outlet_adding import guess_province, propose, proposed_id, refuse_known, write
from flows.prefect_server import free_port

Command = Callable[..., "subprocess.CompletedProcess[str]"]

WORDS = "Kupang, Belu, dan Malaka: kabar dari Nusa Tenggara Timur untuk pembaca NTT di Kupang"


def site(articles: int = 5, **changes: object) -> SiteLook:
    probes = [Probe("robots", "https://kabaruji.id/robots.txt", 200, "ok", None, "names 0 sitemaps")]
    found = SiteLook("https://kabaruji.id", name="Kabar Uji", text=WORDS, family="wordpress")
    found.keys = {"family": "wordpress", "feeds": ["/umpan.xml"]}
    found.look = Look("new", probes, articles)
    for name, value in changes.items():
        setattr(found, name, value)
    return found


@pytest.mark.slow
def test_a_demo_site_is_added_checked_and_then_refused(jejak: Command, tmp_path: Path) -> None:
    registry, port = tmp_path / "mine.toml", str(free_port())
    words = ("outlets", "add", "kabar-celebes.localhost", "--demo", "--registry", registry, "--port", port)
    dry = jejak(*words, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "nothing was written: this was a dry run" in dry.stdout
    assert not registry.exists()
    assert all(len(line) <= 120 for line in dry.stdout.splitlines() if not line.startswith("evidence ="))

    added = jejak(*words, "--json")
    assert added.returncode == 0, added.stderr
    found = json.loads(added.stdout)
    assert (found["family"], found["written"]) == ("custom", str(registry))
    assert found["next"][0] == f"jejak outlets check kabar-celebes --registry {registry}"
    outlet = load_registry(registry).outlets["kabar-celebes"]
    assert (outlet.name, outlet.province_code, outlet.timezone) == ("Kabar Celebes", "73", "Asia/Makassar")
    assert (outlet.family, outlet.status, outlet.priority) == ("custom", "unverified", 2)
    assert "province: guessed from its front page" in outlet.evidence

    again = jejak(*words)
    assert again.returncode == 1
    assert "kabar-celebes.localhost is already in" in again.stderr
    assert "outlet 'kabar-celebes' (Kabar Celebes)" in again.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["https://voxntt.com/2025/05/07/x/"], "outlet 'voxntt'"),
        (["m.voxntt.com"], "outlet 'voxntt'"),
        (["www.detik.com/bali"], "outlet 'detik_bali'"),
        (["kabaruji.id"], "needs a contact"),
        (["ftp://kabaruji.id"], "is no address of a site"),
        (["https://"], "is no address of a site"),
        (["kabar uji"], "is no address of a site"),
        (["kabaruji.id", "--family", "papirus"], "unknown family papirus"),
    ],
)
def test_what_cannot_be_added_is_said_before_anything_is_asked(
    words: list[str], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JEJAK_CONTACT", raising=False)
    before = OUTLETS_FILE.read_bytes()
    result = CliRunner().invoke(app, ["outlets", "add", *words])
    assert complaint in str(result.exception)
    assert OUTLETS_FILE.read_bytes() == before


def test_an_entry_says_where_its_province_comes_from() -> None:
    guessed = propose(site(), None, day="2026-10-15")
    assert guessed.entry["province_code"] == "53"
    assert guessed.province_reason.startswith("guessed from words on the front page: ")
    assert str(guessed.entry["evidence"]).endswith("province: guessed from its front page")
    asked = propose(site(), None, province="Bali", day="2026-10-15")
    assert (asked.entry["province_code"], asked.province_reason) == ("51", "as asked")
    assert "guessed" not in str(asked.entry["evidence"])
    national = propose(site(), None, province="nasional", day="2026-10-15")
    assert "province_code" not in national.entry
    assert national.outlet.province_name == "Nasional"


@pytest.mark.parametrize("text", ["", "Kabar terbaru hari ini", "Kupang Kupang Kupang Denpasar Denpasar"])
def test_an_unclear_province_is_asked_for(text: str) -> None:
    with pytest.raises(RegistryError, match=r"is not clear: .*say --province NAME, or --province nasional"):
        propose(site(text=text), None, day="2026-10-15")


def test_places_of_one_province_are_counted_and_words_are_not() -> None:
    guess = guess_province("Kabar Parepare, Makassar dan Gowa. Sulsel hari ini: Makassar macet, panjang antrean.")
    assert guess.province is not None
    assert guess.province.name == "Sulawesi Selatan"
    assert "Makassar 2×" in guess.reason


@pytest.mark.parametrize(
    ("url", "family", "expected"),
    [
        ("https://www.kabar-uji.id", "wordpress", "kabar-uji"),
        ("https://kabaruji.co.id", "generic", "kabaruji"),
        ("https://medan.tribunnews.com", "tribun", "tribun_medan"),
        ("https://www.detik.com/bali", "detik", "detik_bali"),
        ("https://rri.co.id/kupang", "rri", "rri_kupang"),
        ("https://rakyatsulsel.fajar.co.id", "fajar", "fajar_rakyatsulsel"),
        ("http://lintas-nusa.localhost:8765", "wordpress", "lintas-nusa"),
    ],
)
def test_ids_are_made_as_the_registry_makes_them(url: str, family: str, expected: str) -> None:
    assert proposed_id(url, family) == expected


def test_an_id_that_is_taken_is_numbered_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[[outlets]]\noutlet_id = "kabaruji"\nname = "L"\ndomain = "lain.id"\nfamily = "generic"\n')
    registry = load_registry(path)
    assert propose(site(), registry, day="2026-10-15").entry["outlet_id"] == "kabaruji_2"
    with pytest.raises(RegistryError, match="'kabaruji' is taken; give another with --id"):
        propose(site(), registry, outlet_id="kabaruji", day="2026-10-15")
    with pytest.raises(RegistryError, match="key 'outlet_id': use small letters"):
        propose(site(), registry, outlet_id="Kabar Uji", day="2026-10-15")


def test_an_entry_is_written_behind_its_group_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "outlets.toml"
    path.write_bytes(OUTLETS_FILE.read_bytes())
    registry = load_registry(path)
    write(propose(site(), registry, day="2026-10-15"), path)
    outlet = load_registry(path).outlets["kabaruji"]
    assert outlet.feeds == ("https://kabaruji.id/umpan.xml",)
    old, new = OUTLETS_FILE.read_text("utf-8").splitlines(), path.read_text("utf-8").splitlines()
    place = new.index('outlet_id = "kabaruji"') - 2
    assert new[:place] + new[place + 11 :] == old
    with pytest.raises(RegistryError, match="outlet 'kabaruji'"):
        refuse_known(load_registry(path), "https://www.kabaruji.id/")


def test_a_redirect_to_a_known_outlet_is_refused() -> None:
    with pytest.raises(RegistryError, match="outlet 'voxntt'"):
        propose(site(base_url="https://voxntt.com"), load_registry(), day="2026-10-15")


def test_a_site_without_articles_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    with pytest.raises(RegistryError, match=r"no article was found at https://kabaruji\.id, so nothing was written"):
        write(propose(site(articles=0), None, day="2026-10-15"), path)
    assert not path.exists()


def test_a_site_that_cannot_be_looked_at_is_not_written() -> None:
    with pytest.raises(RegistryError, match="cannot be looked at: the host refuses connections; nothing was written"):
        propose(site(failure="the host refuses connections"), None, day="2026-10-15")
