"""The clock: how well the start of fighting is foretold one step ahead, with the wars of the past imposed.

No outbreak of the model takes place; the dated ones of ``outbreaks.yaml`` do, so that every step is
foretold from what had happened by then. The score of a step is the log of the probability that was
given to what then came, an outbreak or none, averaged over runs. It is held against a constant
rate and against the season alone, which know nothing but how often, and in which months.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

import numpy as np
from scipy.optimize import minimize_scalar

from sim import evidence
from sim.answers import Rows
from sim.engine.blocks import blocks_of, chunks
from sim.engine.ensemble import ask_everybody, play
from sim.measures.intervals import jackknife
from sim.model.turn import Game, Terms
from sim.model.variables import SCALES
from sim.model.world import Array
from sim.scenario.changes import step_of
from sim.scenario.initial import Position, opening
from sim.study.request import ScenarioLike, scenario_of
from sim.terminal import Shown, progress_bar

FURTHEST = 5.0  # log by which a level may be changed to fit


@dataclass(frozen=True)
class Outbreak:
    """A dated outbreak, as it is imposed.

    Attributes
    ----------
    step : int
        In which it falls.
    date : date
        Its first day.
    attacker, zone, scale : int
        Where they stand on their axes.
    days : float
        How long is fought.
    holds : mapping of int to float
        Share of each zone that the attacker holds afterwards, by place on the axis of zones; the rest stays.
    words : str
        What it is called.
    """

    step: int
    date: dt.date
    attacker: int
    zone: int
    scale: int
    days: float
    holds: Mapping[int, float]
    words: str


def dated_outbreaks(position: Position) -> list[Outbreak]:
    """Return the dated outbreaks within a scenario, in their order; of actors and zones that it has."""
    scenario, labels = position.scenario, position.labels
    codes = [state.iso3 for state in scenario.states.values()]
    raw = evidence.shipped(files("sim.analysis.targets").joinpath("outbreaks.yaml").read_text(encoding="utf-8"))
    found = []
    for entry in raw:
        step = step_of(scenario, entry["date"])
        if entry["attacker"] in codes and entry["zone"] in labels["zone"] and 0 <= step < position.steps:
            found.append(
                Outbreak(
                    step, entry["date"], codes.index(entry["attacker"]), labels["zone"].index(entry["zone"]),
                    SCALES.index(entry["scale"]), float(entry["days"]),
                    {labels["zone"].index(zone): share for zone, share in entry["holds"].items()},
                    f"{entry['date']} {entry['scale']}, {entry['zone']}",
                )
            )  # fmt: skip
    return found


# -- the past imposed


@dataclass
class Forced:
    """Consult as the numpy core does, but let nobody attack except as dated; note the hazards of every step.

    A dated war begins at the end of its step, so that the step's hazard is that of the eve; its days are
    counted from there. Soldiers and arms are lost as the books have it, land goes to whom it went on record.
    """

    outbreaks: Mapping[int, Outbreak]
    hazard: list[Array] = field(default_factory=list)
    under_way: Outbreak | None = None

    def ask(self, game: Game, phase: str) -> Terms:
        """Consult everybody in a phase, and impose what is dated."""
        terms = ask_everybody(game, phase)
        if phase == "escalate":
            game.world.update({"plan": np.zeros_like(game.world["plan"])})
            if game.step in self.outbreaks:
                self.under_way = self.outbreaks[game.step]
                game.world.update(_attack(game, self.under_way))
        return terms

    def observe(self, game: Game) -> None:
        """Note the hazards of a step, and keep the war under way as it is dated."""
        if not game.step:
            return
        world = game.world
        free = (world["fought"][0] == 0.0) | (world["war_begins"][0] > 0.0)
        self.hazard.append(np.where(free, world["attack_hazard"].sum((0, 2)), 0.0))
        if self.under_way is None:
            return
        if self.under_way.step == game.step - 1:
            run = np.ones_like(world["war_days_left"])
            world.update({"war_days_left": self.under_way.days * run, "war_gain": run})
        elif not (world["fighting"] > 0.0).any():
            world.update({"control": _held(world["control"], self.under_way)})
            self.under_way = None


def _attack(game: Game, outbreak: Outbreak) -> dict[str, Array]:
    """Return who attacks where, in every run."""
    attacking, aim = np.zeros_like(game.world["attacking"]), np.zeros_like(game.world["aim"])
    attacking[outbreak.attacker] = 1.0
    aim[outbreak.zone, outbreak.scale, outbreak.attacker] = 1.0
    return {"attacking": attacking, "aim": aim}


def _held(control: Array, outbreak: Outbreak) -> Array:
    """Return control of the zones as it was after an outbreak; the others share what the attacker does not hold."""
    after = control.copy()
    for zone, share in outbreak.holds.items():
        others = np.delete(np.arange(control.shape[1]), outbreak.attacker)
        rest = np.maximum(control[zone, others].sum(0), 1e-12)
        after[zone, others] = control[zone, others] / rest * (1.0 - share)
        after[zone, outbreak.attacker] = share
    return after


def hazards(position: Position, outbreaks: list[Outbreak], runs: int, *, progress: Shown = False) -> Array:
    """Return the hazard of an outbreak by scale, ``(step, scale, run)`` [per yr], the past imposed."""
    parts = []
    with progress_bar(runs, "run", shown=progress) as bar:
        for first, count in chunks(0, runs):
            forced = Forced({outbreak.step: outbreak for outbreak in outbreaks})
            play(position, blocks_of(first, count), forced.observe, forced.ask)
            parts.append(np.stack(forced.hazard)[..., :count])
            bar.update(count)
    return np.concatenate(parts, -1)


# -- and scored


def clock(scenario: ScenarioLike, runs: int = 1000, *, seed: int = 0, progress: Shown = False) -> Rows:
    """Score how well the dated outbreaks are foretold one step ahead, their predecessors imposed.

    Parameters
    ----------
    scenario : Scenario, str or path
        What to play.
    runs : int
        Over how many runs the hazard is averaged.
    seed : int
        Seed of all luck.
    progress : bool or "auto"
        Show a progress bar; ``auto`` does in a notebook and in a terminal.

    Returns
    -------
    Rows
        One for each dated outbreak, the steps without any, their sum, and the sum if the scale has to be right
        too; from the opening to the last outbreak on record. ``step``, then the log score of the ``model``, of the
        ``model at its best level`` (all hazards times one number), of the ``season alone`` and of a ``constant
        rate`` (both at their best), and ``error``, half the 95 % interval of the model's from luck. Empty where
        nothing is dated.
    """
    position = opening(scenario_of(scenario), seed)
    outbreaks = dated_outbreaks(position)
    if not outbreaks:
        return Rows([])
    per_year = position.scenario.steps_per_year
    last = max(outbreak.step for outbreak in outbreaks) + 1
    risk = hazards(position, outbreaks, runs, progress=progress)[:last] / per_year
    foreseen = forecasts(risk, season_push(position, last), outbreaks)
    scored = {name: _scores(chance, outbreaks) for name, chance in foreseen.items()}
    words = [*(outbreak.words for outbreak in outbreaks), f"{last - len(outbreaks)} steps without an outbreak", "sum",
             "sum, the scale foretold too"]  # fmt: skip
    luck = np.broadcast_to(jackknife(lambda kept: _scores(_chances(risk[..., kept]), outbreaks), runs), len(words))
    return Rows(
        {"step": said, **{name: float(scores[i]) for name, scores in scored.items()}, "error": float(luck[i])}
        for i, said in enumerate(words)
    )


def forecasts(risk: Array, season: Array, outbreaks: list[Outbreak]) -> dict[str, Array]:
    """Return the chance of an outbreak of each scale in each step, ``(step, scale)``, by each forecast.

    Parameters
    ----------
    risk : ndarray ``(step, scale, run)``
        Hazards of the model over a step.
    season : ndarray ``(step,)``
        What the calendar alone multiplies a rate by.
    outbreaks : list of Outbreak
        What is foretold; levels and the shares of the scales are the best for them.
    """
    scales = np.bincount([outbreak.scale for outbreak in outbreaks], minlength=len(SCALES)) / len(outbreaks)
    open_to_any = (risk.sum((1, 2)) > 0.0).astype(float)  # no war begins while one is fought
    calendars = {"season alone": season * open_to_any, "constant rate": open_to_any}
    flat = {name: (steps[:, None] * scales)[..., None] for name, steps in calendars.items()}
    return {
        "model": _chances(risk),
        "model at its best level": _at_best(risk, outbreaks),
        **{name: _at_best(rates * len(outbreaks) / rates.sum(), outbreaks) for name, rates in flat.items()},
    }


def _chances(risk: Array) -> Array:
    """Return the chance of an outbreak of each scale within a step, ``(step, scale)``, the mean over runs."""
    total = risk.sum(1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(total > 0.0, risk / total, 0.0)
    chance: Array = (share * -np.expm1(-total)).mean(-1)
    return chance


def _at_best(risk: Array, outbreaks: list[Outbreak]) -> Array:
    """Return the chances at the level that foretells the outbreaks best, whatever their scale."""

    def miss(level: float) -> float:
        return -float(_scores(_chances(np.exp(level) * risk), outbreaks)[-2])

    best = minimize_scalar(miss, bounds=(-FURTHEST, FURTHEST), method="bounded").x
    return _chances(np.exp(best) * risk)


def _scores(chance: Array, outbreaks: list[Outbreak]) -> Array:
    """Return log scores: of each outbreak, of all steps without one, their sum, and the sum with the scale."""
    at = [outbreak.step for outbreak in outbreaks]
    any_scale = chance.sum(1)
    with np.errstate(divide="ignore"):
        hits = np.log(any_scale[at])
        exact = np.log(chance[at, [outbreak.scale for outbreak in outbreaks]])
    quiet = np.log1p(-np.delete(any_scale, at)).sum()
    return np.array([*hits, quiet, hits.sum() + quiet, exact.sum() + quiet])


def season_push(position: Position, steps: int) -> Array:
    """Return what the calendar multiplies the rate of outbreaks by in each step."""
    level, found = float(position.arrays["season"].flat[0]), []
    for step in range(steps):
        level = float(position.changes.get(step, {}).get("season", np.array(level)).flat[0])
        found.append(level)
    push: Array = np.exp(np.array(found))
    return push
