"""A brief of the usual length, made by hand, for what prints it."""

import re
from functools import cache
from io import BytesIO

import numpy as np

from sim.briefs.blocks import Brief, Bullets, Number, Page, Paragraph, Picture, Section, Table, Text
from sim.briefs.layout import FULL, HALF
from sim.plots import house, style

ONE = r"[−+]?[\d,]+(?:\.\d+)?"  # number


def number(shown, unit=""):
    """Return a number that is printed as it is shown."""
    return Number(float(shown.replace(",", "").replace("−", "-").replace("+", "")), shown, unit, "sample")


def text(words, *shown, **names):
    """Return a text with numbers in its slots ``{a}``, ``{b}``, ... and names in the others."""
    return Text(words, {**{chr(97 + i): number(each) for i, each in enumerate(shown)}, **names})


# -- pictures, as small as a page with three of them wants them


def curves(axes, names):
    """Draw shares that grow over the years, with and without, and name them at their ends."""
    years = np.arange(2026, 2037)
    labels = []
    for name, pace, look in zip(names, (0.055, 0.045), style.LINES, strict=False):
        share = 100 * (1 - np.exp(-pace * (years - 2025)))
        axes[0].fill_between(years, share - 3, share + 3, color=look.colour, alpha=0.2, linewidth=0)
        axes[0].plot(years, share, color=look.colour, linestyle=look.dash)
        labels.append((share[-1], name, look.colour))
    axes[0].set(ylim=(0, 60), xlim=(2026, 2036))
    style.label_ends({axes[0]: labels})


def dumbbells(axes, names):
    """Draw what rows are without and with, as dots that a line joins."""
    for ax, rows in zip(axes, ({"Israel": (38, 4), "Turkey": (29, 47), "Others": (33, 49)}, {"Russia": (21, 21)} | {
        "India": (40, 41), "France": (39, 38)}), strict=False):  # fmt: skip
        for place, ends in enumerate(rows.values()):
            ax.plot(ends, [place, place], color=style.GREY, linewidth=1)
            for end, look in zip(ends, style.LINES, strict=False):
                ax.plot(end, place, look.marker, color=look.colour)
        ax.set_yticks(range(len(rows)), rows)
        ax.set(xlim=(0, 60), ylim=(len(rows) - 0.5, -0.5))


@cache
def picture(name, width=HALF, height=56.0, panels=1, caption="", names=("without", "with")):
    """Return a small picture of a width and height [mm]."""
    with house.settings():
        figure = house.Page(width / 25.4, height / 25.4)
        axes = figure.subplots(ncols=panels, squeeze=False)[0]
        (dumbbells if name == "dumbbells" else curves)(axes, names)
        drawn = {}
        for form in ("svg", "png"):
            file = BytesIO()
            figure.savefig(file, format=form, dpi=300, metadata={"Date": None} if form == "svg" else {})
            drawn[form] = file.getvalue()
    return Picture(name, drawn["svg"], drawn["png"], Text(caption), f"Two {name}: {names[0]} and {names[1]}.")


# -- tables


def cells(*rows):
    """Return the cells of rows: what can be read as a number is one, what is between is a name."""
    return [[_cell(each) for each in row] for row in rows]


def _cell(shown):
    if ends := re.fullmatch(rf"({ONE}) to ({ONE})", shown):
        return text("{a} to {b}", *ends.groups())
    return text("{a}", shown) if re.fullmatch(ONE, shown) else text("{name}", name=shown)


EFFECTS = Table(
    text("What changes by {year}, of {a} pairs of histories with the same luck", "1,000", year="2036"),
    [*map(text, ("Outcome", "Without", "With", "Difference")), text("{a} % interval", "95"), text("Pairs that differ")],
    cells(
        ("A war of any kind, of 100 histories", "63", "61", "−2", "−4 to 1", "94"),
        ("A campaign, of 100 histories", "31", "27", "−4", "−6 to −1", "71"),
        ("Years until the first war", "4.1", "4.3", "+0.2", "0.0 to 0.4", "88"),
        ("Military spending of Azerbaijan, US$ bn a year", "4.21", "4.16", "−0.05", "−0.07 to −0.03", "1,000"),
        ("Military spending of Armenia, US$ bn a year", "1.32", "1.31", "−0.01", "−0.02 to 0.00", "997"),
        ("Strength of Azerbaijan against Armenia, ratio", "2.40", "2.21", "−0.19", "−0.24 to −0.15", "1,000"),
        ("Share of Israel in deliveries to Azerbaijan, %", "38", "4", "−34", "−36 to −32", "1,000"),
        ("Share of Turkey in deliveries to Azerbaijan, %", "29", "47", "+18", "+16 to +20", "1,000"),
        ("Share of Russia in deliveries to Armenia, %", "21", "21", "0", "−1 to 1", "312"),
        ("Territory of Armenia held by Azerbaijan, km²", "212", "198", "−14", "−31 to 4", "64"),
    ),
    text("Shares are of TIV over {first} to {last}. A pair differs where its two histories end differently.",
         first="2026", last="2036"),
    [False, True, True, True, True, True],
)  # fmt: skip

RESTS_ON = Table(
    text(""),
    [text(each) for each in ("Assumption", "Range", "Effect at its ends", "Sign survives", "Basis", "Source")],
    cells(
        ("How fast another supplier takes an order that one declines", "0.1 to 0.9", "−9 to −1", "yes", "assumed",
         "no published number; beside the record of 1992 to 2021"),
        ("Weight of the balance in the decision to attack", "0.2 to 1.4", "−8 to 2", "no", "estimated",
         "Bueno de Mesquita (1981); fitted to the record"),
        ("Quality of uncrewed aircraft of Turkey against those of Israel", "0.5 to 1.1", "−6 to 0", "yes", "reported",
         "Forbes (2021); Calcara et al. (2022)"),
        ("Share of oil revenue that reaches the treasury", "0.3 to 0.8", "−5 to −1", "yes", "measured",
         "World Bank WDI"),
        ("Life of a platform without spare parts, years", "3 to 12", "−4 to −2", "yes", "assumed", "Krause (1992)"),
    ),
    text(""),
    [False, True, True, False, False, False],
)  # fmt: skip

RECORD = Table(
    text(""),
    [text("Of the hindcast from {year}", year="2010"), text("Model"), text("Best naive rule")],
    cells(
        ("Targets met, of 31", "22", "15"),
        ("Brier score of a war in a year", "0.141", "0.166"),
        ("CRPS of spending, US$ bn", "0.31", "0.28"),
    ),
    text(""),
    [False, True, True],
)


def page_of_answers():
    """Return the first page: findings, three figures, effects."""
    findings = [
        text("Azerbaijan has {a} % of its deliveries from Israel without the embargo and {b} % with it; Turkey takes "
             "over more than half of what is lost.", "38", "4"),
        text("A campaign comes about in {a} of {all} histories by {year} instead of {b}; in {c} pairs of {d} the two "
             "end differently.", "27", "31", "71", "1,000", all="100", year="2036"),
        text("Azerbaijan is {a} times as strong as Armenia at the end instead of {b} times, since what replaces "
             "Israeli missiles comes later.", "2.21", "2.40"),
    ]  # fmt: skip
    figures = [
        picture("curves", caption="Of all histories, those in which a campaign has begun."),
        picture("spending", caption="What both spend, and who is the stronger for it."),
        picture("dumbbells", FULL, 40.0, 2, "Who sells to Azerbaijan (left) and to Armenia, without and with, in %."),
    ]
    return Page(
        [
            Section(text("What we found"), [Bullets(findings)]),
            Section(text(""), figures),
            Section(text("What changes"), [EFFECTS]),
        ]
    )


def page_of_caveats():
    """Return the second page: assumptions, limits, record, method."""
    limits = [
        text("The scenario knows no sale by way of a third country, and no production under licence."),
        text("In {a} of {b} run-years trust stands at its lower bound; less than that it cannot show.", "71", "100"),
        text("Whether an armistice is signed differs in fewer than {a} of {b} pairs: the tool cannot show a change.",
             "10", "1,000"),
        text("Spending and transfers after {year} were held back and have not been looked at.", year="2021"),
        text("TIV counts major weapons by what they can do, not by their price; it leaves out small arms, ammunition, "
             "parts and services."),
        text("Decisions of governments follow rules of thumb; nobody in the model plans around an embargo before it "
             "is announced."),
    ]  # fmt: skip
    method = [
        Paragraph(text("{a} histories of {name} and as many with the embargo were played with the same luck, month by "
                       "month from {first} to {last}. Intervals are those of the mean of paired differences.", "1,000",
                       name="South Caucasus, as things stand", first="January 2026", last="December 2036")),
        Paragraph(text("Spending: {one}. Transfers: {two}. Wars: {three}.", one="SIPRI Military Expenditure Database "
                       "(2025)", two="SIPRI Arms Transfers Database (2025)", three="UCDP/PRIO (2025)")),
        Paragraph(text("To cite: {reference}", reference="armsrace contributors. armsrace: arms races among states, "
                       "suppliers and mediators. Version 0.1.0.")),
        Paragraph(text("To repeat: {command}", command="armsrace brief status_quo israeli_embargo --runs 1000 --seed 1 "
                       "-o israeli_embargo.pdf")),
        Paragraph(text("Digests: {one} without, {two} with.", one="3f9c04d1a7b2e6f8", two="b81e77c09d24f315")),
    ]  # fmt: skip
    told = text("Both ends of the declared range of every assumption were played with the same luck; these five move "
                "the difference in campaigns most.")  # fmt: skip
    return Page(
        [
            Section(text("What it rests on"), [Paragraph(told), RESTS_ON]),
            Section(text("What it cannot say"), [Bullets(limits)]),
            Section(text("How well it has done"), [RECORD]),
            Section(text("Method and sources"), method),
        ]
    )


@cache
def sample():
    """Return a brief of the usual length."""
    return Brief(
        text("What would an Israeli embargo on arms to Azerbaijan change?"),
        text("An embargo changes who sells, and hardly whether there is war"),
        text("Two futures from {first} to {last}, {a} histories each, with the same luck: things as they stand, and "
             "Israel selling nothing more to Azerbaijan.", "1,000", first="2026", last="2036"),
        [page_of_answers(), page_of_caveats()],
        text("Simulation, not a forecast. armsrace {version}, digest {digest}.", version="0.1.0", digest="3f9c04d1"),
        {"version": "0.1.0", "digest": "3f9c04d1a7b2e6f8", "seed": 1, "command": "armsrace brief status_quo"},
    )  # fmt: skip
