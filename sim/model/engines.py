"""Who may play the turn: numpy, which is the reference, or a program that XLA compiles, if jax is there.

What each makes of a rule is the same; the last bits of what it computes are its own. So a result says who played it.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec

from sim.model.mistakes import Mistake, unknown

NUMPY = "numpy"
PRECISION = {NUMPY: "float64", "jax": "float64", "jax-float32": "float32"}  # of the numbers it computes with


def engine_named(name: str) -> str:
    """Return the name of an engine that can play here.

    Raises
    ------
    Mistake
        If there is none of that name, or it lacks its library.
    """
    if name not in PRECISION:
        raise Mistake(unknown(name, PRECISION, "engine"))
    if name != NUMPY and not libraries():
        raise Mistake(f"the engine '{name}' needs jax: `pip install 'armsrace[jax]'`, or leave out --engine")
    return name


def libraries() -> dict[str, str]:
    """Return the versions of what, beside numpy, may play here."""
    return {"jax": version("jax")} if find_spec("jax") is not None else {}
