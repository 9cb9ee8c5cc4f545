"""The rules file: families, dates, and faults that name their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from lxml.html import fromstring

from extract import cleaning_rules
from extract.cleaning_rules import RulesError, rules_for

WriteRules = Callable[[str], None]


@pytest.fixture
def write_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WriteRules]:
    def write(text: str) -> None:
        path = tmp_path / "cleaning.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(cleaning_rules, "RULES_FILE", path)
        forget()

    def forget() -> None:
        for cached in (cleaning_rules._document, cleaning_rules._compiled, rules_for):
            cached.cache_clear()

    yield write
    monkeypatch.undo()
    forget()


def test_every_rule_of_the_project_can_be_read() -> None:
    for family in (
        "wordpress",
        "blogger",
        "tribun",
        "antara",
        "detik",
        "radar_jp",
        "promedia",
        "gov",
        "custom",
        "kompas",
    ):
        rules = rules_for(family)
        assert rules.bodies
        assert len(rules.lines) > 15


def test_a_family_has_its_own_rules_before_those_for_all() -> None:
    assert rules_for("unheard-of").bodies == ()
    assert len(rules_for("tribun").lines) > len(rules_for("unheard-of").lines)


def test_an_old_rule_is_used_for_old_pages_only(write_rules: WriteRules) -> None:
    write_rules(
        "[[bodies]]\nfamily = 'x'\ncss = '.old'\nvalid_until = 2024-06-30\n[[bodies]]\nfamily = 'x'\ncss = '.new'\n"
    )
    assert len(rules_for("x", date(2024, 6, 30)).bodies) == 2
    assert len(rules_for("x", date(2024, 7, 1)).bodies) == 1
    assert len(rules_for("x").bodies) == 1


def test_an_old_rule_that_applies_is_tried_before_the_one_that_replaced_it(write_rules: WriteRules) -> None:
    write_rules(
        "[[bodies]]\nfamily = 'x'\ncss = '.new'\n[[bodies]]\nfamily = 'x'\ncss = '.old'\nvalid_until = 2024-06-30\n"
    )
    first, _ = rules_for("x", date(2024, 1, 1)).bodies
    assert [element.get("class") for element in first(fromstring("<div><p class='new'/><p class='old'/></div>"))] == [
        "old"
    ]


def test_a_rule_from_a_day_on_leaves_older_pages_alone(write_rules: WriteRules) -> None:
    write_rules("[[lines]]\nfamily = 'x'\npattern = 'a'\nvalid_from = 2024-07-01\n")
    assert rules_for("x", date(2024, 6, 30)).lines == ()
    assert len(rules_for("x", date(2024, 7, 1)).lines) == len(rules_for("x").lines) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[bodies]]\nfamily = 'x'\ncss = '..['\n", r"\[\[bodies\]\] number 1"),
        ("[[elements]]\nfamily = 'x'\n", r"\[\[elements\]\] number 1"),
        (
            "[[lines]]\nfamily = '*'\npattern = 'a'\nvalid_until = '2024-06-30'\n",
            "written like 2024-06-30, without quotes",
        ),
        ("[[lines]]\nfamily = '*'\npattern = '('\n", r"\[\[lines\]\] number 1"),
        ("[[lines]]\nfamily = '*'\npattern = 'a'\neffect = 'burn'\n", "burn"),
    ],
)
def test_a_faulty_rule_names_its_place(write_rules: WriteRules, text: str, says: str) -> None:
    write_rules(text)
    with pytest.raises(RulesError, match=says):
        rules_for("x")
