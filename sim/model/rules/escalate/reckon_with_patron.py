"""A defender's patron deters where its treaty applies and it is believed (rule cards R16 and R29)."""

from __future__ import annotations

from sim.model.parameter import Parameter
from sim.model.rule import rule
from sim.model.world import Array


@rule(
    actor="state",
    writes="attack_score",
    card="R16",
    evidence=["forbes_turkey_azerbaijan_2021", "leeds_2003", "berkemeier_fuhrmann_2018", "crawford_2003"],
    claims=["SF-59"],
    says="{actor} reckons with the patron bound by treaty to defend what its rival holds",
)
def reckon_with_patron(
    their_treaty_cover: Array,
    their_patron_credibility: Array,
    their_patron_record: Array,
    their_control: Array,
    ambition: Array,
    rivalry: Array,
    *,
    weight: Parameter = Parameter(
        3.0, "log", between=(1.0, 4.0), because="a treaty certain to be honoured leaves a twentieth of the hazard"
    ),
    operation_share: Parameter = Parameter(
        0.4,
        "share",
        between=(0.2, 1.0),
        because="no help came over the limited incursions of 2021 and 2022; a campaign is another matter",
    ),
) -> Array:
    """A state is less ready to attack land whose holder has a treaty for it with a patron that is believed.

    Reported: Russia has a defence pact with Armenia and a base there (Forbes 2021).

    Assumed: in proportion to the part of the zone the rival holds, to how far the
    treaty covers it, and to the belief that the patron will act, which shrinks with
    every call it leaves unanswered; a limited operation meets only part of that. Whether patrons
    do act is another matter: about half do (Berkemeier and Fuhrmann 2018).

    Formula: ``-weight * (s + (1 - s) * ambition) * sum over rivals (cover[zone] * credibility * record *
    control[zone])``.

    Examples
    --------
    A zone outside the treaty, and one inside it behind a patron believed by half:

    >>> import numpy as np
    >>> cover, held = np.array([[0.0, 1.0]])[..., None, None], np.ones((1, 2, 1, 1))
    >>> half, one = np.full((1, 1, 1), 0.5), np.ones((1, 1, 1))
    >>> score = reckon_with_patron(cover, half, one, held, np.ones((1, 1, 1)), one)
    >>> (0.0 + score).ravel().tolist()
    [0.0, -1.5]
    """
    believed = rivalry * (their_patron_credibility * their_patron_record)
    protection = (believed[:, None] * (their_treaty_cover * their_control)).sum(0)
    reach = operation_share + (1.0 - operation_share) * ambition
    score: Array = -weight * (reach * protection[:, None])
    return score
