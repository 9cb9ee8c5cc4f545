"""`jejak models`: what is here, and fetching Stanza's official package from a server of our own."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from extract.stanza_models import RESOURCES, StanzaModelError, missing_models, models_folder, models_version
from flows.command_line import app
from flows.commands.failure import CommandError
from flows.model_inventory import installed_models

VERSION = "9.9.0"
FILES = {
    "tokenize/gsd": b"tokenizer" * 10,
    "mwt/gsd": b"expander" * 10,
    "pos/gsd_charlm": b"tagger" * 300,
    "lemma/gsd_nocharlm": b"lemmas" * 20,
    "depparse/gsd_charlm": b"parser" * 500,
    "pretrain/conll17": b"vectors" * 900,
    "forward_charlm/oscar2023": b"characters" * 7,
    "constituency/icon_charlm": b"not needed",
}
NEEDED = {name for name in FILES if not name.startswith("constituency")}


class Shelf:
    """A server of models; what it answered with is counted."""

    def __init__(self) -> None:
        self.files = dict(FILES)
        self.asked: list[tuple[str, str]] = []
        self.tells_sizes = True
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shelf.answer(self, "GET")

            def do_HEAD(self) -> None:
                shelf.answer(self, "HEAD")

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def listed(self) -> dict[str, Any]:
        language: dict[str, Any] = {"lang_name": "Indonesian", "packages": {"default": {}}}
        for name, content in FILES.items():
            step, package = name.split("/")
            language.setdefault(step, {})[package] = {"md5": hashlib.md5(content).hexdigest()}
            if step not in ("pretrain", "forward_charlm"):
                language["packages"]["default"][step] = package
        language["packages"]["default"]["optional"] = {}
        language["pos"]["gsd_charlm"]["dependencies"] = [
            {"model": "pretrain", "package": "conll17"},
            {"model": "forward_charlm", "package": "oscar2023"},
        ]
        language["depparse"]["gsd_charlm"]["dependencies"] = [{"model": "pretrain", "package": "conll17"}]
        url = self.url + "/stanza-{lang}/v{resources_version}/{filename}"
        return {"url": url, "id": language, "en": {"lang_name": "English"}}

    def answer(self, request: BaseHTTPRequestHandler, method: str) -> None:
        self.asked.append((method, request.path))
        if request.path == f"/resources_{VERSION}.json":
            body = json.dumps(self.listed()).encode()
        else:
            name = request.path.removeprefix(f"/stanza-id/v{VERSION}/").removesuffix(".pt")
            if name not in self.files:
                request.send_error(404)
                return
            body = self.files[name]
        request.send_response(200)
        if self.tells_sizes or method == "GET":
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if method == "GET":
            request.wfile.write(body)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    shelf = Shelf()
    monkeypatch.setenv("STANZA_RESOURCES_URL", shelf.url)
    monkeypatch.setenv("STANZA_RESOURCES_VERSION", VERSION)
    monkeypatch.delenv("JEJAK_STANZA_MODELS", raising=False)
    yield shelf
    shelf.server.shutdown()
    shelf.server.server_close()
    shelf.thread.join()


def run(*words: str, answer: str | None = None) -> Result:
    return CliRunner(env={"COLUMNS": "250"}).invoke(app, ["models", *words], input=answer)


def folder_of(data: Path) -> Path:
    return data / "models" / "stanza"


def test_it_says_what_from_where_and_how_large_and_fetches_nothing_when_told_no(shelf: Shelf, tmp_path: Path) -> None:
    done = run("fetch", "--data", str(tmp_path), answer="n\n")
    assert done.exit_code == 1
    for said in ("depparse/gsd_charlm", "pretrain/conll17", f"{shelf.url}/stanza-id/v{VERSION}/mwt/gsd.pt"):
        assert said in done.stdout
    total = sum(len(FILES[name]) for name in NEEDED) / 1e6
    assert f"To come: {len(NEEDED)} files, {total:.1f} MB" in done.stdout
    assert str(folder_of(tmp_path)) in done.stdout
    assert "Licence: Apache-2.0" in done.stdout
    assert "icon_charlm" not in done.stdout, "what the engine does not read is not fetched"
    assert not folder_of(tmp_path).exists()
    assert not [path for method, path in shelf.asked if method == "GET" and path.endswith(".pt")]


def test_what_was_fetched_is_whole_and_is_not_fetched_twice(shelf: Shelf, tmp_path: Path) -> None:
    done = run("fetch", "--data", str(tmp_path), answer="y\n")
    assert done.exit_code == 0, done.output
    folder = folder_of(tmp_path)
    for name in NEEDED:
        assert (folder / "id" / f"{name}.pt").read_bytes() == FILES[name]
    assert missing_models(folder) == []
    assert models_folder(folder) == folder
    assert models_version(folder).startswith("official-gsd-")
    before = [path for method, path in shelf.asked if method == "GET"]
    again = run("fetch", "--data", str(tmp_path))
    assert again.exit_code == 0, again.output
    assert "0 files fetched" in again.stdout
    assert len([path for method, path in shelf.asked if method == "GET"]) == len(before) + 1, "only the list again"


def test_a_file_of_another_checksum_is_refused_and_the_rest_goes_on_where_it_stopped(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.files["pos/gsd_charlm"] = b"something else"
    done = run("fetch", "--to", str(tmp_path / "own"), "--yes")
    assert isinstance(done.exception, CommandError)
    assert "gsd_charlm.pt did not come whole: its MD5 is" in str(done.exception)
    assert not (tmp_path / "own" / "id" / "pos" / "gsd_charlm.pt").exists()
    assert not list((tmp_path / "own").rglob("*.partial"))
    assert RESOURCES in missing_models(tmp_path / "own"), "a fetch that stopped looks complete to nobody"
    shelf.files = dict(FILES)
    again = run("fetch", "--to", str(tmp_path / "own"), "--yes")
    assert again.exit_code == 0, again.output
    assert f"JEJAK_STANZA_MODELS={tmp_path / 'own'}" in again.stdout
    tokenizers = [path for method, path in shelf.asked if method == "GET" and "tokenize" in path]
    assert len(tokenizers) == 1, "what came whole is kept"


def test_sizes_that_are_not_told_are_said_to_be_unknown(shelf: Shelf, tmp_path: Path) -> None:
    shelf.tells_sizes = False
    done = run("fetch", "--data", str(tmp_path), "-y")
    assert done.exit_code == 0, done.output
    assert f"and {len(NEEDED)} of unknown size" in done.stdout


def test_without_network_one_sentence_says_so(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        monkeypatch.setenv("STANZA_RESOURCES_URL", address)
        done = run("fetch", "--data", str(tmp_path), "--yes")
    assert isinstance(done.exception, CommandError)
    assert str(done.exception).startswith(f"{address}/resources_{VERSION}.json did not answer")
    assert not folder_of(tmp_path).exists()


def test_a_list_without_indonesian_is_no_list(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "listed", lambda: {"url": "x", "en": {}})
    done = run("fetch", "--data", str(tmp_path), "--yes")
    assert isinstance(done.exception, CommandError)
    assert "is no list of Stanza's models" in str(done.exception)


def test_models_that_are_here_are_listed_with_version_size_and_licence(shelf: Shelf, tmp_path: Path) -> None:
    assert run("fetch", "--data", str(tmp_path), "--yes").exit_code == 0
    done = run("list", "--data", str(tmp_path), "--json")
    assert done.exit_code == 0, done.output
    models = {model["name"]: model for model in json.loads(done.stdout)}
    assert models["names-accurate"]["origin"] == "shipped"
    assert models["stanza-official"]["version"].startswith("official-gsd-")
    assert models["stanza-official"]["size"] > sum(len(FILES[name]) for name in NEEDED)
    for model in models.values():
        assert model["lacks"] == []
        assert model["licence"]
        assert model["version"]
    (folder_of(tmp_path) / "id" / "mwt" / "gsd.pt").unlink()
    done = run("list", "--data", str(tmp_path))
    assert "incomplete: id/mwt/gsd.pt missing" in done.stdout


def test_a_shipped_model_without_entry_is_listed_with_a_digest_that_follows_its_files(tmp_path: Path) -> None:
    (tmp_path / "models.toml").write_text('[known]\nversion = "2.0"\nlicence = "MIT"\n', encoding="utf-8")
    for name in ("known", "unknown"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").write_bytes(b"1234")
    first = installed_models(shipped=tmp_path)
    assert [(model.name, model.licence, model.size) for model in first] == [
        ("known", "MIT", 4),
        ("unknown", "see its README", 4),
    ]
    (tmp_path / "known" / "weights").write_bytes(b"1235")
    second = installed_models(shipped=tmp_path)
    assert first[0].version != second[0].version
    assert first[1].version == second[1].version


def test_a_named_folder_without_models_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StanzaModelError, match=r"resources\.json missing; fetch them with: jejak models fetch --to"):
        models_folder(tmp_path)
    monkeypatch.setenv("JEJAK_STANZA_MODELS", str(tmp_path / "gone"))
    with pytest.raises(StanzaModelError, match="gone"):
        models_folder()
