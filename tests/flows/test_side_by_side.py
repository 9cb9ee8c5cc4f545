"""Work in several processes: answers in order, one lost task where a process dies, an end where work cannot go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from flows.article_lines import Line, unanswered
from flows.side_by_side import WAITING_FOR_EACH, WorkerError, affordable, free_megabytes, in_order

GOLD = Path(__file__).parent.parent / "gold" / "articles.jsonl"
#: Each process evaluates the expressions it is given.
CALCULATE = partial(partial, eval)
DIE = "__import__('os').kill(__import__('os').getpid(), 9)"


def calculated(tasks: Iterator[str] | list[str], processes: int = 2) -> list[object]:
    answers: list[object] = []
    in_order(CALCULATE, tasks, processes, answers.append, lambda task, death: f"lost {death}")
    return answers


@pytest.mark.slow
def test_answers_come_in_the_order_of_the_tasks_and_a_death_costs_one_task() -> None:
    slow = "__import__('time').sleep(0.2) or 0"
    assert calculated([slow, "1", "2", DIE, "4", "__import__('os')._exit(3)", "6"]) == [
        0, 1, 2, "lost by signal SIGKILL", 4, "lost with exit status 3", 6,
    ]  # fmt: skip


def test_an_error_of_a_task_ends_the_work_and_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        calculated(["1", "1/0", "2"])


def test_what_keeps_a_process_from_beginning_is_raised_before_the_first_task() -> None:
    tasks = iter(["1"])
    with pytest.raises(ValueError, match="invalid literal"):
        in_order(partial(int, "x"), tasks, 2, print, print)
    with pytest.raises(WorkerError, match="ended with exit status 5 before it could read"):
        in_order(partial(os._exit, 5), tasks, 2, print, print)
    assert list(tasks) == ["1"]


def test_endless_input_is_read_no_faster_than_it_is_answered() -> None:
    read: list[int] = []

    def endless() -> Iterator[str]:
        while True:
            read.append(1)
            yield "1"

    taken = 0

    def take(_: object) -> None:
        nonlocal taken
        taken += 1
        # The queue, one task in hand of the taker and one of the reader.
        assert len(read) <= taken + WAITING_FOR_EACH + 2
        if taken == 30:
            raise StopAsyncIteration

    with pytest.raises(StopAsyncIteration):
        in_order(CALCULATE, endless(), 1, take, print)


def test_an_answer_is_taken_while_the_next_task_is_awaited() -> None:
    answers: list[object] = []

    def typed() -> Iterator[str]:
        yield "1"
        deadline = time.monotonic() + 30
        while not answers and time.monotonic() < deadline:
            time.sleep(0.01)
        yield str(len(answers) + 1)

    in_order(CALCULATE, typed(), 1, answers.append, print)
    assert answers == [1, 2]


def test_no_more_processes_start_than_memory_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    free = free_megabytes()
    assert free is None or free > 0
    assert affordable(3, 10**9) == (3 if free is None else 1)
    if free is not None:
        assert f"1 of 3 jobs: {free // 1000}" in capsys.readouterr().err
    assert affordable(2, 1) == 2
    (tmp_path / "meminfo").write_text("MemTotal: 99999999 kB\nMemAvailable:   4096000 kB\n")
    assert free_megabytes(tmp_path / "meminfo", tmp_path) == 4000
    (tmp_path / "memory.max").write_text("2097152000\n")
    (tmp_path / "memory.current").write_text("1048576000\n")
    assert free_megabytes(tmp_path / "meminfo", tmp_path) == 1000
    (tmp_path / "memory.max").write_text("max\n")
    assert free_megabytes(tmp_path / "meminfo", tmp_path) == 4000
    assert free_megabytes(tmp_path / "none", tmp_path / "none") is None


def test_a_line_whose_process_died_gives_an_object_with_id_and_error() -> None:
    for content, name in ((b'{"id": "x-7", "text": "a"}', "x-7"), (b"{", None)):
        answer = unanswered(Line(3, content), "by signal SIGKILL")
        said = json.loads(answer.text)
        assert answer.has_error
        assert (said["id"], said["line"]) == (name, 3)
        assert "by signal SIGKILL" in said["error"]


@pytest.mark.slow
def test_facts_of_several_processes_are_those_of_one() -> None:
    lines = GOLD.read_bytes() + b'\n{"id": "broken"\n\n{"id": "no text"}\n'
    command = [sys.executable, "-m", "flows.command_line", "facts", "--model", "none"]
    one = subprocess.run(command, input=lines, capture_output=True, check=False)
    two = subprocess.run([*command, "--jobs", "2"], input=lines, capture_output=True, check=False)
    assert one.returncode == two.returncode == 1
    assert one.stdout == two.stdout
    assert one.stderr == two.stderr
    assert [json.loads(line)["line"] for line in two.stdout.splitlines()[-2:]] == sorted(
        json.loads(line)["line"] for line in two.stdout.splitlines()[-2:]
    )


@pytest.mark.slow
def test_stopping_ends_every_process() -> None:
    command = [sys.executable, "-m", "flows.command_line", "facts", "--model", "none", "--jobs", "2"]
    running = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert running.stdin
    assert running.stdout
    assert running.stderr
    running.stdin.write(b'{"id": "a", "text": ""}\n')
    running.stdin.flush()
    assert json.loads(running.stdout.readline())["id"] == "a"
    # As at a terminal: every process of the group gets it.
    os.killpg(running.pid, signal.SIGINT)
    _, complaint = running.communicate(timeout=30)
    assert running.returncode == 130
    assert b"stopped" in complaint
    assert b"Traceback" not in complaint
    deadline = time.monotonic() + 10
    while _is_alive(running.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(running.pid)


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
