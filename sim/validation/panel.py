"""Every rivalry of the world panel, drafted from what was on record before an origin; nothing is refitted.

A state in several rivalries is foretold by the runs of all of them together. The same drafts without a mechanism, or
with one that the panel's numbers say is not there, tell what it is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim.calibration.disputes import FIRST_YEAR
from sim.calibration.refit import backlogs
from sim.drafts.rivalry import draft_rivalry
from sim.model.mistakes import Mistake
from sim.model.world import Array
from sim.observed import panel
from sim.scenario.knowledge import MODES
from sim.scenario.schema import Figure, Scenario
from sim.terminal import Shown, progress_bar
from sim.validation.baselines import conflict, spending, suppliers
from sim.validation.origins import Origin
from sim.validation.records import LAST, spending_of_states, world_market
from sim.validation.runs import Runs, runs_of
from sim.validation.scored import ABLATED, INFORMED, MODEL, NAIVE, Question, Scored
from sim.validation.scores import chance_of
from sim.validation.table import Group

WINDOWS = (3, 5)  # years of deliveries together: single ones jump
AS_DRAFTED = "prior"  # the panel's numbers, as they were before the origin
REACTION = 0.2  # of a state to its rival's spending, where the rule has it and the panel does not


@dataclass(frozen=True)
class Variant:
    """A change of the drafts: rules that nobody follows, parameters set for everybody."""

    without: tuple[str, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)


VARIANTS: Mapping[str, Variant] = {
    AS_DRAFTED: Variant(),
    "with a reaction to the rival's spending": Variant(parameters={"answer_the_rival.reaction": REACTION}),
    "without the rival": Variant(("answer_the_rival",)),
    "without the balance": Variant(
        ("buy_denial", "expect_gain", "fear_losses", "strike_before_window_closes", "arm_against_a_threat")
    ),
    "without output": Variant(("keep_pace_with_economy", "share_in_growth")),
    "without trust and habit": Variant(
        ("trust_reliable_suppliers", "trust_prompt_deliverers", "stay_with_known_suppliers", "mind_the_clients_record")
    ),
}
GROUPS = (
    Group("spending of states", lambda row: row.subject == "spending", lambda row: row.of),
    Group("spending, 1 to 2 years ahead", lambda row: row.subject == "spending" and row.ahead < 3, lambda row: row.of),
    Group("spending, 3 to 5 years ahead", lambda row: row.subject == "spending" and row.ahead > 2, lambda row: row.of),
    Group("shares of suppliers", lambda row: row.subject == "shares", lambda row: row.of),
    Group("disputes of pairs", lambda row: row.subject == "disputes", lambda row: row.of),
    Group("wars of pairs", lambda row: row.subject == "wars", lambda row: row.of),
)


def panelled(
    years: Sequence[int],
    modes: Sequence[str],
    runs: int,
    *,
    seed: int = 0,
    tables: Path = panel.SHIPPED,
    progress: Shown = False,
) -> tuple[list[Scored], dict[str, int]]:
    """Foretell every rivalry of the panel from each origin, by the record of a folder, and score it beside baselines.

    Returns
    -------
    list of Scored
        Every forecast.
    dict of str to int
        What was left out, and how often.
    """
    rivalries, rows = panel.rivalries(), list[Scored]()
    left_out = {"rivalries with too few usable years before an origin": 0, "state-years that are coarse or broken": 0}
    with progress_bar(len(years) * len(rivalries), "rivalry", shown=progress) as bar:
        for origin in (Origin(year, tables=tables) for year in years):
            foretold: dict[tuple[str, str], list[_Pair]] = {}
            for rivalry in rivalries:
                try:
                    draft = draft_rivalry(rivalry.a, rivalry.b, origin.year, origin.last, tables=tables)
                except Mistake:
                    left_out["rivalries with too few usable years before an origin"] += 1
                else:
                    for mode, name in _plays(modes):
                        pair = _played(draft, mode, VARIANTS[name], runs, seed)
                        foretold.setdefault((mode, name), []).append(pair)
                bar.update()
            pairs = next(iter(foretold.values()), [])
            left_out["state-years that are coarse or broken"] += _broken(pairs, origin)
            for (mode, name), played in foretold.items():
                rows += _of_model(played, origin, mode, name)
            for mode in modes if pairs else ():
                rows += _of_baselines(pairs, origin, mode)
    return rows, left_out


def _plays(modes: Sequence[str]) -> list[tuple[str, str]]:
    """Return what is played of each draft: itself in every mode, and its variants where the most is given."""
    return [*((mode, AS_DRAFTED) for mode in modes), *((modes[-1], name) for name in VARIANTS if name != AS_DRAFTED)]


# -- the model


@dataclass(frozen=True)
class _Pair:
    """Runs of one rivalry, and what its suppliers are called in the register."""

    runs: Runs
    suppliers: Mapping[str, str]

    @property
    def name(self) -> str:
        return "-".join(self.runs.states)


def _played(draft: Scenario, mode: str, variant: Variant, runs: int, seed: int) -> _Pair:
    """Play a draft in a mode, changed as a variant has it."""
    told = {
        path: Figure(value=number, basis="assumed", because="as the rule has it, to see what it is worth")
        for path, number in variant.parameters.items()
    }
    changed = draft.model_copy(update={"given_later": [*MODES[mode]], "parameters": {**draft.parameters, **told}})
    followed = {rule for _, _, actor in draft.actors() for rule in actor.rules}
    without = [rule for rule in variant.without if rule in followed]
    names = {supplier.iso3 or key: supplier.name for key, supplier in draft.suppliers.items()}
    draws = backlogs(changed, runs, np.random.default_rng(seed))
    return _Pair(runs_of(changed, runs, seed, draws, without=without), names)


def _of_model(pairs: Sequence[_Pair], origin: Origin, mode: str, name: str) -> Iterator[Scored]:
    """Yield what the drafts foretold of states and of pairs, scored."""
    kind = MODEL if name == AS_DRAFTED else ABLATED
    for state in _states(pairs):
        sides = [(pair, pair.runs.states.index(state)) for pair in pairs if state in pair.runs.states]
        for year, seen in _spent(state, origin).items():
            at = year - origin.year
            logs = np.log(np.concatenate([pair.runs.spending[:, at, column] for pair, column in sides]))
            yield Question("spending", state, origin.year, year, mode, name, kind).number(logs, seen)
        for window in WINDOWS:
            came, own = _came(state, origin, window)
            if came is None:
                continue
            volumes = np.concatenate([_by_supplier(pair, column, own, window) for pair, column in sides])
            told = suppliers.shares(volumes[volumes.sum(-1) > 0.0])
            if len(told) > 1:
                question = Question("shares", state, origin.year, origin.year + window - 1, mode, name, kind)
                yield question.parts(told, came)
    for pair in pairs:
        for subject, events in (("disputes", _disputes(pair.runs)), ("wars", _by_year(pair.runs.campaigns))):
            for year, seen in _events(subject, pair.runs.states, origin).items():
                chance = float(chance_of(int(events[:, year - origin.year].sum()), len(events)))
                yield Question(subject, pair.name, origin.year, year, mode, name, kind).event(chance, seen)


def _states(pairs: Sequence[_Pair]) -> list[str]:
    return sorted({state for pair in pairs for state in pair.runs.states})


def _by_supplier(pair: _Pair, column: int, own: Sequence[str], window: int) -> Array:
    """Return deliveries to a state over some years by its own suppliers and, last, all others, ``(run, supplier)``."""
    volume = pair.runs.deliveries[:, :window, :, column].sum(1)
    named = [pair.suppliers.get(code, "") for code in pair.runs.origins]
    places = [[place for place, name in enumerate(named) if name == supplier] for supplier in own]
    rest = [place for place, name in enumerate(named) if name not in own]
    return np.stack([volume[:, place].sum(-1) for place in [*places, rest]], -1)


def _disputes(runs: Runs) -> Array:
    """Return whether there was a fatal clash or fighting began, ``(run, year)``: a dispute of the model."""
    return np.asarray((runs.clashes > 0.0) | (_by_year(runs.outbreaks) > 0.0), float)


def _by_year(months: Array) -> Array:
    """Return whether something happened in a year, ``(run, year)``."""
    return np.asarray(months.reshape(len(months), -1, 12).sum(-1) > 0.0, float)


# -- the record


def _spent(state: str, origin: Origin) -> dict[int, float]:
    """Return recorded spending of the years foretold, where the year before the origin is on record too."""
    spent = panel.spending(state, before=LAST + 1, tables=origin.tables)
    return {year: spent[year] for year in origin.years if year in spent} if origin.year - 1 in spent else {}


def _broken(pairs: Sequence[_Pair], origin: Origin) -> int:
    """Return how many state-years are on record and not scored."""
    return sum(
        len([year for year in panel.spending(state, usable_only=False, tables=origin.tables) if year in origin.years])
        - len(_spent(state, origin))
        for state in _states(pairs)
    )


def _came(state: str, origin: Origin, window: int) -> tuple[Array | None, list[str]]:
    """Return recorded shares of a state's own suppliers and, last, others, and who they are; None for too little."""
    market = world_market(origin.year, origin.tables)
    own = suppliers.own_suppliers(market, state, origin.year)
    names = [name for name, there in zip(market.suppliers, own, strict=True) if there]
    volume = market.sums(origin.year, origin.year + window - 1)[market.recipients.index(state)]
    if origin.year + window - 1 > LAST or volume.sum() < suppliers.ENOUGH or not names:
        return None, names
    return suppliers.gathered(suppliers.shares(volume), own), names


def _events(subject: str, pair: Sequence[str], origin: Origin) -> dict[int, float]:
    """Return in which of the years foretold there was a new dispute, or a war, as far as a record speaks."""
    happened = _happened(subject, (pair[0], pair[1]), origin.last + 1, origin.tables)
    return {
        year: float(happened[year - FIRST_YEAR]) for year in origin.years
        if year <= _ends(subject) and np.isfinite(happened[year - FIRST_YEAR])
    }  # fmt: skip


def _ends(subject: str) -> int:
    return panel.DISPUTES_END if subject == "disputes" else panel.UCDP_END


def _happened(subject: str, pair: tuple[str, str], before: int, tables: Path) -> Array:
    """Return 1 for each year of a pair with an event, 0 for one without, NaN for what nobody looked at, ``(year,)``.

    A pair is looked at from the year in which both report spending, since neither may have been there before.
    """
    reported = [panel.burden(state, usable_only=False, tables=tables) for state in pair]
    first = max((min(years, default=before) for years in reported), default=before)
    found = np.full(before - FIRST_YEAR, np.nan)
    found[max(first - FIRST_YEAR, 0) : max(min(_ends(subject) + 1, before) - FIRST_YEAR, 0)] = 0.0
    for year, row in panel.conflict(*pair, before=min(before, _ends(subject) + 1)).items():
        if year >= max(first, FIRST_YEAR):
            war = bool(row.cow_war) or (row.ucdp_interstate or 0) > 1
            found[year - FIRST_YEAR] = float(row.onsets or 0) > 0 if subject == "disputes" else war
    return found


# -- baselines


def _of_baselines(pairs: Sequence[_Pair], origin: Origin, mode: str) -> Iterator[Scored]:
    """Yield what baselines foretold of the same; those that know something afterwards only where something is given."""
    later = bool(MODES[mode])
    whole = spending_of_states(tables=origin.tables)
    sides = [(NAIVE, spending.NAIVE, whole.before(origin.year))]
    if later:
        sides.append((INFORMED, ON_OUTPUT, whole.before(origin.year, inputs_given=True)))
    for kind, forecasts, known in sides:
        for name, forecast in forecasts.items():
            for state in _states(pairs):
                for year, seen in _spent(state, origin).items():
                    told = forecast(known, state, year)
                    if told is not None:
                        yield Question("spending", state, origin.year, year, mode, name, kind).number(told, seen)
    yield from _shares(pairs, origin, mode, later=later)
    for subject in ("disputes", "wars"):
        yield from _rates(subject, pairs, origin, mode)


ON_OUTPUT = {name: found for name, found in spending.INFORMED.items() if "oil" not in name}


def _shares(pairs: Sequence[_Pair], origin: Origin, mode: str, *, later: bool) -> Iterator[Scored]:
    market = world_market(origin.year, origin.tables)
    centres = [(NAIVE, name, centre) for name, centre in suppliers.NAIVE.items()]
    if later:
        centres += [(INFORMED, name, centre) for name, centre in suppliers.INFORMED.items()]
    for window in WINDOWS:
        for kind, name, centre in centres:
            known = market if kind == INFORMED else market.before(origin.year)
            told = suppliers.foretold(known, centre, origin.year, window, like=market)
            for state in _states(pairs):
                came, _ = _came(state, origin, window)
                if came is not None:
                    own = suppliers.own_suppliers(market, state, origin.year)
                    sample = suppliers.gathered(told[:, market.recipients.index(state)], own)
                    question = Question("shares", state, origin.year, origin.year + window - 1, mode, name, kind)
                    yield question.parts(sample, came)


def _rates(subject: str, pairs: Sequence[_Pair], origin: Origin, mode: str) -> Iterator[Scored]:
    """Yield chances of disputes or wars by how often there were any, of all rivalries of the panel."""
    rivalries = [(rivalry.a, rivalry.b) for rivalry in panel.rivalries()]
    past = np.array([_happened(subject, pair, origin.year, origin.tables) for pair in rivalries])
    for ahead, year in enumerate(origin.years, 1):
        chances = {
            "own past rate": conflict.own_rate(past),
            "shrunk rate": conflict.shrunk_rate(past),
            "rate by time since the last": conflict.rate_by_time(past, ahead),
            "rate of all pairs": np.full(len(past), conflict.pooled_rate(past)),
        }
        for pair in pairs:
            seen = _events(subject, pair.runs.states, origin).get(year)
            if seen is not None:
                row = rivalries.index((pair.runs.states[0], pair.runs.states[1]))
                for name, chance in chances.items():
                    question = Question(subject, pair.name, origin.year, year, mode, name, NAIVE)
                    yield question.event(float(chance[row]), seen)
