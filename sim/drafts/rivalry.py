"""A scenario of any two states of the panel, from what was on record the day before it opens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim import observed
from sim.calibration.disputes import dispute_rate
from sim.calibration.pooled import Estimate, Pooled, pooled
from sim.drafts.archetypes import at, key
from sim.drafts.figures import DISPUTES, OIL, SPENDING, Figure, assumed, believed, derived
from sim.drafts.imports import LARGEST_EXPORTERS, classes_made, exported, imports, sellers
from sim.drafts.states import ZONE, Side, state_document
from sim.drafts.suppliers import supplier_document
from sim.drafts.writing import Drafted, written
from sim.model.mistakes import Mistake, suggest
from sim.observed import panel
from sim.scenario.files import folder, scenario_of
from sim.scenario.schema import Scenario
from sim.scenario.settings import MECHANISMS
from sim.scenario.strict_yaml import read_document, yaml_text

MOST_SUPPLIERS = 12
RECENT = 5  # years of disputes that tension at the opening remembers
OCCASIONS = 0.25  # to attack, over those between the states that the rules were made for
ECHO = 1.3  # clash years over those in which one begins by itself: clashes excite others and raise tension
FADING = 1.5  # years in which what a war has cost fades, as in the books
FIRST_OPENING = 1975  # the panel begins in 1970


def new_rivalry(
    a: str,
    b: str,
    start: int,
    end: int,
    out: Path | str | None = None,
    *,
    tables: Path | str | None = None,
    force: bool = False,
) -> Drafted:
    """Write a scenario of two states of the panel, from what was on record before its first year.

    Parameters
    ----------
    a, b : str
        ISO 3 codes of two states of the panel.
    start, end : int
        First and last year played.
    out : path, optional
        File to write; without it the text is only returned.
    tables : path, optional
        Folder of tables of your own, as ``armsrace import sipri`` writes them.
    force : bool, optional
        Replace a file that is there.

    Returns
    -------
    Drafted
        The text, and where it was written.

    Raises
    ------
    Mistake
        If the panel lacks a state or has too few usable years of it, or the file is there already.
    """
    data = rivalry_document(a, b, start, end, tables=tables)
    asked = f"armsrace new rivalry {a} {b} --from {start} --to {end}"
    heading = (
        f"# Drafted by `{asked}`, from what was on record before {start}. What is `assumed` nobody has looked up:\n"
        "# begin with the zones, what both states claim, and the suppliers' closeness and prices. Output and the\n"
        "# price of oil of later years stand under `by_year`; `given_later: [output, oil_price]` gives them.\n"
    )
    return written(heading + yaml_text(data, figure_by_figure=True), out, force=force)


def draft_rivalry(a: str, b: str, start: int, end: int, *, tables: Path | str | None = None) -> Scenario:
    """Return the scenario that `new_rivalry` writes, without a file.

    Parameters
    ----------
    a, b, start, end, tables
        As in `new_rivalry`.

    Raises
    ------
    Mistake
        As there.
    """
    name = f"{a}_{b}_{start}".lower()
    return scenario_of(rivalry_document(a, b, start, end, tables=tables), name)


def rivalry_document(a: str, b: str, start: int, end: int, *, tables: Path | str | None = None) -> dict[str, Any]:
    """Return the document of a draft, rules and weapons by name."""
    place = panel.SHIPPED if tables is None else Path(tables)
    states = panel.states(tables=place)
    _refuse(a, b, start, end, states, place)
    sides = [Side(code, key(states[code].name), states[code].name, imports(code, start, place)) for code in (a, b)]
    exports, made, prior = exported(start, tables=place), classes_made(start, place), pooled(start)
    names = _supplier_names(sides, exports)
    keys = {
        name: key(name) if key(name) not in {side.key for side in sides} else f"{key(name)}_industry" for name in names
    }
    codes = {at(register, start): code for code, state in states.items() for register in state.register_names}
    decay = read_document(folder() / "weapons.yaml").data["quantities"]["decay"]["values"]
    one, other = sides
    region = _region(a, b, start, end)
    return {
        "title": f"{one.name} and {other.name} {start}-{end}, drafted from the panel",
        "question": f"From what was on record before {start}, which histories of arms were likely?",
        "start": f"{start}-01",
        "end": f"{end}-12",
        "as_of": f"{start}-01",
        "steps_per_year": 12,
        "weapons": "weapons.yaml",
        "states": {side.key: state_document(side, keys, end, prior, decay, exports, place) for side in sides},
        "suppliers": {
            keys[name]: supplier_document(name, sides, exports.get(name, 0.0), made.get(name, ()), codes.get(name))
            for name in names
        },
        "zones": {ZONE: {"name": "the borderland", "note": "what both claim; a label, put real zones here"}},
        "region": region,
        "parameters": _parameters(a, b, start, region["quantities"]["tension"]["value"], prior),
    }  # fmt: skip


def _refuse(a: str, b: str, start: int, end: int, states: Mapping[str, panel.State], tables: Path) -> None:
    """Refuse what cannot be drafted, before anything is read."""
    for code in (a, b):
        if code not in states:
            raise Mistake(
                f"the panel has no state '{code}'{suggest(code, states) or '; write a code of ISO 3, as ' + a}"
            )
    if a == b:
        raise Mistake(f"'{a}' is no rival of itself; write two states")
    if not FIRST_OPENING <= start <= end:
        raise Mistake(f"a draft from {start} to {end} cannot be made; write years from {FIRST_OPENING} on, in order")
    missing = [name for name in ("spending", "deliveries", "exports") if not (tables / f"{name}.csv").is_file()]
    if missing:
        raise Mistake(f"{tables}: there is no {missing[0]}.csv; `armsrace import sipri` writes the tables of a folder")


def _supplier_names(sides: list[Side], exports: Mapping[str, float]) -> list[str]:
    """Return who has sold to either state lately, and the largest exporters that have not."""
    own = {side.name for side in sides}
    names = [name for name in sellers([side.imports for side in sides], MOST_SUPPLIERS) if name not in own]
    largest = sorted(exports, key=lambda name: -exports[name])[:LARGEST_EXPORTERS]
    return [*names, *(name for name in largest if name not in names and name not in own)]


def _region(a: str, b: str, start: int, end: int) -> dict[str, Any]:
    """Return the region: how hostile the years before were, and the price of oil."""
    past = panel.conflict(a, b, before=start)
    tense = sum(1 for year in range(start - RECENT, start) if year in past and past[year].disputes) / RECENT
    wars = [year for year, row in past.items() if row.cow_war or (row.ucdp_interstate or 0) > 1]
    quantities: dict[str, Figure] = {
        "terrain": assumed({ZONE: 1.5}, (1.0, 3.0), "defenders have some advantage; nobody has looked at the ground"),
        "tension": derived(
            0.3 + 0.7 * tense, DISPUTES, f"a level of our own, share of years with a dispute since {start - RECENT}",
            between=[0.1, 2.0],
        ),
    }  # fmt: skip
    if wars:
        cost = float(np.exp(-(start - 1 - max(wars)) / FADING))
        if cost > 0.01:
            quantities["exhaustion"] = derived(
                cost, DISPUTES, f"a war on record in {max(wars)}, fading", between=[0.0, 2.0]
            )
    prices = observed.oil_price()
    if start - 1 in prices:
        figure = derived(prices[start - 1], OIL, f"mean of {start - 1}; later years count where given")
        later = {year: price for year, price in prices.items() if start <= year <= end}
        quantities["oil_price"] = {"value": figure["value"]} | ({"by_year": later} if later else {}) | figure
    return {"rules": "standard", "quantities": quantities}


def _parameters(a: str, b: str, start: int, tension: float, prior: Pooled) -> dict[str, Figure]:
    """Return what the panel says of everybody, and how often disputes begin between the two."""
    because = f"fitted to {prior.states} states of the panel, years before {start}"
    found = {
        "adjust_spending_gradually.speed": _fitted("adjust_spending_gradually.speed", prior.speed, because),
        "keep_pace_with_economy.elasticity": _fitted("keep_pace_with_economy.elasticity", prior.elasticity, because),
        "surprise_the_budget.spread": _fitted("surprise_the_budget.spread", prior.spread, because),
        "answer_the_rival.reaction": derived(
            0.0,
            SPENDING,
            "in the panel a rival's spending adds nothing (0.00, standard error 0.10)",
            between=[0.0, 0.2],
        ),
    }
    for name in ("operation_rate", "campaign_rate"):
        usual = MECHANISMS["weigh_attacks"].parameters[name]
        found[f"weigh_attacks.{name}"] = derived(
            OCCASIONS * float(usual), DISPUTES, "the panel's drafts then have wars in 1 % of years, as on record",
            between=list(usual.between),
        )  # fmt: skip
    rates = MECHANISMS["clash_along_the_line"].parameters
    low, high = rates["base"].between
    chance = dispute_rate(a, b, start)
    spontaneous = -float(np.log1p(-chance)) / float(np.exp(float(rates["response"]) * tension)) / ECHO
    found["clash_along_the_line.base"] = derived(
        min(max(spontaneous, low), high), DISPUTES,
        f"clashes in {100 * chance:.0f} % of years, as disputes begin (drawn towards the panel)", between=[low, high],
    )  # fmt: skip
    return found


def _fitted(place: str, estimate: Estimate, because: str) -> Figure:
    """Return a parameter as the panel has it, in its declared range."""
    mechanism, _, parameter = place.partition(".")
    return believed(
        estimate.mean, estimate.error, MECHANISMS[mechanism].parameters[parameter].between, SPENDING, because
    )
