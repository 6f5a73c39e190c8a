"""The page of validation and the table of the README, computed from hindcasts that lie in ``results/validation``.

Both say first what the model cannot do. `reference` writes them with the other pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sim.explain.cards import table
from sim.validation.hindcast import read_tables
from sim.validation.scored import ABLATED, INFORMED, NAIVE
from sim.validation.text import CLUSTERS, READING, cells, left_out_text

FOLDER = Path("results", "validation")
PAGE = Path("docs", "validation.md")
COMMANDS = {
    "rolling": "armsrace hindcast --posterior experiments/posterior_2021.csv --out results/validation/rolling",
    "panel": "armsrace hindcast --panel --out results/validation/panel",
}
NOTE = (
    "*Computed from `results/validation` by `python -m sim.explain.reference --write`; changes by hand are "
    "overwritten.*"
)
BEFOREHAND = (
    "Its rules were written by people who knew how the history of the South Caucasus went on; parameters can be "
    "fitted anew at each origin, rules cannot. The panel, for whose rivalries no rule was made, is the sterner judge.",
    "Origins are few and their years overlap: intervals leave out one origin at a time, and are wide.",
    "How orders scatter over suppliers, how rare occasions to attack are and how clashes echo in drafts were "
    "chosen with scores of the panel in sight, and so was that budgets share in growth at once: those scores flatter.",
    "On the panel, output is derived from spending and its share of output, so that output known afterwards knows "
    "something of spending.",
)
WORTH = {"win": "earns its place", "tie": "makes no difference that can be told", "lose": "makes it worse"}
SLIGHT = 0.005  # skill too small to matter, however sure
Row = Mapping[str, Any]


class Shown(NamedTuple):
    """A hindcast as it lies in the repository: what was played, and its two tables."""

    about: Row
    lines: Sequence[Row]
    against: Sequence[Row]


def shown(root: Path) -> dict[str, Shown]:
    """Return the hindcasts that lie below the root of the repository, by their folder."""
    return {name: Shown(*read_tables(root / FOLDER / name)) for name in COMMANDS if (root / FOLDER / name).is_dir()}


def page(found: Mapping[str, Shown]) -> str:
    """Return the page of validation."""
    parts = ["# Validation", NOTE, _stamp(found), "## What the model cannot do", _cannot(found)]
    if "rolling" in found:
        one = found["rolling"]
        parts += [
            "## One rivalry, refitted at each origin",
            f"The scenario `{one.about['of']}` reopened in January of {_years(one.about)} with what was known the day "
            "before, its parameters fitted anew to the record before each origin, and "
            f"{one.about['runs']:,} runs for each forecast. *Shipped* parameters were made with the whole record. "
            "Three modes say what of later years is given: *nothing*; *inputs*, observed output and oil; *timeline*, "
            "all that the scenario ships, dated events and orders among it.",
            _table(one), READING, f"![Fans of spending](../{(FOLDER / 'rolling' / 'fans.png').as_posix()})",
            "### Beside every baseline", _against(one, (NAIVE, INFORMED)),
        ]  # fmt: skip
    if "panel" in found:
        one = found["panel"]
        parts += [
            "## The rivalries of the panel",
            "Every rivalry of the [panel](../sim/observed/panel), drafted by `armsrace new rivalry` from what was on "
            f"record before January of {_years(one.about)}, and played with {one.about['runs']:,} runs. Nothing is "
            "refitted: numbers that the panel speaks of are those of the years before the origin. A state in several "
            f"rivalries is foretold by the runs of all. {left_out_text(one.about)}",
            _table(one), "### Beside every baseline", _against(one, (NAIVE, INFORMED)),
            "### Which mechanisms earn their place",
            "The same drafts without a mechanism, or with one that the panel does not show, under the same luck. "
            "Skill is that of the model as drafted beside the model so changed.",
            _mechanisms(one),
        ]  # fmt: skip
    parts += ["## Again", "```sh\n" + "\n".join(COMMANDS[name] for name in found) + "\n```"]
    return "\n\n".join(parts) + "\n"


def in_brief(found: Mapping[str, Shown]) -> str:
    """Return the table of the README: where nothing of later years is given."""
    lines = [line for one in found.values() for line in one.lines if line["mode"] == "nothing"]
    head, *rows = cells(lines, "clusters")
    empty = {place for place in range(len(head)) if {row[place] for row in rows} <= {"-"}}  # nothing later is known
    kept = [place for place, name in enumerate(head) if name != "given later" and place not in empty]
    return table([head[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _stamp(found: Mapping[str, Shown]) -> str:
    """Return when and from which version each hindcast was played, with its digest."""
    return "\n".join(
        f"- `{name}`: {one.about['date']}, armsrace {one.about['version']}, seed {one.about['seed']}, "
        f"digest of all forecasts `{one.about['digests']['forecasts.csv'][:12]}`"
        for name, one in found.items()
    )


def _cannot(found: Mapping[str, Shown]) -> str:
    """Return what it does no better than a forecast that costs nothing, as far as the tables tell, then the rest."""
    told = [sentence for one in found.values() for sentence in _no_better(one)]
    return "\n".join(f"- {sentence}" for sentence in (*told, *BEFOREHAND))


def _no_better(one: Shown) -> Iterator[str]:
    """Yield a sentence for each line of a table in which the model does not win."""
    for line in one.lines:
        for kind, whose in ((NAIVE, "knows nothing later"), (INFORMED, "knows what it is given")):
            verdict, rival = line[f"{kind} verdict"], line[f"best {kind}"]
            worse_than_naive = kind == NAIVE and line["mode"] != "nothing"  # told where nothing is given
            if not rival or verdict == "win" or worse_than_naive:
                continue
            how = "worse than" if verdict == "lose" else "not surely better than"
            yield (
                f"{line['what']}, given {line['mode']}: {how} “{rival}”, which {whose} "
                f"(skill {line[f'skill on {kind}']:+.2f} [{line[f'{kind} low']:+.2f}, {line[f'{kind} high']:+.2f}])."
            )


def _table(one: Shown) -> str:
    head, *rows = cells(one.lines, CLUSTERS.get(one.about["of"], "origins"))
    return table(head, rows)


def _against(one: Shown, kinds: Sequence[str]) -> str:
    """Return the model beside every baseline."""
    return table(
        ("what", "given later", "baseline", "its score", "the model's", "skill", "verdict", "better in"),
        [
            (line["what"], line["mode"], line["forecaster"], f"{line['score']:.3f}", f"{line['model']:.3f}",
             _skill(line), line["verdict"], line["better in"])
            for line in one.against if line["kind"] in kinds
        ],
    )  # fmt: skip


def _mechanisms(one: Shown) -> str:
    """Return what the model is worth beside itself without a mechanism, and what that says."""
    rows = []
    for line in one.against:
        if line["kind"] == ABLATED:
            added = line["forecaster"].startswith("with ")  # what the panel does not show: the drafts are without
            verdict = {"win": "lose", "lose": "win"}.get(line["verdict"], "tie") if added else line["verdict"]
            told = WORTH[verdict] if abs(line["skill"]) >= SLIGHT else "makes hardly any difference"
            rows.append((line["forecaster"], line["what"], _skill(line), told))
    return table(("the model", "what", "skill beside it", "the mechanism"), rows)


def _skill(line: Row) -> str:
    return f"{line['skill']:+.3f} [{line['low']:+.3f}, {line['high']:+.3f}]"


def _years(about: Row) -> str:
    return ", ".join(map(str, about["origins"]))
