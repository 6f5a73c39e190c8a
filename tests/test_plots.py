"""Figures: readable, labelled, honest about what they are, and the same on every run."""

import html
import importlib
import itertools
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from PIL import Image
from sweeping import race
from synthetic import ORIGINS, STATES, fictitious, milder, synthetic, what_is_drawn

import sim
from sim import measures, observed, plots
from sim.explain.citation import software
from sim.model.mistakes import Mistake
from sim.plots import files, style

FIGURES = sorted(plots.figures())
# At least, where all is recorded:
PANELS = {"fan": 3, "war_probability": 3, "suppliers": 8, "timeline": 5, "versus": 5, "flows": 3}


def measured(result):
    """Return what each figure draws, by its name; of one run, one with a campaign."""
    fought = int(np.flatnonzero((result["fighting"] == 2).any("time").values)[0])
    on_record = set(FIGURES) if all(result["state_iso3"].values != "") else set(FIGURES) - {"targets"}
    return {name: what_is_drawn(name, result, fought) for name in sorted(on_record)}


def hostile(result):
    """Return a short sweep that is hard to label: the spending of both states ends at the same place."""
    counts = result["milex_histogram"]
    first = counts.isel(state=[0, 0]).values
    return result.assign(milex_histogram=(counts.dims, first, counts.attrs)).isel(time=slice(0, 90))


OF_OTHERS = {"outlooks", "targets", "tornado", "variance_parts", "versus", "war_onsets"}  # what one plain case has not
SWEEPS = {"recorded": lambda result: result, "fictitious": fictitious, "hostile": hostile}
ALIKE = {"tornado", "variance_parts"}  # whoever the states are
EVERY = [
    (sweep, name) for sweep, name in itertools.product(SWEEPS, FIGURES)
    if sweep == "recorded" or (name not in ALIKE and (sweep, name) != ("fictitious", "targets"))
]  # fmt: skip


@cache
def datasets(sweep="recorded"):
    """Return what all figures draw of a sweep."""
    return measured(SWEEPS[sweep](synthetic()))


@cache
def drawn(name, sweep="recorded"):
    """Return a figure that is looked at and not changed."""
    figure = plots.draw(name, datasets(sweep)[name])
    figure.draw_without_rendering()
    return figure


def texts(figure):
    """Return the words of a figure that are not tick labels."""
    inside = [text for ax in figure.axes for text in [*ax.texts, ax.title, ax._left_title]]
    return [text for text in [*figure.texts, *inside] if text.get_text().strip()]


def words(figure):
    """Return all words of a figure as one string."""
    return " ".join(text.get_text() for text in texts(figure)).replace("\n", " ")


def test_the_catalogue_is_the_folder():
    files = {file.stem for file in Path(plots.__file__).parent.glob("*.py")}
    assert set(plots.figures()) == files - {"__init__", *plots.TOOLS}
    assert set(PANELS) <= set(FIGURES)
    with pytest.raises(KeyError, match="war_probability"):
        plots.alt_text("pie", xr.Dataset())


@pytest.mark.parametrize(("sweep", "name"), EVERY)
def test_no_words_overlap_or_leave_the_page(sweep, name):
    figure = drawn(name, sweep)
    assert isinstance(figure, Figure)
    page = figure.bbox
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    for word, box in boxes:
        assert box.x0 >= page.x0 and box.x1 <= page.x1, word  # noqa: PT018
        assert box.y0 >= page.y0 and box.y1 <= page.y1, word  # noqa: PT018
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide <= 1 or high <= 1.5, (one, other)


@pytest.mark.parametrize(("sweep", "name"), EVERY)
def test_every_figure_says_what_it_is(sweep, name):
    said = words(drawn(name, sweep))
    for part in (
        "Simulation, not a forecast",
        "Scenario: Invented numbers",
        "600 runs",
        "seed 1",
        "01234567",
        "0.1.0",
    ):
        assert part in said


@pytest.mark.parametrize("name", FIGURES)
def test_every_panel_is_labelled_and_no_font_is_below_eight_points(name):
    figure = drawn(name)
    assert len(figure.axes) >= PANELS.get(name, 1)
    assert all(ax.get_title(loc="left") or ax.texts for ax in figure.axes)
    ticks = [label for ax in figure.axes for label in [*ax.get_xticklabels(), *ax.get_yticklabels()]]
    assert min(text.get_size() for text in [*texts(figure), *ticks]) >= 8
    assert figure.get_size_inches()[0] == pytest.approx(7.2)


@pytest.mark.parametrize("name", ["fan", "timeline"])
def test_states_are_named_beside_their_lines_in_their_colour(name):
    figure = drawn(name)
    look = style.looks(key for key, *_ in STATES)
    colours = {text.get_text(): text.get_color() for text in figure.axes[0].texts}
    assert all(colours[label] == look[key].colour for key, label, _ in STATES)


@pytest.mark.parametrize(("name", "form"), [*((name, "svg") for name in FIGURES), ("fan", "png"), ("fan", "pdf")])
def test_the_same_numbers_give_the_same_bytes(name, form, tmp_path):
    dataset = datasets()[name]
    for copy in ("one", "two"):
        style.save(plots.draw(name, dataset), tmp_path / f"{copy}.{form}", dataset, "title", "alt")
    first = (tmp_path / f"one.{form}").read_bytes()
    assert first == (tmp_path / f"two.{form}").read_bytes()
    if form != "pdf":
        assert b"not a forecast" in first
        assert b"01234567" in first


def test_rows_without_recorded_values_are_left_out():
    with_record, without = (drawn("suppliers", sweep) for sweep in ("recorded", "fictitious"))
    assert len(with_record.axes) == 8
    assert len(without.axes) == 4
    assert "SIPRI" not in words(without)


def test_states_that_buy_nothing_still_have_figures():
    bare = synthetic().assign(
        deliveries=synthetic()["deliveries"] * 0, recorded_deliveries=synthetic()["deliveries"] * 0
    )
    bare = fictitious(bare)
    assert plots.figures()["timeline"](measures.timeline(bare.sel(member=1))).axes


def test_where_nobody_is_delivered_anything_there_is_no_figure_of_suppliers():
    none = synthetic()["deliveries"] * 0
    bare = fictitious(synthetic().assign(deliveries=none, recorded_deliveries=none))
    drawn = plots.plot(bare)
    assert "suppliers" not in drawn.figures
    assert "nobody is delivered any arms, so there is no " in drawn.note
    with pytest.raises(Mistake, match="nobody is delivered any arms, so 'suppliers' would be empty"):
        plots.plot(bare, "suppliers")


def test_a_state_that_is_delivered_nothing_has_no_empty_panel():
    one = synthetic()
    for name in ("deliveries", "recorded_deliveries"):
        one = one.assign({name: one[name].where(one["state"] == "azerbaijan", 0.0)})
    figure = plots.figures()["suppliers"](measures.suppliers(fictitious(one)))
    assert figure.axes[0].get_title(loc="left") == "Ardania: simulated"
    assert len(figure.axes) == 2


def test_the_suppliers_of_figure_headline_and_description_are_those_of_one_ledger():
    shown = datasets()["suppliers"]
    own = shown["window_share"].sel(ledger="recorded", estimate="median", state="azerbaijan").isel(window=-1)
    largest = own.idxmax("group").item()
    percent = f"{own.sel(group=largest).item():.0%}"
    name = shown["group_name"].sel(state="azerbaijan", group=largest).item()
    assert f"Azerbaijan {percent} from {name} (SIPRI " in figure_title(drawn("suppliers"))
    assert f"{name} {percent} (" in plots.alt_text("suppliers", shown)


def test_a_headline_without_a_leader_tells_the_share_that_moved_most():
    shown = datasets("fictitious")["suppliers"]
    share, largest = shown["window_share"].copy(deep=True), shown["window_largest"] * 0.0
    share.loc[{"window": share["window"].values[-1], "group": "israel", "ledger": "delivered"}] = 0.0
    share.loc[{"window": share["window"].values[0], "group": "israel", "ledger": "delivered"}] = 0.9
    said = figure_title(plots.figures()["suppliers"](shown.assign(window_share=share, window_largest=largest)))
    assert "Ardania 0% from Israel (90% in 2010-2014)" in said


def test_flows_are_drawn_from_the_same_places_whatever_flows():
    less = synthetic()["deliveries"].where(synthetic()["origin"].isin(["russia", "home", "other"]), 0.0)
    names, places = ("Israel", "Iran", "Armenia"), []
    for result in (synthetic(), synthetic().assign(deliveries=less)):
        figure = plots.figures()["flows"](plots.measured("flows", result))
        places.append({t.get_text(): t.get_position() for t in figure.axes[0].texts if t.get_text() in names})
    assert len(places[0]) == 3
    assert places[0] == places[1]


@pytest.mark.parametrize("count", [1, 9])
def test_flows_from_one_supplier_or_nine_are_drawn(count):
    names = [f"supplier_{i}" for i in range(count)]
    result = synthetic().isel(origin=[i % 7 for i in range(count)], supplier=[0] * count)
    result = result.assign_coords(origin=names, origin_name=("origin", ["United Kingdom of All"] * count),
                                  origin_iso3=("origin", [""] * count), supplier=names)  # fmt: skip
    dataset = plots.measured("flows", fictitious(result))
    figure = plots.figures()["flows"](dataset)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text().startswith("United")]
    assert len(boxes) == count
    assert all(a.x1 <= b.x0 + 1 for a, b in itertools.pairwise(boxes))


def test_an_arrow_is_as_wide_as_what_it_shows():
    from sim.plots import flows

    dataset = datasets()["flows"]
    wide = {patch.get_linewidth() for patch in drawn("flows").axes[0].patches}
    largest = float(dataset["volume"].sel(estimate="median").isel(year=0).max())
    assert any(abs(w - flows._scale(dataset) * largest) < 1e-6 for w in wide)


def test_every_supplier_beside_an_area_has_its_share_and_a_line_that_leads_to_it():
    texts = drawn("suppliers").axes[0].texts
    named = [text.get_text() for text in texts if text.get_text().endswith("%")]
    assert any(word.startswith("Israel ") for word in named)
    assert len(named) == sum(text.arrow_patch is not None for text in texts if isinstance(text, Annotation))


def test_a_sweep_that_kept_no_paths_still_has_figures_and_a_summary():
    none = synthetic().isel(member=slice(0, 0))
    for name in ("fan", "war_probability"):
        dataset = getattr(measures, name)(none)
        assert plots.figures()[name](dataset).axes
        assert "nan" not in plots.alt_text(name, dataset)
    assert all(np.isfinite(row["value"]) for row in measures.summary(none))


def test_a_run_with_many_fights_stays_readable():
    record = synthetic().sel(member=2)
    record["fighting"][:] = np.where(
        np.arange(record.sizes["time"]) % 9 == 0, 1 + np.arange(record.sizes["time"]) % 2, 0
    )
    figure = plots.figures()["timeline"](measures.timeline(record))
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text() == "campaign"]
    assert boxes
    assert all(a.x1 <= b.x0 for a, b in itertools.pairwise(boxes))


def test_one_state_alone_has_a_figure_of_its_suppliers():
    figure = plots.figures()["suppliers"](measures.suppliers(synthetic(), "armenia"))
    assert figure.axes[0].get_title(loc="left") == "Armenia: simulated"


def test_no_recorded_value_is_drawn_outside_the_run():
    figure = drawn("fan", "hostile")
    for ax in figure.axes:
        left, right = ax.get_xlim()
        for line in ax.lines:
            x = np.asarray(ax.convert_xunits(line.get_xdata()), float)
            seen = np.isfinite(np.asarray(line.get_ydata(), float))
            if line.get_marker() != "None":
                assert ((x[seen] >= left) & (x[seen] <= right)).all()


# -- what a scenario does not have


def textbook():
    """Return that sweep without land, arms or luck: two nations that only spend."""
    result = fictitious(synthetic()).isel(zone=slice(0, 0))
    none = ("deliveries", "recorded_deliveries", "balance", "fighting")
    never = {name: result[name] * np.nan for name in ("first_campaign", "first_operation")}
    return result.assign({name: result[name] * 0 for name in none} | never)


def test_a_scenario_without_land_or_arms_is_drawn_without_talks_deliveries_and_war():
    drawn = plots.plot(textbook())
    assert set(drawn.figures) == {"fan", "timeline"}
    assert "nobody is delivered any arms, so there is no flows and no suppliers" in drawn.note.splitlines()
    assert "nobody can attack, so there is no war_probability" in drawn.note.splitlines()
    assert len(drawn.figures["timeline"].axes) == 1
    for said in (words(drawn.figures["timeline"]), drawn.texts["timeline"]):
        assert not re.search("talks|TIV|[Ff]ighting|balance", said)
    with pytest.raises(Mistake, match="nobody can attack, so 'war_probability' would be empty"):
        plots.plot(textbook(), "war_probability")


def test_talks_have_a_key_of_the_stages_that_came():
    figure = drawn("timeline")
    seen = {int(code) for code in datasets()["timeline"]["talks_code"].values}
    stages = importlib.import_module("sim.plots.timeline").TALKS
    said = [text.get_text() for text in figure.axes[-1].get_legend().get_texts()]
    assert said == [stages[code][0] for code in sorted(seen)]
    fills = {look.colour for look in style.KNOWN_FILLS.values()} - {style.PALE}
    assert not {look.colour for _, look in stages.values()} & fills
    assert "grey deadlock" not in words(figure)


# -- when wars start


def test_wars_start_in_as_many_histories_as_they_are_counted():
    result = synthetic()
    dataset = plots.measured("war_onsets", result, against=milder(result))
    first = result["first_campaign"].values
    np.testing.assert_allclose(dataset["starts"].sel(period=2014)[0], ((first >= 48) & (first < 60)).mean())
    np.testing.assert_allclose(dataset["starts"].sum("period"), dataset["started"])
    assert dataset["started"].values[0] == np.isfinite(first).mean()
    assert (dataset["started"] + dataset["without"] == 1).all()
    assert dataset["started"][1] < dataset["started"][0]


def test_beside_each_case_stands_in_how_many_histories_a_war_starts_and_in_how_many_none():
    figure, dataset = drawn("war_onsets"), datasets()["war_onsets"]
    for ax, started in zip(figure.axes, dataset["started"].values, strict=True):
        said = " ".join(text.get_text() for text in ax.texts).replace("\n", " ")
        assert said == f"{100 * started:.0f} of 100 by Dec 2025, {100 * (1 - started):.0f} of 100 without"


def test_cases_of_other_years_share_an_axis_and_claim_nothing_together():
    early = synthetic()
    late = early.assign_coords(time=early["time"] + np.timedelta64(3653, "D"))
    dataset = plots.measured("war_onsets", early, against=late)
    assert dataset.attrs["years"] == 5
    assert dataset["period"].values.tolist() == [2010, 2015, 2020, 2025, 2030, 2035]
    assert dataset["starts"].isnull().values.tolist() == [[False] * 4 + [True] * 2, [True] * 2 + [False] * 4]
    assert figure_title(plots.draw("war_onsets", dataset)) == "When the first major war starts"


# -- colours


def test_colours_do_not_depend_on_the_order_or_on_who_else_is_shown():
    keys = [key for key, *_ in ORIGINS]
    assert style.looks(keys, "fill") == style.looks(keys[::-1], "fill")
    assert style.looks(["russia"], "fill")["russia"] == style.looks(keys, "fill")["russia"]
    assert style.looks(["armenia", "ardania"])["armenia"] == style.looks(["azerbaijan", "armenia"])["armenia"]


def test_actors_nobody_knows_are_told_apart():
    lines = style.looks(["ardania", "borvia", "corvia", "armenia", "azerbaijan"])
    assert len(set(lines.values())) == len(lines)
    fills = style.looks([f"supplier_{i}" for i in range(6)], "fill")
    assert len(set(fills.values())) == len(fills)


def test_lines_differ_in_more_than_colour():
    assert len({(look.dash, look.marker) for look in style.LINES}) == len(style.LINES)


def test_areas_differ_in_grey_or_in_hatch():
    fills = {*style.FILLS, *style.KNOWN_FILLS.values()}
    for one, other in itertools.combinations(fills, 2):
        assert one.hatch != other.hatch or abs(one.grey - other.grey) >= 25, (one, other)
    assert abs(style.SIDES[0].grey - style.SIDES[1].grey) >= 100


def test_known_suppliers_look_different():
    shown = {key: look for key, look in style.KNOWN_FILLS.items() if key not in ("other", "other_suppliers")}
    assert len(set(shown.values())) == len(shown)


# -- labels


def test_labels_are_spread_no_further_than_needed():
    placed = style.spread([0.2, 0.5, 0.51, 0.9], 0.1)
    assert (np.diff(placed) >= 0.1 - 1e-12).all()
    np.testing.assert_allclose(placed[[0, 3]], [0.2, 0.9])
    assert placed[1:3].mean() == pytest.approx(0.505)


def test_labels_stay_on_the_page():
    placed = style.spread([0.99, 1.0, 0.98], 0.1, 0.0, 1.0)
    assert placed.max() <= 1.0
    assert placed.argmax() == 1


# -- headlines


def test_the_fan_claims_nothing_that_is_within_monte_carlo_error():
    dataset = datasets()["fan"]
    assert "times as much" in words(plots.figures()["fan"](dataset))
    unsure = dataset.assign(milex_ratio_growth=("bound", [0.1, -0.1, 0.3]))
    assert "times as much" not in words(plots.figures()["fan"](unsure))


def test_the_fan_names_the_state_that_spends_more():
    dataset = datasets()["fan"]
    turned = dataset.assign(milex_ratio=("moment", [0.5, 0.25]), milex_ratio_growth=("bound", [-0.7, -0.8, -0.6]))
    assert "Armenia ends up spending 4.0 times as much as Azerbaijan" in words(plots.figures()["fan"](turned))
    assert "up from 2.0" in words(plots.figures()["fan"](turned))


def test_a_wide_interval_makes_the_war_headline_neutral():
    few = measures.war_probability(synthetic().isel(run=slice(0, 30)))
    assert not re.search(r"in \d+ of 100 histories$", figure_title(plots.figures()["war_probability"](few)))
    many = datasets()["war_probability"]
    assert re.search(r"in \d+ of 100 histories$", figure_title(plots.figures()["war_probability"](many)))


def test_a_curve_that_says_nothing_is_a_sentence_and_a_war_that_never_comes_is_told():
    dataset, draw = datasets()["war_probability"], plots.figures()["war_probability"]
    assert "any fighting" in words(draw(dataset))
    sure = dataset["probability"].where(dataset["kind"] == "campaign", 0.998)
    said = words(draw(dataset.assign(probability=sure)))
    assert "any fighting" not in said
    assert "Any fighting, limited operations included, comes in more than 99 of 100 histories, and is not drawn" in said
    never = synthetic().assign(first_campaign=synthetic()["first_campaign"] * np.nan)
    assert "No major war starts by Dec 2025 in any of 600 histories" in words(draw(measures.war_probability(never)))


def figure_title(figure):
    """Return the headline of a figure."""
    return " ".join(text.get_text() for text in figure.texts if text.get_weight() == "bold")


# -- words and tables beside the figures


@pytest.mark.parametrize(("sweep", "name"), EVERY)
def test_alt_text_has_numbers_and_none_is_missing(sweep, name):
    said = plots.alt_text(name, datasets(sweep)[name])
    assert re.search(r"\d", said)
    assert "nan" not in said.lower().replace("ardania", "")
    assert 60 < len(said) < 900


@pytest.mark.parametrize("name", FIGURES)
def test_the_table_holds_every_number_of_the_dataset(name):
    dataset = datasets()[name]
    rows = plots.table(name, dataset)
    assert len(rows) == sum(array.size for array in dataset.data_vars.values())
    assert len({tuple(row) for row in rows}) == 1


def test_a_row_of_the_table_is_the_number_in_the_dataset():
    dataset = datasets()["fan"]
    row = next(
        row
        for row in plots.table("fan", dataset)
        if (row["quantity"], row["state"], row["spell"], row["level"]) == ("milex_low", "armenia", "2015-07-02", 0.8)
    )
    assert row["value"] == dataset["milex_low"].sel(state="armenia", level=0.8).sel(spell="2015").item()
    assert row["unit"] == "US$2023 m per yr"


# -- drawn from a notebook


def test_a_dataset_is_drawn_without_writing_and_shown_with_its_description():
    drawn = plots.plot(synthetic(), ["fan", "timeline"], run=3)
    assert repr(drawn) == "fan\ntimeline"
    assert drawn.files == ()
    assert all(isinstance(figure, Figure) for figure in drawn.figures.values())
    assert "(run 3)" in words(drawn.figures["timeline"])
    html = drawn._repr_html_()
    assert html.count('<img src="data:image/png;base64,') == 2
    assert f'alt="{drawn.texts["fan"]}"' in html


def test_figures_of_two_results_are_drawn_with_the_second_only():
    both = plots.plot(synthetic(), "versus", against=milder(synthetic()))
    assert list(both.figures) == ["versus"]
    with pytest.raises(Mistake, match="'versus' shows two results; name the second with --against DIR"):
        plots.plot(synthetic(), "versus")
    with pytest.raises(Mistake, match=r"--against is for the figure .*'versus'.*; name it too"):
        plots.plot(synthetic(), "fan", against=milder(synthetic()))


def test_what_needs_whole_paths_is_left_out_or_refused_where_none_was_kept():
    none = synthetic().isel(member=slice(0, 0))
    drawn = plots.plot(none)
    assert "no whole path was kept, so there is no flows and no suppliers and no timeline" in drawn.note.splitlines()
    assert repr(drawn).splitlines() == [*drawn.note.splitlines(), "fan", "war_probability"]
    with pytest.raises(Mistake, match="'suppliers' shows whole paths and none was kept"):
        plots.plot(none, ["suppliers"])


TENSIONS = '''
from sim.plots import style

SHOWS = style.WHOLE_PATHS


def MEASURE(result):
    return result[["tension"]].mean("member").assign_attrs(result.attrs)


def tensions(dataset):
    """Draw the mean tension."""
    figure, axes = style.page(3.0)
    style.frame(figure, dataset, "Tension along the line", "Mean over runs whose path was kept.")
    style.panel(axes[0, 0], "Tension, index")
    axes[0, 0].plot(dataset["time"].values, dataset["tension"].values)
    return figure


def alt_text(dataset):
    return f"The mean tension ends at {dataset['tension'].values[-1]:.2f}."
'''


def test_another_figure_is_one_file(tmp_path, monkeypatch):
    (tmp_path / "tensions.py").write_text(TENSIONS, encoding="utf-8")
    monkeypatch.setattr(plots, "__path__", [*plots.__path__, str(tmp_path)])
    result = synthetic()
    drawn = plots.plot(result)
    assert set(drawn.figures) == set(FIGURES) - OF_OTHERS | {"tensions"}
    assert f"{result['tension'].mean('member').values[-1]:.2f}" in drawn.texts["tensions"]
    assert "no tensions" in plots.plot(result.isel(member=slice(0, 0))).note


def test_recorded_stocks_are_the_same_to_the_last_digit_in_every_process():
    code = "from sim.measures.register import recorded_stock; print(recorded_stock('AZE', range(2000, 2020)).tobytes())"
    runs = (
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, check=True, cwd=Path(plots.__file__).parents[2],
        )
        for seed in ("1", "2")
    )  # fmt: skip
    assert len({run.stdout for run in runs}) == 1


# -- files


def about(path):
    """Return what the file of a picture says of itself, as one text."""
    if path.suffix == ".png":
        with Image.open(path) as picture:
            return "\n".join(f"{name}: {text}" for name, text in picture.info.items())
    if path.suffix == ".pdf":
        return path.read_bytes().replace(b"\\(", b"(").replace(b"\\)", b")").decode("latin-1")
    return html.unescape(path.read_text(encoding="utf-8").partition("<defs>")[0])


@pytest.mark.parametrize("form", files.FORMS)
def test_a_file_says_what_it_shows_whose_it_is_and_what_it_rests_on(form, tmp_path):
    dataset, alt = datasets()["fan"], plots.alt_text("fan", datasets()["fan"])
    figure = plots.draw("fan", dataset)
    files.save(figure, tmp_path / f"fan.{form}", dataset, alt=alt)
    told = about(tmp_path / f"fan.{form}")
    digest = observed.file_digest("military_expenditure")
    for part in (figure_title(figure), files.AUTHOR, alt, "01234567", "sipri_milex_2025", digest, "SIPRI terms of use"):
        assert part in told, part
    assert not re.search(r"CreationDate|dc:date", told)
    assert software().authors == (files.AUTHOR,)


def test_a_pdf_embeds_its_letters_and_an_svg_needs_none(tmp_path):
    for form in ("pdf", "svg"):
        files.save(drawn("fan"), tmp_path / f"fan.{form}", datasets()["fan"])
    pdf = (tmp_path / "fan.pdf").read_bytes()
    assert b"+SourceSans3-Regular" in pdf
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert "<text" not in (tmp_path / "fan.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["fan", "suppliers"])
@pytest.mark.parametrize("width", ["85mm", "120mm", "11in"])
def test_another_width_is_laid_out_with_letters_of_the_same_size(name, width):
    figure = plots.draw(name, datasets()[name], files.inches(width))
    figure.draw_without_rendering()
    assert figure.get_size_inches()[0] == pytest.approx(files.inches(width))
    assert min(text.get_size() for text in texts(figure)) >= 8
    for text in texts(figure):
        assert figure.bbox.padded(1).contains(*text.get_window_extent().max), text.get_text()
    assert min(ax.get_window_extent().width for ax in figure.axes) * 72 / figure.dpi > 60


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"formats": "gif"}, r"--format: 'gif' is none; a figure is written as png, svg, pdf"),
        ({"formats": ()}, "--format: name at least one of png, svg, pdf"),
        ({"width": "160"}, "--width: '160' is no length; write it with its unit, such as 160mm or 7.2in"),
        ({"width": "20mm"}, "--width: 20mm leaves no room for a figure; widths go from 81mm to 508mm"),
        ({"width": float("nan")}, "--width: 'nan' is no length"),
    ],
)
def test_a_format_or_width_that_is_none_is_refused_before_anything_is_drawn(more, said):
    with pytest.raises(Mistake, match=said):
        plots.plot(synthetic(), "fan", **more)


NOTEBOOK = """
import sys
import sim
drawn = sim.run("status_quo", run=3, steps=24).plot()
assert list(drawn.figures) == ["timeline"], drawn.figures
assert "(run 3)" in " ".join(text.get_text() for text in drawn.figures["timeline"].texts)
assert "<img" in drawn._repr_html_()
assert "matplotlib.pyplot" not in sys.modules
"""


def test_a_history_is_drawn_and_shown_without_pyplot():
    here = {**os.environ, "PYTHONPATH": str(Path(plots.__file__).parents[2])}
    run = subprocess.run([sys.executable, "-c", NOTEBOOK], env=here, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_png_keeps_the_colours_of_areas_and_the_white_of_the_page(tmp_path):
    files.save(plots.draw("fan", datasets()["fan"]), tmp_path / "fan.png", datasets()["fan"])
    with Image.open(tmp_path / "fan.png") as picture:
        assert picture.mode == "P"
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24)}
        assert picture.convert("RGB").getpixel((3, 3)) == (255, 255, 255)
    for key, *_ in STATES:
        line = style.looks(key for key, *_ in STATES)[key].colour
        assert tuple(bytes.fromhex(line[1:])) in colours


def test_what_an_earlier_result_drew_is_gone_where_this_one_has_it_not(tmp_path):
    out, quickest = tmp_path / "r", race(tmp_path)
    sim.sweep(quickest, 4, out=out)
    sim.plot(out, "timeline", formats="png")
    for path in (out / "figures").glob("timeline.*"):
        path.rename(path.with_name(f"suppliers{path.suffix}"))
    (out / "figures" / "suppliers_mine.csv").write_text("mine")
    sim.plot(out, formats="pdf")
    assert {path.name for path in (out / "figures").iterdir() if path.stem.startswith("suppliers")} == {
        "suppliers_mine.csv"
    }
    sim.sweep(quickest, 4, out=out, force=True)
    assert [path.name for path in out.glob("figures/*")] == ["suppliers_mine.csv"]
