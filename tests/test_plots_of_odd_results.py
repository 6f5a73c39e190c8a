"""Figures of results that nobody had in mind: one month, nine states, names that are formulas, settings of others."""

import hashlib
import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from html import unescape
from pathlib import Path

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.style
import numpy as np
import pytest
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from synthetic import synthetic, what_is_drawn

from sim import plots
from sim.model.mistakes import Mistake
from sim.plots import house, scales, style, words

FIGURES = [name for name in sorted(plots.figures()) if plots._module(name).SHOWS != style.ANALYSIS]
FORMULA, NO_FONT, UNPRINTABLE = r"Co$ts $\frac{ x_{$ & <b>", "日本 🇦🇲", "A\x1b[31m\x00\u202e\ud800\ufffe--]]>"
OF_DELIVERIES = ("suppliers", "flows")
STATE, LEAST_HEIGHT, LEAST_WIDTH = "Հայաստան", 9, 60  # points


@cache
def small():
    """Return the synthetic sweep with few of its runs."""
    return synthetic().isel(run=slice(0, 40), member=slice(0, 8)).load()


def months(count, result=None):
    """Return that sweep, or another, over other months, again and again if need be."""
    result = small() if result is None else result
    time = (np.datetime64("2000-01") + np.arange(count)).astype("datetime64[ns]")
    return result.isel(time=np.arange(count) % result.sizes["time"]).assign_coords(time=time)


def states(count, result=None):
    """Return that sweep, or another, with other states."""
    result = small() if result is None else result
    names = [f"State {i}" for i in range(count)]
    return result.isel(state=np.arange(count) % 2).assign_coords(
        state=names, state_name=("state", names), state_iso3=("state", [""] * count)
    )


def named(result, *names, scenario):
    """Return a sweep with these names for its actors in turn."""
    again = {who: list(itertools.islice(itertools.cycle(names), result.sizes[who])) for who in ("state", "origin")}
    apart = {who: [f"{name} {i}" for i, name in enumerate(each)] for who, each in again.items()}
    coords = {f"{who}_name": (who, np.array(each)) for who, each in apart.items()}
    return result.assign_coords(coords).assign_attrs(scenario=scenario, title=names[0], point=names[0])


def quiet():
    """Return that sweep with one zone, in which nobody fights, talks or delivers."""
    result = small().isel(zone=[0])
    never = {name: result[name] * np.nan for name in ("first_campaign", "first_operation")}
    none = ("fighting", "talks", "deliveries", "recorded_deliveries", "campaigns", "operations", "deaths", "displaced")
    return result.assign(never | {name: result[name] * 0 for name in none})


def certain():
    """Return that sweep with the same history in every run."""
    result = small()
    first = {dim: [0] * result.sizes[dim] for dim in ("run", "member")}
    return result.isel(first).assign_coords({dim: result[dim] for dim in first})


def broken():
    """Return that sweep after everything but one run broke."""
    failed = np.where(np.arange(small().sizes["run"]) == 3, np.nan, 5.0)
    return small().assign(failed=("run", failed)).assign_attrs(failed=39)


STRANGE = "one quarter of strange names"
WORLDS = {  # each odd in several ways, since none of these hides another
    "one month of one state": lambda: states(1, months(1)),
    STRANGE: lambda: named(months(3), FORMULA, NO_FONT, UNPRINTABLE, STATE, scenario=UNPRINTABLE),
    "two certain centuries": lambda: months(2400, certain()),
    "nine states of long names": lambda: named(states(9), "W" * 200, "Llanfair " * 25, scenario="Llanfair" * 25),
    "quiet": quiet,
    "broken": broken,
}


def texts(figure):
    """Return the words of a figure, those at ticks too."""
    axes = figure.axes
    inside = [text for ax in axes for text in [*ax.texts, ax._left_title, *ax.get_xticklabels(), *ax.get_yticklabels()]]
    return [text for text in [*figure.texts, *inside] if text.get_text().strip() and text.get_visible()]


def content(figure):
    """Return all that a figure will draw: words, lines, areas, and between which limits."""
    parts = [str(figure.get_size_inches())]
    for ax in figure.axes:
        parts.append(str(ax.viewLim.get_points()))
    for artist in figure.findobj():
        if isinstance(artist, Text):
            parts.append(f"{artist.get_text()} {artist.get_position()} {artist.get_color()}")
        elif isinstance(artist, Line2D):
            parts.append(f"{artist.get_xydata().tolist()} {artist.get_color()} {artist.get_markerfacecolor()}")
        elif isinstance(artist, Collection):
            parts += [str(path.vertices.tolist()) for path in artist.get_paths()]
        elif isinstance(artist, Patch):
            parts.append(f"{artist.get_path().vertices.tolist()} {artist.get_patch_transform()} "
                         f"{artist.get_linewidth()} {artist.get_facecolor()}")  # fmt: skip
    return parts


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("world", "name"), [*itertools.product(WORLDS, FIGURES)])
def test_every_figure_of_every_odd_result_can_be_read(world, name, tmp_path):
    result = WORLDS[world]()
    if world == "broken" and name in ("outlooks", "variance_parts", "versus"):
        with pytest.raises(Mistake, match=r"needs at least 2|two runs that are sound"):
            what_is_drawn(name, result)
        return
    if world == "quiet" and name in OF_DELIVERIES:
        with pytest.raises(style.Lacking, match="nobody is delivered any arms"):
            plots.plot(result, name)
        return
    try:
        dataset = what_is_drawn(name, result)
    except style.Lacking:
        assert name == "targets"  # of nobody on record
        return
    figure, said = plots.draw(name, dataset), plots.alt_text(name, dataset)
    assert not re.search(r"\bnan\b", said)
    if world == STRANGE:
        style.save(figure, tmp_path / "figure.svg", dataset, said, said)
        ET.parse(tmp_path / "figure.svg")
    else:
        figure.draw_without_rendering()
    for ax in figure.axes:
        box = ax.get_window_extent()
        assert box.height * 72 / figure.dpi > LEAST_HEIGHT, ax.get_title(loc="left")
        assert box.width * 72 / figure.dpi > LEAST_WIDTH, ax.get_title(loc="left")
    with house.settings():
        for text in texts(figure):
            box = text.get_window_extent()
            assert figure.bbox.padded(2).contains(*box.min), text.get_text()
            assert figure.bbox.padded(2).contains(*box.max), text.get_text()


# -- names


def test_names_are_shown_as_they_are_written(tmp_path):
    dataset = plots.measured("fan", named(small(), FORMULA, "South", scenario="x").assign_attrs(title="$\\alpha^2$_"))
    for form in ("svg", "png", "pdf"):
        style.save(plots.draw("fan", dataset), tmp_path / f"fan.{form}", dataset)
    spelled = re.findall("<!-- (.*?) -->", (tmp_path / "fan.svg").read_text(encoding="utf-8"), re.DOTALL)
    shown = unescape(" ".join(" ".join(spelled).split()))
    assert f"offence of {FORMULA} 0 to defence of South 1" in shown
    assert "$\\alpha^2$_" in shown


def test_letters_that_no_font_has_are_told_in_one_sentence():
    drawn = plots.plot(named(small(), NO_FONT, scenario="x"), ["fan", "timeline"])
    assert re.fullmatch(
        r"no font of this machine has the letters [^ :]+( [^ :]+)*: boxes stand for them .*", drawn.note
    )
    assert not plots.plot(named(small(), STATE, "საქართველო", scenario="x"), "fan").note


def test_a_font_that_has_the_letters_is_found():
    house_has = frozenset().union(*(words._has(words.font_manager.findfont(name)) for name in house.FAMILIES))
    others = {entry.name: words._has(entry.fname) for entry in words._fonts()}
    letter = next(chr(c) for has in others.values() for c in sorted(has - house_has) if chr(c).isalpha())
    names, lacking = words.families(letter)
    assert not lacking
    assert names[:2] == house.FAMILIES
    assert ord(letter) in others[names[2]]
    assert words.families(words.UNKNOWN)[0] == house.FAMILIES


def test_the_fonts_of_the_house_are_those_that_were_published():
    told = (house.FONTS / "README.md").read_text(encoding="utf-8")
    for file in house.FILES.values():
        assert f"| `{file.name}` | `{hashlib.sha256(file.read_bytes()).hexdigest()}` |" in told
    for weight, file in house.FILES.items():
        wanted = words.font_manager.FontProperties(family=house.FAMILY, weight=weight)
        assert words.font_manager.findfont(wanted) == str(file)
    assert "SIL OPEN FONT LICENSE" in (house.FONTS / "LICENSE.md").read_text(encoding="utf-8")


def test_no_word_stands_alone_on_the_last_line():
    text = "Simulation, not a forecast. Scenario status_quo, 1,000 runs, seed 1, digest 01234567, armsrace 0.1.0."
    for room in np.linspace(110, words.width(text, 8.0) - 1, 50):
        lines = words.wrapped(text, room, 8.0)
        assert len(lines) == len(words._broken(text.split(), room, 8.0, False))
        assert words.width(lines[-1], 8.0) > 0.2 * room


def test_no_line_is_wider_than_its_room():
    with house.settings():
        for text in ("W" * 200, "Llanfair " * 25, "日本" * 50, "a " * 100, " ", ""):
            for most in (0, 1, 3):
                lines = words.wrapped(text, 90.0, 8.0, bold=True, most=most)
                assert all(words.width(line, 8.0, bold=True) <= 90.0 for line in lines)
                assert len(lines) <= (most or 1000)
            assert "".join(words.wrapped(text, 90.0, 8.0)).replace(" ", "") == text.replace(" ", "")


def test_a_figure_that_cannot_be_drawn_is_refused_with_the_bound():
    with house.settings():
        figure, _ = style.page(400.0)
        with pytest.raises(Mistake, match=r"would be 4\d\d inches high and 210 can be drawn"):
            style.frame(figure, small(), "Headline", "How to read it")


def test_twenty_five_states_look_different():
    assert len(set(style.looks(f"state_{i}" for i in range(25)).values())) == 25


# -- axes


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        ("2000-01-01", "2000-01-31", ["Jan 2000"]),
        ("2000-01-01", "2000-04-01", ["Jan 2000", "Feb 2000", "Mar 2000", "Apr 2000"]),
        ("2000-01-01", "2001-02-01", ["Jan 2000", "Apr 2000", "Jul 2000", "Oct 2000", "Jan 2001"]),
        ("2010-01-01", "2026-01-01", [str(year) for year in range(2010, 2027, 2)]),
        ("1999-03-01", "2199-03-01", ["2000", "2050", "2100", "2150"]),
        ("2000-01-05", "2000-01-20", ["05 Jan 2000"]),
    ],
)
def test_time_is_named_by_years_or_by_months(begin, end, said):
    ax = Figure().subplots()
    scales.time_axis(ax, np.datetime64(begin, "ns"), np.datetime64(end, "ns"))
    assert [text.get_text() for text in ax.get_xticklabels()] == said


@pytest.mark.parametrize(("years", "said"), [((2000,), ["2000"]), ((2001, 2002), ["2001", "2002"])])
def test_years_are_whole_numbers(years, said):
    ax = Figure().subplots()
    scales.year_axis(ax, np.array(years), 5)
    assert [text.get_text() for text in ax.get_xticklabels()] == said
    assert not ax.xaxis.get_offset_text().get_text()


# -- settings of others

THEIRS = {
    "axes.facecolor": "black", "text.usetex": True, "font.family": "serif", "savefig.bbox": "tight",
    "axes.formatter.use_mathtext": True, "timezone": "Asia/Tokyo", "date.converter": "concise",
    "path.sketch": (1, 9, 2),
}  # fmt: skip


def test_settings_of_the_user_change_no_figure_and_are_left_as_they_were(tmp_path):
    dataset = plots.measured("war_probability", small())
    ours = plots.draw("war_probability", dataset)
    style.save(ours, tmp_path / "ours.png", dataset)
    with mpl.rc_context(), mpl.style.context("dark_background"):
        mpl.rcParams.update(THEIRS)
        before = dict(mpl.rcParams)
        style.save(plots.draw("war_probability", dataset), tmp_path / "theirs.png", dataset)
        style.save(ours, tmp_path / "again.png", dataset)
        assert dict(mpl.rcParams) == before
        ax = Figure().subplots()
        ax.plot(np.array(["2000-01-01", "2001-01-01"], "datetime64[D]"), [0, 1])
        assert isinstance(ax.xaxis.get_major_formatter(), mdates.ConciseDateFormatter)
    mpl.rcParams["date.converter"] = mpl.rcParams["date.converter"]
    wanted = (tmp_path / "ours.png").read_bytes()
    assert (tmp_path / "theirs.png").read_bytes() == wanted
    assert (tmp_path / "again.png").read_bytes() == wanted


DRAW = """
import hashlib, io
from sim.plots import house, style
with house.settings():
    figure, axes = style.page(2.0)
    style.panel(axes[0, 0], "Tension")
file = io.BytesIO()
figure.savefig(file, format="png")
print(hashlib.sha256(file.getvalue()).hexdigest())
"""


def test_a_settings_file_or_backend_that_is_broken_is_not_even_noticed(tmp_path):
    said = set()
    for content, backend in (
        (b"", ""),
        (b"no colon\naxes.grid: perhaps\nfoo: 1\n", "TkAgg"),
        (b"\xff\xfe\x00", "none"),
    ):
        (tmp_path / "matplotlibrc").write_bytes(content)
        environment = {**os.environ, "MPLBACKEND": backend, "PYTHONPATH": str(Path(plots.__file__).parents[2])}
        run = subprocess.run(
            [sys.executable, "-c", DRAW], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert (run.returncode, run.stderr) == (0, "")
        said.add(run.stdout)
    assert len(said) == 1


# -- descriptions


@cache
def datasets():
    """Return what all figures draw of the synthetic sweep."""
    fought = int(np.flatnonzero((synthetic()["fighting"] == 2).any("time").values)[0])
    return {name: what_is_drawn(name, synthetic(), fought) for name in FIGURES}


def altered(dataset):
    """Yield a Dataset with every part changed in turn: a variable, at one label of what tells its parts apart."""
    for name, array in dataset.data_vars.items():
        parts = [dim for dim in ("ledger", "estimate", "kind", "case", "bound", "moment", "level") if dim in array.dims]
        for place in itertools.product(*(range(array.sizes[dim]) for dim in parts)):
            if array.dtype.kind == "f":
                values = array.copy(deep=True)
                values[dict(zip(parts, place, strict=True))] *= 0.7
                yield (name, *place), dataset.assign({name: values})


@pytest.mark.parametrize("name", FIGURES)
def test_a_description_says_nothing_but_what_is_drawn(name, monkeypatch):
    monkeypatch.setattr(house._Layout, "execute", lambda *_: None)  # nothing is read off the page
    dataset = datasets()[name]
    said, drawn = plots.alt_text(name, dataset), content(plots.draw(name, dataset))
    read = {part: other for part, other in altered(dataset) if plots.alt_text(name, other) != said}
    assert read
    assert not [part for part, other in read.items() if content(plots.draw(name, other)) == drawn]


@pytest.mark.parametrize("name", FIGURES)
def test_every_number_of_a_description_stands_in_the_table(name):
    dataset = datasets()[name]
    known = {"95", "100"}  # per cent of an interval, histories of which so many are told
    for row in plots.table(name, dataset):
        for cell in row.values():
            known |= set(re.findall(r"\d+", cell)) if isinstance(cell, str) else shown(cell)
    numbers = re.findall(r"\d+(?:\.\d+)?", plots.alt_text(name, dataset).replace(",", ""))
    assert len(numbers) > 3
    assert not [number for number in numbers if number not in known]


def shown(value):
    """Return the ways in which a number of a table is written: as it is, in per cent, in billion, as a ratio."""
    with np.errstate(over="ignore"):
        sizes = abs(value), 100 * abs(value), abs(value) / 1000, float(np.exp(min(abs(value), 700)))
    return {f"{size:{form}}" for size in sizes if np.isfinite(size) for form in (".0f", ".1f", ".2f", ".2g", ".3g")}
