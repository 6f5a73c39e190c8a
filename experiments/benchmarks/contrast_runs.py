"""How many runs does it take to know what a policy changes, with common luck and without?

Run *k* of a scenario and run *k* of another share all their luck, so that they differ by what the
policy does and nothing else. The same contrast is measured with a seed for each scenario. Let `d`
be, for run *k* of both, 1 where only the second has a campaign, -1 where only the first has, else 0.
The mean of `d` is the change in probability. Its 95 % interval has the half-width
``1.96 * sd(d) / sqrt(n)``, so a half-width `h` takes ``n = (1.96 * sd(d) / h)**2`` runs of each
scenario. With independent luck ``sd(d)**2`` is the sum of both variances; with common luck it is
smaller by twice the covariance.

    python experiments/benchmarks/contrast_runs.py
    python experiments/benchmarks/contrast_runs.py --policy turkish_base --runs 50000
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

import sim

BASE, POLICY = "status_quo", "israeli_embargo"
Z = 1.959963984540054  # 97.5 % point of the normal distribution
RESAMPLES = 400  # of the bootstrap


@dataclass(frozen=True)
class Contrast:
    """What two scenarios differ by, and what it takes to know it.

    Attributes
    ----------
    runs : int
        Runs of each scenario it was measured with.
    change, error : float
        Change in the probability of a campaign, and half the width of its 95 % interval under common luck.
    common, separate : float
        Runs of each scenario needed under common luck, and with a seed for each scenario.
    saved, low, high : float
        The second over the first, with its 95 % interval (bootstrap over runs).
    """

    runs: int
    change: float
    error: float
    common: float
    separate: float
    saved: float
    low: float
    high: float


def contrast(base: str = BASE, policy: str = POLICY, runs: int = 10_000, half_width: float = 0.01) -> Contrast:
    """Play two scenarios under the same seed, the second under another seed too, and count the runs needed."""
    first, second = campaigns(base, runs, seed=0), campaigns(policy, runs, seed=0)
    common, separate = second - first, campaigns(policy, runs, seed=1) - first
    ratios = resampled_ratios(common, separate)
    return Contrast(
        runs=runs,
        change=float(common.mean()),
        error=float(Z * common.std(ddof=1) / np.sqrt(runs)),
        common=runs_needed(common, half_width),
        separate=runs_needed(separate, half_width),
        saved=ratio_of_variances(common, separate),
        low=float(np.percentile(ratios, 2.5)),
        high=float(np.percentile(ratios, 97.5)),
    )


def campaigns(scenario: str, runs: int, seed: int) -> np.ndarray:
    """Return for every run 1.0 if there is a campaign, else 0.0."""
    return np.isfinite(sim.sweep(scenario, runs, seed=seed, kept_paths=0)["first_campaign"].values).astype(float)


def runs_needed(gap: np.ndarray, half_width: float) -> float:
    """Return how many runs of each scenario bring the mean of `gap` to a half-width."""
    return float(np.ceil(gap.var(ddof=1) * (Z / half_width) ** 2))


def ratio_of_variances(common: np.ndarray, separate: np.ndarray) -> float:
    """Return how many times as many runs separate seeds need; infinite where common luck leaves no difference."""
    left = common.var(ddof=1)
    return float(separate.var(ddof=1) / left) if left > 0.0 else np.inf


def resampled_ratios(common: np.ndarray, separate: np.ndarray) -> list[float]:
    """Return the ratio for runs drawn with replacement, many times."""
    rng = np.random.default_rng(0)
    draws = (rng.integers(0, common.size, common.size) for _ in range(RESAMPLES))
    return [ratio_of_variances(common[drawn], separate[drawn]) for drawn in draws]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default=BASE)
    parser.add_argument("--policy", default=POLICY)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--half-width", type=float, default=0.01)
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    asked = arguments()
    found = contrast(asked.base, asked.policy, asked.runs, asked.half_width)
    print(
        f"change in the probability of a campaign: {found.change:+.4f} +- {found.error:.4f}, {found.runs:,} runs each"
    )
    print(f"runs of each scenario for +- {asked.half_width:g}:")
    print(f"  common luck               {found.common:10,.0f}")
    print(f"  a seed for each scenario  {found.separate:10,.0f}")
    print(f"  times as many             {found.saved:10.3g}   ({found.low:.3g} to {found.high:.3g})")


if __name__ == "__main__":
    main()
