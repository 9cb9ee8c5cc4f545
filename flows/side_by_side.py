"""Work on many tasks in several processes, and take the answers in the order of the tasks.

A process reads one task at a time. Where one dies, its task is lost and a new process goes on; where it cannot even
begin, the work ends with the reason.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Queue
from threading import Event, Lock, Thread
from typing import Any, Generic, TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Work = Callable[[Task], Answer]

WAITING_FOR_EACH = 4
"""Tasks begun or answered for each process before the first of them is taken: bounds the memory of endless input."""

MEMINFO = Path("/proc/meminfo")
CONTROL_GROUP = Path("/sys/fs/cgroup")


class WorkerError(RuntimeError):
    """A process died before it was ready; the message says how and what to do."""


class _DiedError(Exception):
    """The process died over its task."""


class _ClosedError(Exception):
    """The work is being given up."""


def in_order(
    prepare: Callable[[], Work[Task, Answer]],
    tasks: Iterable[Task],
    processes: int,
    take: Callable[[Answer], None],
    lost: Callable[[Task, str], Answer],
) -> None:
    """Answer tasks in several processes and take each answer in the order of the tasks, as soon as it can be.

    Tasks are read no faster than they are answered. What ``prepare``, a task or ``take`` raises, and Ctrl+C, ends the
    work: the processes are stopped and the error is raised here.

    Args:
        prepare: called once in each process, gives the function that answers; it must be picklable.
        tasks: what is asked; each must be picklable.
        processes: how many work side by side.
        take: takes an answer; called in a thread of its own, for the tasks may come from a person who types.
        lost: the answer to a task over which a process died; also told how it died.

    Raises:
        WorkerError: a process died before it was ready.
    """
    crew = _Crew(prepare)
    waiting: Queue[Future[Answer] | None] = Queue(processes * WAITING_FOR_EACH)
    failed = Event()
    errors: list[BaseException] = []

    def answer(task: Task) -> Answer:
        try:
            return crew.answer(task)
        except _DiedError as death:
            return lost(task, str(death))

    def take_all() -> None:
        # After a failure it goes on emptying the queue, so that nobody waits for room in it.
        while (future := waiting.get()) is not None:
            if not failed.is_set():
                try:
                    take(future.result())
                except BaseException as error:
                    errors.append(error)
                    failed.set()

    taker = Thread(target=take_all, name="answers")
    pool = ThreadPoolExecutor(processes)
    taker.start()
    try:
        crew.begin()
        for task in tasks:
            if failed.is_set():
                break
            waiting.put(pool.submit(answer, task))
    except BaseException:
        failed.set()
        raise
    finally:
        if not failed.is_set():
            waiting.put(None)
            taker.join()
        # Whatever failed, nobody waits for answers that are not wanted any more.
        pool.shutdown(wait=False, cancel_futures=True)
        crew.close()
        if taker.is_alive():
            waiting.put(None)
            taker.join()
        pool.shutdown()
    if errors:
        raise errors[0]


class _Worker(Generic[Task, Answer]):
    """A process that answers one task at a time."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self._connection = connection

    def answer(self, task: Task) -> Answer:
        """Answer a task; raises what answering raised, and ``_DiedError`` if the process died."""
        try:
            self._connection.send(task)
        except (BrokenPipeError, ConnectionResetError):
            raise self._death() from None
        answer: Answer = self.hear()
        return answer

    def hear(self) -> Any:
        """What the process says next."""
        try:
            is_answer, said = self._connection.recv()
        except (EOFError, ConnectionResetError):
            raise self._death() from None
        if is_answer:
            return said
        raise said

    def _death(self) -> _DiedError:
        self.process.join()
        code = self.process.exitcode or 0
        self._connection.close()
        return _DiedError(f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit status {code}")

    def stop(self) -> None:
        """End the process; between tasks it holds nothing that could be lost."""
        self.process.kill()
        self.process.join()


class _Crew(Generic[Task, Answer]):
    """The processes: as many as are asked at the same time."""

    def __init__(self, prepare: Callable[[], Work[Task, Answer]]) -> None:
        self._prepare = prepare
        self._idle: deque[_Worker[Task, Answer]] = deque()
        self._all: list[_Worker[Task, Answer]] = []
        self._lock = Lock()
        self._is_closed = False

    def begin(self) -> None:
        """Start a first process, so that what keeps it from starting is known before the first task is read."""
        self._idle.append(self._start())

    def answer(self, task: Task) -> Answer:
        """Answer a task in a process that is idle, or in a new one."""
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = self._start()
        try:
            answer = worker.answer(task)
        except _DiedError:
            with self._lock:
                self._all.remove(worker)
            if self._is_closed:
                raise _ClosedError from None
            raise
        self._idle.append(worker)
        return answer

    def close(self) -> None:
        """End all processes; none is started after this."""
        with self._lock:
            self._is_closed = True
            workers = list(self._all)
        for worker in workers:
            worker.stop()

    def _start(self) -> _Worker[Task, Answer]:
        # Spawned, not forked: the libraries behind have threads, which a fork would leave in an unknown state.
        context = multiprocessing.get_context("spawn")
        with self._lock:
            if self._is_closed:
                raise _ClosedError
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(self._prepare, theirs), daemon=True)
            process.start()
            theirs.close()
            worker: _Worker[Task, Answer] = _Worker(process, ours)
            self._all.append(worker)
        try:
            worker.hear()
        except _DiedError as death:
            raise WorkerError(
                f"a process of --jobs ended {death} before it could read: give fewer jobs, or none"
            ) from None
        return worker


def _serve(prepare: Callable[[], Work[Task, Answer]], connection: Connection) -> None:
    """Answer the tasks of a connection until it is closed."""
    # Ctrl+C reaches every process of a terminal; the one that started the others ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work = prepare()
    except Exception as error:
        connection.send((False, error))
        return
    connection.send((True, None))
    while True:
        try:
            task = connection.recv()
        except (EOFError, ConnectionResetError):
            return
        try:
            said: tuple[bool, Any] = (True, work(task))
        except Exception as error:
            said = (False, error)
        connection.send(said)


def affordable(processes: int, megabytes: int) -> int:
    """As many of these processes as fit into the memory that is free, at least one; says so when that is fewer.

    Args:
        processes: how many are asked for.
        megabytes: what one may take.
    """
    free = free_megabytes()
    fitting = processes if free is None else max(1, min(processes, free // megabytes))
    if fitting < processes:
        print(
            f"jejak: {fitting} of {processes} jobs: {free} MB of memory are free, and each may take {megabytes}",
            file=sys.stderr,
        )
    return fitting


def free_megabytes(meminfo: Path = MEMINFO, group: Path = CONTROL_GROUP) -> int | None:
    """Memory that can be had without swapping, within the limit of a container; None where nothing tells."""
    room: list[int] = []
    try:
        rows = dict(line.split(":", 1) for line in meminfo.read_text(encoding="ascii").splitlines())
        room.append(int(rows["MemAvailable"].split()[0]) // 1024)
    except (OSError, KeyError, ValueError):
        pass
    try:
        limit, used = ((group / name).read_text(encoding="ascii") for name in ("memory.max", "memory.current"))
        room.append(max(0, int(limit) - int(used)) // 2**20)
    except (OSError, ValueError):
        pass
    return min(room, default=None)
