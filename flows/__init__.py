"""Run: Prefect flows, schedules and the `jejak` command line."""
