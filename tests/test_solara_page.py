"""The example of a page of Mesa's own: its parameters build a model, and its picture is drawn after a step."""

import importlib.util
from pathlib import Path

import pytest

import sim

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "solara_page.py"
pytest.importorskip(
    "solara", reason="Mesa's page needs solara, which is not here: pip install solara altair 'ipyvuetify<3'"
)


@pytest.fixture(scope="module")
def example():
    """The example as a module."""
    spec = importlib.util.spec_from_file_location("solara_page", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_rendered_and_a_step_is_drawn(example):
    import solara

    box, rendered = solara.render(example.page, handle_error=False)
    assert box.children
    rendered.close()
    chosen = {name: one["value"] if isinstance(one, dict) else one for name, one in example.PARAMETERS.items()}
    model = sim.ArmsRace(**chosen)
    model.step()
    _, drawn = solara.render(example.spending(model), handle_error=False)
    drawn.close()
