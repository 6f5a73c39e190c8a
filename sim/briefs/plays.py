"""What a brief plays, and plays once: results lie beside it, each in a folder called after all that decides it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import xarray as xr

from sim.model.mistakes import Mistake
from sim.results.files import file_name
from sim.results.fingerprint import NUMBERS, code_digest
from sim.results.frame import documents_of
from sim.results.open import open_result
from sim.scenario.own_rules import digests_of_own
from sim.study.study import Study
from sim.sweeps.cost import CostEstimate, estimate_cost
from sim.sweeps.play import ExecutionOptions
from sim.sweeps.run import sweep, sweep_into

LETTERS = 12  # of a digest in the name of a folder


@dataclass(frozen=True)
class Place:
    """Where results lie and who plays them.

    Attributes
    ----------
    folder : Path or None
        Beside the brief; None to keep everything in memory.
    options : ExecutionOptions
        Workers, progress.
    """

    folder: Path | None
    options: ExecutionOptions

    def played(self, study: Study, name: str) -> xr.Dataset:
        """Return the result of a study, opened where it lies, played where it does not."""
        if self.folder is None:
            return sweep(study, progress=self.options.progress)
        options = replace(self.options, workers=min(self.options.workers, study.layout.size))  # a batch for each
        path = self._path(study, name)
        if (there := _sound(path)) is not None:
            return there
        self.folder.mkdir(parents=True, exist_ok=True)
        sweep_into(study, path, options, force=True)
        return open_result(path)

    def cost(self, study: Study, name: str) -> CostEstimate | None:
        """Return what there is left to play; None where it has been played."""
        played = self.folder is not None and _sound(self._path(study, name)) is not None
        return None if played else estimate_cost(study)

    def _path(self, study: Study, name: str) -> Path:
        assert self.folder is not None
        return self.folder / file_name(name, identity(study))


def _sound(path: Path) -> xr.Dataset | None:
    """Return a result that has been played before."""
    if not path.is_dir():
        return None
    try:
        return open_result(path)
    except Mistake:  # unfinished or damaged: played anew
        return None


def identity(study: Study) -> str:
    """Return a digest of all that decides the numbers of a study."""
    decides = [
        {name: text for name, text in documents_of(study).items() if name.endswith((".yaml", ".json"))},
        study.seed, study.layout.runs, study.kept_paths, study.without, study.double,
        code_digest(NUMBERS), digests_of_own(study.rules),
    ]  # fmt: skip
    text = json.dumps(decides, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=LETTERS // 2).hexdigest()
