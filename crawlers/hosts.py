"""Which hosts are one: letter case, international names, mobile and AMP labels, and copies of whole sites."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

IDENTITY_FILE = Path(__file__).parent / "identity.toml"


@lru_cache
def identity_rules() -> dict[str, Any]:
    """The content of ``identity.toml``."""
    return tomllib.loads(IDENTITY_FILE.read_text("utf-8"))


@lru_cache(4096)
def ascii_host(host: str) -> str:
    """A host as it stands in the domain name system; a name that has no such form stays, in small letters."""
    host = host.lower().rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        return host


@lru_cache(4096)
def main_host(host: str, *, keep_www: bool = True) -> str:
    """The host of a site without labels for telephones and AMP, and the original's host for a copy of a site.

    Args:
        host: a host name, in any case.
        keep_www: whether ``www.`` is part of the name.
    """
    rules = identity_rules()
    labels = (*rules["mirror_labels"], *(() if keep_www else ("www.",)))
    host = ascii_host(host)
    while True:
        host = rules["mirrors"].get(host, host)
        label = next((label for label in labels if host.startswith(label)), None)
        if label is None:
            return host
        rest = host.removeprefix(label)
        if "." not in rest or rest in rules["shared_endings"]:
            return host
        host = rest
