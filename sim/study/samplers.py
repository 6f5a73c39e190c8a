"""Samples of what is not known, by the samplers of scipy and SALib."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from sim.scenario.schema import Distribution
from sim.scenario.settings import spread_as, spread_between
from sim.study.designs import Factor
from sim.study.experiment import Experiment
from sim.study.resolved import Resolved, range_of
from sim.study.sample_table import resampled
from sim.study.slots import Slot


def sampler_seed(experiment: Experiment) -> int:
    """Return the seed of a sampler: of the experiment's seed and the kind of design, no other luck touched."""
    text = f"design\x1f{experiment.design.kind}\x1f{experiment.seed}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "little")


def drawn(resolved: Resolved, about: dict[str, Any]) -> np.ndarray:
    """Return ``(sample, uncertainty)`` and note how it was made."""
    experiment, order = resolved.experiment, resolved.unknown
    about["sampler_seed"] = seed = sampler_seed(experiment)
    if resolved.sample_table is not None:
        posterior = experiment.design.posterior
        table, rows = resampled(resolved.sample_table, order, posterior.points if posterior else None, seed)
        if experiment.beside_stated:  # the first runs, whose paths are kept, are to be draws like all others
            mixed = np.random.default_rng(seed).permutation(len(rows))
            table, rows = table[mixed], [rows[place] for place in mixed]
        about |= {"row": rows, "file": resolved.sample_table.digest}
        return table
    return spread_over(resolved, _unit_sample(experiment, order, seed, about))


def spread_over(resolved: Resolved, unit: np.ndarray) -> np.ndarray:
    """Return the numbers of the uncertainties, ``(sample, uncertainty)``, some shares of the way through each."""
    prior = resolved.experiment.design.kind == "prior"
    return np.stack([
        _quantile(resolved.slots[path], resolved.factors[path], unit[:, i], prior)
        for i, path in enumerate(resolved.unknown)
    ], axis=1)  # fmt: skip


def _unit_sample(experiment: Experiment, order: list[str], seed: int, about: dict[str, Any]) -> np.ndarray:
    """Return ``(sample, uncertainty)`` of shares of the way through each factor's distribution."""
    design = experiment.design
    if design.sobol is not None or design.morris is not None:
        from SALib.sample import morris, sobol

        about["problem"] = {"num_vars": len(order), "names": order, "bounds": [[0.0, 1.0]] * len(order)}
        problem = {**about["problem"], "names": list(order)}
        if design.sobol is not None:
            return np.asarray(sobol.sample(problem, design.sobol.points, seed=seed,
                                           calc_second_order=design.sobol.second_order))  # fmt: skip
        assert design.morris is not None
        return np.asarray(
            morris.sample(problem, design.morris.trajectories, num_levels=design.morris.levels, seed=seed)
        )
    from scipy.stats import qmc

    if design.prior is not None and design.prior.sampler == "independent":
        return np.random.default_rng(seed).random((design.prior.points, len(order)))
    latin = design.latin_hypercube or design.prior
    assert latin is not None
    optimization = getattr(latin, "optimization", None)
    sampler = qmc.LatinHypercube(len(order), rng=np.random.default_rng(seed), optimization=optimization)
    return np.asarray(sampler.random(latin.points))


def _quantile(slot: Slot, stated: Factor, share: np.ndarray, prior: bool) -> np.ndarray:
    """Return the numbers below which a factor lies with given probabilities."""
    if stated.values is not None or slot.kind == "rule":
        tried = np.array(stated.values or [0.0, 1.0])
        return np.asarray(tried[np.minimum((share * len(tried)).astype(int), len(tried) - 1)])
    what: Distribution | None = stated.distribution
    if what is None and prior and stated.between is None and stated.scale is None:
        what = slot.believed
    if what is None:
        return spread_between(range_of(slot, stated), share, log=stated.scale == "log")
    return spread_as(what, share, lambda: _normals(share), stated.between or (slot.low, slot.high))


def _normals(share: np.ndarray) -> np.ndarray:
    """Return the numbers below which a standard normal lies, cut at six: at 0 and 1 they are infinite."""
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(share, 1e-9, 1 - 1e-9)))
