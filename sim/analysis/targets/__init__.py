"""What a scenario simulates against what is on record: the calibration targets, one by one.

``targets.yaml`` says what each target measures and which tolerance it has. Its value is computed
from `sim.observed` by the same function that measures the simulation, so neither can drift from the
other. A failure is reported like everything else, and what cannot be computed says why.
When fighting starts, step by step, is scored in `clock` on the outbreaks of ``outbreaks.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import scoringrules
import yaml

from sim.analysis.targets import arms, spending, war
from sim.analysis.targets.course import Course, Uncomputable, played, recorded, simulated
from sim.answers import Rows
from sim.measures.intervals import jackknife, normal_quantile
from sim.model.arguments import whole_number
from sim.model.world import Array
from sim.study.request import ScenarioLike

MIDDLE = 0.8  # share of runs within the interval of a median
MOST_RUNS = 2000  # whose whole path is held in memory
ROUNDING = 1e-9
MEASURES: dict[str, Callable[..., Array]] = {
    function.__name__: function
    for function in (
        spending.ratio, spending.change, spending.oil_link, spending.reaction, spending.after_victory,
        arms.share, arms.export_share, arms.concentration, arms.import_ratio, arms.stock_share,
        arms.stock_concentration, arms.lag, arms.stock_ratio, arms.stock_peak, arms.war_year, arms.seen_share,
        arms.first_delivery, war.major_wars, war.outbreaks, war.late_outbreaks, war.first_war_year,
        war.clash_years, war.length, war.deaths, war.talks_at_attack,
    )
}  # fmt: skip
RULES = ("plus_minus", "offsets", "factors", "log_percent", "coverage", "at_most", "at_least")

Definition = Mapping[str, Any]


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


def validation_targets() -> list[Definition]:
    """Return what is to be met, as it stands in ``targets.yaml``."""
    raw: list[Definition] = yaml.safe_load(files(__name__).joinpath("targets.yaml").read_text(encoding="utf-8"))
    return raw


def targets(scenario: ScenarioLike, runs: int = 1000, *, seed: int = 0, progress: bool = False) -> Rows:
    """Play a scenario and compare it with the record, target by target.

    Parameters
    ----------
    scenario : Scenario, str or path
        What to play.
    runs : int
        How many runs; the whole path of each is held in memory.
    seed : int
        Seed of all luck.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Rows
        One or more for each code, in the order of the codes: the fields of `Target`.

    Raises
    ------
    Mistake
        If there are too few runs, or more than fit.
    """
    runs = whole_number(runs, "runs", least=2, most=MOST_RUNS)
    return Rows(map(asdict, judge(simulated(played(scenario, runs, seed, progress=progress)))))


def judge(course: Course) -> list[Target]:
    """Compare histories with the record of the same years."""
    record = recorded(course)
    return [judged for target in validation_targets() for judged in _judged(target, course, record)]


def _judged(target: Definition, course: Course, record: Course) -> Iterator[Target]:
    """Yield what a target comes to: one row, or two for a path."""
    about = {"code": target["code"], "what": target["what"], "apart": target.get("apart", False)}
    if "why" in target:
        yield Target(**about, why=target["why"])
        return
    try:
        for code in target.get("between", ()):
            course.state(code)  # fighting is on record between these states only
        if "path" in target:
            yield from _path(about, target, course, record)
        else:
            yield _number(about, target, course, record)
    except Uncomputable as reason:
        yield Target(**about, why=str(reason))


def _number(about: dict[str, Any], target: Definition, course: Course, record: Course) -> Target:
    """Judge a target that is one number of each run."""
    measure, given = MEASURES[target["measure"]], target.get("given", {})
    sample = measure(course, **given)
    sample = sample[np.isfinite(sample)]
    if not len(sample):
        raise Uncomputable("nothing of the kind happened in these runs")
    seen = measure(record, **given)
    seen = seen[np.isfinite(seen)]
    value = float(np.mean(seen)) if len(seen) else np.nan
    centre, reach, interval = _estimate(sample, mean=target.get("estimate") == "mean")
    if "coverage" in target:
        tails = np.quantile(sample, [(1 - target["coverage"]) / 2, (1 + target["coverage"]) / 2])
        met = bool(tails[0] - ROUNDING <= value <= tails[1] + ROUNDING)
        low, high = float(tails[0]), float(tails[1])
    else:
        low, high = bounds(target, value)
        if np.isnan(low) or np.isnan(high):
            raise Uncomputable("nothing of the kind is on record in the years simulated")
        met = low - ROUNDING <= centre <= high + ROUNDING
    return Target(
        **about, on_record=value, low=low, high=high, value=centre, value_low=reach[0], value_high=reach[1],
        interval=interval, verdict="pass" if met else "fail",
    )  # fmt: skip


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


def _path(about: dict[str, Any], target: Definition, course: Course, record: Course) -> Iterator[Target]:
    """Judge a path: score against a random walk, and coverage of its middle 80 %."""
    s, last = course.state(target["path"]), target["last"]
    years = [year for year in course.years if course.years[0] < year <= last]
    if not years:
        raise Uncomputable("the scenario simulates no year after its first that is on record")
    at = course.year(*years)
    seen = np.log(record.milex[0, at, s])
    if not np.isfinite(seen).all():
        raise Uncomputable("spending is not on record in every year simulated")
    sample = np.log(course.milex[:, at, s])
    score = _crps(sample, seen)
    walk = spending.walk_score(target["path"], years, course.years[0])
    head = about | {"what": f"{about['what']}: mean CRPS of the log, against a random walk"}
    reach = float(jackknife(lambda kept: _crps(sample[kept], seen), len(sample)))
    around: dict[str, Any] = (
        {"value_low": score - reach, "value_high": score + reach, "interval": "95 % of the score"} if reach else {}
    )
    yield Target(**head, high=walk, value=score, **around, verdict="pass" if score < walk else "fail")
    low, high = np.quantile(sample, [(1 - MIDDLE) / 2, (1 + MIDDLE) / 2], axis=0)
    covered = float(((low - ROUNDING <= seen) & (seen <= high + ROUNDING)).mean())
    head = about | {"what": f"{about['what']}: years within the middle 80 % of runs"}
    met = covered >= target["coverage"]
    yield Target(**head, low=target["coverage"], value=covered, verdict="pass" if met else "fail")


def _crps(sample: Array, seen: Array) -> float:
    """Return the fair continuous ranked probability score of an ensemble ``(member, year)``, the mean of the years."""
    # "pwm" is the fair estimator by order statistics, without a table of all pairs of members.
    return float(scoringrules.crps_ensemble(seen, sample, 0, estimator="pwm", backend="numpy").mean())
