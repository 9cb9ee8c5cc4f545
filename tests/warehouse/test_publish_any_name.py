"""Protected people of any name, in any sentence: nothing of the name is published."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.warehouse.factory import Story, contents
from warehouse.database import open_warehouse
from warehouse.load import load_part, load_places
from warehouse.names import normalise
from warehouse.publish import publish
from warehouse.resolve import resolve

SYLLABLES = ("bax", "dov", "fiq", "guz", "kex", "lov", "mux", "nez", "riv", "soq", "tuv", "wex", "zix")
TITLES = (
    "{} Dijual, Polda NTT Tangkap Pelaku",
    "Cerita {}",
    "Polda NTT Jemput Korban {} di Pelabuhan",
    "KORBAN {} PULANG",
    "Hotel {} dan Desa {} Dijaga",
    "#Save{}: Polda NTT Bergerak",
)
SENTENCES = (
    "Korban {} diselamatkan Polda NTT.",
    "Polda NTT memulangkan {} dari Kupang.",
    "Siswi SMP {} itu menangis, kata ibu {}nya.",
    "“{}, pulanglah,” kata petugas kepada {}.",
    "Polda NTT bertemu {}—anak asal Desa {}—di KM {}.",
    "Rapat dipimpin ({}) di Gedung {}.",
)
WAYS = (str, str.upper, str.lower, lambda name: name.replace(" ", "-"), lambda name: name.replace(" ", ""))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_no_word_of_any_protected_name_is_published(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    stories, planted = [], set()
    for number in range(40):
        words = ["".join(chance.sample(SYLLABLES, chance.randint(1, 3))).title() for _ in range(chance.randint(1, 3))]
        name = " ".join(words)
        written = [chance.choice(WAYS)(name) for _ in range(3)]
        written[0] = name.replace(" ", "-")
        planted.update(normalise(word) for word in words)
        story = Story(f"{written[0].lower()}-{number}", chance.choice(TITLES).replace("{}", written[1]))
        story.say(f"Seorang bernama {name} (15) datang.")
        sentence = chance.choice(SENTENCES).replace("{}", written[2])
        story.say(sentence).say(chance.choice(SENTENCES).replace("{}", name))
        # Some of the words are also words of the language and names of places to whoever publishes.
        story.person(name, chance.choice(["victim", "public", "suspect", "witness"]), age=chance.choice([None, 15]))
        story.agency("Polda NTT", "Kepolisian Daerah Nusa Tenggara Timur", "polda-nusa-tenggara-timur", "53")
        story.quote(name, sentence)
        story.event("RESCUE", sentence, f"2026-03-{number % 28 + 1:02}", "53", ("target", None, name))
        stories.append(story)
    con = open_warehouse(path)
    load_places(con, [{"code": "53", "name": "Nusa Tenggara Timur", "level": "province"}])
    load_part(con, "part", [story.record() for story in stories])
    resolve(con)
    con.close()
    common = sorted(planted)[::2]
    publish(path, path.with_name("published.duckdb"), common_words=common, place_names=sorted(planted)[::3])

    published = open_warehouse(path.with_name("published.duckdb"), read_only=True)
    cells = [str(cell) for rows in contents(published).values() for row in rows for cell in row]
    published.close()
    # Syllables with these letters stand in no other word, so that a name inside a longer word is seen too.
    assert [(word, cell) for cell in cells for word in planted if word in normalise(cell)] == []
    assert any("Polda NTT" in cell for cell in cells)
