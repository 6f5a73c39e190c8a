"""Patrons, borders, red lines and peacekeepers make an attack dearer (rule cards R16, R35 and R37)."""

from __future__ import annotations

import numpy as np

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array

TRACE = 0.2  # index of defeat at which peacekeepers are half called in


@rule(
    actor="state",
    writes="attack_utility",
    card="R37",
    evidence=["forbes_turkey_azerbaijan_2021", "cnn_israel_arms_trade_2023-10", "known_facts", "leeds_2003",
              "berkemeier_fuhrmann_2018", "huth_allee_2002", "beardsley_2008"], claims=["SF-59", "SF-79", "SF-80"],
    says="{actor} reckons with patrons, borders, red lines and peacekeepers on the other side",
)  # fmt: skip
def reckon_with_outsiders(
    their_treaty_cover: Array,
    their_patron_credibility: Array,
    their_patron_record: Array,
    their_recognised: Array,
    their_red_line: Array,
    their_peacekeepers: Array,
    their_defeat: Array,
    their_control: Array,
    claim: Array,
    control: Array,
    recognised: Array,
    rivalry: Array,
    ambition: Array,
    *,
    patron: Parameter = Parameter(
        0.8, "core claims", between=(0.4, 1.2), because="a war with the patron would cost nearly all it is fought for"
    ),
    border: Parameter = Parameter(0.2, "core claims", between=(0.1, 0.4), because="sanctions and isolation follow"),
    red_line: Parameter = Parameter(0.15, "core claims", between=(0.0, 0.3), because="a neighbour threatens besides"),
    peacekeepers: Parameter = Parameter(
        0.1, "core claims", between=(0.05, 0.2), because="they did not stop the offensive of 2023"
    ),
    approach: Parameter = Parameter(
        0.4, "core claims", between=(0.2, 0.6), because="with none of its own land regained it must fight its way there"
    ),
    operation_part: Parameter = Parameter(
        0.13, "share", between=(0.05, 0.3), because="incursions of 2021 and 2022 met no help and brought no sanctions"
    ),
    operation_approach: Parameter = Parameter(
        0.12, "core claims", between=(0.06, 0.2), because="as for a campaign: they came once the land was regained"
    ),
) -> Array:
    """A state is less ready to attack where a patron, a recognised border, a red line or peacekeepers stand in the way.

    Reported: Russia has a defence pact with Armenia and a base there (Forbes 2021); many in Armenia fear an invasion
    for a corridor through Syunik, Azerbaijan denied such aims, its troops hold ground there since 2020 (CNN 2023).

    Assumed: costs in core claims add up; a patron counts as far as it is believed and its treaty covers what the rival
    holds, peacekeepers after a war the rival lost; an operation meets a small part of all but the way to the border.

    Formula: ``-reach[scale] * sum over rivals (patron * cover * credibility * record * control + border * recognised +
    red_line * objection * control + peacekeepers * mandate * control * d / (d + 0.2)) - approach[scale] * sum over
    rivals (recognised) * (1 - regained)``, d its memory of defeat, regained the held part by value of own land claimed.

    Examples
    --------
    An operation and a campaign across a border that nobody guards, once the own land is regained:

    >>> zone, none = np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1, 1))
    >>> held, scale = np.ones((1, 1, 1)), np.array([0.0, 1.0])[:, None, None]
    >>> rest = (none, none, 0.0 * held, zone, held, held, held, held, scale)
    >>> reckon_with_outsiders(none, held, held, zone, *rest).round(3).ravel().tolist()
    [-0.026, -0.2]
    """
    believed = rivalry * (their_patron_credibility * their_patron_record)
    called_in = rivalry * (their_defeat / (their_defeat + TRACE))
    across: Array = (rivalry[:, None] * their_recognised).sum(0)
    cost: Array = (
        patron * (believed[:, None] * (their_treaty_cover * their_control)).sum(0)
        + border * across
        + red_line * (rivalry[:, None] * (their_red_line * their_control)).sum(0)
        + peacekeepers * (called_in[:, None] * (their_peacekeepers * their_control)).sum(0)
    )
    own, regained = (claim * recognised).sum(0), (claim * recognised * control).sum(0)
    far: Array = across * np.where(own > 0.0, 1.0 - regained / np.where(own > 0.0, own, 1.0), 0.0)
    reach = operation_part + (1.0 - operation_part) * ambition
    way = operation_approach + (approach - operation_approach) * ambition
    return -(reach * cost[:, None]) - way * far[:, None]
