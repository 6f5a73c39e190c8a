"""What an analysis looks like in a terminal: its rows in columns, and under them how to read the columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import xarray as xr

from sim.analysis.ablate import ablation_rows
from sim.analysis.compare import comparison_rows
from sim.analysis.effects import mostly_luck
from sim.analysis.factor_effects import DIFFERENCE
from sim.analysis.variance import COMPONENTS, variance_rows
from sim.answers import aligned
from sim.measures.paired import FEWEST
from sim.model.outcomes import MEASURES
from sim.study.resolved import BELIEVED

Row = Mapping[str, Any]


def known(number: float) -> bool:
    """Whether a number is one."""
    return number == number


# -- two cases compared


def comparison_text(found: xr.Dataset) -> str:
    """Return a comparison as a table, with the runs it takes where a precision is wanted."""
    about = found.attrs
    lines = [f"A {about['scenario']}, B {about['against']}: {about['runs']:,} pairs of runs, seed {about.get('seed')}"]
    if "window" in about:
        lines.append(f"means, rates and supplier shares: over {about['window']}")
    if about["settings"]:
        lines.append(f"settings, A against B: {'; '.join(about['settings'])}")
    runs = ("runs", "instead of") if "precision" in about else ()
    heading = ("measure", "of", "A", "B", "B - A", "95 % interval", "luck", *runs, "unit")
    lines += aligned([heading, *(_compared(row, bool(runs)) for row in comparison_rows(found))])
    return "\n".join([*lines, *_how_to_compare(about)])


def _compared(row: Row, runs: bool) -> tuple[str, ...]:
    """Return the cells of one measure."""
    clear = row["low"] > 0 or row["high"] < 0
    form = MEASURES[row["measure"]].form
    return (
        row["measure"],
        row["who"],
        f"{row['a']:{form}}",
        f"{row['b']:{form}}",
        f"{row['difference']:+.3g}{'*' if clear else ''}",
        f"{row['low']:+.3g} to {row['high']:+.3g}" if known(row["low"]) else "never varies",
        _times(row["variance_reduction"]),
        *((_count(row["runs_common"]), _count(row["runs_independent"])) if runs else ()),
        row["unit"],
    )


def _times(ratio: float) -> str:
    """Return a variance reduction in words."""
    if not known(ratio):
        return "-"
    return "all" if ratio == float("inf") else f"{ratio:,.1f}x" if ratio < 100 else f"{ratio:,.0f}x"


def _count(runs: float) -> str:
    """Return a number of runs, or a dash where it cannot be told."""
    return f"{runs:,.0f}" if known(runs) else "-"


def _how_to_compare(about: Row) -> Iterator[str]:
    """Yield how to read the table, and what is not as it should be."""
    yield f"* zero is left out; {about['intervals']}"
    yield (
        "luck: how many times fewer runs common random numbers take than independent seeds; all: the difference never "
        "varies"
    )
    if "precision" in about:
        wide = f"{about['precision']:g}"
        yield (
            f"runs, instead of: each scenario's runs for a half-width of {wide} (shares, log ratios; of the rest "
            f"{wide} of A's value), common random numbers and independent seeds; {FEWEST} at least"
        )
    if about["members"] < 2:
        yield (
            "spending, supplier shares and balances by month: not compared, paths of two runs at least were not "
            "kept of both; sweep with --kept-paths"
        )
    elif about["members"] < about["runs"]:
        yield f"spending, mean balances, rates, supplier shares: over {about['members']:,} runs whose path both kept"
    if about["failed"]:
        yield f"left out: {about['failed']:,} runs that failed in either"
    if about["not_compared"]:
        yield f"not compared: {'; '.join(about['not_compared'])}"
    if about["changed_code"]:
        yield f"warning: the two differ in {', '.join(about['changed_code'])} too, not by the scenario alone"


# -- rules left out


def ablation_text(found: xr.Dataset) -> str:
    """Return an ablation as a table of rules against measures, whose columns are explained under it."""
    by_rule = {rule: [*group] for rule, group in groupby(ablation_rows(found), key=lambda row: row["rule"])}
    main = [row for row in next(iter(by_rule.values())) if _is_main(row)]
    letters = [chr(ord("A") + place) for place in range(len(main))]
    lines = [("at its mean" if found.attrs.get("held") else "without", *letters, "also moved")]
    for rule, group in by_rule.items():
        also = [_moved(row) for row in group if not _is_main(row) and row["clear"]]
        lines.append((rule, *(_ablated(row) for row in group if _is_main(row)), ", ".join(also)))
    idle = [str(rule) for rule in found["rule"].values[found["decorative"].values]]
    said = (
        *(f"{letter}: {_explained(row)}" for letter, row in zip(letters, main, strict=True)),
        f"mean over {found.attrs['runs']} runs of the difference to the same runs with all rules, +- half of its 95 %",
        "interval; * where that leaves out zero (what else moved: at a level for all supplier shares, or all the rest)",
        f"decorative in this scenario (no interval leaves out zero): {', '.join(idle) or 'none'}",
    )
    return "\n".join([*aligned(lines), *said])


def _is_main(row: Row) -> bool:
    """Whether a row has a column of its own."""
    return row["measure"] in MEASURES and MEASURES[row["measure"]].main


def _explained(row: Row) -> str:
    """Return what a column is of, and what more of it means."""
    outcome = MEASURES[row["measure"]]
    return f"{' of '.join(filter(None, (outcome.words, row['who'])))} [{row['unit']}]; more: {outcome.more}"


def _ablated(row: Row) -> str:
    """Return a difference with half its interval, starred where zero is left out."""
    reach = f"+-{(row['high'] - row['low']) / 2:.2g}" if known(row["low"]) else ""
    return f"{row['difference']:+.3g}{reach}{'*' if row['clear'] else ''}"


def _moved(row: Row) -> str:
    """Return a difference with what it is of."""
    what = f"share of {row['who']}" if row["measure"] == "supplier_share" else row["measure"]
    return f"{what} {_ablated(row)}"


# -- what the spread consists of


def variance_text(found: xr.Dataset) -> str:
    """Return the components of the variance as a table."""
    heading = ("scenario", "levers", "measure", "mean", "sd", "parameters", "chance", "both together", "unit")
    lines = aligned([heading, *map(_split, variance_rows(found))])
    lines.append("share of the variance over points and runs, with its 95 % interval; what never varies has none")
    design = found.attrs.get("design")
    if design is not None and design not in BELIEVED:
        lines.append(f"the points of a design '{design}' are chosen, not drawn from what is believed: the part of "
                     "parameters says how far these points lie apart")  # fmt: skip
    return "\n".join(lines)


def _split(row: Row) -> tuple[str, ...]:
    """Return the cells of one measure."""
    what, mean = f"{row['measure']} {row['who']}".strip(), f"{row['mean']:{MEASURES[row['measure']].form}}"
    parts = [_share(*(row[f"{name}{suffix}"] for suffix in ("", "_low", "_high"))) for name in COMPONENTS]
    return (row["scenario"], row["levers"], what, mean, f"{row['sd']:,.3g}", *parts, row["unit"])


def _share(value: float, low: float, high: float) -> str:
    """Return a share with its interval, where there are any."""
    if not known(value):
        return "-"
    return f"{value:.0%} ({low:.0%} to {high:.0%})" if known(low) else f"{value:.0%}"


# -- what each factor does


def sensitivity_text(rows: Sequence[Row]) -> str:
    """Return what each factor does as a table, without columns that are empty."""
    heading = ("scenario", "levers", "measure", "index", "factor", "value", "95 % interval", "luck", "", "unit")
    lines = [heading, *map(_effect, rows)]
    kept = [i for i, column in enumerate(zip(*lines, strict=True)) if any(column[1:]) or i == len(heading) - 1]
    indices = {row["index"] for row in rows}
    sampled = [text for index, text in READING.items() if index in indices]
    said = [*sampled, INTERVALS, *([LEVERS] if DIFFERENCE in indices else [])] if sampled else [DIFFERENCES]
    shown = aligned([[line[i] for i in kept] for line in lines])
    return "\n".join([*shown, *said, LUCKY, *map(_warning, mostly_luck(rows))])


def _effect(row: Row) -> tuple[str, ...]:
    """Return the cells of one number; empty where nothing is known."""
    return (
        *(row[key] for key in ("scenario", "levers", "measure", "index", "factor")),
        f"{row['value']:.3g}" if known(row["value"]) else "never varies",
        f"{row['low']:.3g} to {row['high']:.3g}" if known(row["low"]) else "",
        f"{row['luck']:.2g}" if known(row["luck"]) else "",
        "*" if row["swamped"] else "",
        row["unit"],
    )


def _warning(row: Row) -> str:
    """Return what to do where luck blurs every index."""
    where = f" ({row['levers']})" if row["levers"] else ""
    return (
        f"warning: {row['value']:.0%} of the variance of {row['measure']} between points{where} is luck, which "
        "blurs every index; play more runs of each point"
    )


LUCKY = (
    "luck: how far Monte Carlo error may have moved the value, not taken off it; * where it could make all of it"
)  # fmt: skip
DIFFERENCES = "difference: mean over runs of the point's outcome less the first point's, each run with the same luck"
LEVERS = (
    "difference: what a lever changes, the others as they stand, over the same draws and luck; change of difference: "
    "how much more it changes once the second lever is moved too"
)
INTERVALS = (
    "95 % interval: of design and luck together, a normal approximation that is not cut at 0 or 1; "
    "one that reaches beyond says that points or runs are few"
)
READING = {  # by an index that the analysis of a sampled design has
    "total": "total and first order: share of the variance between points with a factor, with and without interactions",
    "mu*": "mu*: mean size of the change when a factor moves over its range, mu: with sign, sigma: how it differs",
    "rank regression": "rank regression: by how many standard deviations the outcome's rank moves with one of the "
    "factor's; it sees monotone effects, R² says how much of the ranks they are",
}


# -- the record, met or missed


def clock_text(rows: Sequence[Row]) -> str:
    """Return how well the dated outbreaks are foretold, as a table; nothing where none is dated."""
    if not rows:
        return ""
    forecasts = [key for key in rows[0] if key not in ("step", "error")]
    cells = [(row["step"], *(f"{row[key]:.2f}" for key in forecasts), f"{row['error']:.2f}") for row in rows]
    gain = rows[-2]["model at its best level"] - rows[-2]["season alone"]
    return "\n".join([
        "\nthe clock, one step ahead with past wars imposed: log of the chance given to what came",
        *aligned([("step", *forecasts, "+-"), *cells]),
        f"at its best level the model gains {gain:+.2f} over the season alone",
        "best level: all rates times one number, as for season and constant; +-: half the model's 95 % interval, luck",
    ])  # fmt: skip


def signs_text(rows: Sequence[Row]) -> str:
    """Return what has come of the signs that a scenario expects, as a table; nothing where it expects none."""
    if not rows:
        return ""
    heading = ("outcome", "of", "window", "expected", "without", "difference", "95 % interval", "verdict")
    cells = [
        (*(row[key] for key in ("outcome", "of", "window", "sign")), short(row["base"]), f"{row['difference']:+.3g}",
         f"{row['low']:+.3g} to {row['high']:+.3g}", row["verdict"])
        for row in rows
    ]  # fmt: skip
    return "\n".join(["\nwhat it expects beside the scenario that it extends:", *aligned([heading, *cells])])


def short(number: float) -> str:
    """Write a number in four digits, a missing one as a dash."""
    if not known(number):
        return "-"
    return f"{number:.0f}" if abs(number) >= 1000 else f"{number:.3g}"
