"""A calibration from its document to a posterior: waves, recovery, inference, and a look at it under fresh luck."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.answers import Answer, Rows
from sim.calibration.confirmation import Confirmation, confirmed
from sim.calibration.emulator import Emulator
from sim.calibration.inference import Draws, condenser, infer
from sim.calibration.recovery import IDENTIFIED, Recovery, recover
from sim.calibration.summaries import Summaries, standard
from sim.calibration.waves import CUTOFF, DISCREPANCY, FORGIVEN, Means, played_rows, played_waves, write_table
from sim.model.arguments import whole_number
from sim.model.engines import NUMPY, engine_named
from sim.model.mistakes import Mistake
from sim.model.world import Array
from sim.results.files import digest_of_bytes, write_whole
from sim.results.fingerprint import NUMBERS, code_digest
from sim.scenario import knowledge
from sim.study.experiment import Experiment, read_experiment
from sim.study.request import scenario_of
from sim.study.resolved import Resolved, resolve
from sim.study.samplers import spread_over
from sim.terminal import Shown
from sim.version import VERSION

POSTERIOR, LOG, PARAMETERS = "posterior.csv", "calibration.json", "parameters.csv"
FRESH = 1_000_003  # added to the seed of the document where luck is to be other than that of any wave
SEEDS = 3  # under which the posterior is looked at again
AT_AN_END = 0.05  # of a range: where a posterior median lies there, its range is to be named
FEWEST = 200  # runs in what is left, or nothing can be inferred


@dataclass(frozen=True, repr=False)
class Calibration(Answer):
    """What one history says of the free parameters.

    Attributes
    ----------
    parameters : Rows
        Of each its prior range, posterior median and 80 % interval, how well it is recovered, and a note.
    waves : Rows
        Of each its runs and the share of the prior that it leaves.
    posterior : tuple of Confirmation
        Runs of the posterior under fresh luck, one for each of several seeds.
    winner : Confirmation
        Those of the point whose means lie nearest to the targets.
    promised : float
        Distance from the targets that the emulator promised of the winner.
    out : Path
        Where ``posterior.csv``, ``parameters.csv`` and the log ``calibration.json`` lie.
    """

    parameters: Rows
    waves: Rows
    posterior: tuple[Confirmation, ...]
    winner: Confirmation
    promised: float
    out: Path

    def __str__(self) -> str:
        """Return tables of waves and parameters, and what fresh luck confirms."""
        vague = [row["parameter"] for row in self.parameters if row["r2"] < IDENTIFIED]
        return "\n".join([
            str(self.waves), "", str(self.parameters), "",
            f"not identified by one history (R^2 below {IDENTIFIED}): {', '.join(vague) or 'none'}",
            *(_told("posterior", found) for found in self.posterior), _told("best point", self.winner),
            f"best point: {self.winner.misfit:.3f} from the targets, {self.promised:.3f} promised by the emulator",
            f"draws and log: {self.out / POSTERIOR}, {self.out / LOG}",
        ])  # fmt: skip


def _told(name: str, found: Confirmation) -> str:
    """Return what fresh luck says of a posterior or a point."""
    counts = found.tally
    return (
        f"{name}, {found.runs:,} fresh runs: {counts.met} of {counts.rows} targets met, {counts.blocks_met} of "
        f"{counts.blocks} blocks, the record's rank within 5 to 95 % for {counts.ordinary} of {counts.ranked}"
    )


def calibrate(
    experiment: Experiment | str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    until: str | None = None,
    waves: int = 2,
    accept: float = 0.3,
    typical: float = 1.0,
    draws: int = 400,
    confirm: int = 4096,
    heteroscedastic: bool = False,
    workers: int = 1,
    engine: str = NUMPY,
    progress: Shown = "auto",
) -> Calibration:
    """Fit the free parameters of an experiment to the record, by history matching and then one-run-per-point ABC.

    Parameters
    ----------
    experiment : Experiment, str or path
        A document with ``point_per_run: true`` and a Latin hypercube: its uncertainties are the free parameters, their
        ranges the prior, its points the runs of a wave.
    out : path
        Directory of the calibration; what has been played there is not played again.
    until : str, optional
        Last month that is played and compared, YYYY-MM; that of the scenario unless given.
    waves : int
        Waves of history matching, the first over the whole prior.
    accept : float
        Share of the runs of what is left that is accepted.
    typical : float
        Share of the posterior that is kept, of those points whose mean history, by the emulator, meets the targets
        best. Less than 1 asks more than that the record be one history like others: that it be a typical one.
    draws : int
        Weighted draws to write.
    confirm : int
        Fresh runs of the posterior under each of three seeds, and as many of the best point.
    heteroscedastic : bool
        Whether the regression adjusts the spread of the parameters too.
    workers : int
        How many processes play.
    engine : {"numpy", "jax", "jax-float32"}
        Who plays the turn.
    progress : bool or "auto"
        Show progress bars; ``auto`` does in a notebook and in a terminal.

    Returns
    -------
    Calibration
        Posterior, recovery and confirmation.

    Raises
    ------
    Mistake, DocumentError
        If the document is none of a calibration, or the directory holds another one.
    """
    waves, draws = whole_number(waves, "waves", least=1), whole_number(draws, "draws", least=10)
    confirm, how = (
        whole_number(confirm, "confirm", least=10),
        Means(whole_number(workers, "workers", least=1), progress, engine_named(engine)),
    )
    for name, share in (("accept", accept), ("typical", typical)):
        if not 0.0 < share <= 1.0:
            raise Mistake(f"{name}: write a share above 0 and up to 1, not {share:g}")
    asked = experiment if isinstance(experiment, Experiment) else read_experiment(experiment)
    resolved, place, began = understood(asked, until), Path(out), time.monotonic()
    refuse_another(place, asked, resolved)
    matching = played_waves(asked, resolved, place, waves, how)
    unit, found = matching.left()
    if len(unit) < FEWEST:
        raise Mistake(f"{len(unit)} runs are left, fewer than {FEWEST}; ask for more points or fewer --waves")
    scale = standard(found.values)
    features, seen = scale.features(found.values), scale.features(found.observed[None])[0]
    recovery = recover(unit, features, accept, heteroscedastic=heteroscedastic, seed=asked.seed)
    condense = condenser(unit, features)
    posterior = infer(unit, condense(features), condense(seen[None])[0], accept, heteroscedastic=heteroscedastic)
    posterior = typical_of(posterior, matching.sieves[-1].emulator, found, typical)
    rows, weights = resampled(posterior, draws, np.random.default_rng([asked.seed, FRESH]))
    numbers = spread_over(resolved, rows)
    write_table(place / POSTERIOR, resolved.unknown, numbers, weights)
    spread = dict(zip(found.names, scale.spread.tolist(), strict=True))
    best, promised = winner(matching.sieves[-1].emulator, unit, found)
    each = np.repeat(np.arange(len(rows)), weights)
    table = numbers[np.resize(each, confirm)]
    fresh = [
        played_rows(asked, resolved.scenario, resolved.unknown, table, _named(place, f"posterior_{k + 1}", table),
                    asked.seed + FRESH + k, how)
        for k in range(SEEDS)
    ]  # fmt: skip
    point = spread_over(resolved, best[None])
    alone = played_rows(asked, resolved.scenario, resolved.unknown, point, _named(place, "winner", point),
                        asked.seed + FRESH + SEEDS, how, confirm, at_once=False)  # fmt: skip
    answer = Calibration(
        _parameters(resolved, posterior, recovery),
        Rows({"wave": k + 1, "runs": asked.design.latin_hypercube.points if asked.design.latin_hypercube else 0,
              "left of the prior": share} for k, share in enumerate(matching.kept)),
        tuple(confirmed(data, spread) for data in fresh), confirmed(alone, spread), promised, place,
    )  # fmt: skip
    answer.parameters.write(place / PARAMETERS)
    about = {
        "accept": accept, "typical": typical, "heteroscedastic": heteroscedastic,
        "runs_left": len(unit), "draws": len(rows),
        "worlds": recovery.worlds, "best_point": dict(zip(resolved.unknown, point[0].tolist(), strict=True)),
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    write_whole(place / LOG, json.dumps(_log(asked, resolved, answer, about), indent=2) + "\n")
    return answer


def understood(experiment: Experiment, until: str | None = None) -> Resolved:
    """Return the document in its scenario, which may be played to a month only.

    Raises
    ------
    Mistake, DocumentError
        If it is none of a calibration.
    """
    if not experiment.point_per_run or experiment.design.kind != "latin_hypercube":
        told = "a calibration gives each run a point of its own; write 'latin_hypercube:', 'point_per_run: true'"
        raise experiment.mistakes((("design",), told))
    if experiment.levers or len(experiment.scenarios) > 1 or experiment.without:
        told = "a calibration has one scenario as it is, and uncertainties only; remove levers, 'without' and others"
        raise experiment.mistakes((("scenarios",), told))
    assert experiment.design.latin_hypercube is not None
    if experiment.design.latin_hypercube.points < FEWEST:
        told = f"a wave of fewer than {FEWEST} runs tells nothing; write more points"
        raise experiment.mistakes((("design", "latin_hypercube", "points"), told))
    scenario = scenario_of(experiment.file_of(experiment.scenarios[0]))
    return resolve(experiment, scenario if until is None else knowledge.until(scenario, until))


def refuse_another(out: Path, experiment: Experiment, resolved: Resolved) -> None:
    """Refuse a directory in which another document, scenario or set of rules was begun; note what is begun here.

    Raises
    ------
    Mistake
        With what differs.
    """
    now = {
        "document": experiment.digest(),
        "scenario": resolved.scenario.digest(),
        "rules": code_digest(NUMBERS),
        "sieve": [CUTOFF, FORGIVEN, DISCREPANCY],
    }
    begun = out / "begun.json"
    if begun.exists():
        then = json.loads(begun.read_text(encoding="utf-8"))
        if unlike := [name for name in now if then.get(name) != now[name]]:
            raise Mistake(f"{out} was begun with another {unlike[0]}; name another directory, or remove this one")
    out.mkdir(parents=True, exist_ok=True)
    write_whole(begun, json.dumps(now) + "\n")


def resampled(posterior: Draws, wanted: int, luck: np.random.Generator) -> tuple[Array, list[int]]:
    """Return draws of a posterior, each once, and how often it was drawn: systematic, as `wanted` were asked for."""
    ends = np.cumsum(posterior.weights)
    places = np.searchsorted(ends, (luck.random() + np.arange(wanted)) / wanted * ends[-1], side="right")
    which, counts = np.unique(np.minimum(places, len(ends) - 1), return_counts=True)
    return posterior.unit[which], counts.tolist()


def winner(emulator: Emulator, unit: Array, found: Summaries) -> tuple[Array, float]:
    """Return the point whose emulated means lie nearest to the targets, and how near the emulator says they do."""
    apart = emulator.misfit(unit, found.low, found.high)
    best = int(np.argmin(apart))
    return unit[best], float(apart[best])


def typical_of(posterior: Draws, emulator: Emulator, found: Summaries, share: float) -> Draws:
    """Return the share of a posterior, by weight, whose emulated means lie nearest to the targets."""
    order = np.argsort(emulator.misfit(posterior.unit, found.low, found.high), kind="stable")
    kept = order[: int(np.searchsorted(np.cumsum(posterior.weights[order]), share * (1.0 - 1e-9))) + 1]
    return Draws(posterior.unit[kept], posterior.weights[kept] / posterior.weights[kept].sum())


def _named(out: Path, kind: str, values: Array) -> Path:
    """Return the directory of fresh runs: of other draws, another one."""
    return out / f"{kind}_{digest_of_bytes(values.tobytes())[:8]}"


def _parameters(resolved: Resolved, posterior: Draws, recovery: Recovery) -> Rows:
    """Return a row for each parameter."""
    unit = posterior.quantiles(0.1, 0.5, 0.9)
    ends = np.array([[0.0], [1.0]]) + np.zeros((1, unit.shape[1]))
    shown, prior = spread_over(resolved, unit), spread_over(resolved, ends)
    rows = []
    for place, path in enumerate(resolved.unknown):
        notes = []
        if recovery.r2[place] < IDENTIFIED:
            notes.append("not identified")
        if min(unit[1, place], 1.0 - unit[1, place]) < AT_AN_END:
            notes.append("at an end of its range")
        rows.append({
            "parameter": path, "low": float(prior[0, place]), "high": float(prior[1, place]),
            "q10": float(shown[0, place]), "median": float(shown[1, place]), "q90": float(shown[2, place]),
            "r2": float(recovery.r2[place]), "coverage80": float(recovery.coverage[place]),
            "rank_p": float(recovery.rank_p[place]), "note": ", ".join(notes),
        })  # fmt: skip
    return Rows(rows)


def _log(experiment: Experiment, resolved: Resolved, answer: Calibration, about: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be known of a calibration by whoever uses its draws."""
    return {
        "armsrace": VERSION,
        "written": dt.datetime.now(dt.UTC).date().isoformat(),
        "document": experiment.name,
        "document_digest": experiment.digest(),
        "scenario": resolved.scenario.name,
        "scenario_digest": resolved.scenario.digest(),
        "rules": code_digest(NUMBERS),
        "seed": experiment.seed,
        "waves": list(answer.waves),
        "cutoff": CUTOFF,
        "forgiven": FORGIVEN,
        "discrepancy": DISCREPANCY,
        **about,
        "parameters": list(answer.parameters),
        "not_identified": [row["parameter"] for row in answer.parameters if row["r2"] < IDENTIFIED],
        "promised_misfit": answer.promised,
        "posterior": [asdict(found) for found in answer.posterior],
        "winner": asdict(answer.winner),
    }
