"""Each rule switched off in turn, under common luck: what would be missing without it.

Luck belongs to the run, so run *k* without a rule differs from run *k* with it by that rule
alone, and a paired difference is far sharper than a comparison of two sweeps. Every block of
runs is played once with all rules and once for each rule left out; only sums are kept, so
memory does not grow with the number of runs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from scipy import stats
from tqdm import tqdm

from sim.engine.blocks import CHUNK_BLOCKS, blocks_of, chunks
from sim.engine.ensemble import play
from sim.engine.record import Record
from sim.model.mistakes import Mistake
from sim.model.turn import Game
from sim.model.variables import VARIABLES
from sim.model.world import Array
from sim.scenario.document import suggest
from sim.scenario.initial import Position, opening
from sim.study.request import ScenarioLike, scenario_of
from sim.study.study import study_of_scenario

LEVEL = 0.95
HEADLINES = ("milex", "deaths", "displaced")  # stocks that are compared on their own
Cell = str | float | bool


class Outcome(NamedTuple):
    """One number of a run: what, of whom, in which unit; a family shares one level of confidence."""

    measure: str
    who: str
    unit: str
    family: str


@dataclass
class Watch:
    """Take down the outcomes of the runs on one game, ``(outcome, run)``."""

    record: Record
    volume: Array = field(default_factory=lambda: np.zeros(()))
    milex: Array = field(default_factory=lambda: np.zeros(()))
    other: dict[str, Array] = field(default_factory=dict)

    def __call__(self, game: Game) -> None:
        """Note what one step adds, and after the last one what has come of it."""
        self.record(game)
        if game.step:
            self.volume = self.volume + game.world["deliveries"]
        if game.step == self.record.position.steps:
            runs = self.record.runs
            self.milex = game.world["milex"][:, :runs].copy()
            self.other = {name: _per_run(game.world[name], runs) for name in stocks()}

    def values(self) -> Array:
        """Return the outcomes in the order of `outcomes_of`."""
        found = self.record.outcomes
        fixed = [
            found["final_balance"],
            (found["campaigns"] > 0.0).astype(float),
            found["operations"],
            found["deaths"],
            found["displaced"],
        ]
        volume = self.volume[..., : self.record.runs]
        total = volume.sum(0)
        with np.errstate(invalid="ignore"):  # nothing delivered has no shares: NaN, left out of the means
            share = np.moveaxis(volume / np.where(total > 0.0, total, np.nan), 0, 1)
        shares = share.reshape(-1, share.shape[-1])
        return np.concatenate([np.array(fixed), self.milex, shares, np.array(list(self.other.values()))])


def stocks() -> list[str]:
    """Return the other quantities carried from step to step: where a rule leaves a trace beyond its reason."""
    return [v.name for v in VARIABLES.values() if v.kind == "stock" and v.name not in HEADLINES]


def _per_run(array: Array, runs: int) -> Array:
    """Return the sum over all axes but the runs."""
    wide = np.broadcast_to(array, (*array.shape[:-1], max(array.shape[-1], runs)))
    flat: Array = wide[..., :runs].reshape(-1, runs).sum(0)
    return flat


def outcomes_of(position: Position) -> list[Outcome]:
    """Return what is compared: balance, war, losses, spending, supplier shares, then every stock."""
    fixed = [
        Outcome("balance at the end", position.labels["state"][0], "log ratio", "headline"),
        Outcome("war probability", "", "share", "headline"),
        Outcome("operations", "", "count", "headline"),
        Outcome("deaths", "", "persons", "headline"),
        Outcome("displaced", "", "thousand persons", "headline"),
    ]
    spending = [Outcome("spending at the end", key, "US$2023 m per yr", "headline") for key in position.labels["state"]]
    shares = [
        Outcome("supplier share", f"{origin} of {state}", "share", "share")
        for state in position.labels["state"]
        for origin in position.labels["origin"]
    ]
    other = [Outcome(name, "all", VARIABLES[name].unit, "other") for name in stocks()]
    return [*fixed, *spending, *shares, *other]


@dataclass
class Sums:
    """Running count, sum and sum of squares of paired differences, ``(outcome,)``."""

    count: Array
    first: Array
    second: Array

    @classmethod
    def zeros(cls, outcomes: int) -> Sums:
        """Return sums of nothing."""
        return cls(np.zeros(outcomes), np.zeros(outcomes), np.zeros(outcomes))

    def add(self, difference: Array) -> None:
        """Add the runs of a chunk, ``(outcome, run)``; what is not a number is left out."""
        known = np.where(np.isfinite(difference), difference, 0.0)
        self.count += np.isfinite(difference).sum(1)
        self.first += known.sum(1)
        self.second += (known * known).sum(1)

    def mean(self) -> Array:
        """Return the mean of each outcome, 0 where no run has it."""
        mean: Array = self.first / np.maximum(self.count, 1.0)
        return mean

    def error(self) -> Array:
        """Return the standard error of each mean."""
        mean, count = self.mean(), np.maximum(self.count, 2.0)
        variance = np.maximum(self.second - self.count * mean * mean, 0.0) / (count - 1.0)
        error: Array = np.sqrt(variance / count)
        return error


def followed(position: Position) -> list[str]:
    """Return the rules that anybody in the scenario follows, by name."""
    return sorted(position.doctrines)


def ablate(
    scenario: ScenarioLike,
    runs: int = 1000,
    *,
    seed: int = 0,
    rules: Collection[str] = (),
    chunk_blocks: int = CHUNK_BLOCKS,
    progress: bool = False,
) -> xr.Dataset:
    """Switch off each rule in turn and compare run by run.

    Parameters
    ----------
    scenario : Scenario, str or path
        What to play.
    runs : int
        How many runs, the same for every rule.
    seed : int
        Seed of all luck.
    rules : collection of str
        Which rules; all that are followed unless named.
    chunk_blocks : int
        Blocks of 256 runs played together; changes speed and memory only.
    progress : bool
        Show a progress bar.

    Returns
    -------
    xarray.Dataset
        ``difference``, ``low``, ``high (rule, outcome)``: mean over runs of *without the rule minus with
        it*, and its 95 % interval (normal, of the paired mean; supplier shares and other stocks
        together as families, by Bonferroni); ``baseline (outcome)``; ``changed_runs (rule)``, the share of
        runs in which anything differs; ``decorative (rule)``, whether every interval covers zero.

    Raises
    ------
    Mistake
        If a rule is followed by nobody, or there are too few runs for an interval.
    """
    if runs < 2:
        raise Mistake(f"{runs} runs are too few for an interval; ask for at least 2")
    loaded = scenario_of(scenario)
    base = opening(loaded, seed)
    names = list(dict.fromkeys(rules)) or followed(base)
    for name in names:
        if name not in followed(base):
            hint = suggest(name, followed(base))
            raise Mistake(f"nobody in this scenario follows a rule '{name}'{hint}")
    outcomes = outcomes_of(base)
    level, sums = Sums.zeros(len(outcomes)), {name: Sums.zeros(len(outcomes)) for name in names}
    changed = dict.fromkeys(names, 0)
    with tqdm(total=runs * (len(names) + 1), unit="run", disable=not progress, smoothing=0.1) as bar:
        for first, count in chunks(0, runs, chunk_blocks):
            whole = _outcomes(base, first, count)
            level.add(whole)
            bar.update(count)
            for name in names:
                apart = _outcomes(opening(loaded, seed, [name]), first, count) - whole
                sums[name].add(apart)
                changed[name] += int((np.nan_to_num(apart) != 0.0).any(0).sum())
                bar.update(count)
    return _dataset(base, runs, outcomes, level, sums, changed)


def _outcomes(position: Position, first: int, count: int) -> Array:
    """Play some runs and return their outcomes, ``(outcome, run)``."""
    watch = Watch(Record(position, count, 0))
    play(position, blocks_of(first, count), watch)
    return watch.values()


def _widths(outcomes: Sequence[Outcome]) -> Array:
    """Return by how many standard errors each interval reaches out; a family shares one level."""
    family = [o.family for o in outcomes]
    size = np.array([1 if name == "headline" else family.count(name) for name in family])
    width: Array = stats.norm.ppf(1.0 - (1.0 - LEVEL) / 2.0 / size)
    return width


def _dataset(
    position: Position,
    runs: int,
    outcomes: Sequence[Outcome],
    level: Sums,
    sums: dict[str, Sums],
    changed: dict[str, int],
) -> xr.Dataset:
    """Label the sums."""
    mean = np.array([one.mean() for one in sums.values()])
    reach = _widths(outcomes) * np.array([one.error() for one in sums.values()])
    low, high = mean - reach, mean + reach
    tiny = 1e-12 * np.maximum(np.abs(level.mean()), 1e-300)  # rounding is no effect
    covers = (low <= tiny) & (high >= -tiny)
    out = xr.Dataset(
        {
            "difference": (("rule", "outcome"), mean),
            "low": (("rule", "outcome"), low),
            "high": (("rule", "outcome"), high),
            "baseline": ("outcome", level.mean()),
            "changed_runs": ("rule", np.array([changed[name] / runs for name in sums])),
            "decorative": ("rule", covers.all(1)),
        },
        coords={
            "rule": list(sums),
            **{part: ("outcome", [getattr(o, part) for o in outcomes]) for part in Outcome._fields},
        },
        attrs=study_of_scenario(position.scenario, runs, seed=position.seed, without=position.without).identity(),
    )
    out["difference"].attrs["long_name"] = "mean over runs, without the rule minus with it"
    for side in ("low", "high"):
        out[side].attrs["long_name"] = f"{side} end of the 95 % interval of the paired mean"
    return out


def rows(result: xr.Dataset) -> list[dict[str, Cell]]:
    """Return one row for each rule and headline outcome, and for the supplier share and stock it moves most.

    A share or stock is named by the largest difference in standard errors; ``clear`` says whether the
    interval leaves out zero.
    """
    table: list[dict[str, Cell]] = []
    families = result["family"].values
    for rule in result["rule"].values:
        one = result.sel(rule=rule)
        chosen = [int(i) for i in np.flatnonzero(families == "headline")]
        chosen += [_most(one, np.flatnonzero(families == family)) for family in ("share", "other")]
        table += [_row(str(rule), one.isel(outcome=i)) for i in chosen]
    return table


def _most(one: xr.Dataset, places: Any) -> int:
    """Return which of some outcomes moved furthest; shares in their unit, stocks in interval widths."""
    size = np.abs(one["difference"].values[places])
    if one["family"].values[places[0]] == "other":
        reach = (one["high"].values - one["low"].values)[places]
        size = size / np.where(reach > 0.0, reach, np.inf)
    return int(places[int(np.argmax(size))])


def _row(rule: str, one: xr.Dataset) -> dict[str, Cell]:
    """Return one row of the table."""
    low, high = float(one["low"]), float(one["high"])
    return {
        "rule": rule,
        "measure": str(one["measure"].item()),
        "who": str(one["who"].item()),
        "with": float(one["baseline"]),
        "difference": float(one["difference"]),
        "low": low,
        "high": high,
        "clear": low > 0.0 or high < 0.0,
        "unit": str(one["unit"].item()),
        "changed_runs": float(one["changed_runs"]),
        "decorative": bool(one["decorative"]),
    }
