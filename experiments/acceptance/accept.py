"""Does the model answer? Every sign and bound that it has to meet, in one table: wanted, found, met or not.

    python experiments/acceptance/accept.py                        # 1,024 runs, seed 0
    python experiments/acceptance/accept.py --runs 2048 --seed 1 --only escalation

Pairs of scenarios share their luck; intervals are 95 % of the mean over runs. The variants beside the shipped
outlooks are scenarios in this folder. `films.py` plays them, this file says what is asked of them.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from films import AS_DATED, DENIAL, PESSIMISM, Film, Films

from sim.analysis.signs import EXPECTED, played, signs
from sim.analysis.targets import targets
from sim.analysis.targets.clock import clock
from sim.answers import Rows, aligned
from sim.measures.intervals import reach_of_mean
from sim.measures.ranks import ordinary
from sim.scenario.files import shipped_scenarios

AZE, ARM = 0, 1
KARABAKH, SYUNIK = 0, 2
AUTUMN_2020, END_2019, END_2023 = 128, 119, 23  # steps of the hindcast, and of the outlooks


@dataclass(frozen=True)
class Row:
    """One thing asked of the model, and the answer; `low` and `high` are the ends of what is wanted."""

    part: str
    asked: str
    low: float
    high: float
    found: float
    reach: float = math.nan
    whole: bool = False  # whether the whole interval has to lie within

    @property
    def met(self) -> bool:
        """Whether the number, or its whole interval, lies within what is wanted."""
        reach = self.reach if self.whole and math.isfinite(self.reach) else 0.0
        return self.low <= self.found - reach and self.found + reach <= self.high


def of(part: str, asked: str, low: float, high: float, sample: object, *, whole: bool = False) -> Row:
    """Return the row of a mean over runs."""
    values = np.asarray(sample, float).ravel()
    return Row(part, asked, low, high, float(values.mean()), float(reach_of_mean(values)), whole)


def change(part: str, asked: str, low: float, high: float, new: object, old: object, *, whole: bool = False) -> Row:
    """Return the row of a relative change of a mean, with the interval of the paired difference."""
    one, two = np.asarray(old, float).ravel(), np.asarray(new, float).ravel()
    base = one.mean()
    return Row(part, asked, low, high, float((two - one).mean() / base), float(reach_of_mean(two - one) / base), whole)


# -- budgets


def budgets(films: Films) -> Iterator[Row]:
    """Budgets that move."""
    quo = films["status_quo"]
    free = (1.0 - quo.milex_target / quo.milex_limit)[:, AZE] >= 0.4
    yearly = free.reshape(-1, 12, free.shape[-1])[:, 0]
    worst = yearly[yearly.mean(-1).argmin()]
    yield of("budget", "status_quo: runs with elasticity to reasons >= 0.4, worst year", 0.75, 1.0, worst)
    none = films["no_claims"]
    yield change(
        "budget", "no claims: final spending of Azerbaijan", -1.0, -0.1, none.final_year(AZE), quo.final_year(AZE)
    )
    crash = films["oil_crash"]
    years = slice(36, 96)
    spent = [film.milex[years, AZE].mean(0) for film in (crash, quo)]
    yield change("budget", "oil_crash: mean spending of Azerbaijan 2025-29", -0.3, -0.1, *spent)
    more = films["armenia_buys_five_times"]
    spent = [film.milex[12:, AZE].mean(0) for film in (more, quo)]
    yield change("budget", "Armenian imports x5: mean spending of Azerbaijan", 0.0, 1.0, *spent, whole=True)
    judged = films.targets("south_caucasus_2010")
    coverage = next(row for row in judged if row["code"] == "T-01" and "within" in row["what"])
    yield Row("budget", "T-01: years within the middle 80 % of runs", 0.7, 1.0, coverage["value"])
    lost = _passed(judged) - _passed(films.targets("no_projects"))
    yield Row("budget", "no special projects: targets lost", 0, 2, len(lost))


def _passed(rows: Rows) -> set[tuple[str, str]]:
    """Return which targets pass, those that rest on news left out."""
    return {(row["code"], row["what"]) for row in rows if row["verdict"] == "pass" and not row["apart"]}


# -- capability, contracts, supply


def capability(films: Films) -> Iterator[Row]:
    """Capability instead of volume."""
    quo, french, past = films["status_quo"], films["french_surge"], films["south_caucasus_2010"]
    yield of("capability", "french_surge: Azerbaijan's balance at the end", -9.0, 0.0,
             french.balance[-1, AZE] - quo.balance[-1, AZE], whole=True)  # fmt: skip
    won = past.win_chance[AUTUMN_2020]
    for name, low, high in (("no_israel_no_turkey", -1.0, -0.15), ("no_russia", -0.15, 0.05)):
        yield of("capability", f"{name}: chance of Karabakh in autumn 2020", low, high,
                 films[name].win_chance[AUTUMN_2020] - won)  # fmt: skip
    embargo = films["israeli_embargo"]
    yield of("capability", "israeli_embargo: balance in 2028", -9.0, 0.0,
             embargo.balance[72:84, AZE].mean(0) - quo.balance[72:84, AZE].mean(0), whole=True)  # fmt: skip
    yield of("capability", "israeli_embargo: Turkey's share of deliveries 2026-36", 0.0, 1.0,
             embargo.share("turkey", AZE, 48) - quo.share("turkey", AZE, 48), whole=True)  # fmt: skip


def contracts(films: Films) -> Iterator[Row]:
    """Contracts, batches, payments."""
    quo, past = films["status_quo"], films["south_caucasus_2010"]
    for film in (past, quo):
        fund = (film.fund / np.maximum(film.procurement, 1e-9))[:, AZE].min(0)
        yield Row("contracts", f"{film.name}: fund of Azerbaijan in years of procurement, lowest 1 % of runs",
                  -0.5, math.inf, float(np.quantile(fund, 0.01)))  # fmt: skip
    yield of(
        "contracts", "Azerbaijan's orders of 2016-18 (record 324 TIV)", 162, 648, past.order_volume[72:108, AZE].sum(0)
    )
    judged = films.targets("south_caucasus_2010")
    for code, words in (("T-08", ""), ("T-10", "2011-2015"), ("T-10", "2016-2020"), ("T-15", "2011"), ("T-15", "2016"),
                        ("T-12", ""), ("T-46", ""), ("T-47", "")):  # fmt: skip
        row = next(row for row in judged if row["code"] == code and words in row["what"])
        half = (row["value_high"] - row["value_low"]) / 2
        yield Row("contracts", f"{code}: {row['what']}", row["low"], row["high"], row["value"], half)
    lags = [row for row in judged if row["code"] == "T-18"]
    yield Row("contracts", "T-18 is computed", 1, 1, float(all(not row["why"] for row in lags)))
    start = quo.stock_total[0, AZE]
    for step, month in ((12, "2023-01"), (24, "2024-01"), (35, "2024-12")):
        yield change(
            "contracts", f"status_quo: Azerbaijan's stock, {month}", -0.03, 0.03, quo.stock_total[step, AZE], start
        )


def supply(films: Films) -> Iterator[Row]:
    """Licences, procurement share, crisis buying."""
    quo, west, past = films["status_quo"], films["western_sanctions"], films["south_caucasus_2010"]
    on = west.sanctions[12:, AZE] > 0.0
    shares = [_share_while(film, "israel", AZE, on, 12) for film in (west, quo)]
    there = np.isfinite(shares[0]) & np.isfinite(shares[1])
    yield of("supply", "western_sanctions: Israel's share of deliveries while on, from 2023", -1.0, -0.2,
             (shares[0] - shares[1])[there])  # fmt: skip
    before, usual = _before_campaigns(past.of_origin("turkey")[:, AZE], past.campaigns)
    yield Row("supply", "Turkish deliveries in the half-year before a campaign over a usual one", 3.0, math.inf,
              before.mean() / usual, reach_of_mean(before) / usual)  # fmt: skip
    dated = films[AS_DATED]
    late, early = (dated.order_value[step : step + 36, ARM].sum(0) for step in (144, 96))
    yield change("supply", "wars as dated: Armenia's orders of 2022-24 over those of 2017-19 [US$], less one",
                 2.0, 9.0, late, early)  # fmt: skip
    abroad = np.isin(dated.order_origin[144:180, ARM], _places(dated, "home"), invert=True)
    orders = np.where(abroad, dated.order_value[144:180, ARM], 0.0)
    part = np.where(np.isin(dated.order_origin[144:180, ARM], _places(dated, "india", "france")), orders, 0.0).sum(0)
    total = orders.sum(0)
    yield of("supply", "wars as dated: India's and France's part of Armenia's orders of 2022-24 [US$]", 0.3, 1.0,
             part[total > 0] / total[total > 0])  # fmt: skip
    early, late = (quo.concentration(AZE, window) for window in (slice(0, 60), slice(120, 180)))
    yield of("supply", "concentration of Azerbaijan's origins, 2032-36 less 2022-26", -1.0, 0.0, late - early,
             whole=True)  # fmt: skip


def _places(film: Film, *origins: str) -> list[int]:
    """Return where origins stand on their axis."""
    return [film.origins.index(origin) for origin in origins]


def _share_while(film: Film, origin: str, state: int, on: np.ndarray, first: int) -> np.ndarray:
    """Return the share of an origin in deliveries of the steps that a mask ``(step, run)`` names, ``(run,)``."""
    part = np.where(on, film.of_origin(origin)[first:, state], 0.0).sum(0)
    total = np.where(on, film.deliveries[first:, :, state].sum(1), 0.0).sum(0)
    return np.where(total > 0.0, part / np.where(total > 0.0, total, 1.0), np.nan)


def _before_campaigns(volume: np.ndarray, campaigns: np.ndarray) -> tuple[np.ndarray, float]:
    """Return what came in each half-year before a campaign, and the mean of any half-year.

    In each step arms arrive before fighting starts, so the half-year ends with the step of the attack.
    """
    half = np.lib.stride_tricks.sliding_window_view(volume, 6, axis=0).sum(-1)  # begins at the step
    at, run = np.nonzero(campaigns)
    late = at >= 5
    return half[at[late] - 5, run[late]], float(half.mean())


# -- escalation, the clock, outlooks


def escalation(films: Films) -> Iterator[Row]:
    """Escalation and deterrence."""
    quo, past = films["status_quo"], films["south_caucasus_2010"]
    for name, high in (("corridor_deal", 0.01), ("peace_treaty", 0.0)):
        yield of("escalation", f"{name}: chance of a campaign", -1.0, high,
                 films[name].campaigns.any(0).astype(float) - quo.campaigns.any(0), whole=True)  # fmt: skip
    scared = films[PESSIMISM]
    yield change("escalation", "at a believed balance of -0.9: hazard of operations, first year", -1.0, -0.8,
                 scared.operation_hazard[:12].mean(0), quo.operation_hazard[:12].mean(0))  # fmt: skip
    guarded = films[DENIAL]
    yield change("escalation", "Armenian denial x3 once: campaigns of five years", -1.0, -0.3,
                 guarded.campaigns[:60].sum(0), quo.campaigns[:60].sum(0))  # fmt: skip
    poor = films["oil_at_one_dollar"]
    late = [(film.campaigns | film.operations)[60:].sum(0) for film in (poor, quo)]
    yield of("escalation", "oil at 1 dollar: outbreaks in years 6 to 15", -9.0, 0.0, late[0].astype(float) - late[1])
    yield change("escalation", "oil at 1 dollar: deaths of 15 years", -1.0, 0.1, poor.deaths[-1], quo.deaths[-1])
    after = np.array([past.operations[max(t - 36, 0) : t].any(0) for t in range(len(past.operations))])
    rates = [12.0 * past.campaigns[where].mean() for where in (after, ~after)]
    error = (
        12.0 * 1.96 * math.hypot(*(math.sqrt(past.campaigns[where].mean() / where.sum()) for where in (after, ~after)))
    )
    yield Row("escalation", "campaigns a year within three years of an operation, less other months", 0.0, 1.0,
              rates[0] - rates[1], error)  # fmt: skip
    yield of("escalation", "hindcast: operation in Syunik before 2020", 0.0, 0.05,
             (past.control[END_2019, SYUNIK, AZE] > 1e-6).astype(float))  # fmt: skip
    yield of("escalation", "status_quo: all Karabakh by the end of 2023", 0.05, 0.3,
             (quo.control[END_2023, KARABAKH, AZE] > 0.95).astype(float))  # fmt: skip
    for row in films.targets("south_caucasus_2010"):
        if row["code"] in ("T-28", "T-29", "T-30", "T-31") and not row["why"]:
            half = (row["value_high"] - row["value_low"]) / 2
            yield Row("escalation", f"{row['code']}: {row['what']}", row["low"], row["high"], row["value"], half)


def timing(films: Films) -> Iterator[Row]:
    """The clock is scored."""
    total = clock("south_caucasus_2010", films.runs, seed=films.seed)[-2]
    gain = total["model at its best level"] - total["season alone"]
    yield Row("clock", "log score of dated outbreaks over the season alone", 0.5, math.inf, gain, total["error"])


def outlooks(films: Films) -> Iterator[Row]:
    """Outlooks do what they say, and the record is met."""
    base = played("status_quo", films.runs, films.seed)
    for name in shipped_scenarios():
        rows = signs(name, films.runs, seed=films.seed, base=base)
        if rows:
            yield Row("outlooks", f"{name}: signs as expected, of {len(rows)}", len(rows), len(rows),
                      sum(row["verdict"] == EXPECTED for row in rows))  # fmt: skip
    for seed in range(films.seed, films.seed + 3):
        judged = [
            row for row in targets("south_caucasus_2010", films.runs, seed=seed) if row["verdict"] and not row["apart"]
        ]
        passed = sum(row["verdict"] == "pass" for row in judged)
        yield Row("targets", f"hindcast, seed {seed}: targets met, of {len(judged)}", 36, math.inf, passed)
        ranks = [row["rank"] for row in judged if not math.isnan(row["rank"])]
        yield Row("targets", f"hindcast, seed {seed}: record within 5 to 95 % of runs, of {len(ranks)}", 36, math.inf,
                  sum(map(ordinary, ranks)))  # fmt: skip


PARTS: dict[str, Callable[[Films], Iterator[Row]]] = {
    part.__name__: part for part in (budgets, capability, contracts, supply, escalation, timing, outlooks)
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1024, help="runs of each scenario")
    parser.add_argument("--seed", type=int, default=0, help="seed of all luck")
    parser.add_argument("--only", action="append", choices=[*PARTS], help="only this part; may be given several times")
    asked = parser.parse_args()
    films = Films(asked.runs, asked.seed)
    rows = [row for name in asked.only or PARTS for row in PARTS[name](films)]
    heading = ("", "asked", "wanted", "found", "95 %", "met")
    cells = [
        (row.part, row.asked, f"{row.low:.3g} to {row.high:.3g}", f"{row.found:.3g}",
         f"+-{row.reach:.2g}" if math.isfinite(row.reach) else "", "yes" if row.met else "NO")
        for row in rows
    ]  # fmt: skip
    print("\n".join(aligned([heading, *cells])))
    print(f"{sum(row.met for row in rows)} of {len(rows)} met; {asked.runs} runs of each scenario, seed {asked.seed}")


if __name__ == "__main__":
    main()
