"""What a lesson is: a head that a machine reads, and the same eight headings for all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sim.briefs import numbers
from sim.model.mistakes import suggest
from sim.model.outcomes import MEASURES
from sim.scenario.problems import Misplaced
from sim.study.designs import Part

HEADINGS = (
    "Question", "What you need to know", "Predict", "Play", "Explain", "Check", "What the model leaves out",
    "For the teacher",
)  # fmt: skip
FOR_TEACHER = HEADINGS[-1]
SHORTEST, LONGEST = 40, 60  # minutes
NAMED = re.compile(r"\{\{ *(\w+) *\}\}")  # an expected number in the text

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
Seed = Annotated[int, Field(ge=0)]
Side = Literal["with", "without", "difference", "differing"]


class Question(Part):
    """What a student is asked, answered in words or by a choice."""

    ask: Text
    choices: list[Text] = Field(default_factory=list, description="to choose from; words of one's own unless given")


class Opening(Part):
    """Where the page opens, as in its address."""

    part: Literal["what-if", "history", "seats"] = "what-if"
    scenario: Text = "status_quo"
    against: str = Field(default="", description="what it is held against; itself with nothing moved unless given")
    runs: int = Field(default=256, ge=2)
    blind: bool = Field(default=False, description="nothing is shown before every prediction is written down")
    seed: Seed = 0


class Expected(Part):
    """A number that comes out when it is played, in the unit in which the page shows it."""

    read: Text = Field(description="what is read, in words")
    scenario: str = Field("", description="that of the opening unless given")
    against: str = ""
    changes: dict[str, float] = Field(default_factory=dict, description="levers and where they are put")
    runs: int = Field(0, ge=0, description="those of the opening unless given")
    seed: Seed | list[Seed] = Field(0, description="of all luck; several are so many groups")
    over: Literal["", "lowest", "highest"] = Field("", description="which of several groups; their mean unless given")
    measure: str
    of: str = Field("", description="a state, or 'supplier to state'; nothing for the region")
    side: Side = "with"
    expected: float
    tolerance: float = Field(gt=0)

    @field_validator("measure")
    @classmethod
    def _known(cls, measure: str) -> str:
        if measure not in MEASURES:
            hint = suggest(measure, MEASURES) or f"; write one of {', '.join(MEASURES)}"
            raise Misplaced(f"there is no measure '{measure}'{hint}")
        return measure

    @model_validator(mode="after")
    def _beside(self) -> Expected:
        if self.side != "with" and not (self.changes or self.against):
            raise Misplaced("nothing is moved, so nothing differs; write 'changes:' or 'against:'", "side")
        return self

    @property
    def seeds(self) -> tuple[int, ...]:
        """The luck of each group."""
        return tuple(self.seed) if isinstance(self.seed, list) else (self.seed,)

    @property
    def unit(self) -> str:
        """Of the number, as the page says it."""
        outcome = MEASURES[self.measure]
        if self.side == "differing":
            return "pairs of histories that end differently"
        if self.side == "difference" and outcome.unit == "log ratio":
            return "times as much"
        return str(numbers.scale(outcome).unit)

    @property
    def shown(self) -> str:
        """The number as it is printed."""
        return f"{self.expected:g}".replace("-", numbers.MINUS)


class Head(Part):
    """What a machine reads of a lesson."""

    title: Text
    minutes: int = Field(ge=SHORTEST, le=LONGEST)
    about: Text = Field(description="one line, for a list of lessons")
    opens: Opening = Field(default_factory=Opening)
    levers: list[Text] = Field(default_factory=list, description="paths of the levers that are unlocked")
    rests_on: list[Text] = Field(min_length=1, description="claims of the articles it is about")
    predict: list[Question] = Field(min_length=1)
    explain: list[Question] = Field(min_length=1)
    expected: dict[Name, Expected] = Field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Lesson:
    """A lesson that was read.

    Attributes
    ----------
    number : int
        With which its file name begins.
    file : Path
        Where it is written.
    head : Head
        What a machine reads.
    sections : dict of str to str
        Markdown under each heading, with the expected numbers in it.
    """

    number: int
    file: Path
    head: Head
    sections: dict[str, str]

    def __repr__(self) -> str:
        """Return its number and title."""
        return f"Lesson {self.number}: {self.head.title} ({self.head.minutes} minutes)"

    @property
    def notebook(self) -> Path | None:
        """The notebook beside it, if there is one."""
        beside = self.file.with_suffix(".ipynb")
        return beside if beside.is_file() else None

    def setting(self, row: Expected) -> Expected:
        """Return an expected number with what it leaves to the opening."""
        opens = self.head.opens
        return row.model_copy(update={"scenario": row.scenario or opens.scenario, "runs": row.runs or opens.runs})
