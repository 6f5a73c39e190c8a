"""The JSON Schema of a scenario file, for completion in editors."""

from __future__ import annotations

import json
from typing import Any

from sim.scenario.files import folder
from sim.scenario.relations import OF_A_PAIR, SECTION
from sim.scenario.rule_sets import read_sets
from sim.scenario.schema import FOLDERS, Scenario


def json_schema() -> str:
    """Return the JSON Schema of a scenario file as text.

    A file that extends another holds only what differs, so nothing is required and a
    null, which removes an entry of the other, is allowed wherever keys are free.
    """
    body = _loosened(Scenario.model_json_schema())
    properties = body["properties"]
    properties.pop("name", None)
    properties["weapons"] = {"anyOf": [properties["weapons"], {"type": "string"}]}
    for section in FOLDERS:
        names = {"type": "array", "items": {"type": "string"}}
        properties[section] = {"anyOf": [properties[section], names]}
    for part in body["$defs"].values():
        rules = part.get("properties", {}).get("rules")
        if rules is not None:
            part["properties"]["rules"] = {"anyOf": [rules, {"enum": sorted(read_sets(folder()))}]}
    figures = {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/Figure"},
        "propertyNames": {"enum": list(OF_A_PAIR)},
    }
    properties[SECTION] = _loosened({"type": "object", "additionalProperties": figures})
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _loosened(part: Any) -> Any:
    """Return a part of a schema in which nothing is required and entries may be null."""
    if isinstance(part, list):
        return [_loosened(item) for item in part]
    if not isinstance(part, dict):
        return part
    loose = {key: _loosened(item) for key, item in part.items() if key != "required"}
    if isinstance(loose.get("additionalProperties"), dict):
        loose["additionalProperties"] = {"anyOf": [loose["additionalProperties"], {"type": "null"}]}
    if "patternProperties" in loose:
        loose["patternProperties"] = {
            pattern: {"anyOf": [item, {"type": "null"}]} for pattern, item in loose["patternProperties"].items()
        }
    return loose
