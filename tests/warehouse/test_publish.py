"""The published snapshot: nothing of a protected name in any byte, replaced in one step."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.factory import Story, contents, meeting
from warehouse.database import WarehouseError, open_warehouse
from warehouse.disclosure import Disclosure
from warehouse.export import export, export_tables
from warehouse.load import load_issues, load_outlets, load_part, load_places
from warehouse.names import normalise
from warehouse.persons import protection_of
from warehouse.protection import protection_key
from warehouse.publish import PRIVATE_TABLES, publish
from warehouse.questions import list_questions, run
from warehouse.resolve import resolve

# Words of names that must not leave. None of them is a word of anything else in these stories.
PROTECTED = (
    "Zefanya", "Quirinus", "Lakabela",  # a victim aged 15
    "Xaverina", "Nubatonis",  # her mother, whom extraction did not recognise
    "Wilibrodus", "Tnunay",  # a suspect
    "Ovaldus", "Bifel",  # a witness
    "Klaudensia", "Usfinit",  # a victim named in one copy of a press release, and overlooked in the other
    "Jezkiel", "Amnifu",  # an official who is the victim of another article
    "Fransisko", "Pewarta",  # a child without a cue word near, and the reporter
)  # fmt: skip
NAMED = ("Yohanes Bria", "Patar Silaban")


def rescue() -> Story:
    story = Story(
        "zefanya-quirinus-lakabela-dijual-ke-malaysia",
        "Zefanya Quirinus Lakabela Dijual ke Malaysia, Polda NTT Tangkap Wilibrodus Tnunay",
        tags=["Zefanya Lakabela", "TPPO"],
    )
    story.say("Korban Zefanya Quirinus Lakabela (15) diselamatkan Polda NTT di Kupang, Senin (2/3/2026).")
    story.say("Quirinus namanya.")
    story.say("ZEFANYA-QUIRINUS dijual oleh Wilibrodus Tnunay alias Wilibrodus, kata ibu korban, Xaverina Nubatonis.")
    story.say("Kabid Humas Polda NTT Patar Silaban mengatakan Zefanya sudah aman bersama Yayasan Zefanya.")
    story.say("Saksi Ovaldus Bifel melihat Lakabela di pelabuhan, lalu bilang anak itu menangis.")
    story.say("Nomor 53 dihuni Fransisko Amnatun.")
    story.agency("Polda NTT", "Kepolisian Daerah Nusa Tenggara Timur", "polda-nusa-tenggara-timur", "53")
    story.agency("Yayasan Zefanya", "Yayasan Zefanya", "yayasan-zefanya", None, known=False)
    story.place("Kupang", "Kota Kupang", "regency", "53.71")
    story.place("Lakabela", "Oelbaki", "village", "53.01.01.2001")
    story.person("Zefanya Quirinus Lakabela", "victim", "Zefanya Quirinus Lakabela", "Zefanya", "Lakabela", age=15)
    story.person("Wilibrodus Tnunay", "suspect", title="Korban")
    story.person("Ovaldus Bifel", "witness")
    story.person("Fransisko Amnatun", "official", age=9)
    # Extraction took a second mention of the victim for an official.
    story.person("Quirinus", "official")
    story.person(
        "Patar Silaban",
        "official",
        title="Kabid Humas",
        agency="Kepolisian Daerah Nusa Tenggara Timur",
        agency_id="polda-nusa-tenggara-timur",
    )
    story.quote("Patar Silaban", "Zefanya sudah aman bersama Yayasan Zefanya")
    story.quote("Ovaldus Bifel", "anak itu menangis")
    story.quote("Wilibrodus", "dijual oleh")
    story.event(
        "RESCUE",
        "diselamatkan",
        "2026-03-02",
        "53.71",
        ("lead", "polda-nusa-tenggara-timur", "Patar Silaban"),
        ("partner", "yayasan-zefanya", None),
        ("target", None, "Zefanya Quirinus Lakabela"),
    )
    story.event("ARREST", "dijual oleh", "2026-03-02", "53.71", ("target", None, "Wilibrodus Tnunay"))
    return story


def retold() -> Story:
    """The same rescue in other words; the victim is not recognised, and no word near her name speaks of one."""
    story = Story("polda-temukan-lakabela", "Polda NTT Temukan Lakabela", outlet="alor_kini")
    story.say("Polda NTT menemukan Lakabela di Kupang.")
    story.agency("Polda NTT", "Kepolisian Daerah Nusa Tenggara Timur", "polda-nusa-tenggara-timur", "53")
    story.event("RESCUE", "menemukan", "2026-03-02", "53.71", ("lead", "polda-nusa-tenggara-timur", None))
    return story


def elsewhere() -> Story:
    """Another day's article, which names a protected person in full and in passing."""
    story = Story("kunjungan", "Kunjungan Polda NTT", outlet="alor_kini")
    story.say("Polda NTT mengunjungi Klaudensia Usfinit di Alor.")
    story.agency("Polda NTT", "Kepolisian Daerah Nusa Tenggara Timur", "polda-nusa-tenggara-timur", "53")
    story.event("LIAISON_VISIT", "mengunjungi", "2026-04-02", "53.05", ("lead", "polda-nusa-tenggara-timur", None))
    return story


def copies() -> list[Story]:
    """One press release twice; only in the first is the victim recognised."""
    found = []
    for outlet in ("flores_pos", "alor_kini"):
        story = Story("pemulangan", "Klaudensia Usfinit Dipulangkan", outlet=outlet, signature=list(range(64)))
        story.say("BP3MI NTT memulangkan Klaudensia Usfinit, Usfinit sudah di rumah.")
        story.agency("BP3MI NTT", "BP3MI Nusa Tenggara Timur", "bp3mi-nusa-tenggara-timur", "53")
        story.event("REPATRIATION", "memulangkan", "2026-03-02", "53.71", ("lead", "bp3mi-nusa-tenggara-timur", None))
        found.append(story)
    found[0].person("Klaudensia Usfinit", "victim")
    return found


def turned() -> list[Story]:
    """An official who is named as the victim of the same agency's case elsewhere, and one title that names him."""
    options: dict[str, Any] = {
        "title": "Staf",
        "agency": "BP3MI Nusa Tenggara Timur",
        "agency_id": "bp3mi-nusa-tenggara-timur",
    }
    first = Story("staf-baru", "Jezkiel Amnifu Staf Baru BP3MI", outlet="alor_kini")
    first.say("Staf BP3MI NTT Jezkiel Amnifu hadir.")
    second = Story("staf-hilang", "Staf Hilang", outlet="alor_kini").say("Staf BP3MI NTT Jezkiel Amnifu hilang.")
    first.person("Jezkiel Amnifu", "official", **options)
    second.person("Jezkiel Amnifu", "public", **options)
    return [first, second]


def irrelevant() -> Story:
    return Story("xaverina-juara", "Xaverina Nubatonis Juara", relevance="none").say("Xaverina Nubatonis juara lomba.")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "jejak.duckdb"
    con = open_warehouse(path)
    load_outlets(con, [{"outlet_id": "lintas_timor", "name": "Lintas Timor", "province_code": "53"}])
    load_places(con, [{"code": "53", "name": "Nusa Tenggara Timur", "level": "province"}])
    stories = [rescue(), retold(), elsewhere(), *copies(), *turned(), irrelevant(), meeting()]
    load_part(con, "part", [story.record() for story in stories])
    issue = {
        "stage": "crawl",
        "kind": "http-404",
        "url": rescue().url,
        "detail": "Zefanya",
        "outlet_id": "lintas_timor",
    }
    load_issues(con, [issue])
    resolve(con)
    con.close()
    publish(path, path.with_name("published.duckdb"))
    return path.parent


@pytest.fixture
def published(made: Path, path: Path) -> Path:
    """A snapshot with the warehouse it was made from beside it, at ``path``."""
    shutil.copytree(made, path.parent, dirs_exist_ok=True)
    return path.with_name("published.duckdb")


def leaks(text: str) -> set[str]:
    words = set(normalise(text.replace("/", " ")).split())
    joined = normalise(text).replace(" ", "")
    return {name for name in PROTECTED if normalise(name) in words or (len(name) > 6 and normalise(name) in joined)}


def everything_in(path: Path) -> str:
    con = open_warehouse(path, read_only=True)
    cells = [str(cell) for rows in contents(con).values() for row in rows for cell in row]
    comments = con.execute("SELECT comment FROM duckdb_columns() WHERE comment IS NOT NULL").fetchall()
    answers = [str(run(con, question.name).to_pylist()) for question in list_questions()]
    con.close()
    return "\n".join([*cells, *(comment for (comment,) in comments), *answers])


def test_the_planted_names_are_in_the_warehouse(published: Path, path: Path) -> None:
    assert leaks(everything_in(path)) == set(PROTECTED)


def test_no_planted_name_is_in_any_cell_or_byte_of_the_snapshot(published: Path) -> None:
    text = everything_in(published)
    assert leaks(text) == set()
    assert all(name in text for name in NAMED)
    raw = published.read_bytes().lower()
    assert [name for name in PROTECTED if name.lower().encode() in raw] == []


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet", "xlsx"])
def test_no_planted_name_is_in_any_export(published: Path, tmp_path: Path, format: str) -> None:
    texts = []
    for what in export_tables():
        out = tmp_path / f"{what}.{format}"
        export(published, what, format, out)  # type: ignore[arg-type]
        if format == "xlsx":
            with zipfile.ZipFile(out) as book:
                texts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
        elif format == "parquet":
            texts.append(str(duckdb.execute(f"FROM '{out}'").fetchall()))
        texts.append(out.read_bytes().decode("utf-8", "replace"))
    assert leaks("\n".join(texts).replace("<", " ").replace(">", " ")) == set()
    if format != "parquet":
        assert "Patar Silaban" in "\n".join(texts)


def test_reports_of_one_event_share_what_they_protect(published: Path) -> None:
    con = open_warehouse(published, read_only=True)
    told = con.execute(
        "SELECT r.evidence FROM event_reports r JOIN articles a USING (article_id) WHERE a.outlet_id = 'alor_kini' "
        "AND r.event_type IN ('RESCUE', 'LIAISON_VISIT') ORDER BY r.event_type"
    ).fetchall()
    con.close()
    assert told[0] == ("Polda NTT mengunjungi [nama] di Alor.",)
    assert re.fullmatch(r"Polda NTT menemukan Anak \w{6} di Kupang\.", told[1][0])


def test_people_are_published_by_their_protection(published: Path) -> None:
    con = open_warehouse(published, read_only=True)
    rows = con.execute("SELECT person_name, protection_type, alias_names FROM persons ORDER BY 1").fetchall()
    con.close()
    names = {name.split(" ")[0] if protection == "pseudonym" else name: protection for name, protection, _ in rows}
    assert names == {
        "Anak": "pseudonym",
        "Korban": "pseudonym",
        "Saksi": "pseudonym",
        "Warga": "pseudonym",
        "W.T.": "initials",
        "Patar Silaban": "none",
        "Yohanes Bria": "none",
    }
    assert all(aliases == [] for _, protection, aliases in rows if protection != "none")
    assert sum(name.startswith("Anak ") for name, _, _ in rows) == 2


def test_texts_stay_readable(published: Path) -> None:
    con = open_warehouse(published, read_only=True)
    evidence = con.execute("SELECT evidence FROM event_reports WHERE event_type = 'RESCUE'").fetchall()[0][0]
    titles = [title for (title,) in con.execute("SELECT title FROM articles").fetchall()]
    con.close()
    assert evidence.startswith("Korban Anak ")
    assert evidence.endswith(" (15) diselamatkan Polda NTT di Kupang, Senin (2/3/2026).")
    assert re.search(r"Anak \w{6} Dijual ke Malaysia, Polda NTT Tangkap W\.T\.", "\n".join(titles))
    assert "Polda NTT dan BP3MI gelar rapat koordinasi" in titles


def test_articles_about_something_else_leave_without_headline_and_address(published: Path) -> None:
    con = open_warehouse(published, read_only=True)
    rows = con.execute("SELECT title, url, canonical_url FROM articles WHERE relevance_type = 'none'").fetchall()
    con.close()
    assert rows == [("", "https://lintastimor.example/", "https://lintastimor.example/")]


def test_the_snapshot_has_the_tables_views_and_comments_of_the_warehouse(published: Path, path: Path) -> None:
    def described(database: Path) -> set[tuple[Any, ...]]:
        con = open_warehouse(database, read_only=True)
        rows = con.execute(
            "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        con.close()
        return set(rows)

    missing = described(path) - described(published)
    assert described(published) <= described(path)
    assert {(schema, table) for schema, table, *_ in missing} == {("pipeline", table) for table in PRIVATE_TABLES}


def test_counts_are_those_of_the_warehouse(published: Path, path: Path) -> None:
    inside, outside = open_warehouse(path, read_only=True), open_warehouse(published, read_only=True)
    facts = "outlets articles mentions persons agencies places quotes events event_reports event_participants"
    for table in [*facts.split(" "), "coordination_pairs", "agency_timeline", "events_by_month", "outlet_health"]:
        counted = f"SELECT count(*) FROM {table}"
        assert inside.execute(counted).fetchone() == outside.execute(counted).fetchone(), table
    inside.close()
    outside.close()


def test_publishing_again_gives_the_same_snapshot(published: Path, path: Path) -> None:
    first = open_warehouse(published, read_only=True)
    before = contents(first)
    first.close()
    publish(path, published)
    second = open_warehouse(published, read_only=True)
    assert contents(second) == before
    second.close()


def test_without_the_key_the_pseudonyms_are_others(published: Path, path: Path) -> None:
    def protected() -> set[tuple[str, str]]:
        con = open_warehouse(published, read_only=True)
        rows = con.execute("SELECT person_id, person_name FROM persons WHERE protection_type = 'pseudonym'").fetchall()
        con.close()
        return set(rows)

    before = protected()
    path.with_name("protection.key").unlink()
    publish(path, published)
    after = protected()
    assert len(before) == len(after) == 6
    assert not {person_id for person_id, _ in before} & {person_id for person_id, _ in after}
    assert not {name for _, name in before} & {name for _, name in after}


def test_the_key_is_private_kept_and_checked(path: Path) -> None:
    key = protection_key(path)
    file = path.with_name("protection.key")
    assert len(key) == 32
    assert file.stat().st_mode & 0o077 == 0
    assert protection_key(path) == key
    file.write_bytes(b"short")
    with pytest.raises(WarehouseError, match="must be 32 random bytes, found 5; restore it"):
        protection_key(path)


def test_a_reader_of_the_old_snapshot_goes_on_while_a_new_one_is_put_in_place(published: Path, path: Path) -> None:
    reader = f"""
import duckdb, sys
con = duckdb.connect({str(published)!r}, read_only=True)
for line in sys.stdin:
    print(con.execute("SELECT count(*), count(DISTINCT title) FROM articles").fetchone(), flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", reader], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as old:
        assert old.stdin is not None
        assert old.stdout is not None

        def ask() -> str:
            assert old.stdin is not None
            assert old.stdout is not None
            old.stdin.write("?\n")
            old.stdin.flush()
            return old.stdout.readline()

        before = ask()
        con = open_warehouse(path)
        load_part(con, "more", [meeting("lain").record()])
        resolve(con)
        con.close()
        counts = publish(path, published)
        assert ask() == before
        old.stdin.close()
    fresh = open_warehouse(published, read_only=True)
    assert fresh.execute("SELECT count(*) FROM articles").fetchone() == (counts.articles,)
    assert counts.articles == 10
    fresh.close()


def test_a_publication_broken_off_leaves_the_old_snapshot(
    published: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published.read_bytes()

    def fail(self: Disclosure) -> None:
        raise MemoryError

    monkeypatch.setattr(Disclosure, "withheld_agencies", fail)
    with pytest.raises(MemoryError):
        publish(path, published)
    assert published.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == ["jejak.duckdb", "protection.key", "published.duckdb"]


def test_an_open_warehouse_cannot_be_published_from(published: Path, path: Path) -> None:
    con = open_warehouse(path)
    con.execute("SELECT 1")
    script = "import sys; from warehouse.publish import publish; publish(sys.argv[1], sys.argv[2])"
    ended = subprocess.run(
        [sys.executable, "-c", script, str(path), str(published)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    con.close()
    assert "another process has this database open (PID " in ended.stderr


def test_a_missing_warehouse_and_an_unwritable_place_are_named(published: Path, path: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="there is no such database yet"):
        publish(tmp_path / "none.duckdb", published)
    (tmp_path / "file").write_text("")
    with pytest.raises(WarehouseError, match="the snapshot cannot be written"):
        publish(path, tmp_path / "file" / "published.duckdb")


@pytest.mark.parametrize(
    ("capacities", "ages", "protection"),
    [
        (["official"], [None], "none"),
        (["expert", "official"], [40], "none"),
        (["official", "suspect"], [None], "initials"),
        (["suspect", "victim"], [None], "pseudonym"),
        (["public"], [None], "pseudonym"),
        (["witness"], [None], "pseudonym"),
        (["suspect"], [17], "pseudonym"),
        (["official"], [None, 17], "pseudonym"),
        (["suspect"], [18], "initials"),
    ],
)
def test_the_strictest_rule_protects(capacities: list[str], ages: list[int | None], protection: str) -> None:
    assert protection_of(capacities, ages) == protection
