"""What a result directory comes to, in a terminal: its summary as it was written, and what may be left to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sim.answers import aligned, read_rows
from sim.model.mistakes import command
from sim.model.outcomes import MEASURES
from sim.results.frame import SUMMARY
from sim.results.manifest import missing, provenance
from sim.results.open import failures
from sim.study.layout import Layout

CASE_COLUMNS = ("scenario", "point", "runs", "left_out")
MOST_CASES = 20  # shown; all of them are in summary.csv

Row = Mapping[str, str]


def report(out: Path) -> str:
    """Return the summary of a finished result, or what a shard has done."""
    return "\n".join(_lines(out))


def _lines(out: Path) -> Iterator[str]:
    about = provenance(out)
    layout = Layout(**about["layout"])
    todo = missing(out, layout)
    if todo:
        done = sum(1 for _ in layout.batches()) - len(todo)
        yield f"shard {about['shard']}: {done} batches in {out}; `armsrace merge` joins the shards"
        return
    rows = read_rows(out / SUMMARY)
    one = "measure" in rows[0]
    yield from aligned(_measures(rows) if one else _cases(rows))
    if not one:
        more = f"{len(rows) - MOST_CASES} cases more, and " if len(rows) > MOST_CASES else ""
        yield f"{more}every factor and outcome with its interval in {out / SUMMARY}"
    yield f"{about['runs']} runs" + ("" if one else " of each case") + f" in {out}"
    if about["stop"] is not None and "stopped" not in about:
        name, width = about["stop"]["measure"], about["stop"]["half_width"]
        yield f"{name} is not known to {width:g} yet; {command('resume', out, '--runs', 'N')} plays more"
    if left_out := len(failures(out)):
        yield f"{left_out} runs broke and are left out; {command('failures', out)} lists them"


def _measures(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of every measure of the one case there is."""
    for row in rows:
        value, low, high = (f"{float(row[name]):.3g}" for name in ("value", "low", "high"))
        yield row["measure"], row["state"], value, f"{low} to {high}", row["unit"]


def _cases(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Yield the heading, then the main outcomes of the first cases."""
    columns = [name for name in CASE_COLUMNS if name in rows[0]]
    main = [outcome for name, outcome in MEASURES.items() if outcome.main and name in rows[0]]
    yield *columns, *(outcome.key for outcome in main)
    for row in rows[:MOST_CASES]:
        yield *(row[name] for name in columns), *(f"{float(row[outcome.key]):{outcome.form}}" for outcome in main)
