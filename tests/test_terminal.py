"""What reaches a terminal: commands that can be pasted, text that does nothing, streams that may be gone."""

import ast
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim
from sim.model.mistakes import command

CODE = sorted(Path(sim.__file__).parent.rglob("*.py"))

# -- commands that are proposed


@pytest.mark.parametrize(
    "name", ["plain", "my results", "it's", "a;b", "$HOME", "~", "*", "a&b", "-out", "--force", "ä b", "a\\b", "a\nb"]
)
def test_a_proposed_command_is_read_back_by_the_shell_as_it_was_meant(name: str) -> None:
    proposed = command("verify", Path(name), "--repair")
    assert proposed[0] == proposed[-1] == "`"
    program, verb, place, option = shlex.split(proposed[1:-1])
    assert (program, verb, option) == ("armsrace", "verify", "--repair")
    assert Path(place) == Path(name)
    assert not place.startswith("-")


def proposed_by_hand(tree: ast.AST) -> Iterator[str]:
    """Yield sentences that put something into a command between backquotes themselves."""
    for sentence in ast.walk(tree):
        if isinstance(sentence, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in sentence.values)
            yield from (quoted for quoted in text.split("`")[1::2] if "armsrace" in quoted and "\0" in quoted)


def test_a_sentence_leaves_the_words_of_a_command_to_the_one_who_quotes_them() -> None:
    by_hand = {file.name: list(proposed_by_hand(ast.parse(file.read_text(encoding="utf-8")))) for file in CODE}
    del by_hand["mistakes.py"]
    assert {name: found for name, found in by_hand.items() if found} == {}


def test_a_command_put_together_by_hand_would_be_found() -> None:
    assert list(proposed_by_hand(ast.parse("f'it stopped; `armsrace resume {out}` goes on'")))
