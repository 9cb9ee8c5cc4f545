"""The demo newsroom: sixteen invented regional outlets on one local server, hard in all the ways the real ones are."""

from crawlers.newsroom.server import LoggedRequest, Newsroom

__all__ = ["LoggedRequest", "Newsroom"]
