"""Where facts come from: each rule and model that may stand as a span's source, and why it found something, in words.

A source is ``step:rule`` (``persons:rank``), ``events:`` with the words that tell of an event, or ``names:`` with the
size of a trained name finder and the first digits of its weights' SHA-256 (``names:accurate-68bde832``). The version of
the rules is the ``extractor_version`` of the facts they stand in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache

from extract.lexicon import REFERENCE

SOURCES = REFERENCE / "sources.toml"
NAME_FINDER = re.compile(r"[a-z]+-[0-9a-z.-]+")


def why(source: str) -> str | None:
    """Why something was found, in words, from the source of its span; None for a source that nothing is known of."""
    step, _, rule = source.partition(":")
    families = _table()["families"]
    if step in families and _is_of_family(step, rule):
        return families[step].replace("{rule}", rule)
    return _table().get(step, {}).get(rule) if step != "families" else None


def _is_of_family(step: str, rule: str) -> bool:
    return rule in _event_words() if step == "events" else NAME_FINDER.fullmatch(rule) is not None


@cache
def _event_words() -> frozenset[str]:
    from extract.events_lexicon import triggers

    return frozenset(" ".join(trigger.words) for group in triggers().values() for trigger in group)


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(SOURCES.read_text(encoding="utf-8"))
