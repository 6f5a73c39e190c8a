"""Every seed, every count and every list of names is taken alike, whichever function is asked and from wherever."""

from fractions import Fraction

import numpy as np
import pytest
from sweeping import short
from worlds import altered

import sim
from sim.model.arguments import MOST, whole_number
from sim.model.mistakes import Mistake
from sim.scenario.schema import Scenario
from sim.study.designs import Factor
from sim.study.experiment import Experiment


@pytest.fixture(scope="module")
def scenario(richardson: Scenario) -> Scenario:
    return altered(richardson, end="2000-03")


@pytest.fixture(scope="module")
def swept(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory):
    out = tmp_path_factory.mktemp("arguments") / "result"
    sim.sweep(scenario, 4, out=out, kept_paths=2)
    return out


ASKED = {  # every function with a seed or a count of its own, and what it calls it
    "run": lambda scenario, _, **given: sim.run(scenario, **given),
    "replay": lambda _, out, **given: sim.replay(out, **given),
    "sweep": lambda scenario, _, **given: sim.sweep(scenario, **given),
    "resume": lambda _, out, **given: sim.resume(out, **given),
    "verify": lambda _, out, **given: sim.verify(out, **given),
    "ablate": lambda scenario, _, **given: sim.ablate(scenario, **given),
    "targets": lambda scenario, _, **given: sim.targets(scenario, **given),
    "compare": lambda scenario, _, **given: sim.compare(scenario, scenario, **given),
    "plot": lambda _, out, **given: sim.plot(out, **given),
}
NAMED = [
    *(("run", name) for name in ("seed", "run", "steps")),
    ("replay", "run"),
    *(("sweep", name) for name in ("runs", "seed", "kept_paths", "workers", "chunk_blocks")),
    *(("resume", name) for name in ("runs", "workers", "chunk_blocks")),
    *(("verify", name) for name in ("sample", "seed")),
    *(("ablate", name) for name in ("runs", "seed", "chunk_blocks")),
    *(("targets", name) for name in ("runs", "seed")),
    *(("compare", name) for name in ("runs", "seed")),
    ("plot", "run"),
]


NEITHER = [-1, 1.9, 5.0, "5", True, np.float64(3.0), [4], 10**19, 10**4000, Fraction(1, 2)]


@pytest.mark.parametrize(("function", "name"), NAMED)
@pytest.mark.parametrize("value", NEITHER, ids=lambda value: f"{value!r:.20}")
def test_what_is_no_seed_or_count_is_refused_by_name(function: str, name: str, value, scenario, swept) -> None:
    with pytest.raises(Mistake, match=f"^{name}: write ") as refused:
        ASKED[function](scenario, swept, **{name: value})
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("value", [2, np.int64(2), np.uint8(2), np.array(2)])
def test_whole_numbers_of_numpy_are_whole_numbers(value, scenario, tmp_path) -> None:
    number = whole_number(value, "runs")
    assert (number, type(number)) == (2, int)
    result = sim.sweep(scenario, value, seed=value, kept_paths=value, workers=np.int64(1), out=tmp_path / "result")
    assert (result.sizes["run"], result.sizes["member"], result.attrs["seed"]) == (2, 2, 2)
    assert sim.run(scenario, value, value).position.seed == 2


def test_the_largest_seed_plays_and_is_read_back(scenario, tmp_path) -> None:
    sim.sweep(scenario, 2, seed=MOST, out=tmp_path / "result")
    assert sim.open_result(tmp_path / "result").attrs["seed"] == MOST
    assert sim.verify(tmp_path / "result").good


@pytest.mark.parametrize("words", [("--seed", "1.9"), ("--seed", "1e3"), ("--seed", "-1"), ("--seed", "9" * 5000)])
def test_the_command_line_refuses_in_one_sentence(refused, words) -> None:
    for verb in ("run", "sweep", "ablate", "targets"):
        assert refused(verb, "richardson", *words).startswith("seed: write ")


def test_a_document_refuses_the_same(scenario) -> None:
    for name, value in (("seed", -1), ("seed", MOST + 1), ("replicates", 10**12), ("replicates", 1.9)):
        with pytest.raises(Mistake, match=f"^{name}: write "):
            Experiment(question="?", scenario="richardson", design="fixed", **{name: value})


# -- what is checked of a result when nothing is played again


def test_what_was_not_played_again_is_not_said_to_be_the_same(swept) -> None:
    assert "to the last bit" in str(sim.verify(swept, 1))
    unplayed = sim.verify(swept, 0)
    assert unplayed.good
    assert "last bit" not in str(unplayed)
    assert "nothing was played again" in str(unplayed)


# -- numbers and names


@pytest.mark.parametrize("values", [np.linspace(0.0, 1.0, 3), (0.0, 0.5, 1.0), [np.float32(0.0), np.float64(0.5), 1]])
def test_numbers_of_a_lever_may_stand_in_any_sequence(values) -> None:
    plain = Factor(values=[0.0, 0.5, 1.0])
    assert Factor(values=values) == plain
    levers = {"repay_oil.weight": {"values": values}}
    assert Experiment(question="?", scenario="status_quo", levers=levers, design="grid").levers == {
        "repay_oil.weight": plain
    }


def test_a_range_is_a_sequence_of_numbers() -> None:
    assert Factor(values=range(3)).values == [0.0, 1.0, 2.0]
    assert Factor(between=(np.float64(1.0), 2)).between == [1.0, 2.0]


def test_one_rule_may_be_named_as_a_text(hindcast) -> None:
    scenario, rule = short(hindcast), "repay_oil"
    assert sim.sweep(scenario, 2, without=rule).attrs["without"] == [rule]
    assert sim.run(scenario, without=rule).position.without == (rule,)
    assert sim.ablate(scenario, 2, rules=rule)["rule"].values.tolist() == [rule]
    assert Experiment(question="?", scenario="status_quo", design="fixed", without=rule).without == [rule]
