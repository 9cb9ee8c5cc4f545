"""Remember: facts into DuckDB, resolved, with views, a protected snapshot and exports."""
