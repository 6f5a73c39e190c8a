"""A scenario, a rule or an experiment to fill in: each is small, runs as it is, and says in comments how to go on."""

from __future__ import annotations

import json
import keyword
import re
from pathlib import Path

from sim.drafts.writing import Drafted, written
from sim.model.mistakes import Mistake
from sim.model.rule import CATALOGUE
from sim.scenario.display_names import unshowable

SCENARIO = """\
# A scenario to fill in. It runs as it is: `armsrace check`, then `armsrace run`. What may be set, and in which unit:
# `armsrace list quantities`, `armsrace list rules`. Two states of the panel are drafted by `armsrace new rivalry`.
title: {title}
question: "What is it to answer?"
start: "2020-01"
end: "2029-12"
weapons: weapons.yaml           # the shipped classes and what they are worth
states:
  north:
    name: North
    rules: standard             # or [standard, -one_rule, another]; `scenarios/rule_sets.yaml` has the list
    opening_arms: {{basis: assumed, because: "look it up", values: {{armour: 300, artillery: 100, air_defence: 100}}}}
    quantities:
      milex: {{value: 1000, basis: assumed, because: "look it up"}}
      gdp: {{value: 40000, basis: assumed, because: "look it up"}}
      procurement_share: {{value: 0.2, between: [0.05, 0.4], basis: assumed, because: "share that buys arms abroad"}}
      contracts_per_year: {{value: 3, between: [1, 8], basis: assumed, because: "a few a year"}}
      service_mix: {{basis: assumed, because: "look it up", values: {{armour: 0.5, artillery: 0.2, air_defence: 0.3}}}}
      claim: {{basis: assumed, because: "both claim it", values: {{borderland: 1.0}}}}
      control: {{basis: assumed, because: "half each", values: {{borderland: 0.5}}}}
  south:
    name: South
    rules: standard
    opening_arms: {{basis: assumed, because: "look it up", values: {{armour: 300, artillery: 100, air_defence: 100}}}}
    quantities:
      milex: {{value: 1000, basis: assumed, because: "look it up"}}
      gdp: {{value: 40000, basis: assumed, because: "look it up"}}
      procurement_share: {{value: 0.2, between: [0.05, 0.4], basis: assumed, because: "share that buys arms abroad"}}
      contracts_per_year: {{value: 3, between: [1, 8], basis: assumed, because: "a few a year"}}
      service_mix: {{basis: assumed, because: "look it up", values: {{armour: 0.5, artillery: 0.2, air_defence: 0.3}}}}
      claim: {{basis: assumed, because: "both claim it", values: {{borderland: 1.0}}}}
      control: {{basis: assumed, because: "half each", values: {{borderland: 0.5}}}}
suppliers:
  maker:
    name: Maker
    rules: standard
    quantities:
      frontier: {{basis: assumed, because: "best it makes", values: {{armour: 0.7, artillery: 0.7, air_defence: 0.7}}}}
      price: {{value: 2.0, between: [1.0, 4.0], basis: assumed, because: "per unit of volume; to be looked up"}}
      lag: {{value: 2.0, between: [1.0, 4.0], basis: assumed, because: "from order to delivery"}}
      export_volume: {{value: 500, basis: assumed, because: "to everybody, a year"}}
relations:                      # what lies between each supplier and its clients
  maker:
    affinity: {{basis: assumed, because: "political closeness, -1 to 1", values: {{north: 0.2, south: 0.2}}}}
    presence: {{basis: assumed, because: "it sells to both", values: {{north: 1, south: 1}}}}
zones:
  borderland: {{name: the borderland}}
region:
  rules: standard
  quantities:
    tension: {{value: 0.5, between: [0.1, 2.0], basis: assumed, because: "standing hostility along the line"}}
"""

RULE = '''\
"""A rule to fill in. `--rules FILE` reads it, for example `armsrace show {name} --rules FILE`; a scenario names it
under `rules:` of those who follow it. What may be read and written: `armsrace list quantities`."""

from sim import Parameter, rule


@rule(
    actor="state",
    writes="milex_target_log",
    says="tension along the line stands at {{tension:.1f}}",
)
def {name}(
    tension,
    *,
    weight: Parameter = Parameter(
        0.05, "log per index", between=(0.0, 0.2), because="to be looked up; no published number"
    ),
):
    """A state aims to spend more while tension along the line is high.

    Reported: which source says what.

    Assumed: what was added, for example that it is proportional.

    Formula: ``weight * tension``.
    """
    return weight * tension
'''

EXPERIMENT = """\
# An experiment to fill in. It runs as it is: `armsrace check`, `armsrace sweep FILE --dry-run`, then without that.
question: {title}
scenario: richardson            # a shipped scenario, or a file
replicates: 16                  # runs of each point
design: {{grid: {{}}}}
levers:                         # what somebody could decide; what nobody knows stands under `uncertainties`
  north.match_rival_linearly.reaction:
    values: [0.1, 0.2, 0.3]
    basis: assumed
    because: "look it up"
"""


def new_scenario(name: str, out: Path | str | None = None, *, force: bool = False) -> Drafted:
    """Write a small scenario to fill in, which runs as it is.

    Parameters
    ----------
    name : str
        Its title.
    out : path, optional
        File to write; without it the text is only returned.
    force : bool, optional
        Replace a file that is there.

    Raises
    ------
    Mistake
        If the title cannot be shown, or the file is there already.
    """
    return written(SCENARIO.format(title=_title(name)), out, force=force)


def new_rule(name: str, out: Path | str | None = None, *, force: bool = False) -> Drafted:
    """Write a rule to fill in, which can be followed as it is.

    Parameters
    ----------
    name : str
        Its name: a verb phrase in lower case, joined by ``_``.
    out, force
        As in `new_scenario`.

    Raises
    ------
    Mistake
        If it is no name of a rule or there is one of that name, or the file is there already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise Mistake(f"'{name}' is no name of a rule; write a verb phrase in lower case, as spend_under_tension")
    if name in CATALOGUE:
        raise Mistake(f"there is a rule '{name}' already; choose another name")
    return written(RULE.format(name=name), out, force=force, then=f"armsrace show {name} --rules {{file}}")


def new_experiment(name: str, out: Path | str | None = None, *, force: bool = False) -> Drafted:
    """Write a small experiment to fill in, which runs as it is.

    Parameters
    ----------
    name : str
        Its question.
    out, force
        As in `new_scenario`.

    Raises
    ------
    Mistake
        If the question cannot be shown, or the file is there already.
    """
    return written(EXPERIMENT.format(title=_title(name)), out, force=force)


def _title(name: str) -> str:
    """Return a title in quotes, as YAML and JSON have them."""
    refusal = unshowable(name)
    if refusal:
        raise Mistake(refusal)
    return json.dumps(name, ensure_ascii=False)
