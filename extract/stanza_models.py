"""Folders with Indonesian models of Stanza: the official package, fetched by the user, or the shipped models.

Both have the layout of Stanza's own folder of resources: ``resources.json`` says which files make up the default
package of the language and what their checksums are; the files lie in ``id/STEP/PACKAGE.pt``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent / "models" / "stanza"
LANGUAGE = "id"
RESOURCES = "resources.json"
# Names a folder with the official package, for all commands.
FOLDER_VARIABLE = "JEJAK_STANZA_MODELS"
# What is loaded, in Stanza's order; "mwt" cuts tokens of several words and is there only in the official package.
NEEDED = ("tokenize", "pos", "lemma", "depparse")
STEPS = ("tokenize", "mwt", "pos", "lemma", "depparse")


class StanzaModelError(RuntimeError):
    """Stanza is not installed, or a folder of models lacks what the engine needs."""


def missing_models(folder: Path) -> list[str]:
    """What a folder of Stanza's resources lacks to be read with, as names; empty when it is complete."""
    try:
        packages = default_packages(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return [RESOURCES]
    return [name for name in NEEDED if name not in packages] + [
        f"{LANGUAGE}/{step}/{package}.pt"
        for step, package in packages.items()
        if not (folder / LANGUAGE / step / f"{package}.pt").is_file()
    ]


def default_packages(folder: Path) -> dict[str, str]:
    """Which package serves each step, by a folder's own list; see ``chosen_packages``."""
    return chosen_packages(json.loads((folder / RESOURCES).read_text(encoding="utf-8")))


def chosen_packages(resources: dict[str, Any]) -> dict[str, str]:
    """Which package of the default set serves each step, those they need (vectors, character models) included.

    Args:
        resources: a list of Stanza's models.

    Raises:
        KeyError, TypeError: it is no such list, or has no Indonesian package.
    """
    language = resources[LANGUAGE]
    default = language["packages"]["default"]
    chosen = {step: default[step] for step in STEPS if step in default}
    needed = [need for step, package in chosen.items() for need in language[step][package].get("dependencies", ())]
    return chosen | {need["model"]: need["package"] for need in needed}


def named_folder(given: Path | None = None) -> Path | None:
    """The folder given, else the one ``JEJAK_STANZA_MODELS`` names, else None."""
    named = os.environ.get(FOLDER_VARIABLE)
    return given or (Path(named) if named else None)


def models_folder(given: Path | None = None) -> Path:
    """The folder of the models: the one given, else the one ``JEJAK_STANZA_MODELS`` names, else the shipped one.

    Raises:
        StanzaModelError: the folder that counts is incomplete.
    """
    named = named_folder(given)
    folder = named or SHIPPED
    if missing := missing_models(folder):
        remedy = (
            f"fetch them with: jejak models fetch --to {folder}"
            if named
            else "they come with the project; make them again with: python -m training.stanza make"
        )
        raise StanzaModelError(f"no Indonesian models of Stanza in {folder}: {', '.join(missing)} missing; {remedy}")
    return folder


@cache
def models_version(folder: Path) -> str:
    """Which models lie in a folder: ``jejak-1-0-0-3f9a1c07`` or ``official-gsd-3f9a1c07``.

    The figures at the end are a digest of the checksums that the folder's list gives, so that it tells two releases of
    one package apart without reading the weights.
    """
    listed = json.loads((folder / RESOURCES).read_text(encoding="utf-8"))
    packages = default_packages(folder)
    sums = [f"{step}/{name}:{listed[LANGUAGE][step][name].get('md5', '')}" for step, name in sorted(packages.items())]
    digest = hashlib.sha256("\n".join(sums).encode()).hexdigest()[:8]
    name = listed.get("jejak") or f"official-{packages['tokenize']}"
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{name}-{digest}")
