"""Fetch Stanza's official Indonesian package: what there is, how large it is, and whether it came whole.

The list of models (``resources_VERSION.json``) names for each file its MD5; a file that differs is not kept. The list
itself is written last, so that a fetch that was broken off leaves no folder that looks complete; begun anew, it takes
over the files that came whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast
from urllib.request import Request, urlopen

from extract.stanza_models import LANGUAGE, RESOURCES, chosen_packages

LIST_ADDRESS = "https://raw.githubusercontent.com/stanfordnlp/stanza-resources/main"
# Stanza's own variable for another place of the list.
LIST_VARIABLE = "STANZA_RESOURCES_URL"
LICENCE = (
    "Apache-2.0 according to its publisher, Stanford NLP; learned from UD Indonesian GSD (CC BY-SA 4.0), word vectors "
    "and character models from public web text"
)
SECONDS = 30
BLOCK = 1 << 17


class FetchError(Exception):
    """A list or a model did not come, or not whole; the message says which, from where, and what to do."""


@dataclass(frozen=True, slots=True)
class Model:
    """A file of the package.

    Attributes:
        step: what of Stanza it serves, such as ``depparse`` or ``pretrain``.
        package: its name within the step.
        url: where it comes from.
        md5: its checksum according to the list.
        size: bytes, or nothing where the server does not tell.
    """

    step: str
    package: str
    url: str
    md5: str
    size: int | None = None

    def path(self, folder: Path) -> Path:
        """Where it lies below a folder of models."""
        return folder / LANGUAGE / self.step / f"{self.package}.pt"

    def is_in(self, folder: Path) -> bool:
        """Whether it lies there whole."""
        path = self.path(folder)
        return path.is_file() and hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() == self.md5


@dataclass(frozen=True, slots=True)
class Package:
    """What is fetched: the models, and the part of the list that Stanza reads them with."""

    source: str
    models: list[Model]
    resources: dict[str, Any] = field(repr=False)


def resources_version() -> str:
    """The version of Stanza's models that the installed Stanza reads.

    Raises:
        FetchError: Stanza is not installed.
    """
    try:
        return os.environ.get("STANZA_RESOURCES_VERSION") or version("stanza")
    except PackageNotFoundError:
        raise FetchError(
            "Stanza is not installed, and models are fetched for its version: "
            "pip install torch==2.13.0, then pip install 'jejak[stanza]'"
        ) from None


def offered_package(with_sizes: bool = True) -> Package:
    """The default Indonesian package as the list describes it; only the list is read, and each file's size asked for.

    Raises:
        FetchError: the list cannot be read, or has no such package.
    """
    number = resources_version()
    source = f"{os.environ.get(LIST_VARIABLE) or LIST_ADDRESS}/resources_{number}.json"
    try:
        listed = json.loads(b"".join(_blocks(source)))
        chosen = chosen_packages(listed)
        language = listed[LANGUAGE]
        models = []
        for step, package in chosen.items():
            url = listed["url"].format(resources_version=number, lang=LANGUAGE, filename=f"{step}/{package}.pt")
            size = _size(url) if with_sizes else None
            models.append(Model(step, package, url, language[step][package]["md5"], size))
        part = {step: {package: language[step][package]} for step, package in chosen.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FetchError(f"{source} is no list of Stanza's models with an Indonesian package ({error!r})") from error
    default = {"default": chosen}
    return Package(
        source, models, {"url": listed["url"], LANGUAGE: {"lang_name": "Indonesian", "packages": default, **part}}
    )


def fetch(package: Package, folder: Path, fetched: Callable[[Model], object] | None = None) -> int:
    """Fetch what is not there yet.

    Args:
        package: what to fetch.
        folder: where to; created when it is not there.
        fetched: told of each model that lies there whole.

    Returns:
        How many files came.

    Raises:
        FetchError: a file did not come, or not whole, or cannot be written; those before it are kept.
    """
    count = 0
    for model in package.models:
        try:
            if not model.is_in(folder):
                _fetch(model, model.path(folder))
                count += 1
        except OSError as error:
            raise FetchError(f"{model.path(folder)} cannot be written: {error.strerror or error}") from error
        if fetched:
            fetched(model)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{RESOURCES}.partial"
        partial.write_text(json.dumps(package.resources, indent=1) + "\n", encoding="utf-8")
        partial.replace(folder / RESOURCES)
    except OSError as error:
        raise FetchError(f"{folder / RESOURCES} cannot be written: {error.strerror or error}") from error
    return count


def _fetch(model: Model, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    digest = hashlib.md5(usedforsecurity=False)
    try:
        with partial.open("wb") as out:
            for block in _blocks(model.url):
                digest.update(block)
                out.write(block)
        if digest.hexdigest() != model.md5:
            raise FetchError(
                f"{model.url} did not come whole: its MD5 is {digest.hexdigest()}, the list says {model.md5}; "
                "run the command again"
            )
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _blocks(url: str, method: str = "GET") -> Iterator[bytes]:
    """What lies at an address, piece by piece."""
    try:
        with urlopen(Request(_web(url), method=method), timeout=SECONDS) as answer:
            while block := answer.read(BLOCK):
                yield block
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise FetchError(f"{url} did not answer ({reason}): is there a network? Nothing was changed") from error


def _size(url: str) -> int | None:
    """Bytes of a file, asked for without fetching it; nothing where the server does not tell."""
    try:
        with urlopen(Request(_web(url), method="HEAD"), timeout=SECONDS) as answer:
            length = cast(str | None, answer.headers["Content-Length"])
            return int(length) if length else None
    except (OSError, HTTPException, ValueError):
        return None


def _web(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise FetchError(f"{url} is no web address")
    return url
