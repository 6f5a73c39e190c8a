"""From a name or a path to a scenario: the files it refers to read, laid over one another, inlined."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.model.mistakes import Mistake, find, suggest
from sim.scenario.check_opening import inherited_opening
from sim.scenario.display_names import unshowable
from sim.scenario.document import MOST_FOUND, Document, DocumentError, Mark, Place, Problem, graft, merge
from sim.scenario.problems import located_problems, shown
from sim.scenario.relations import with_relations, without_relations
from sim.scenario.rule_sets import spelled_out
from sim.scenario.schema import FOLDERS, Scenario
from sim.scenario.strict_yaml import read_document


def shipped_folder(kind: str) -> Path:
    """Return the folder of shipped documents of a kind: of the checkout, or of the installed package."""
    here = Path(__file__).resolve().parents[1]
    beside = here.parent / kind
    return beside if beside.is_dir() else here / kind


def named_file(name: str | os.PathLike[str], place: Path, shipped: Collection[str]) -> Path | None:
    """Return the file that is named, or the one of a shipped document in a folder; None where it is neither."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return path
    found = find(str(name), shipped)
    return place / f"{found}.yaml" if found else None


def folder() -> Path:
    """Return the folder of shipped scenarios."""
    return shipped_folder("scenarios")


def shipped_scenarios() -> list[str]:
    """Return the names of the shipped scenarios."""
    return [name for name in documents_in(folder()) if name not in ("weapons", "systems", "rule_sets")]


def documents_in(place: Path) -> list[str]:
    """Return the names of the documents of a folder; what an editor or a system hides beside them is none."""
    return sorted(path.stem for path in place.glob("*.yaml") if not path.name.startswith("."))


def is_there(path: Path) -> bool:
    """Tell whether there is a file; what no file can be called is not there."""
    try:
        return path.is_file()
    except OSError:  # a name too long
        return False


def refuse_unshowable_name(path: Path) -> None:
    """Refuse a document whose file name, which becomes its own, could not be kept or shown.

    Raises
    ------
    DocumentError
        If a character is none that is shown, or no character at all where the disk is not in UTF-8.
    """
    refusal = unshowable(path.name)
    if refusal:
        raise DocumentError((Problem(Mark(str(path), 1, 1), (), f"in the name of this file: {refusal}"),))


def scenario_file(name: str | os.PathLike[str]) -> Path:
    """Return the file of a scenario given by path or by the name of a shipped one.

    Raises
    ------
    Mistake
        If there is neither, with a suggestion.
    """
    found = named_file(name, folder(), shipped_scenarios())
    if found is not None or Path(name).exists():
        return found or Path(name)
    hint = suggest(str(name), shipped_scenarios())
    raise Mistake(f"there is no scenario '{name}'{hint}; `armsrace list scenarios` names them")


def read_scenario(name: str | os.PathLike[str]) -> tuple[Scenario, Document]:
    """Read a scenario with everything it refers to.

    Returns
    -------
    tuple of Scenario and Document
        The validated scenario, and where each part of it is written.

    Raises
    ------
    DocumentError
        With one located sentence for every mistake.
    """
    path = scenario_file(name)
    refuse_unshowable_name(path)
    document = without_relations(_extended(path, ()))
    if "name" in document.data:
        message = "a scenario is named after its file; remove this key, or write 'title:'"
        raise DocumentError((document.problem(("name",), message),))
    return _validated(document, path.name.removesuffix(".yaml")), document


def scenario_of(data: dict[str, Any], name: str) -> Scenario:
    """Return the scenario of a document that Python made; what it names stands in the folder of the shipped ones.

    Raises
    ------
    DocumentError
        With one sentence for every mistake of form.
    """
    document = _inline(Document(data, {}, name), folder() / name)
    return _validated(without_relations(with_relations(document, document, document)), name)


def _validated(document: Document, name: str) -> Scenario:
    """Return a document as a scenario."""
    try:
        return Scenario.model_validate({**document.data, "name": name})
    except ValidationError as error:
        raise DocumentError(located_problems(document, error, Scenario)) from None


def heading(name: str | os.PathLike[str]) -> Mapping[str, Any]:
    """Return a scenario without what it refers to, for its title and question alone.

    Raises
    ------
    DocumentError
        If it, or one that it extends, cannot be read.
    """
    data: Mapping[str, Any] = _extended(scenario_file(name), (), inlined=False).data
    return data


def _extended(path: Path, trail: tuple[Path, ...], *, inlined: bool = True) -> Document:
    """Read a document, with what it names if asked, and lay it over the one it extends."""
    document = read_document(path)
    here = (*trail, path.resolve())
    if not isinstance(document.data, dict):
        raise DocumentError((document.problem((), "a scenario is a mapping; write 'key: value' lines"),))
    if "extends" not in document.data:
        if not inlined:
            return document
        document = _inline(document, path)
        return with_relations(document, document, document)
    target = _base(document, document.data["extends"], path, here)
    document.data["extends"] = str(target)
    if target.resolve() in here:
        chain = " -> ".join(p.stem for p in (*here, target))
        message = f"scenarios extend each other in a circle: {chain}; remove one 'extends'"
        raise DocumentError((document.problem(("extends",), message),))
    base = _without_named_anew(_extended(target, here, inlined=inlined), document)
    if not inlined:
        return merge(base, document)
    named_anew = isinstance(document.data.get("suppliers"), list)
    document = _inline(document, path)
    merged = merge(base, document)
    merged = with_relations(merged, merged if named_anew else document, document)
    problems = tuple(inherited_opening(base, merged))
    if problems:
        raise DocumentError(problems)
    return merged


def _base(document: Document, name: Any, path: Path, here: Sequence[Path]) -> Path:
    """Return the file of the scenario to extend: beside the document, else a shipped one.

    Who gives an own scenario the name of a shipped one and extends that name means the shipped one.
    """
    if not isinstance(name, str):
        message = f"write the name of one scenario, not {shown(name)}"
        raise DocumentError((document.problem(("extends",), message),))
    file = name if name.endswith((".yaml", ".yml")) else f"{name}.yaml"
    there = [target for target in (path.parent / file, folder() / file) if is_there(target)]
    if there:
        return next((target for target in there if target.resolve() not in here), there[0])
    known = [*documents_in(path.parent), *shipped_scenarios()]
    hint = suggest(name, known) or "; write the name of a file beside this one"
    raise DocumentError((document.problem(("extends",), f"there is no scenario {shown(name)} to extend{hint}"),))


def _without_named_anew(base: Document, over: Document) -> Document:
    """Return `base` without what it expects, and the sections that `over` replaces by naming files of its own."""
    anew = {section for section in ("weapons", *FOLDERS) if isinstance(over.data.get(section), str | list)}
    anew.add("expects")  # of the base beside its own base
    data = {key: part for key, part in base.data.items() if key not in anew}
    return Document(data, base.marks, base.file)


def _inline(document: Document, path: Path) -> Document:
    """Replace names of actor files, of the weapons file and of sets of rules by what is in them."""
    weapons, problems = document.data.get("weapons"), list[Problem]()
    if isinstance(weapons, str):
        try:
            document = graft(document, ("weapons",), _referred(document, ("weapons",), path.parent, weapons))
        except DocumentError as error:
            problems += error.problems
    for section, subfolder in FOLDERS.items():
        names = document.data.get(section)
        if isinstance(names, list):
            document, found = _inline_section(document, section, names, path.parent / subfolder)
            problems += found
    if problems:
        raise DocumentError(problems)
    return spelled_out(document, path.parent, folder())


def _inline_section(document: Document, section: str, names: list[Any], where: Path) -> tuple[Document, list[Problem]]:
    """Replace a list of names by a mapping of name to actor document; return what is wrong with it too."""
    problems: list[Problem] = []
    data = {**document.data, section: {}}
    inlined = Document(data, dict(document.marks), document.file)
    for index, name in enumerate(names[:MOST_FOUND]):
        place = (section, index)
        try:
            if not isinstance(name, str):
                problems.append(document.problem(place, f"write the name of a file in {where.name}/"))
            elif name in names[:index]:
                problems.append(document.problem(place, f"'{name}' is listed twice; remove one"))
            else:
                inlined = graft(inlined, (section, name), _referred(document, place, where, f"{name}.yaml"))
        except DocumentError as error:
            problems += error.problems
    return inlined, problems


def _referred(document: Document, place: Place, where: Path, file: str) -> Document:
    """Load a file named in a scenario, from `where` or from the same folder of the shipped ones."""
    beside = folder() if place == ("weapons",) else folder() / where.name
    for path in (where / file, beside / file):
        if is_there(path):
            return read_document(path)
    folders = f"{where.name}/" if place != ("weapons",) else "the folder of this file"
    choices = {Path(file).stem: "", **dict.fromkeys((*documents_in(where), *documents_in(beside)))}
    choices.pop(Path(file).stem)
    hint = suggest(Path(file).stem, choices) or "; write the file, or correct the name"
    raise DocumentError((document.problem(place, f"there is no file '{file}' in {folders}{hint}"),))
