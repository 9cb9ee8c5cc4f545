"""Fetch: from the outlet registry to pages in a WARC archive."""
