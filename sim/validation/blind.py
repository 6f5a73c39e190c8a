"""Predictions of 2022 to 2024, written before anybody looks: spending and recorded deliveries that are held back.

From January 2022 with what was known the day before, each run with a draw of the posterior of its own, in two modes:
nothing given later, and observed oil and output given. Quantiles as CSV, every run as Parquet, what was played and the
digests of it all as JSON: ``python -m sim.validation.blind FOLDER --posterior FILE``. Deaths and outbreaks of 2022 and
2023 stand in our tables and are no part of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from sim import observed
from sim.answers import Files, write_rows
from sim.drafts.rivalry import draft_rivalry
from sim.model.mistakes import Mistake
from sim.model.world import Array
from sim.observed import panel
from sim.results.files import digest_of_file, replacing, write_whole
from sim.scenario.check import load
from sim.scenario.initial import opening
from sim.scenario.knowledge import MODES, reopened
from sim.scenario.schema import Figure, Scenario
from sim.study.factors import put_run_by_run
from sim.study.slots import find_slot
from sim.terminal import Shown, progress_bar
from sim.validation.origins import Known, from_table
from sim.validation.yearbook import Yearbook, yearbook

SCENARIO, OPENS, LAST = "status_quo", 2022, 2024
ASKED = ("nothing", "inputs")
QUANTILES = {"q05": 0.05, "q10": 0.10, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q90": 0.90, "q95": 0.95}
ALL = "all"  # suppliers, or classes
SPENDING, DELIVERIES = "milex_usd2023_m", "recorded_deliveries_tiv_m"
# Whose spending after 2021 stands in other tables of ours, so that a prediction of it is not blind.
KNOWN = "known"


def blind(
    out: Path, known: Known, runs: int = 4096, *, runs_of_panel: int = 1024, seed: int = 2022, command: str = "",
    progress: Shown = False,
) -> Files:  # fmt: skip
    """Write the predictions of 2022 to 2024.

    Parameters
    ----------
    out : Path
        Folder.
    known : callable
        With which parameters, as of `sim.validation.origins`.
    runs, runs_of_panel, seed : int
        How many runs of the South Caucasus and of each rivalry of the panel, and the seed of all luck.
    command : str
        What was typed, to be told with the predictions.
    progress : bool or "auto"
        Show a progress bar; ``auto`` does in a notebook and in a terminal.
    """
    out.mkdir(parents=True, exist_ok=True)
    samples: dict[str, dict[str, Array]] = {"spending": {}, "deliveries": {}, "panel_spending": {}}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in samples}
    about: dict[str, Any] = {}
    for mode in ASKED:
        scenario = reopened(load(SCENARIO), f"{OPENS}-01", f"{LAST}-12", mode)
        opened, draws = known(scenario, OPENS, runs)
        about[mode] = {"scenario": scenario.name, "digest": scenario.digest(), "factors": sorted(draws)}
        played = put_run_by_run(opened, [find_slot(opened, path) for path in draws], draws.values())
        book = yearbook(opening(played, seed), runs, progress=progress)
        codes = [state.iso3 or key for key, state in scenario.states.items()]
        origins = opening(scenario, seed).labels["origin"]
        suppliers = [getattr(scenario.suppliers.get(key), "iso3", None) or key for key in origins]
        _tell(rows["spending"], samples["spending"], mode, _spent(book, codes))
        weapons = list(scenario.weapons.classes)
        _tell(rows["deliveries"], samples["deliveries"], mode, _delivered(book, codes, suppliers, weapons))
    for mode in ASKED:
        _tell(rows["panel_spending"], samples["panel_spending"], mode, _of_panel(mode, runs_of_panel, seed, progress))
    about |= {
        "what": "predictions of January 2022 to December 2024, frozen before the record was looked at",
        "not_blind": "deaths and outbreaks of 2022 and 2023 stand in the project's tables and are not predicted here",
        "runs": runs, "runs_of_panel": runs_of_panel, "seed": seed, "command": command,
        "date": dt.date.today().isoformat(),
    }  # fmt: skip
    return _write(out, rows, samples, about)


Series = Iterator[tuple[dict[str, Any], Array]]  # what is foretold, and a number for each run


def _tell(rows: list[dict[str, Any]], samples: dict[str, Array], mode: str, series: Series) -> None:
    """Add the quantiles of some series to a table, and their runs to the samples."""
    for what, numbers in series:
        heading = {"state": what["state"], "year": what["year"], "quantity": what["quantity"], "mode": mode}
        more = {name: value for name, value in what.items() if name not in heading}
        found = np.quantile(numbers, list(QUANTILES.values()))
        rows.append(heading | more | {name: round(float(q), 3) for name, q in zip(QUANTILES, found, strict=True)})
        samples["|".join(map(str, [*heading.values(), *(v for k, v in more.items() if k != KNOWN)]))] = numbers


def _spent(book: Yearbook, states: list[str]) -> Series:
    """Yield recorded spending by state and year."""
    for s, state in enumerate(states):
        for y, year in enumerate(book.years):
            yield {"state": state, "year": year, "quantity": SPENDING}, book.spending[:, y, s]


def _delivered(book: Yearbook, states: list[str], suppliers: list[str], weapons: list[str]) -> Series:
    """Yield recorded deliveries by state and year: in all, by supplier, by class, and by both where there are any."""
    for s, state in enumerate(states):
        for y, year in enumerate(book.years):
            table = book.deliveries[:, y, :, :, s]
            heading = {"state": state, "year": year, "quantity": DELIVERIES}
            yield heading | {"supplier": ALL, "weapon_class": ALL}, table.sum((1, 2))
            for o, supplier in enumerate(suppliers):
                if table[:, o].any():
                    yield heading | {"supplier": supplier, "weapon_class": ALL}, table[:, o].sum(1)
            for w, weapon in enumerate(weapons):
                yield heading | {"supplier": ALL, "weapon_class": weapon}, table[:, :, w].sum(1)
            for o, supplier in enumerate(suppliers):
                for w, weapon in enumerate(weapons):
                    if table[:, o, w].any():
                        yield heading | {"supplier": supplier, "weapon_class": weapon}, table[:, o, w]


# -- the panel


def _of_panel(mode: str, runs: int, seed: int, progress: Shown) -> Series:
    """Yield the spending of every state of the panel: the runs of all its rivalries together."""
    found: dict[str, list[Array]] = {}
    pairs = panel.rivalries()
    with progress_bar(len(pairs), "rivalry", shown=progress) as bar:
        for pair in pairs:
            bar.update()
            try:
                scenario = draft_rivalry(pair.a, pair.b, OPENS, LAST)
            except Mistake:  # too little is on record
                continue
            scenario, told = _given(scenario, (pair.a, pair.b), mode)
            if not told:
                continue
            book = yearbook(opening(scenario, seed), runs)
            for s, state in enumerate((pair.a, pair.b)):
                if state in told:
                    found.setdefault(state, []).append(book.spending[:, :, s])
    for state, parts in sorted(found.items()):
        whole = np.concatenate(parts)
        for y, year in enumerate(range(OPENS, LAST + 1)):
            yield {"state": state, "year": year, "quantity": SPENDING, KNOWN: is_known(state, year)}, whole[:, y]


def _given(scenario: Scenario, states: tuple[str, str], mode: str) -> tuple[Scenario, set[str]]:
    """Return a drafted rivalry that is given what a mode gives, and of which of its states that is known."""
    if not MODES[mode]:
        return scenario, set(states)
    updated, told = dict(scenario.states), set()
    for (key, state), code in zip(scenario.states.items(), states, strict=True):
        later = _output_later(code, state.quantities["gdp"])
        if later is not None:
            told.add(code)
            updated[key] = state.model_copy(update={"quantities": {**state.quantities, "gdp": later}})
    return scenario.model_copy(update={"states": updated, "given_later": list(MODES[mode])}), told


def _output_later(state: str, gdp: Figure) -> Figure | None:
    """Return output of a state with the years foretold, chained by real growth; None where no table has that."""
    try:
        real = observed.annual("economy", "gdp_usd2015", state)
    except ValueError:
        return None
    level = gdp.value
    if level is None or not all(year in real for year in range(OPENS - 1, LAST + 1)):
        return None
    years = {year: level * real[year] / real[OPENS - 1] for year in range(OPENS, LAST + 1)}
    return gdp.model_copy(update={"by_year": years, "source": "worldbank_wdi"})


def is_known(state: str, year: int) -> bool:
    """Tell whether spending of a state in a year stands in another of the project's tables."""
    try:
        return year in observed.annual("military_expenditure", SPENDING, state)
    except ValueError:
        return False


# -- written


def _write(
    out: Path, rows: Mapping[str, list[dict[str, Any]]], samples: Mapping[str, dict[str, Array]], about: dict[str, Any]
) -> Files:
    """Write quantiles, runs, and what was played with the digests of both."""
    written = []
    for name, table in rows.items():
        with replacing(out / f"{name}.csv") as draft:
            write_rows(table, draft)
        with replacing(out / f"{name}.parquet") as draft:
            columns = {key: pd.Series(numbers, dtype="float32") for key, numbers in samples[name].items()}
            pd.DataFrame(columns).to_parquet(draft, index=False)  # the shorter are filled up with NaN
        written += [out / f"{name}.csv", out / f"{name}.parquet"]
    digests = {path.name: digest_of_file(path) for path in written}
    write_whole(out / "blind.json", json.dumps(about | {"digests": digests}, indent=2, ensure_ascii=False) + "\n")
    return Files([*written, out / "blind.json"])


def main(
    out: Path,
    posterior: Annotated[Path, typer.Option(help="Draws of a calibration, as `armsrace calibrate` writes them.")],
    runs: int = 4096,
    runs_of_panel: int = 1024,
    seed: int = 2022,
) -> None:
    """Write the predictions of 2022 to 2024 into a folder."""
    command = f"python -m sim.validation.blind {out} --posterior {posterior} --runs {runs}"
    command += f" --runs-of-panel {runs_of_panel} --seed {seed}"
    written = blind(out, from_table(posterior), runs, runs_of_panel=runs_of_panel, seed=seed, command=command,
                    progress=True)  # fmt: skip
    print(written)


if __name__ == "__main__":
    typer.run(main)
