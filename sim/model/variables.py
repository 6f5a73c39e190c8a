"""Every quantity of the world, declared once.

A quantity belongs to one kind of actor and has its own axes in front; in a
batch the actors of that kind and the runs follow: ``(*axes, actor, run)``.
Rules and accounting name these quantities as arguments; nothing else exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sim.model.mistakes import unknown

Kind = Literal["given", "stock", "flow"]
Fold = Literal["sum", "product", "max", "replace"]

ACTORS: tuple[str, ...] = ("state", "supplier", "mediator", "region")

AXES: dict[str, str] = {
    "supplier": "suppliers of the scenario",
    "client": "states, as a supplier sees them",
    "origin": "suppliers, then legacy, home and other",
    "weapon": "weapon classes",
    "rival": "counterparts of a state",
    "zone": "disputed zones",
    "scale": "limited operation, campaign",
    "contract": "places for contracts that a state has open at one time",
    "state": "states, as the region sees them",
    "mediator": "mediators",
    "lookback": "spans of years before the opening, the last one to the last eight",
}

SCALES: tuple[str, ...] = ("operation", "campaign")
CONTRACTS: tuple[str, ...] = tuple(f"contract {number}" for number in range(1, 33))
LOOKBACKS: tuple[str, ...] = tuple(f"{years} yr" for years in range(1, 9))
EXTRA_ORIGINS: tuple[str, ...] = ("legacy", "home", "other")
RUNGS: tuple[str, ...] = ("an ally", "hedging", "frozen ties", "out of the alliance")
TALKS: tuple[str, ...] = ("none", "talks", "deadlock", "framework", "treaty")
CODE_NAMES: dict[str, tuple[str, ...]] = {"rung": RUNGS, "talks": TALKS}

INFINITY = float("inf")
LARGEST = 1e18  # of any quantity in a run: float32, in which paths are kept, holds its square, and its sum over runs


@dataclass(frozen=True)
class Bins:
    """Histogram edges of a quantity: 1,024 equal bins, on a log scale if asked."""

    low: float
    high: float
    log: bool = False
    count: int = 1024


@dataclass(frozen=True)
class Variable:
    """One declared quantity.

    Attributes
    ----------
    name, actor, axes : str, str, tuple of str
        Its name, the kind of actor it belongs to, its own axes.
    kind : {"given", "stock", "flow"}
        Set by the scenario; carried from step to step; written anew each step.
    unit, meaning : str
        For labels, tables and error messages.
    low, high : float
        Bounds that hold at all times.
    fold : {"sum", "product", "max", "replace"}
        How contributions of several rules combine; `replace` has one owner.
    neutral : float
        What the quantity is when no rule contributes.
    bins : Bins or None
        Histogram edges, for quantities summarised over all runs of a sweep.
    keep : str
        Name in a result of its whole paths, kept of the first runs of a sweep; "" if none is kept.
    """

    name: str
    actor: str
    axes: tuple[str, ...]
    kind: Kind
    unit: str
    meaning: str
    low: float = -INFINITY
    high: float = INFINITY
    fold: Fold = "sum"
    neutral: float = 0.0
    bins: Bins | None = None
    keep: str = ""

    @property
    def kept(self) -> bool:
        """Whether a result holds it: the paths of some runs, or how many stand where."""
        return bool(self.keep) or self.bins is not None


class Vocabulary(dict[str, Variable]):
    """All declared quantities by name; an unknown name is answered with a suggestion."""

    def __missing__(self, name: str) -> Variable:
        raise KeyError(unknown(name, self, "quantity"))


VARIABLES = Vocabulary()


def _declare(actor: str, kind: Kind, rows: Iterable[tuple[object, ...]]) -> None:
    """File rows ``(name, axes, unit, meaning[, options])``; axes as one string."""
    for name, axes, unit, meaning, *rest in rows:
        options = rest[0] if rest else {}
        variable = Variable(str(name), actor, tuple(str(axes).split()), kind, str(unit), str(meaning), **options)  # type: ignore[arg-type]
        if variable.name in VARIABLES:
            raise ValueError(f"quantity '{variable.name}' is declared twice")
        VARIABLES[variable.name] = variable


POSITIVE = {"low": 0.0}
SHARE = {"low": 0.0, "high": 1.0}
FLAG = {"low": 0.0, "high": 1.0}
REPLACED = {"fold": "replace"}
LOG_RATIO = {"bins": Bins(-4.0, 6.0)}

# -- region: the clock, the weapons' physics, the oil price, tension, talks, the war under way

_declare("region", "given", [
    ("dt", "", "yr", "length of one step", {**POSITIVE, "neutral": 1 / 12}),
    ("january", "", "flag", "1 in the step in which budgets are decided", FLAG),
    ("new_year", "", "flag", "1 in the first step of each calendar year after the opening", FLAG),
    ("season", "", "log", "seasonal push on the start of fighting"),
    ("treaty", "", "flag", "1 while a treaty of peace holds that the scenario sets", FLAG),
    ("ambition", "scale", "share", "0 for a limited operation, 1 for a campaign", SHARE),
    ("decay", "weapon", "per yr", "rate at which stock of a class ages out", {"low": 0.0, "high": 1.0}),
    ("combat_share", "weapon", "share", "share of recorded volume with a combat role", {**SHARE, "neutral": 1.0}),
    ("offence_weight", "weapon", "1", "weight of a class in attack", POSITIVE),
    ("denial_weight", "weapon", "1", "weight of a class in defence", POSITIVE),
    ("shielding", "weapon", "1", "contribution of a class to the shield against air attack", POSITIVE),
    ("exposure", "weapon", "share", "how far a class can be stopped by that shield", SHARE),
    ("spotting", "weapon", "1", "contribution of a class to finding and striking ground forces", POSITIVE),
    ("making_time", "weapon", "1", "time from order to delivery of a class over that of all classes", {"low": 0.05, "neutral": 1.0}),
    ("training_time", "weapon", "yr", "time in which crews learn to use new arms of a class", {"low": 0.05, "neutral": 1.0}),
    ("lesson", "weapon", "log", "what wars elsewhere have lately taught about a class"),
    ("ground", "weapon", "share", "how far a class is ground force", SHARE),
    ("burn", "weapon", "share", "share of a class used up by a 44-day campaign of its owner", SHARE),
    ("terrain", "zone", "1", "defender's advantage in a zone", {**POSITIVE, "neutral": 1.0}),
    ("oil_price_observed", "", "US$ per barrel", "observed Brent price of the year", {**POSITIVE, "neutral": 75.0}),
    ("oil_price_known", "", "flag", "1 while the observed price is given", FLAG),
])  # fmt: skip
_declare("region", "stock", [
    ("oil_price", "", "US$ per barrel", "Brent price", {**POSITIVE, **REPLACED, "neutral": 75.0, "bins": Bins(5.0, 400.0, log=True), "keep": "oil_price"}),
    ("oil_price_lately", "", "US$ per barrel", "Brent price of the step before", {**POSITIVE, "neutral": 75.0}),
    ("tension", "", "index", "standing hostility along the line", {**POSITIVE, "bins": Bins(0.0, 10.0), "keep": "tension"}),
    ("clash_excitement", "", "per yr", "clash rate added by recent clashes", POSITIVE),
    ("talks", "", "code", "0 none, 1 talks, 2 deadlock, 3 framework, 4 treaty", {"low": 0.0, "high": 4.0, "keep": "talks"}),
    ("fighting", "", "code", "0 none, 1 limited operation, 2 campaign", {"low": 0.0, "high": 2.0}),
    ("war_days_left", "", "days", "days the fighting under way will still last", POSITIVE),
    ("war_gain", "", "share", "share of its objective the attacker will have reached at the end", SHARE),
    ("exhaustion", "", "index", "what wars of late have cost: 1 for 44 days of fighting, 1 for 8,000 deaths, fading", POSITIVE),
    ("outrage", "", "index", "attention abroad to people driven from their homes", POSITIVE),
])  # fmt: skip
_declare("region", "flow", [
    ("clashes", "", "count", "fatal clashes of the step", {**POSITIVE, **REPLACED}),
    ("tension_push", "", "index per yr", "what raises or calms tension"),
    ("talks_progress", "", "log", "what speeds or slows progress of talks"),
    ("fought", "", "code", "scale of the fighting of the step: 0 none, 1 limited operation, 2 campaign", {"low": 0.0, "high": 2.0, "keep": "fighting"}),
    ("days_fought", "", "days", "days of fighting in the step", POSITIVE),
    ("war_begins", "", "flag", "1 in the step in which fighting above clash level starts", FLAG),
    ("war_day_one", "", "share", "part of the step gone when the war starts", SHARE),
    ("war_ends", "", "flag", "1 in the step in which it ends", FLAG),
    ("objective_rate", "", "per day", "hazard that the attacker reaches its objective", POSITIVE),
    ("failure_rate", "", "per day", "hazard that the attack fails", POSITIVE),
    ("mediation_rate", "", "per day", "hazard that others stop the fighting", POSITIVE),
])  # fmt: skip

# -- states: money, arms, beliefs, land

_declare("state", "given", [
    ("rivalry", "rival", "share", "1 towards a rival, 0 towards a bystander", {**SHARE, "neutral": 1.0}),
    ("milex_opening", "", "US$2023 m per yr", "military expenditure at the opening", {**POSITIVE, "neutral": 1.0}),
    ("gdp_opening", "", "US$2023 m per yr", "gross domestic product at the opening", {**POSITIVE, "neutral": 1.0}),
    ("oil_revenue_opening", "", "US$2023 m per yr", "oil revenue in the years before the opening, their mean", {**POSITIVE, "neutral": 1.0}),
    ("import_push_opening", "", "log", "reasons to spend more or less of the budget on arms from abroad, at the opening"),
    ("order_rate_opening", "", "TIV m per yr", "recent yearly volume of orders at the opening", POSITIVE),
    ("ordered_lately", "lookback", "TIV m per yr", "yearly volume ordered in the years before the opening, on record", POSITIVE),
    ("placed_lately", "lookback supplier", "US$2023 m", "money placed with a supplier in the years before the opening, on record", POSITIVE),
    ("order_book", "supplier", "US$2023 m", "value of contracts open at the opening that no register shows", POSITIVE),
    ("backlog_ratio", "supplier", "ratio", "arms on order at the opening over what the record has or lets expect", {**POSITIVE, "neutral": 1.0}),
    ("served_lately", "lookback supplier", "TIV m per yr", "yearly deliveries of a supplier in the years before the opening, on record", POSITIVE),
    ("milex_intercept", "", "log US$2023 m per yr", "solved so that the opening target is the opening spending and the stated gap"),
    ("spending_gap", "", "log", "spending aimed at over actual spending, regular budget, at the opening"),
    ("gdp_observed", "", "US$2023 m per yr", "observed gross domestic product of the year", {**POSITIVE, "neutral": 1.0}),
    ("gdp_known", "", "flag", "1 while observed output is given", FLAG),
    ("oil_revenue_observed", "", "US$2023 m per yr", "observed oil revenue of the year", {**POSITIVE, "neutral": 1.0}),
    ("oil_revenue_known", "", "flag", "1 while observed oil revenue is given", FLAG),
    ("procurement_share", "", "share", "share of spending that buys arms abroad", SHARE),
    ("special_programme", "", "US$2023 m per yr", "spending on special defence projects, on top of the regular budget", POSITIVE),
    ("contracts_per_year", "", "per yr", "tenders for arms in a year; some end without a contract", {**POSITIVE, "neutral": 4.0}),
    ("service_mix", "weapon", "share", "customary split of procurement over classes", SHARE),
    ("skill", "", "log", "combat effectiveness beyond equipment"),
    ("population", "", "thousand persons", "population", {**POSITIVE, "neutral": 1000.0}),
    ("claim", "zone", "1", "value of a zone to this state, 1 being a whole core claim", POSITIVE),
    ("recognised", "zone", "flag", "1 where this state is the internationally recognised owner", FLAG),
    ("treaty_cover", "zone", "share", "how far a patron's treaty covers a zone in this state's hands", SHARE),
    ("patron_credibility", "", "share", "how far that patron is expected to be able and willing", {**SHARE, "neutral": 1.0}),
    ("exercises_per_year", "", "per yr", "exercises of all services with a foreign partner, or among its own of mixed equipment", POSITIVE),
    ("peacekeepers", "zone", "share", "credible peacekeepers on what it holds in a zone, where they are called in", SHARE),
    ("foreign_base", "", "share", "an ally's combat forces on its soil: 0 none, 1 a base, rotations between", SHARE),
    ("red_line", "zone", "share", "how far an outside power objects to an attack on what it holds in a zone", SHARE),
    ("backing", "", "share", "political and military backing by an ally for moves of its own", SHARE),
    ("energy_need", "", "share", "how far those who might impose sanctions need its oil and gas", SHARE),
])  # fmt: skip
_declare("state", "stock", [
    ("milex", "", "US$2023 m per yr", "military expenditure", {**POSITIVE, "bins": Bins(10.0, 100_000.0, log=True), "neutral": 1.0, "keep": "milex"}),
    ("milex_target", "", "US$2023 m per yr", "spending aimed at in the last budget", {**POSITIVE, "neutral": 1.0}),
    ("gdp", "", "US$2023 m per yr", "gross domestic product", {**POSITIVE, **REPLACED, "neutral": 1.0, "keep": "gdp"}),
    ("gdp_budgeted", "", "US$2023 m per yr", "gross domestic product when the last budget was drawn up", {**POSITIVE, "neutral": 1.0}),
    ("oil_revenue", "", "US$2023 m per yr", "oil revenue", {**POSITIVE, "neutral": 1.0}),
    ("oil_revenue_lately", "", "US$2023 m per yr", "oil revenue of recent years, as budgets remember it", {**POSITIVE, "neutral": 1.0}),
    ("special_milex", "", "US$2023 m per yr", "part of military expenditure that goes to special defence projects", POSITIVE),
    ("projects_folded", "", "log", "what special projects that have ended have left in the regular budget"),
    ("procurement", "", "US$2023 m per yr", "money set aside for arms from abroad", POSITIVE),
    ("fund", "", "US$2023 m", "procurement money at hand, below zero where payments run ahead of it"),
    ("stock", "origin weapon", "TIV m", "arms held, by origin and class", POSITIVE),
    ("worth", "weapon", "TIV m", "arms held times the capability of a unit of them", POSITIVE),
    ("generation", "weapon", "share", "mean quality of the arms held of a class, 1 being the world's best", SHARE),
    ("on_order", "origin", "TIV m", "volume ordered and not yet delivered, all classes", POSITIVE),
    ("contract_volume", "contract", "TIV m", "arms of a contract not yet delivered, none where money goes to things at home", POSITIVE),
    ("contract_money", "contract", "US$2023 m", "money of a contract not yet paid, 0 where a place is free", POSITIVE),
    ("contract_quality", "contract", "share", "quality of the arms of a contract, 1 being the world's best", SHARE),
    ("contract_capability", "contract", "1", "capability of a unit of the arms of a contract", POSITIVE),
    ("production", "origin", "yr", "years of full production since the opening that an origin could ship", POSITIVE),
    ("contract_begins", "contract", "yr", "when its deliveries begin, in years of full production of its origin"),
    ("contract_ends", "contract", "yr", "when its deliveries end, in years of full production of its origin"),
    ("contract_place", "contract", "code", "origin and class of a contract, by their places on both axes", POSITIVE),
    ("order_rate", "", "TIV m per yr", "recent yearly volume of orders", POSITIVE),
    ("recent_order", "supplier", "US$2023 m", "money placed with a supplier in recent years", POSITIVE),
    ("trust", "supplier", "share", "belief that a supplier delivers", {**SHARE, "neutral": 0.7}),
    ("sanctions", "", "flag", "1 while Western sanctions on arms for this state are in force", {**FLAG, **REPLACED}),
    ("plan", "", "per yr", "rate of attack at which it made the plan it prepares to carry out, 0 without a plan", POSITIVE),
    ("wartime", "", "share", "part of the last step in which there was fighting above clash level", SHARE),
    ("coproduction", "supplier", "share", "joint development and production with a supplier, as far as it has come to work", SHARE),
    ("reputation", "supplier", "index", "battlefield record of a supplier's arms in own eyes"),
    ("misperception", "", "log", "own error about the balance", REPLACED),
    ("concealed_share", "", "share", "share of own recent deliveries that no public record shows", SHARE),
    ("grievance", "", "index", "grievance over land, people and lives lost", {**POSITIVE, "keep": "grievance"}),
    ("defeat", "", "index", "fresh memory of a lost war", POSITIVE),
    ("abuse", "", "index", "record of people driven out, as export law sees it", POSITIVE),
    ("control", "zone", "share", "share of a zone under this state's control", {**SHARE, "keep": "control"}),
    ("residents", "zone", "thousand persons", "people of this state's community living in a zone", POSITIVE),
    ("shown", "", "events", "recent displays of strength, each fading from one", POSITIVE),
    ("attacking", "", "flag", "1 while this state is the attacker of a war under way", FLAG),
    ("aim", "zone scale", "flag", "the option the attacker is carrying out", FLAG),
    ("calls_made", "", "count", "calls for a patron's help, each counted as far as the treaty covers the land attacked", POSITIVE),
    ("calls_honoured", "", "count", "calls answered, counted alike", POSITIVE),
    ("suspicion", "", "log-odds", "belief that a rival wants more than defence, 0 at the opening", {"low": -4.0, "high": 4.0}),
    ("interoperability", "", "share", "how far its forces have learnt to work together with equipment of mixed origin", SHARE),
    ("absorption", "weapon", "share", "how far its forces have learnt to use the arms they hold", {**SHARE, "neutral": 1.0}),
    ("patron_record", "", "share", "how far the patron's conduct bears out its word, 1 while untested", {**SHARE, "neutral": 1.0}),
    ("rung", "", "code", "alignment with the patron: 0 ally, 1 hedging, 2 frozen, 3 out", {"low": 0.0, "high": 3.0}),
    ("deaths", "", "persons", "soldiers killed since the opening", POSITIVE),
    ("displaced", "", "thousand persons", "people of its community displaced since the opening", POSITIVE),
])  # fmt: skip
_declare("state", "flow", [
    ("milex_target_log", "", "log", "reasons to aim at more or less than opening spending"),
    ("milex_limit", "", "US$2023 m per yr", "the most the economy could bear, approached and never reached", {**POSITIVE, **REPLACED, "neutral": 1e12}),
    ("milex_adjustment", "", "per yr", "speed at which spending moves to its target", {**POSITIVE, **REPLACED}),
    ("milex_shock", "", "log", "what the budget year brings at once: with output, and what nobody planned"),
    ("milex_change", "", "US$2023 m per yr2", "direct change of spending, for linear textbook races"),
    ("class_stock", "weapon", "TIV m", "arms held of a class, all origins", POSITIVE),
    ("origin_stock", "origin", "TIV m", "arms held of an origin, all classes", POSITIVE),
    ("class_mass", "weapon", "TIV m", "combat stock of a class by what it is worth in a fight", POSITIVE),
    ("modernity", "weapon", "share", "share of a class that counts as modern", SHARE),
    ("stock_total", "", "TIV m", "arms held, all origins and classes", {**POSITIVE, "keep": "stock_total"}),
    ("stock_forecast", "", "TIV m", "arms it is on course to hold at the planning horizon", POSITIVE),
    ("effectiveness", "weapon", "1", "what the rival's counters leave of a class in attack", {**POSITIVE, "fold": "product", "neutral": 1.0}),
    ("cohesion", "", "share", "what mixed equipment leaves of strength", {**SHARE, "fold": "product", "neutral": 1.0}),
    ("offence", "", "1", "strength in attack on the rival", POSITIVE),
    ("defence", "", "1", "strength in defence", POSITIVE),
    ("impression", "", "log", "how much stronger rivals seem for what they display"),
    ("displays", "", "count", "displays of strength in the step: tests, parades, drills, visits", {**POSITIVE, **REPLACED}),
    ("balance", "", "log ratio", "own strength in attack over the rival's in defence", {**LOG_RATIO, "keep": "balance"}),
    ("perceived_balance", "", "log ratio", "the balance as this state believes it", {**LOG_RATIO, "keep": "perceived_balance"}),
    ("stock_balance", "", "log ratio", "own arms held over the rival's, recorded volume", {**LOG_RATIO, "keep": "stock_balance"}),
    ("suspicion_evidence", "", "log-odds", "what there is to suspect a rival of more than defence"),
    ("weapon_appeal", "weapon", "log", "reasons to buy a class"),
    ("supplier_appeal", "supplier", "log", "reasons to buy from a supplier"),
    ("import_push", "", "log", "reasons to spend more or less of the budget on arms from abroad"),
    ("wanted_class", "", "code", "class the next contract is for, by its place on the weapon axis", POSITIVE),
    ("offered_quality", "supplier", "share", "quality of the wanted class on offer, 0 where a supplier makes none", SHARE),
    ("placed_elsewhere", "supplier", "share", "share of recent order money that went to other suppliers than this one", SHARE),
    ("asked_price", "supplier", "US$2023 m per TIV m", "list price of the wanted class", POSITIVE),
    ("offered_capability", "supplier", "1", "capability per unit of volume of the wanted class on offer", POSITIVE),
    ("order_origin", "", "code", "origin of the contract signed in the step, by its place on the origin axis", POSITIVE),
    ("order_volume", "", "TIV m", "volume ordered in the step", POSITIVE),
    ("order_value", "", "US$2023 m", "money committed in the step, abroad or at home", POSITIVE),
    ("airlift", "", "log", "reasons for more military cargo flights than in quiet times"),
    ("flights", "supplier", "count", "military cargo flights from a supplier in the step", {**POSITIVE, "keep": "flights"}),
    ("crisis", "", "flag", "1 while it buys as in a crisis: it prepares an attack, or tension is high", FLAG),
    ("from_stock", "supplier", "flag", "1 where a supplier ships from its own stocks in a crisis", FLAG),
    ("airlifted", "supplier", "share", "share of what is on order with a supplier that is flown in at once", SHARE),
    ("deliveries", "origin", "TIV m", "volume delivered in the step, all classes", {**POSITIVE, "keep": "deliveries"}),
    ("recorded_deliveries", "origin", "TIV m", "what a public register would show of it", {**POSITIVE, "keep": "recorded_deliveries"}),
    ("recorded_milex", "", "US$2023 m per yr", "spending as a public data set would show it", {**POSITIVE, "keep": "recorded_milex"}),
    ("trust_gain", "supplier", "share", "change of trust in the step"),
    ("reputation_gain", "supplier", "index", "change of a supplier's battlefield record in the step"),
    ("attack_utility", "zone scale", "core claims", "what an attack is expected to gain, its costs taken off"),
    ("attack_score", "zone scale", "log", "what makes an occasion to attack more or less likely than usual"),
    ("attack_hazard", "zone scale", "per yr", "rate at which an option would be started", POSITIVE),
    ("believed_chance", "zone", "share", "chance to prevail in a zone as this state believes it", {**SHARE, "neutral": 0.5}),
    ("chance_as_rivals_see", "zone", "share", "its chance to prevail in a zone as its rivals believe it", {**SHARE, "neutral": 0.5}),
    ("exit_score", "", "log per yr", "log hazard of the next step away from the patron", {"neutral": -30.0}),
    ("honour_score", "zone", "log-odds", "reasons of a patron to answer a call over a zone", {"neutral": -30.0}),
    ("patron_help", "", "flag", "1 in the step in which a call is answered", FLAG),
    ("onset_time", "", "yr", "time into the step at which this state would strike", {**POSITIVE, "neutral": 1e9}),
    ("choice", "", "code", "the option this state would carry out, by its place on (zone, scale)", POSITIVE),
    ("win_chance", "zone", "share", "chance to prevail in a zone against the rival", {**SHARE, "neutral": 0.5}),
    ("death_rate", "", "persons per day", "soldiers killed per day of fighting", {**POSITIVE}),
    ("loss_rate", "weapon", "per day", "share of a class lost per day of fighting", {**POSITIVE}),
    ("taken_share", "zone", "share", "share of the rivals' holdings in a zone taken in the step", SHARE),
    ("land_lost", "zone", "share", "share of a zone lost in the step", SHARE),
    ("land_won", "zone", "share", "share of a zone won in the step", SHARE),
    ("flight_propensity", "zone", "1", "readiness of own community to flee a zone that is lost", POSITIVE),
    ("fled", "", "thousand persons", "people of its community displaced in the step", POSITIVE),
    ("killed", "", "persons", "soldiers killed in the step", POSITIVE),
    ("grievance_gain", "", "index", "what feeds or eases grievance in the step"),
])  # fmt: skip

# -- suppliers

_declare("supplier", "given", [
    ("frontier", "weapon", "share", "best quality it makes, 0 where it makes none", SHARE),
    ("price", "weapon", "US$2023 m per TIV m", "price of a unit of volume", {"low": 0.01, "neutral": 2.0}),
    ("lag", "", "yr", "mean time from order to delivery at full capacity", {"low": 0.05, "neutral": 2.0}),
    ("export_volume", "", "TIV m per yr", "arms exported to all buyers in recent years", {**POSITIVE, "neutral": 100.0}),
    ("capacity", "", "share", "share of its usual export capacity", {**SHARE, "neutral": 1.0}),
    ("export_law", "", "share", "strength of human-rights limits in its export law", SHARE),
    ("western_ties", "", "share", "how much it depends on Western partners", SHARE),
    ("affinity", "client", "share", "political closeness to a client, -1 to 1", {"low": -1.0, "high": 1.0}),
    ("access_ceiling", "client", "share", "share of its best technology it lets a client have", {**SHARE, "neutral": 1.0}),
    ("oil_share", "client", "share", "share of the crude oil it uses that a client delivers", SHARE),
    ("shared_rival", "client", "share", "how far it and a client see the same third state as a rival", SHARE),
    ("entry_rate", "client", "per yr", "base rate at which it enters a market where it does not sell yet", POSITIVE),
    ("ally", "client", "flag", "1 where it is the client's treaty ally", FLAG),
    ("airlift_rate", "client", "per yr", "military cargo flights to a client in quiet times", POSITIVE),
    ("agreement", "client", "share", "how far an agreement on joint development and production goes", SHARE),
    ("embargo", "client", "share", "share of sales to a client that is forbidden and prevented", SHARE),
    ("detection", "client", "share", "share of its deliveries to a client that a public register catches", {**SHARE, "neutral": 1.0}),
])  # fmt: skip
_declare("supplier", "stock", [
    ("presence", "client", "flag", "1 where it sells to a client", {**FLAG, **REPLACED}),
    ("licence", "client", "flag", "1 while its government licenses sales to a client", {**FLAG, "neutral": 1.0}),
])  # fmt: skip
_declare("supplier", "flow", [
    ("willingness", "client", "log-odds", "reasons to license sales to a client or not", {"neutral": 0.0}),
    ("price_factor", "client", "1", "discount or premium", {**POSITIVE, "fold": "product", "neutral": 1.0}),
    ("access", "client", "share", "share of its best technology on offer", {**SHARE, "fold": "product", "neutral": 1.0}),
])  # fmt: skip

# -- mediators

_declare("mediator", "given", [
    ("leverage", "", "share", "influence of a mediator on both parties", SHARE),
])  # fmt: skip
