"""The registry of outlets: its families and entries, read, checked and edited."""

from .entry import STATUSES
from .error import RegistryError
from .families import Province, default_daily_budget, families, plain_folders, priority_sections, province_of, provinces
from .loading import OUTLETS_FILE, Registry, load_registry, parse_registry
from .outlet import Outlet, as_generic, render_index_page

__all__ = [
    "OUTLETS_FILE",
    "STATUSES",
    "Outlet",
    "Province",
    "Registry",
    "RegistryError",
    "as_generic",
    "default_daily_budget",
    "families",
    "load_registry",
    "parse_registry",
    "plain_folders",
    "priority_sections",
    "province_of",
    "provinces",
    "render_index_page",
]
