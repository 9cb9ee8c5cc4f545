"""What is known of every address, shared by all crawls of a data folder."""

from .store import MAX_TRIES, Frontier, FrontierError, now

__all__ = [
    "MAX_TRIES",
    "Frontier",
    "FrontierError",
    "now",
]
