"""Understand: from a page to an `Article` to `Facts`; pure functions, no database, no network."""
