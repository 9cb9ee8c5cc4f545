"""Edits of a registry leave every byte that they are not about as it was."""

from __future__ import annotations

import difflib
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.registry import OUTLETS_FILE, RegistryError, load_registry
from crawlers.registry.edit import Value, add_entry, entry_text, mark, rewrite, set_keys, toml_value

DAY = date(2026, 10, 15)

TRICKY = '''# Registri # bukan [[outlets]]
[[outlets]]  # yang pertama
outlet_id = "satu"
name = """
[[outlets]]
outlet_id = "palsu"
status = "verified" """
domain = 'satu.id'
family = "wordpress"
   status   =   'unverified'   # belum dicek = nanti
feeds = [
  "https://satu.id/a#b",  # umpan
  "https://satu.id/]",
]

# Kelompok kedua
[[ outlets ]]
"outlet_id" = "dua"
name = "Dua"
domain = "dua.id"
family = "blogger"
[outlets.health]
silent_days = 30

# selesai'''


def changed_lines(before: str, after: str) -> list[str]:
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in found if line[0] in "+-"]


def test_a_check_changes_two_lines_of_its_entry_and_nothing_else() -> None:
    text = OUTLETS_FILE.read_text("utf-8")
    marked = mark(text, {"voxntt": True}, DAY)
    assert changed_lines(text, marked) == [
        '- status = "unverified"',
        '+ status = "verified"',
        "+ verified_on = 2026-10-15",
    ]
    assert mark(marked, {"voxntt": True}, DAY) == marked
    assert mark(marked, {"voxntt": False}, DAY) == text


def test_strings_comments_and_blanks_that_look_like_tables_are_left_alone() -> None:
    marked = mark(TRICKY, {"satu": True, "dua": True}, DAY)
    assert changed_lines(TRICKY, marked) == [
        "-    status   =   'unverified'   # belum dicek = nanti",
        '+    status   =   "verified"   # belum dicek = nanti',
        "+    verified_on = 2026-10-15",
        '+ status = "verified"',
        "+ verified_on = 2026-10-15",
    ]
    found = tomllib.loads(marked)["outlets"]
    assert found[1]["health"] == {"silent_days": 30}
    assert [entry["verified_on"] for entry in found] == [DAY, DAY]


def test_a_removed_key_leaves_its_comment() -> None:
    text = '[[outlets]]\noutlet_id = "a"\nstatus = "verified"\nverified_on = 2026-10-01 # oleh Ani\n'
    assert mark(text, {"a": False}, DAY) == '[[outlets]]\noutlet_id = "a"\nstatus = "unverified"\n# oleh Ani\n'


@pytest.mark.parametrize("end", ["", "\n"])
def test_windows_line_ends_and_a_missing_last_one_are_kept(end: str) -> None:
    text = '[[outlets]]\r\noutlet_id = "a"\r\nname = "A"' + end.replace("\n", "\r\n")
    assert mark(text, {"a": True}, DAY).startswith(text)
    assert mark(text, {"a": True}, DAY)[len(text) :].replace("\r\n", "|").strip("|") == (
        'status = "verified"|verified_on = 2026-10-15'
    )


@pytest.mark.parametrize("text", ['outlets = [{outlet_id = "a"}]', '[[outlets]]\noutlet_id = "b"\n'])
def test_an_entry_that_cannot_be_edited_is_refused(text: str) -> None:
    with pytest.raises(RegistryError):
        set_keys(text, "a", {"status": "verified"})


words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)
values = st.one_of(
    words.map(toml_value),
    st.integers(0, 99).map(str),
    st.lists(words, max_size=3).map(lambda found: "[\n  " + ",\n  ".join(map(toml_value, found)) + "]"),
    words.filter(lambda text: "'" not in text).map(lambda text: f"'''{text}\n[[outlets]]\n# {text}'''"),
    words.map(lambda text: f'"""\n{toml_value(text)[1:-1]}""\n"""' if "'''" not in toml_value(text) else '"""x"""'),
)
comments = st.one_of(st.just(""), words.map(lambda text: f"  # {text}"))
lines = st.one_of(st.just(""), words.map(lambda text: f"# {text}"))


@st.composite
def registries(draw: st.DrawFn) -> str:
    """A registry as people with strange habits write it; entries are called o0, o1, …"""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    written = [draw(lines)]
    for number in range(draw(st.integers(1, 4))):
        written.append("[[outlets]]" + draw(comments))
        keys = [f'outlet_id = "o{number}"' + draw(comments)]
        keys += [f"k{place} = {draw(values)}" + draw(comments) for place in range(draw(st.integers(0, 3)))]
        keys += draw(st.sampled_from([[], ['status = "unverified"'], ["status = 'verified' # ya"]]))
        keys += draw(st.sampled_from([[], ["verified_on = 2025-01-02"], ["health.drop = 0.5"]]))
        for key in draw(st.permutations(keys)):
            written += [draw(lines), key]
        written += draw(st.sampled_from([[], ["[outlets.more]", "status = 3"]]))
    return end.join(written).replace("\r\n", "\n").replace("\n", end) + draw(st.sampled_from(["", end]))


@settings(max_examples=300, deadline=None)
@given(registries(), st.integers(0, 3), st.booleans())
def test_any_registry_is_marked_without_touching_anything_else(text: str, number: int, passed: bool) -> None:
    before = tomllib.loads(text)
    number %= len(before["outlets"])
    marked = mark(text, {f"o{number}": passed}, DAY)
    after = tomllib.loads(marked)
    assert after["outlets"][number]["status"] == ("verified" if passed else "unverified")
    assert after["outlets"][number].get("verified_on") == (DAY if passed else None)
    for found in (before, after):
        found["outlets"][number].pop("status", None)
        found["outlets"][number].pop("verified_on", None)
    assert before == after
    assert mark(marked, {f"o{number}": passed}, DAY) == marked
    kept = [line for line in text.splitlines() if "status" not in line and "verified_on" not in line]
    rest = iter(marked.splitlines())
    assert all(line in rest for line in kept)


@settings(max_examples=200, deadline=None)
@given(registries(), words.filter(bool), st.lists(words, max_size=2))
def test_any_entry_is_added_as_one_block(text: str, name: str, feeds: list[str]) -> None:
    entry: dict[str, Value] = {
        "outlet_id": "baru",
        "name": name,
        "feeds": feeds,
        "article_pattern": r"^https?://x\.id/'\d+",
        "priority": 2,
    }
    written = add_entry(text, entry)
    block = entry_text(entry).replace("\n", "\r\n") if "\r\n" in text else entry_text(entry)
    place = written.index(block)
    before, after = written[:place], written[place + len(block) :]
    assert text.startswith(before.rstrip("\r\n"))
    assert text.endswith(after)
    assert entry in tomllib.loads(written)["outlets"]


def test_a_new_entry_stands_at_the_end_of_its_group() -> None:
    text = OUTLETS_FILE.read_text("utf-8")
    entry: dict[str, Value] = {
        "outlet_id": "kabarbaru",
        "name": "Kabar Baru",
        "domain": "kabarbaru.id",
        "family": "wordpress",
    }
    in_ntt = add_entry(text, entry | {"province_code": "53"})
    ids = [row["outlet_id"] for row in tomllib.loads(in_ntt)["outlets"]]
    rows = tomllib.loads(text)["outlets"]
    last = [row["outlet_id"] for row in rows if row["family"] == "wordpress" and row.get("province_code") == "53"][-1]
    assert ids[ids.index("kabarbaru") - 1] == last
    assert [line for line in changed_lines(text, in_ntt) if line[0] == "-"] == []
    elsewhere = add_entry(text, entry | {"family": "generic", "province_code": "95"})
    rows = tomllib.loads(elsewhere)["outlets"]
    place = next(number for number, row in enumerate(rows) if row["outlet_id"] == "kabarbaru")
    assert rows[place - 1]["province_code"] == "95"


def test_an_empty_file_takes_a_first_entry(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("", encoding="utf-8")
    entry: dict[str, Value] = {"outlet_id": "a", "name": "A", "domain": "a.id", "family": "wordpress"}
    assert rewrite(path, lambda text: add_entry(text, entry))
    assert list(load_registry(path).outlets) == ["a"]


def test_a_file_that_would_be_no_registry_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "outlets.toml"
    path.write_bytes(TRICKY.replace("\n", "\r\n").encode())
    with pytest.raises(RegistryError, match=r"outlets\.toml:\d+: outlet 'baru', key 'family'"):
        rewrite(
            path,
            lambda text: add_entry(text, {"outlet_id": "baru", "name": "B", "domain": "b.id", "family": "papirus"}),
        )
    assert path.read_bytes() == TRICKY.replace("\n", "\r\n").encode()
    assert [found.name for found in tmp_path.iterdir()] == ["outlets.toml"]


def test_an_edit_waits_out_another_and_keeps_both(tmp_path: Path) -> None:
    path = tmp_path / "outlets.toml"
    path.write_text(TRICKY, encoding="utf-8")
    path.chmod(0o640)
    calls: list[str] = []

    def change(text: str) -> str:
        calls.append(text)
        if len(calls) == 1:
            path.write_text(TRICKY + "\n# ditambah orang lain", encoding="utf-8")
        return mark(text, {"dua": True}, DAY)

    assert rewrite(path, change)
    assert len(calls) == 2
    assert path.read_text("utf-8").endswith("# ditambah orang lain")
    assert load_registry(path).outlets["dua"].verified_on == "2026-10-15"
    assert path.stat().st_mode & 0o777 == 0o640
    assert not rewrite(path, lambda text: text)


def test_a_missing_registry_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"cannot change the registry .*tidak-ada\.toml"):
        rewrite(tmp_path / "tidak-ada.toml", lambda text: text)
