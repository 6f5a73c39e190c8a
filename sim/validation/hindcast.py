"""The model asked what came next, at moments of the past, and held against what did and against free forecasts."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.answers import Answer, Files, Rows, read_rows, write_rows
from sim.model.arguments import MOST_RUNS, each_name, whole_number
from sim.model.mistakes import Mistake, command, suggest
from sim.results.files import digest_of_file, replacing, write_whole
from sim.scenario.knowledge import MODES
from sim.scenario.schema import Scenario
from sim.study.request import ScenarioLike, scenario_of
from sim.terminal import Shown
from sim.validation.origins import OF_PANEL, PARAMETERS, ROLLING, Origin, from_table
from sim.validation.panel import GROUPS, panelled
from sim.validation.rolling import rolled
from sim.validation.scored import Scored, read
from sim.validation.table import Group, against, table
from sim.validation.text import hindcast_text
from sim.version import VERSION

SCENARIO = "south_caucasus_2010"
RUNS, RUNS_OF_PANEL = 1000, 256
SPAN, SPAN_OF_PANEL = (1998, 2023), (1980, 2017)  # of origins: some years before on record, and some after
TABLE, AGAINST, FORECASTS, ABOUT = "hindcast.csv", "against.csv", "forecasts.csv", "hindcast.json"


@dataclass(frozen=True, repr=False)
class Hindcast(Answer):
    """What a hindcast found.

    Attributes
    ----------
    about : dict
        What was played, when, and its digests.
    rows : list of Scored
        Every forecast with its score.
    table : Rows
        The model beside the best forecasts that cost nothing, a line for each thing and mode.
    against : Rows
        The model beside every other forecast, on the panel beside itself without a mechanism too.
    """

    about: dict[str, Any]
    rows: list[Scored]
    table: Rows
    against: Rows

    def __str__(self) -> str:
        """Return the table with what its columns mean."""
        return hindcast_text(self.about, self.table)

    def write(self, folder: Path) -> Files:
        """Write both tables, all forecasts, and what was played with the digests of these."""
        folder.mkdir(parents=True, exist_ok=True)
        written = {TABLE: self.table, AGAINST: self.against, FORECASTS: [asdict(row) for row in self.rows]}
        for name, rows in written.items():
            with replacing(folder / name) as draft:
                write_rows(rows, draft)
        digests = {name: digest_of_file(folder / name) for name in written}
        text = json.dumps(self.about | {"digests": digests}, indent=2, ensure_ascii=False)
        write_whole(folder / ABOUT, text + "\n")
        return Files([*(folder / name for name in written), folder / ABOUT])


def read_hindcast(folder: Path) -> Hindcast:
    """Return a hindcast as it was written, its tables computed anew from its forecasts.

    Raises
    ------
    Mistake
        If the folder holds none, or what it holds was changed.
    """
    about = _about(folder, FORECASTS)
    del about["digests"]
    return _summed_up(about, read(read_rows(folder / FORECASTS)))


def read_tables(folder: Path) -> tuple[dict[str, Any], Rows, Rows]:
    """Return what was played, with digests, and both tables as they were written; the forecasts need not be there.

    Raises
    ------
    Mistake
        As `read_hindcast`.
    """
    about = _about(folder, TABLE, AGAINST)
    lines, beside = (Rows(map(_typed, read_rows(folder / name))) for name in (TABLE, AGAINST))
    return about, lines, beside


def _about(folder: Path, *names: str) -> dict[str, Any]:
    """Return what was played, once some files are what was written."""
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        changed = [name for name in names if digest_of_file(folder / name) != about["digests"][name]]
    except (OSError, ValueError, KeyError) as problem:
        raise Mistake(
            f"{folder} holds no hindcast ({problem}); {command('hindcast', '--out', folder)} makes one"
        ) from None
    if changed:
        raise Mistake(
            f"{folder / changed[0]} is not what was written; {command('hindcast', '--out', folder)} does it again"
        )
    return about


def _typed(row: dict[str, str]) -> dict[str, Any]:
    """Return a row of a table with its numbers as numbers."""

    def typed(cell: str) -> int | float | str:
        for kind in (int, float):
            with suppress(ValueError):
                return kind(cell)
        return cell

    return {name: typed(cell) for name, cell in row.items()}


def hindcast(
    scenario: ScenarioLike | None = None,
    *,
    panel: bool = False,
    origins: Sequence[int] = (),
    mode: str | Sequence[str] = (),
    posterior: str | os.PathLike[str] | None = None,
    runs: int | None = None,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    progress: Shown = "auto",
) -> Hindcast:
    """Foretell from moments of the past what is on record, and score it beside forecasts that cost nothing.

    Parameters
    ----------
    scenario : Scenario, str or path, optional
        A rivalry with a record of its own, refitted at each origin; the South Caucasus unless given.
    panel : bool
        The rivalries of the world panel instead, drafted from the record before each origin, and nothing refitted.
    origins : sequence of int, optional
        Years from whose January is foretold.
    mode : str or sequence of str, optional
        What of later years is given: ``nothing``, ``inputs`` (output and oil), ``timeline`` (as shipped); all of them
        unless given, on the panel the first two.
    posterior : path, optional
        A table of draws, as `armsrace calibrate` writes them: foretold with these too, over what is fitted anew.
    runs : int, optional
        For each forecast: 1000 unless given, on the panel 256.
    seed : int
        Seed of all luck.
    out : path, optional
        Folder for the table, all forecasts and what was played.
    progress : bool or "auto"
        Show a progress bar; ``auto`` does in a notebook and in a terminal.

    Returns
    -------
    Hindcast

    Raises
    ------
    Mistake
        If a mode or an origin cannot be, or nothing meets a record.
    """
    if panel and scenario is not None:
        raise Mistake("--panel plays the rivalries of the panel; leave out the scenario, or leave out --panel")
    if panel and posterior is not None:
        raise Mistake("a posterior is of one scenario; leave out --posterior, or leave out --panel")
    modes = _modes(each_name(mode), panel=panel)
    years = _years(origins or (OF_PANEL if panel else ROLLING), *(SPAN_OF_PANEL if panel else SPAN))
    runs = whole_number(runs or (RUNS_OF_PANEL if panel else RUNS), "runs", least=2, most=MOST_RUNS)
    about: dict[str, Any] = {
        "of": "panel", "origins": years, "modes": modes, "runs": runs, "seed": whole_number(seed, "seed"),
        "date": dt.date.today().isoformat(), "version": VERSION,
    }  # fmt: skip
    if panel:
        rows, left_out = panelled(years, modes, runs, seed=seed, progress=progress)
        about |= {"left_out": left_out}
    else:
        chosen = scenario_of(SCENARIO if scenario is None else scenario)
        _refuse_without_record(chosen)
        parameters = {**PARAMETERS, **({} if posterior is None else {"posterior": from_table(posterior)})}
        places = [Origin(year) for year in years]
        rows = rolled(chosen, places, modes, runs, seed=seed, parameters=parameters, progress=progress)
        about |= {"of": chosen.name, "digest": chosen.digest(), "states": _states(chosen)}
    found = _summed_up(about, rows)
    if out is not None:
        found.write(Path(out))
    return found


def _summed_up(about: dict[str, Any], rows: list[Scored]) -> Hindcast:
    """Return forecasts with their tables."""
    groups = list(_groups(about, rows))
    return Hindcast(about, rows, table(rows, groups), against(rows, groups))


def _years(origins: Sequence[int], first: int, last: int) -> list[int]:
    """Return the origins asked for, in order."""
    years = sorted({whole_number(year, "origin") for year in origins})
    for year in years:
        if not first <= year <= last:
            raise Mistake(
                f"origin {year}: too little is on record before or after; write a year from {first} to {last}"
            )
    return years


def _modes(asked: Sequence[str], *, panel: bool) -> list[str]:
    """Return the modes asked for, or all that make sense."""
    for mode in asked:
        if mode not in MODES:
            raise Mistake(f"there is no mode '{mode}'{suggest(mode, MODES)}; write {', '.join(MODES)}")
        if panel and mode == "timeline":
            raise Mistake("a rivalry of the panel has no timeline; write nothing or inputs")
    return list(asked) or [mode for mode in ("nothing", "inputs", "timeline") if not (panel and mode == "timeline")]


def _refuse_without_record(scenario: Scenario) -> None:
    """Refuse a scenario whose states are not all held against a record of their spending."""
    for state in scenario.states.values():
        if state.iso3 is None or "spending" not in state.from_record:
            raise Mistake(
                f"'{scenario.name}': nothing is on record of {state.name}; write its 'iso3:' and 'from_record: "
                "[spending, ...]', or ask for --panel"
            )


def _states(scenario: Scenario) -> dict[str, dict[str, str]]:
    """Return key and display name of each state by its code in the tables."""
    return {state.iso3 or key: {"key": key, "name": state.name} for key, state in scenario.states.items()}


def _groups(about: Mapping[str, Any], rows: Sequence[Scored]) -> Iterator[Group]:
    """Yield the lines of the table: of the panel pooled over states or pairs, of one scenario by state."""
    if about["of"] == "panel":
        yield from GROUPS
        return
    for subject, of in dict.fromkeys((row.subject, row.of) for row in rows):
        who = " and ".join(about["states"][code]["name"] for code in of.split("-"))
        yield Group(
            f"{subject}, {who}",
            lambda row, key=(subject, of): (row.subject, row.of) == key,  # type: ignore[misc]
            lambda row: row.origin,
        )
