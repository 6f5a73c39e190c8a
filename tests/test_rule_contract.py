"""Every rule of the catalogue keeps one contract, whatever the shape of the world.

The axis lengths are drawn pairwise different and never 1 where the number of states
allows, so that an array aligned with the wrong axis cannot go unnoticed.
"""

import ast
import inspect
import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import a_world, assert_close, one, renamed, shapes, unlikely

import sim.model.rules
from sim import evidence
from sim.model.rule import CATALOGUE
from sim.model.turn import TURN
from sim.model.world import evaluate, sight

CONTRACTED = [CATALOGUE[name] for name in sorted(CATALOGUE)]
RULES = pytest.mark.parametrize("rule", CONTRACTED, ids=lambda rule: rule.name)
FOLDER = Path(sim.model.rules.__file__).parent

LONGEST_FILE = 90  # lines

# -- a rule is asked


class Consultation:
    """One rule asked in one world: what it sees, its parameters, its luck."""

    def __init__(self, rule, shape, seed):
        rng = np.random.default_rng(seed)
        world = a_world(shape, rng)
        self.rule = rule
        self.actors, self.runs = world.size(rule.actor), world.runs
        self.lengths = {axis: world.size(axis) for axis in world.labels}
        self.seen = {word: world.see(rule.actor, word) for word in rule.reads if word != "draws"}
        self.axes = {word: sight(rule.actor, word).axes for word in self.seen}
        if rule.draws:
            self.axes["draws"] = ("draw", *([rule.per] if rule.per else []))
            size = (rule.draws, *([world.size(rule.per)] if rule.per else []), self.actors, self.runs)
            self.seen["draws"] = unlikely(rng.uniform(size=size), rng)
        self.settings = {name: self.setting(parameter, rng) for name, parameter in rule.parameters.items()}
        self.written = sight(rule.actor, rule.writes).axes

    def setting(self, parameter, rng):
        """Draw a parameter from its range: one number, or one for each actor and run."""
        size = () if rng.uniform() < 0.5 else (self.actors, self.runs)
        low, high = parameter.between
        value = np.where(rng.uniform(size=size) < 0.2, rng.choice([low, high]), rng.uniform(low, high, size))
        return value if size else float(value)

    def answer(self, seen=None, settings=None):
        """Ask the rule; nothing may overflow, divide by zero or be undefined."""
        seen = self.seen if seen is None else seen
        settings = self.settings if settings is None else settings
        with np.errstate(all="raise", under="ignore"):
            luck = seen.get("draws")
            return evaluate(self.rule.function, self.rule.reads, seen.__getitem__, settings, luck)

    def full(self, answer):
        """Return an answer in its full shape."""
        return np.broadcast_to(answer, (*(self.lengths[axis] for axis in self.written), self.actors, self.runs))

    def alone(self, actor, run):
        """Ask one actor in one run, padded to ``(..., 1, 2)`` as an agent is."""
        seen = {word: one(array, actor, run) for word, array in self.seen.items()}
        seen = {word: np.broadcast_to(array, (*array.shape[:-1], 2)) for word, array in seen.items()}
        settings = {k: v if isinstance(v, float) else one(v, actor, run) for k, v in self.settings.items()}
        return self.answer(seen, settings)

    def with_actors_renamed(self, order):
        """Ask again after the actors have changed places."""
        seen = {word: array[..., order, :] if array.shape[-2] > 1 else array for word, array in self.seen.items()}
        settings = {k: v if isinstance(v, float) else v[order] for k, v in self.settings.items()}
        return self.answer(seen, settings)

    def with_axis_renamed(self, orders):
        """Ask again after the entries along one axis, or two that go together, have changed places."""
        return self.answer({word: renamed(array, self.axes[word], orders) for word, array in self.seen.items()})


# -- what a rule answers


@RULES
@settings(max_examples=8, derandomize=True, deadline=None, database=None)
@given(shape=shapes(), seed=st.integers(0, 2**32 - 1))
def test_a_rule_answers_every_actor_alike_and_within_bounds(rule, shape, seed):
    asked = Consultation(rule, shape, seed)
    before = {word: array.copy() for word, array in asked.seen.items()}
    answer = asked.full(asked.answer())

    # in bounds
    variable = rule.variable
    assert np.isfinite(answer).all(), "the answer is not finite"
    if variable.fold != "sum" or variable.low == 0.0:
        assert (answer >= variable.low).all(), f"below {variable.low}"
    if variable.fold != "sum":
        assert (answer <= variable.high).all(), f"above {variable.high}"

    # one actor and run at a time
    for actor in range(asked.actors):
        for run in {0, asked.runs - 1, seed % asked.runs}:
            alone = np.broadcast_to(asked.alone(actor, run), (*answer.shape[:-2], 1, 2))
            expected = answer[..., actor : actor + 1, run : run + 1]
            assert_close(alone, np.broadcast_to(expected, alone.shape))

    # names do not matter
    rng = np.random.default_rng(seed)
    order = rng.permutation(asked.actors)
    assert_close(asked.full(asked.with_actors_renamed(order)), answer[..., order, :])
    for axis in ("supplier", "client", "weapon", "rival", "zone", "state", "mediator"):
        orders = {axis: rng.permutation(asked.lengths[axis])}
        if axis == "supplier":  # origins start with the suppliers, and change places with them
            others = np.arange(asked.lengths["supplier"], asked.lengths["origin"])
            orders["origin"] = np.concat([orders["supplier"], others])
        assert_close(asked.full(asked.with_axis_renamed(orders)), renamed(answer, asked.written, orders))

    # nothing mutated: the arrays of the world cannot be written to, and draws are as they were
    for word, array in asked.seen.items():
        np.testing.assert_array_equal(array, before[word], err_msg=word)


# -- what a rule says of itself


@RULES
def test_every_source_of_a_rule_is_registered(rule):
    sources = evidence.sources()
    assert rule.evidence, "a rule names at least one source"
    cited = {*rule.evidence, *(p.source for p in rule.parameters.values() if p.source)}
    assert sorted(cited - set(sources)) == []


@RULES
def test_a_docstring_states_a_claim_and_what_is_reported_and_assumed(rule):
    text = inspect.getdoc(rule.function)
    claim, _, rest = text.partition("\n\n")
    assert claim.endswith("."), "the first sentence ends with a full stop"
    parts = ("Reported: ", "Assumed: ", "Formula: ", "Examples\n--------\n", ">>> ")
    places = [rest.index(part) for part in parts]
    assert places == sorted(places)
    assert inspect.getmodule(rule.function).__doc__.endswith("."), "so does the module's"


@RULES
def test_a_reason_formats_and_shows_what_the_term_is_about(rule):
    fields = {name for _, name, _, _ in string.Formatter().parse(rule.says) if name}
    written = set(sight(rule.actor, rule.writes).axes)
    for word in fields & set(rule.reads):
        assert set(sight(rule.actor, word).axes) <= written, f"'{word}' is not one number for one term"
    assert "other" not in fields or written & {"supplier", "client", "zone"}, "there is no other"
    values = dict.fromkeys(fields, 0.5) | {"actor": "One", "other": "Another"}
    sentence = rule.says.format(**values)
    assert "{" not in sentence
    assert not sentence.endswith("."), "a clause, not a sentence"


# -- what a rule's file looks like

# Functions of the array API standard a rule may use; none whose bits change with the processor.
ALLOWED = {
    "abs", "all", "any", "astype", "broadcast_to", "ceil", "clip", "concat", "exp", "expand_dims", "expm1",
    "floor", "isfinite", "log", "log1p", "log2", "logaddexp", "logical_and", "logical_not", "logical_or",
    "max", "maximum", "mean", "min", "minimum", "moveaxis", "ones_like", "permute_dims", "prod", "reshape",
    "round", "sign", "sqrt", "stack", "std", "sum", "where", "zeros_like",
}  # fmt: skip
BANNED = (
    ast.If, ast.IfExp, ast.For, ast.While, ast.comprehension, ast.With, ast.Try, ast.AugAssign, ast.Global,
    ast.Pow, ast.MatMult,
)  # fmt: skip
BANNED_CALLS = {
    "open", "print", "input", "eval", "exec", "dot", "einsum", "matmul", "tanh", "sin", "cos", "tan", "pow",
    "power",
}  # fmt: skip


def functions_of(rule):
    """Return the functions of a rule's file, without their docstrings and defaults."""
    tree = ast.parse(Path(inspect.getfile(rule.function)).read_text())
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


@RULES
def test_a_file_is_named_for_its_rule_and_lies_in_the_folder_of_its_phase(rule):
    file = Path(inspect.getfile(rule.function))
    assert file.stem == rule.name
    assert file.parent.parent == FOLDER
    assert file.parent.name == rule.phase
    assert rule.phase in {phase.name for phase in TURN}
    assert len(file.read_text().splitlines()) <= LONGEST_FILE
    assert rule.name in {function.name for function in functions_of(rule)}


@RULES
def test_a_rule_is_plain_arithmetic(rule):
    for function in functions_of(rule):
        for node in (inner for statement in function.body for inner in ast.walk(statement)):
            line = f"line {getattr(node, 'lineno', '?')}"
            assert not isinstance(node, BANNED), f"{line}: {type(node).__name__}"
            if isinstance(node, ast.Subscript):
                assert isinstance(node.ctx, ast.Load), f"{line}: writes into an array"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
                assert node.attr in ALLOWED, f"{line}: np.{node.attr}"
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
                assert called not in BANNED_CALLS, f"{line}: {called}"


def test_every_rule_file_files_one_rule_of_its_own_name():
    files = {file.stem for file in FOLDER.glob("*/*.py") if file.stem != "__init__"}
    assert files == set(CATALOGUE)
