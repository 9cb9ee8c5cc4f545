"""Where the public sets lie, and whether they are the ones the recipe was made for."""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path

from training.names.corpus import CorpusError

ASSETS = Path(__file__).parent / "assets.toml"
DEFAULT_FOLDER = Path("../shared/datasets")


def datasets_folder(given: Path | None) -> Path:
    """The folder of the sets: the one given, else the variable ``JEJAK_DATASETS``, else ``../shared/datasets``.

    Raises:
        CorpusError: it does not exist.
    """
    folder = given or Path(os.environ.get("JEJAK_DATASETS", DEFAULT_FOLDER))
    if not folder.is_dir():
        raise CorpusError(f"{folder} is no folder: give the sets of assets.toml with --datasets or JEJAK_DATASETS")
    return folder


def check_assets(folder: Path, assets: Path = ASSETS) -> None:
    """Compare every file that a list of assets names with its checksum.

    Raises:
        CorpusError: a file is missing or differs; names all such files.
    """
    wrong: list[str] = []
    for name, asset in tomllib.loads(assets.read_text(encoding="utf-8")).items():
        for file, wanted in asset.get("sha256", {}).items():
            path = folder / name / file
            if not path.is_file():
                wrong.append(f"{path} is missing ({asset['source']})")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
                wrong.append(f"{path} has another SHA-256 than {asset['source']}, revision {asset['revision']}")
    if wrong:
        raise CorpusError("the sets are not those of the recipe:\n" + "\n".join(wrong))
