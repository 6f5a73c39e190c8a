"""What a scenario simulates against what is on record: the calibration targets, one by one.

``targets.yaml`` in `sim.measures.target_statistics` says what each target measures and which tolerance it has. Its
value is computed from `sim.observed` by the same function that measures the simulation, so neither can drift from the
other. A failure is reported like everything else, and what cannot be computed says why.
Beside each stands the rank of the record among the runs, and the block of rows that say the same (`blocks`);
`paths` scores a path, `text` tells all in a terminal. When fighting starts, step by step, is scored in `clock` on
the outbreaks of ``outbreaks.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

import numpy as np
import xarray as xr

from sim.analysis.cases import CaseName, as_case, is_result
from sim.analysis.targets import blocks
from sim.analysis.targets.paths import crps, walk_score
from sim.answers import Rows
from sim.measures.intervals import jackknife, normal_quantile
from sim.measures.ranks import rank
from sim.measures.runs import without_broken
from sim.measures.target_statistics import Definition, columns, measure, path_years, validation_targets
from sim.measures.target_statistics.course import Course, Uncomputable, blank, recorded
from sim.model.arguments import whole_number
from sim.model.mistakes import Mistake
from sim.model.world import Array
from sim.scenario.schema import Scenario
from sim.study.request import RUNS, ScenarioLike, scenario_of
from sim.sweeps.run import sweep
from sim.terminal import Shown

MIDDLE = 0.8  # share of runs within the interval of a median
ROUNDING = 1e-9
RULES = ("plus_minus", "offsets", "factors", "log_percent", "coverage", "at_most", "at_least")


@dataclass(frozen=True)
class Target:
    """A validation target, judged.

    Attributes
    ----------
    code, what : str
        Card number and meaning.
    on_record : float
        Value on record; NaN where there is none.
    low, high : float
        Bounds of what counts as met.
    value, value_low, value_high : float
        Simulated value and its interval.
    interval : str
        What the interval is.
    verdict : str
        ``pass``, ``fail`` or ``""``.
    why : str
        Why it was not computed, or ``""``.
    apart : bool
        Whether it rests on news and is reported apart.
    rank : float
        Share of runs, or of all their wars, below the record, ties at half; of a path, its mean level. NaN where
        nothing is on record.
    block : int
        Rows with the same number say much the same; 0 for one that is not computed or reported apart.
    overlap : float
        As how many rows of its like it counts (`blocks.independent`).
    """

    code: str
    what: str
    on_record: float = np.nan
    low: float = -np.inf
    high: float = np.inf
    value: float = np.nan
    value_low: float = np.nan
    value_high: float = np.nan
    interval: str = ""
    verdict: str = ""
    why: str = ""
    apart: bool = False
    rank: float = np.nan
    block: int = 0
    overlap: float = np.nan


def targets(
    what: ScenarioLike | xr.Dataset | CaseName,
    runs: int | None = None,
    *,
    seed: int | None = None,
    progress: Shown = "auto",
) -> Rows:
    """Hold a result against the record, target by target, or a scenario that is swept for it.

    Parameters
    ----------
    what : Scenario, Dataset, str or path
        A result, ``DIR@scenario=NAME,point=LABEL`` for one case of several, or a scenario to sweep in memory.
    runs : int, optional
        How many runs of a scenario; 1,000 unless given.
    seed : int, optional
        Their seed of all luck; 0 unless given.
    progress : bool or "auto"
        Show a progress bar; ``auto`` does in a notebook and in a terminal.

    Returns
    -------
    Rows
        One or more for each code, in the order of the codes: the fields of `Target`.

    Raises
    ------
    Mistake
        If there are too few runs, a result is of a version that kept no statistics, or runs are asked for of one.
    """
    if not isinstance(what, Scenario) and (isinstance(what, CaseName) or is_result(what)):
        if runs is not None or seed is not None:
            raise Mistake("runs and seed are of a scenario that is swept; a result has its own")
        data = as_case(what)
    else:
        wanted = whole_number(RUNS if runs is None else runs, "runs", least=2)
        data = sweep(scenario_of(cast(ScenarioLike, what)), wanted, seed=seed, kept_paths=0, progress=progress)
    return Rows(map(asdict, judge(*taken(data))))


def taken(data: xr.Dataset) -> tuple[Course, Array]:
    """Return a history with the years, states and origins of a case, and the statistics of its sound runs.

    Raises
    ------
    Mistake
        If there are none.
    """
    older = Mistake("this result keeps not all statistics of its runs: an older version made it; sweep it anew")
    if "target_statistics" not in data:
        raise older
    years, counts = np.unique(data["time"].dt.year.values, return_counts=True)
    whole = tuple(years[counts == int(data.attrs["steps_per_year"])].tolist())
    codes = (
        tuple(str(code) or str(key) for code, key in zip(data[f"{axis}_iso3"].values, data[axis].values, strict=True))
        for axis in ("state", "origin")
    )
    like, sound = blank(whole, *codes), without_broken(data)["target_statistics"]
    where = {str(name): place for place, name in enumerate(sound["statistic"].values)}
    asked = [name for names in columns(like).values() for name in names]
    if not where.keys() >= set(asked):
        raise older
    wanted = [where[name] for name in asked]
    return like, sound.transpose("run", "statistic").values[:, wanted].astype(float)


def judge(like: Course, table: Array) -> list[Target]:
    """Compare the statistics of runs, ``(run, statistic)``, with the record of the same years, states and origins."""
    record, places, begin = recorded(like), columns(like), 0
    judged: list[Target] = []
    numbers: dict[int, Array] = {}  # of each run, by place among the judged
    for place, target in enumerate(validation_targets()):
        about = {"code": target["code"], "what": target["what"], "apart": target.get("apart", False)}
        end = begin + len(places.get(place, ()))
        try:
            if "why" in target:
                raise Uncomputable(target["why"])
            seen = measure(target, record)
            judge_one = _path if "path" in target else _number
            each_run = _of_each_run(target, table[:, begin:end])
            for found in judge_one(about, target, table[:, begin:end], seen, like):
                if not found.apart:
                    numbers[len(judged)] = each_run
                judged.append(found)
        except Uncomputable as reason:
            judged.append(Target(**about, why=str(reason)))
        begin = end
    alike = blocks.likeness(list(numbers.values()))
    for place, block, overlap in zip(numbers, blocks.blocks(alike), blocks.overlaps(alike), strict=True):
        judged[place] = replace(judged[place], block=block, overlap=overlap)
    return judged


def _of_each_run(target: Definition, table: Array) -> Array:
    """Return one number of each run, ``(run,)``: the mean of its outbreaks, of a path its mean level in logs."""
    numbers = np.log(table) if "path" in target else table
    known = np.isfinite(numbers)
    count = known.sum(1)
    answer: Array = np.where(count > 0, np.where(known, numbers, 0.0).sum(1) / np.maximum(count, 1), np.nan)
    return answer


def _number(about: dict[str, Any], target: Definition, table: Array, seen: Array, like: Course) -> list[Target]:
    """Judge a target that is one number of each run, or of each of its outbreaks."""
    sample = table[np.isfinite(table)]
    if not len(sample):
        raise Uncomputable("nothing of the kind happened in these runs")
    seen = seen[np.isfinite(seen)]
    value = float(np.mean(seen)) if len(seen) else np.nan
    mean = target.get("estimate") == "mean"
    centre, reach, interval = _estimate(sample, mean=mean)
    like_the_record = _of_each_run(target, table) if mean else sample
    if "coverage" in target:
        tails = np.quantile(sample, [(1 - target["coverage"]) / 2, (1 + target["coverage"]) / 2])
        met = bool(tails[0] - ROUNDING <= value <= tails[1] + ROUNDING)
        low, high = float(tails[0]), float(tails[1])
    else:
        low, high = bounds(target, value)
        if np.isnan(low) or np.isnan(high):
            raise Uncomputable("nothing of the kind is on record in the years simulated")
        met = low - ROUNDING <= centre <= high + ROUNDING
    return [Target(
        **about, on_record=value, low=low, high=high, value=centre, value_low=reach[0], value_high=reach[1],
        interval=interval, verdict="pass" if met else "fail", rank=_rank(like_the_record, value),
    )]  # fmt: skip


def _rank(sample: Array, value: float) -> float:
    """Return where the record lies among what is known; NaN where there is none."""
    return float(rank(sample[np.isfinite(sample)], value)) if np.isfinite(value) else np.nan


def bounds(target: Definition, value: float) -> tuple[float, float]:
    """Return between which bounds the simulated value meets a target.

    Examples
    --------
    >>> bounds({"offsets": [-0.25, 0.5]}, 1.0), bounds({"at_most": 7.0}, 2.0)
    ((0.75, 1.5), (-inf, 7.0))
    """
    if "plus_minus" in target:
        return value - target["plus_minus"], value + target["plus_minus"]
    if "offsets" in target:
        return value + target["offsets"][0], value + target["offsets"][1]
    if "factors" in target:
        return value * target["factors"][0], value * target["factors"][1]
    if "log_percent" in target:
        factor = 1.0 + target["log_percent"] / 100.0
        return value / factor, value * factor
    return target.get("at_least", -np.inf), target.get("at_most", np.inf)


def _estimate(sample: Array, *, mean: bool) -> tuple[float, tuple[float, float], str]:
    """Return the value of an ensemble, its interval, and what that is."""
    if not mean:
        low, high = np.quantile(sample, [(1 - MIDDLE) / 2, (1 + MIDDLE) / 2])
        return float(np.median(sample)), (float(low), float(high)), "80 % of runs"
    centre = float(sample.mean())
    if len(sample) < 2:
        return centre, (np.nan, np.nan), ""
    reach = float(normal_quantile() * sample.std(ddof=1) / np.sqrt(len(sample)))
    return centre, (centre - reach, centre + reach), "95 % of the mean"


def _path(about: dict[str, Any], target: Definition, table: Array, seen: Array, like: Course) -> Iterator[Target]:
    """Judge a path: score against a random walk, and coverage of its middle 80 %."""
    seen, sample = np.log(seen[0]), np.log(table)
    if not np.isfinite(seen).all():
        raise Uncomputable("spending is not on record in every year simulated")
    score = crps(sample, seen)
    walk = walk_score(target["path"], path_years(target, like), like.years[0])
    head = about | {"what": f"{about['what']}: mean CRPS of the log, against a random walk"}
    reach = float(jackknife(lambda kept: crps(sample[kept], seen), len(sample)))
    around: dict[str, Any] = (
        {"value_low": score - reach, "value_high": score + reach, "interval": "95 % of the score"} if reach else {}
    )
    yield Target(**head, high=walk, value=score, **around, verdict="pass" if score < walk else "fail")
    low, high = np.quantile(sample, [(1 - MIDDLE) / 2, (1 + MIDDLE) / 2], axis=0)
    covered = float(((low - ROUNDING <= seen) & (seen <= high + ROUNDING)).mean())
    head = about | {"what": f"{about['what']}: years within the middle 80 % of runs"}
    met = covered >= target["coverage"]
    level = _rank(sample.mean(1), float(seen.mean()))
    yield Target(**head, low=target["coverage"], value=covered, verdict="pass" if met else "fail", rank=level)
