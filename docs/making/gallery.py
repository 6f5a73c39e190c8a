"""The gallery: figures with the command and the code that make them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from making import played
from sim import plots
from sim.model.rule import first_sentence

STUDY, OUTLOOK, OTHERS = (
    "south_caucasus_2010",
    "status_quo",
    ("oil_crash", "mutual_cap", "israeli_embargo", "peace_treaty"),
)
KEPT = Path(__file__).resolve().parents[2] / "results" / "gallery"  # of 10,000 histories


class Shown(NamedTuple):
    """A figure of the gallery: of which scenario, beside which others."""

    figure: str
    scenario: str
    against: tuple[str, ...] = ()


DRAWN = (
    Shown("flows", STUDY),
    Shown("targets", STUDY),
    Shown("versus", OUTLOOK, OTHERS[:1]),
    Shown("outlooks", OUTLOOK, OTHERS),
    Shown("war_onsets", OUTLOOK, OTHERS),
)


def pages(place: Path) -> dict[str, str]:
    """Return the page, and draw what is not kept in the repository."""
    parts = [
        "# Gallery",
        "Each figure is written with its numbers (`.csv`) and a description for readers who do not see it (`.txt`). "
        "`armsrace plot DIR` draws all that a result has; `armsrace list figures` names them. The figures of designed "
        "sweeps, `tornado` and `variance_parts`, are in the notebook on [sensitivity](../notebooks/sensitivity.ipynb).",
    ]
    others = {shown.figure for shown in DRAWN}
    for path in sorted(path for path in KEPT.glob("*.png") if path.stem not in others):
        text = f"![{_description(path)}](../../results/gallery/{path.name})"
        parts += _entry(Shown(path.stem, STUDY), text, 10000)
    for shown in DRAWN:
        told = played.picture(place / "gallery" / f"{shown.figure}.png", *shown[:2], *shown.against)
        parts += _entry(shown, f"![{told}](gallery/{shown.figure}.png)" if told else "", played.RUNS)
    return {"gallery": "\n\n".join(filter(None, parts)) + "\n"}


def _description(path: Path) -> str:
    return f"The figure {path.stem.replace('_', ' ')} of 10,000 histories of the hindcast"


def _entry(shown: Shown, picture: str, runs: int) -> list[str]:
    """Return the section of a figure."""
    names = (shown.scenario, *shown.against)
    swept = [f"armsrace sweep {name} --runs {runs} --seed {played.SEED} --out {name}" for name in names]
    beside = "".join(f" --against {name}" for name in shown.against)
    code = ["import sim\n"]
    code += [f'{name} = sim.sweep("{name}", runs={runs}, seed={played.SEED})' for name in names]
    others = f", against=[{', '.join(shown.against)}]" if shown.against else ""
    return [
        f"## {shown.figure.replace('_', ' ').capitalize()}",
        first_sentence(getattr(plots._module(shown.figure), shown.figure)),
        picture,
        "```sh\n" + "\n".join([*swept, f"armsrace plot {shown.scenario} {shown.figure}{beside}"]) + "\n```",
        "```python\n" + "\n".join([*code, f'sim.plot({shown.scenario}, "{shown.figure}"{others})']) + "\n```",
    ]
