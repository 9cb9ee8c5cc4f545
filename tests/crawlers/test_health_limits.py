"""Limits of health stand in the registry, for all outlets and for one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from crawlers.registry import Outlet, RegistryError, load_registry
from crawlers.registry.health_limits import default_limits

ENTRY = """
[[outlets]]
outlet_id = "kabar-uji"
name = "Kabar Uji"
domain = "kabaruji.id"
family = "wordpress"
"""


def test_an_outlet_has_the_limits_of_all(make_outlet: Callable[..., Outlet]) -> None:
    assert make_outlet().health == default_limits()


def test_an_outlet_replaces_only_what_its_entry_names(tmp_path: Path) -> None:
    path = tmp_path / "outlets.toml"
    path.write_text(ENTRY + "health = { silent_days = 30, drop = 0.5 }\n", encoding="utf-8")
    limits = asdict(load_registry(path).outlets["kabar-uji"].health)
    assert limits == asdict(default_limits()) | {"silent_days": 30, "drop": 0.5}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{ silent_day = 30 }", "key 'health.silent_day': unknown limit; did you mean silent_days"),
        ("{ warna = 3 }", "key 'health.warna': unknown limit; known are silent_days"),
        ("{ silent_days = 0 }", "key 'health.silent_days': 0 is not a whole number from 1"),
        ("{ misses = 1.5 }", "key 'health.misses': 1.5 is not a whole number from 1"),
        ("{ sample = true }", "key 'health.sample': True is not a whole number from 1"),
        ("{ drop = 30 }", "key 'health.drop': 30 is not a share above 0 and up to 1"),
        ('{ chance = "kecil" }', "key 'health.chance': 'kecil' is not a share above 0 and up to 1"),
        ("{ silent_gaps = 0.5 }", "key 'health.silent_gaps': 0.5 is not a number from 1"),
        ("3", "key 'health': 3 is no table; write health = { silent_days = 30 }"),
    ],
)
def test_a_limit_that_cannot_be_used_is_named_with_its_line(tmp_path: Path, value: str, message: str) -> None:
    path = tmp_path / "outlets.toml"
    path.write_text(f"{ENTRY}health = {value}\n", encoding="utf-8")
    with pytest.raises(RegistryError, match=re.escape(f"{path}:7: outlet 'kabar-uji', {message}")):
        load_registry(path)
