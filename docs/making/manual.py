"""The reference of the command line, of Python and of the YAML files, each from the code that reads them."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import typer
import typer.cli

import sim
from making.tables import table
from sim.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
CLASSES = {"ArmsRace": ":members: step, decide, as_scenario, actor", "Parameter": "", "Experiment": ""}
SCHEMAS = {
    "scenario": ("scenarios/scenario.schema.json", "Files of scenarios", "scenarios"),
    "experiment": ("experiments/experiment.schema.json", "Files of experiments", "experiments"),
}


def pages() -> dict[str, str]:
    """Return the pages by their names."""
    schemas = {f"{kind}_files": _schema(kind) for kind in SCHEMAS}
    return {"command_line": _command_line(), "python": _python(), **schemas}


def _command_line() -> str:
    """Return every verb with its arguments and options, as Typer writes them."""
    verbs = typer.main.get_command(app)
    told = typer.cli.get_docs_for_click(obj=verbs, ctx=typer.Context(verbs, info_name="armsrace"), name="armsrace")
    head, *sections = told.split("\n## ")
    intro = "What each verb is for, and how they go together, stands under [commands](../commands.md)."
    return "\n## ".join([head.replace("# `armsrace`", f"# Command line\n\n{intro}", 1), *sections])


def _python() -> str:
    """Return every public name with its docstring."""
    verbs = [_documented("autofunction", name) for name in sim.VERBS]
    others = [name for name in sim.__all__ if name not in sim.VERBS and not name.startswith("__")]
    kinds = {name: "autoclass" if name in CLASSES else "autofunction" for name in others}
    rest = [_documented(kinds[name], name, CLASSES.get(name, "")) for name in others]
    intro = (
        "Every verb of the command line is a function of the same name: `armsrace sweep` is `sim.sweep`; `armsrace` is "
        "another name of the module. What a function returns shows itself, in a terminal and in a notebook. Names "
        "below `sim` that do not stand here may change without notice."
    )
    return "\n\n".join(["# Python", intro, "## Verbs", *verbs, "## What they are given", *rest]) + "\n"


def _documented(directive: str, name: str, options: str = "") -> str:
    return f"```{{eval-rst}}\n.. {directive}:: sim.{name}\n   {options}\n```"


# -- schemas


def _schema(kind: str) -> str:
    """Return what a kind of file may hold, object by object."""
    path, title, guide = SCHEMAS[kind]
    schema = json.loads((ROOT / path).read_text(encoding="utf-8"))
    shown = {name: part for name, part in sorted(schema["$defs"].items()) if part.get("properties")}
    parts = [
        f"# {title}",
        f"What may stand in a {kind} file, from the schema that editors complete by (`{path}`; `armsrace check FILE "
        f"--schema` prints it). How to write one stands under [{guide}](../{guide}.md).",
        f"## The whole file\n\n{schema.get('description', '')}",
        _properties(schema, shown),
    ]
    for name, part in shown.items():
        parts += [f"## {name}", part.get("description", "").split("\n\n")[0], _properties(part, shown)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _properties(part: dict[str, Any], shown: Collection[str]) -> str:
    """Return what an object may hold; `shown` are the objects with a section of their own."""
    needed = part.get("required", ())
    rows = [
        (f"`{name}`" + " (needed)" * (name in needed), _type(about, shown), about.get("description", ""))
        for name, about in part["properties"].items()
    ]
    return table(("key", "holds", "what it is"), rows)


def _type(about: dict[str, Any], shown: Collection[str] = ()) -> str:
    """Return what a key may hold, in words.

    Examples
    --------
    >>> _type({"anyOf": [{"type": "string"}, {"type": "null"}]})
    'text'
    >>> _type({"type": "array", "items": {"$ref": "#/$defs/Event"}}, ["Event"])
    'list of [Event](#event)'
    """
    if "$ref" in about:
        name = about["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if name in shown else name
    if "enum" in about or "const" in about:
        return ", ".join(f"`{value}`" for value in about.get("enum", [about.get("const")]))
    if options := about.get("anyOf") or about.get("oneOf") or about.get("allOf"):
        kinds = dict.fromkeys(_type(option, shown) for option in options if option.get("type") != "null")
        return " or ".join(kinds)
    if about.get("type") == "array":
        return f"list of {_type(about.get('items', {}), shown)}"
    if about.get("type") == "object":
        inner = about.get("additionalProperties")
        return f"by key: {_type(inner, shown)}" if isinstance(inner, dict) and inner else "keys and values"
    return {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false"}.get(
        str(about.get("type")), "anything"
    )
