"""The figures of a brief: those of the catalogue that show what changed."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from sim.briefs.blocks import Picture, Text
from sim.briefs.effects import Effects
from sim.briefs.headline import ranked
from sim.briefs.question import Lever
from sim.plots import alt_text, draw, files, measured, table
from sim.plots.style import Lacking

MANY = 3
BOTH = "versus"  # drawn of either side at once
SHOWN_BY = {
    "war_probability": "war_probability", "fighting_probability": "war_probability", "deaths": "war_probability",
    "final_balance": "fan", "mean_milex": "fan", "supplier_share": "suppliers",
}  # fmt: skip


def pictures(lever: Lever, found: Effects) -> list[Picture]:
    """Return the comparison, then a figure for what changes most surely, with what is asked about."""
    wanted = dict.fromkeys([BOTH, *(SHOWN_BY[effect.outcome.key] for effect in ranked(found.told)), *SHOWN_BY.values()])
    return [one for name in wanted for one in _drawn(name, lever)][:MANY]


def _drawn(name: str, lever: Lever) -> Iterator[Picture]:
    """Yield a figure if what it shows is there."""
    try:
        if name == BOTH:
            dataset = measured(name, lever.without.data, against=[lever.with_it.data])
        else:
            dataset = measured(name, lever.with_it.data)
    except Lacking:
        return
    figure = draw(name, dataset)
    said = alt_text(name, dataset)
    bits = {}
    for form in ("svg", "png"):
        file = BytesIO()
        figure.savefig(file, format=form, dpi=files.DOTS, metadata=files.metadata(dataset, form, alt=said))
        bits[form] = file.getvalue()
    words = "Without and with, paired" if name == BOTH else "With: {title}"
    caption = Text.filled(words, {"title": lever.with_it.title})
    yield Picture(name, bits["svg"], bits["png"], caption, said, table(name, dataset))
