"""The benchmarks run to their end and measure what they say; how fast anything is, is no business of a test."""

import importlib
import json
import math
import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "experiments" / "benchmarks"

WITH_NUMBERS = {
    "a": ["256 runs: runs a second", "256 runs: peak memory", "1,024 runs: runs a second", "1,024 runs: peak memory",
          "peak memory of 1,024 runs over 256 runs"],
    "b": ["2,048 runs: two workers over one", "2,048 runs: two workers over one, processor time"],
    "c": ["256 runs: keeping every path, on top of keeping none",
          "256 runs: keeping every path, on top of keeping none, processor time", "256 runs: bytes written, every path",
          "256 runs: bytes written, no path"],
    "d": ["2,048 runs killed half-way and resumed: extra time", "start of the second process, not counted above",
          "2,048 runs killed half-way and resumed: batch in vain, and a resume of nothing"],
    "e": ["sim.sweep: runs a second", "mesa.batch_run: runs a second"],
    "f": ["runs to know an embargo's effect to 0.01, common luck",
          "runs to know an embargo's effect to 0.01, a seed for each scenario", "the second over the first",
          "that effect, measured with 512 runs"],
}  # fmt: skip
FROM_THE_NETWORK = ["EMA Workbench, agents: runs a second", "EMA Workbench, numpy core: runs a second"]


@pytest.fixture
def benchmark_named(monkeypatch):
    """Import a benchmark as it is when it runs: from its own folder."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


# -- the whole table


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """Everything `sweep_costs.py --quick` says, and the folder it worked in."""
    place = tmp_path_factory.mktemp("benchmarks")
    command = [sys.executable, FOLDER / "sweep_costs.py", "--quick", "--folder", place / "work", "--json",
               place / "table.json"]  # fmt: skip
    # Without an index pip installs nothing, so the engine from the network has rows that say so.
    answer = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PIP_NO_INDEX": "1"})
    assert answer.returncode == 0, answer.stderr
    return answer.stdout, json.loads((place / "table.json").read_text(encoding="utf-8")), place / "work"


@pytest.mark.slow
def test_the_quick_table_has_every_row(quick):
    _, table, _ = quick
    found = [(row["part"], row["figure"]) for row in table["rows"] if row["figure"] not in FROM_THE_NETWORK]
    assert sorted(found) == sorted((part, figure) for part, figures in WITH_NUMBERS.items() for figure in figures)
    assert [row["figure"] for row in table["rows"] if row["figure"] in FROM_THE_NETWORK] == FROM_THE_NETWORK


@pytest.mark.slow
def test_every_row_is_printed_with_a_number(quick):
    printed, table, _ = quick
    for row in table["rows"]:
        assert any(row["figure"] in line and row["measured"] in line for line in printed.splitlines())
        if row["figure"] in FROM_THE_NETWORK and row["number"] is None:
            assert row["measured"] == "not installed"
        else:
            assert math.isfinite(row["number"])
        assert row["reached"] is None, "so few runs reach and miss nothing"


@pytest.mark.slow
def test_paths_take_bytes_and_nothing_is_left_behind(quick):
    _, table, work = quick
    sizes = {row["figure"]: row["number"] for row in table["rows"]}
    assert sizes["256 runs: bytes written, every path"] > sizes["256 runs: bytes written, no path"] > 0
    assert list(work.iterdir()) == []


# -- what the figures mean


def test_a_fair_coin_is_known_to_one_in_a_hundred_after_9604_throws(benchmark_named):
    runs_needed = benchmark_named("contrast_runs").runs_needed
    coin = np.tile([0.0, 1.0], 50_000)
    assert runs_needed(coin, 0.01) == 9604
    assert runs_needed(coin, 0.02) == 2401


def test_independent_coins_need_the_sum_of_their_variances(benchmark_named):
    ratio = benchmark_named("contrast_runs").ratio_of_variances
    first = np.tile([0.0, 0.0, 1.0, 1.0], 1000)
    independent, equal_but_for_one_in_four = np.tile([0.0, 1.0], 2000), np.tile([0.0, 1.0, 1.0, 1.0], 1000)
    common, separate = equal_but_for_one_in_four - first, independent - first
    assert separate.var() == pytest.approx(0.5)
    assert ratio(common, separate) == pytest.approx(0.5 / (0.25 * 0.75))
    assert ratio(np.zeros(8), separate) == np.inf


def test_engines_that_play_other_runs_are_not_compared(benchmark_named):
    refuse = benchmark_named("other_engines").refuse_differences
    refuse({"sim.sweep": [0.1, 0.2, 0.3], "agents": [0.1, 0.2 + 1e-12]})
    with pytest.raises(SystemExit, match="agents did not play the runs"):
        refuse({"sim.sweep": [0.1, 0.2, 0.3], "agents": [0.1, 0.21]})


def test_every_benchmark_is_in_the_readme_and_runs_from_the_command_line(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(FOLDER))
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for script in FOLDER.glob("*.py"):
        assert f"`{script.name}`" in readme
    for script in ("sweep_costs.py", "contrast_runs.py", "other_engines.py"):
        monkeypatch.setattr(sys, "argv", [script, "--help"])
        with pytest.raises(SystemExit) as end:
            runpy.run_path(str(FOLDER / script), run_name="__main__")
        assert end.value.code == 0
        assert script in capsys.readouterr().out
