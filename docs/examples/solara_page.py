"""A page of Mesa's own on which one history is stepped: pip install solara altair "ipyvuetify<3"; solara run FILE."""

import solara
from matplotlib.figure import Figure
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from sim import ArmsRace

STATES = ("azerbaijan", "armenia")
SCENARIOS = ["status_quo", "israeli_embargo"]


@solara.component
def spending(model):
    """Draw what each state spends so far, from what the model has collected about its agents."""
    update_counter.get()  # drawn anew after each step
    collected = model.datacollector.get_agenttype_vars_dataframe(type(model.actor(STATES[0])))
    figure = Figure()
    axes = figure.subplots()
    for key in STATES:
        series = collected[collected["key"] == key]["milex"] / 1000
        axes.plot(series.index.get_level_values("Step"), series.values, label=model.actor(key).title)
    axes.set(title="Military spending", ylabel="US$ billion a year, 2023 prices", xlabel="month")
    axes.legend()
    solara.FigureMatplotlib(figure)


PARAMETERS = {
    "start": {"type": "Select", "label": "Scenario", "value": SCENARIOS[0], "values": SCENARIOS},
    "run": {"type": "SliderInt", "label": "History", "value": 0, "min": 0, "max": 99, "step": 1},
    "seed": 0,
}
page = SolaraViz(
    ArmsRace("status_quo", seed=0),
    components=[spending, make_plot_component("tension"), make_plot_component("oil_price")],
    model_params=PARAMETERS,
    name="One history of an arms race",
)
