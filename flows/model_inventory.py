"""Which models this installation has: those that come with the project, and those a person fetched."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from extract import stanza_models
from extract.digests import folder_digest

SHIPPED = stanza_models.SHIPPED.parent
FETCHED_PURPOSE = "Stanza's official Indonesian package"
FETCHED_LICENCE = "Apache-2.0 according to its publisher"


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A folder of weights.

    Attributes:
        name: the folder's name, or ``stanza-official``.
        purpose: what it finds.
        version: its number and a digest of its files, or what its own list says.
        size: bytes of all its files.
        licence: of the weights.
        folder: where it lies.
        origin: ``shipped`` or ``fetched``.
        lacks: what is missing in it; empty when it can be used.
    """

    name: str
    purpose: str
    version: str
    size: int
    licence: str
    folder: Path
    origin: str
    lacks: tuple[str, ...] = ()


def installed_models(fetched: Path | None = None, shipped: Path = SHIPPED) -> list[InstalledModel]:
    """The shipped models, then the official Stanza package where there is one.

    Args:
        fetched: where ``jejak models fetch`` puts the package; nothing is listed when it is not there.
        shipped: the folder of the shipped models.
    """
    described = tomllib.loads((shipped / "models.toml").read_text(encoding="utf-8"))
    found: list[InstalledModel] = []
    for folder in sorted(path for path in shipped.iterdir() if path.is_dir()):
        entry = described.get(folder.name, {})
        lacks = tuple(stanza_models.missing_models(folder)) if folder.name == "stanza" else ()
        found.append(
            InstalledModel(
                name=folder.name,
                purpose=entry.get("purpose", "see its README"),
                version="-".join(part for part in (entry.get("version"), folder_digest(folder)[:8]) if part),
                size=_size(folder),
                licence=entry.get("licence", "see its README"),
                folder=folder,
                origin="shipped",
                lacks=lacks,
            )
        )
    if fetched and fetched.is_dir():
        lacks = tuple(stanza_models.missing_models(fetched))
        found.append(
            InstalledModel(
                name="stanza-official",
                purpose=FETCHED_PURPOSE,
                version="" if lacks else stanza_models.models_version(fetched),
                size=_size(fetched),
                licence=FETCHED_LICENCE,
                folder=fetched,
                origin="fetched",
                lacks=lacks,
            )
        )
    return found


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
