"""Asking the web for a page: politely, safely, bounded in size and time."""
