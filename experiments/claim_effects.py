"""What does each claim of the articles do in the model? Written to the table that `armsrace list claims` shows.

A claim that rules carry is tried by leaving each of them out, in the hindcast and, where nothing is told from none
there, in the outlook; of what moves, the outcome that moves most stands for it. A claim on which an outlook rests is
tried by that outlook, with the sign that it expects. Runs are paired under common random numbers.

    python experiments/claim_effects.py --runs 512
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.ablate import ablate
from sim.analysis.signs import played, signs
from sim.model.rule import CATALOGUE
from sim.scenario.check import load
from sim.scenario.claim_effects import COLUMNS, table
from sim.scenario.files import shipped_scenarios

SCENARIOS = ("south_caucasus_2010", "status_quo")

Row = dict[str, Any]


def of_rules(runs: int, seed: int) -> Iterator[Row]:
    """Yield what leaving out each rule that carries claims does, where it shows first."""
    names = sorted(name for name, rule in CATALOGUE.items() if rule.claims)
    for place, scenario in enumerate(SCENARIOS):
        followed = {rule for _, _, actor in load(scenario).actors() for rule in actor.rules}
        here = [name for name in names if name in followed]
        found = ablate(scenario, runs, seed=seed, rules=here, progress=True)
        for name in here:
            row, clear = most_moved(found.sel(rule=name))
            if clear or place == len(SCENARIOS) - 1:
                names.remove(name)
                for claim in CATALOGUE[name].claims:
                    yield {"claim": claim, "lever": f"without {name}", "scenario": scenario, "sign": "", **row}


def most_moved(one: xr.Dataset) -> tuple[Row, bool]:
    """Return the outcome that a rule moves most, those first that are told from none, and whether this one is."""
    outcomes = one["who"].values != "all"  # stocks are no outcomes
    clear = outcomes & one["clear"].values
    among = clear if clear.any() else one["family"].values == "main"  # judged each by itself, so zero is within
    best = one.isel(measure=int(np.argmax(np.where(among, one["standing"].values, -np.inf))))
    numbers = {key: best[key].item() for key in ("difference", "low", "high")}
    return {"outcome": str(best["name"].item()), "of": str(best["who"].item()), **numbers,
            "unit": str(best["unit"].item())}, bool(best["clear"])  # fmt: skip


def of_outlooks(runs: int, seed: int) -> Iterator[Row]:
    """Yield what the outlooks do that rest on claims, beside what they extend."""
    base = played(SCENARIOS[1], runs, seed)
    for name in shipped_scenarios():
        scenario = load(name)
        if any(expected.claims for expected in scenario.expects):
            for expected, row in zip(scenario.expects, signs(scenario, runs, seed=seed, base=base), strict=True):
                for claim in expected.claims:
                    yield {"claim": claim, "lever": name, **{key: row[key] for key in COLUMNS if key in row}}


def write(rows: Iterable[Row], runs: int, seed: int) -> None:
    """Write the table, sorted by claim."""
    lines = [{**row, **{key: f"{row[key]:.4g}" for key in ("difference", "low", "high")}} for row in rows]
    with table().open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        lines.sort(key=lambda line: (line["claim"], line["lever"]))
        writer.writerows({**line, "runs": runs, "seed": seed} for line in lines)


def main() -> None:
    """Play everything and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1024, help="runs of each scenario, with and without each rule")
    parser.add_argument("--seed", type=int, default=0, help="seed of all luck")
    asked = parser.parse_args()
    write([*of_outlooks(asked.runs, asked.seed), *of_rules(asked.runs, asked.seed)], asked.runs, asked.seed)


if __name__ == "__main__":
    main()
