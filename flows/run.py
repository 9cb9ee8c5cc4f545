"""The main job as a Prefect flow: crawl, extract, load, resolve, publish.

Each stage leaves its result in the data folder before the next begins, complete or not at all, so a run that was
killed anywhere is simply started again. Tasks are stages and slices, never single articles: a task costs the server
about 25 ms, an article less.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

from crawlers.archive import ArchiveError
from crawlers.registry import Registry, RegistryError
from warehouse.database import WarehouseError
from warehouse.summary import RunSummary, summary

from .crawling import CrawlCounts, Source, crawl, source
from .extraction import Slice, SliceCounts, SliceTotals, extract, extract_slice, extractor, read_with
from .health import OutletState, states
from .health_table import artifact_rows, headline, markdown
from .loading import LoadTotals, load, opened, publish, resolve
from .options import OptionError, RunOptions
from .progress import NOBODY, LogReporter, reporter, reporting
from .workspace import Workspace, WorkspaceError

HOPELESS = (OptionError, WorkspaceError, RegistryError, WarehouseError, ArchiveError)
"""Errors that a second try cannot mend: a person must act."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did, and what the warehouse holds after it."""

    crawl: CrawlCounts
    extraction: SliceTotals
    loading: LoadTotals
    summary: RunSummary
    health: list[OutletState]


T = TypeVar("T")


def whole(value: T) -> T:
    """The value, marked so that Prefect hands it on as it is instead of looking through all its fields for futures."""
    return cast(T, quote(value))


def may_help(_task: Any, _run: Any, state: Any) -> bool:
    """Whether trying again may help: not where a person must act first."""
    return not isinstance(state.result(raise_on_failure=False), HOPELESS)


@task(name="crawl", retries=2, retry_delay_seconds=20, retry_condition_fn=may_help, cache_policy=NO_CACHE)
def crawl_task(workspace: Workspace, options: RunOptions, origin: Source) -> CrawlCounts:
    """Fetch what is new; a retry takes up where the last try stopped."""
    return crawl(workspace, options, origin)


@task(name="extract slice", retries=1, retry_condition_fn=may_help, cache_policy=NO_CACHE)
def extract_task(workspace: Workspace, work: Slice, registry: Registry) -> SliceCounts:
    """Read one slice of the archive."""
    return extract_slice(workspace, work, registry)


def extract_whole(workspace: Workspace, work: Slice, registry: Registry) -> SliceCounts:
    """Read one slice as a task."""
    return extract_task(workspace, whole(work), whole(registry))


@task(name="load", retries=1, retry_delay_seconds=5, retry_condition_fn=may_help, cache_policy=NO_CACHE)
def load_task(workspace: Workspace, registry: Registry) -> LoadTotals:
    """Load the parts that the warehouse does not have."""
    return load(workspace, registry, extractor().version)


@task(name="resolve", retries=1, retry_delay_seconds=5, retry_condition_fn=may_help, cache_policy=NO_CACHE)
def resolve_task(workspace: Workspace) -> None:
    """Join persons, agencies and events across articles."""
    resolve(workspace)


@task(name="publish", retries=1, retry_delay_seconds=5, retry_condition_fn=may_help, cache_policy=NO_CACHE)
def publish_task(workspace: Workspace) -> None:
    """Replace the protected snapshot."""
    publish(workspace)


@flow(name="jejak-run", flow_run_name="jejak run", validate_parameters=True)
def run(options: RunOptions | None = None) -> RunResult:
    """Crawl, extract, load, resolve and publish one data folder.

    Args:
        options: what to do; the live registry into ``./data`` when None.

    Raises:
        WorkspaceError: if the data folder cannot be written or is in use.
        RegistryError: if an outlet or province is unknown.
        OptionError: if the options cannot be carried out, such as a live crawl without a contact.
        ExtractorError: if engine or model is unknown or its files are missing.
    """
    options = options or RunOptions()
    read_with(options.engine, options.model)
    workspace = options.workspace
    with ExitStack() as stack:
        if reporter() is NOBODY:
            stack.enter_context(reporting(LogReporter(get_run_logger())))
        stack.enter_context(workspace.locked())
        origin = stack.enter_context(source(options))
        crawled = crawl_task(workspace, options, whole(origin))
        extracted = extract(workspace, origin.registry, each=extract_whole)
        loaded = load_task(workspace, whole(origin.registry))
        resolve_task(workspace)
        publish_task(workspace)
        with opened(workspace.warehouse, read_only=True) as con:
            result = RunResult(crawled, extracted, loaded, summary(con), states(con))
        create_table_artifact(
            key="jejak-run",
            table=[{"event": name, "count": count} for name, count in result.summary.events_by_type.items()],
            description=f"Events by type in {workspace.snapshot.name}; {crawled.new} new pages in this run.",
        )
        tell_health(result.health)
        return result


def tell_health(found: list[OutletState]) -> None:
    """Leave in Prefect how the outlets are: a table of all, and what is wrong in sentences."""
    create_table_artifact(key="outlet-health", table=artifact_rows(found), description=headline(found))
    create_markdown_artifact(key="outlet-problems", markdown=markdown(found))
