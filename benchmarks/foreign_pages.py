"""Pages in the manner of other countries' sites and systems, with what should come out of them.

``foreign/stories.toml`` holds the stories, ``foreign/pages/`` one Jinja template a page. A template passes every text
that belongs to the article through ``say``; what it says, in order, is the expected body. All of it is our own writing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

FOLDER = Path(__file__).parent / "foreign"


@dataclass(frozen=True, slots=True)
class ForeignPage:
    """A page and what should come out of it; an empty value is not judged.

    Attributes:
        name: of the template.
        url: its address.
        html: the page.
        title: headline.
        authors: names.
        day: of publication, ISO 8601.
        body: paragraphs of the article, a line each.
    """

    name: str
    url: str
    html: str
    title: str
    authors: tuple[str, ...]
    day: str
    body: str


def foreign_pages() -> list[ForeignPage]:
    """Every page, in the order of the templates' names.

    Raises:
        ValueError: a template says nothing, or lacks its first line ``{# story: NAME #}``.
    """
    templates = Environment(
        loader=FileSystemLoader(FOLDER / "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return [_page(templates, path) for path in sorted((FOLDER / "pages").glob("[!_]*.html"))]


@cache
def _stories() -> dict[str, dict[str, Any]]:
    return tomllib.loads((FOLDER / "stories.toml").read_text(encoding="utf-8"))


def _page(templates: Environment, path: Path) -> ForeignPage:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    if not first.startswith("{# story: "):
        raise ValueError(f"{path.name} must begin with {{# story: NAME #}}")
    story = _stories()[first.removeprefix("{# story: ").removesuffix("#}").strip()]
    said: list[str] = []

    def say(text: str) -> Markup:
        said.append(str(text))
        return escape(text)

    html = templates.get_template(path.name).render(s=story, say=say)
    if not said:
        raise ValueError(f"{path.name} says nothing of its story")
    return ForeignPage(
        name=path.stem,
        url=f"https://www.{story['site'].lower().replace(' ', '-')}.example/{path.stem}",
        html=html,
        title=story["title"],
        authors=tuple(name for name in story["authors"] if name in html),
        day=story["published"][:10],
        body="\n".join(said),
    )
