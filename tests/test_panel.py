"""What the world panel and its readers promise, in sentences."""

import csv
from pathlib import Path

import openpyxl
import pytest

import sim
from sim.model.mistakes import Mistake
from sim.observed import panel

SIPRI = Path(__file__).parent / "data" / "sipri"


def test_every_pair_and_every_recipient_is_a_state_of_the_panel():
    states = panel.states()
    assert len(panel.rivalries()) == 44
    assert {code for rivalry in panel.rivalries() for code in (rivalry.a, rivalry.b)} <= set(states)
    assert set(panel._delivered(panel.SHIPPED)) <= set(states)


def test_nothing_later_than_2021_is_in_the_panel():
    for name in ("spending", "deliveries", "exports", "conflict"):
        assert max(int(row["year"]) for row in panel.rows(name, panel.SHIPPED)) <= 2021


def test_output_is_spending_over_burden():
    for state in panel.states():
        spending, burden, output = panel.spending(state), panel.burden(state), panel.output(state)
        for year in output:
            assert spending[year] / (burden[year] / 100) == pytest.approx(output[year], rel=0.01, abs=1.0)


def test_before_leaves_out_the_year_itself_and_all_later_ones():
    assert max(panel.spending("DZA", before=1990)) == 1989
    assert max(panel.output("DZA", before=1990)) == 1989
    assert max(panel.burden("DZA", before=1990)) == 1989
    assert max(line.year for line in panel.deliveries("DZA", before=1990)) == 1989
    assert max(panel.exports("France", before=1990)) == 1989
    assert max(panel.conflict("IND", "PAK", before=1990)) == 1989
    assert all(last < 1990 for rivalry in panel.rivalries(before=1990) for _, last in rivalry.spells)


def test_broken_years_are_left_out_unless_asked_for():
    assert set(panel.spending("IRQ")) < set(panel.spending("IRQ", usable_only=False))


def test_a_pair_is_the_same_in_either_order():
    assert panel.conflict("IND", "PAK") == panel.conflict("PAK", "IND") != {}
    assert panel.conflict("DZA", "KOR") == {}


def test_a_table_of_one_s_own_takes_the_place_of_the_shipped_one(tmp_path):
    with (tmp_path / "exports.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("supplier", "year", "tiv_exports_m"), ("Utopia", 2000, 3.5)])
    assert panel.exports("Utopia", tables=tmp_path) == {2000: 3.5}
    assert panel.spending("DZA", tables=tmp_path) == panel.spending("DZA")


def test_an_unknown_state_gets_one_sentence_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'DZA'"):
        panel.spending("DZAA")


# -- the shipped panel is made from the files that are served


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    return folder, sim.import_sipri(SIPRI / "trade-register.csv", SIPRI / "milex.xlsx", folder)


def shipped(name):
    return made(panel.SHIPPED, name)


def made(folder, name):
    return list(csv.DictReader((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


def test_the_shipped_rows_are_what_the_command_makes_of_the_files_as_served(imported):
    folder, _ = imported
    recipients, states = {"ARM", "ERI", "ECU"}, {"ARM", "ERI", "ECU", "AGO", "SYR"}
    assert made(folder, "deliveries") == [row for row in shipped("deliveries") if row["recipient"] in recipients]
    assert made(folder, "spending") == [row for row in shipped("spending") if row["state"] in states]
    of_all = {(row["supplier"], row["year"]): float(row["tiv_exports_m"]) for row in shipped("exports")}
    for row in made(folder, "exports"):
        assert 0 <= float(row["tiv_exports_m"]) <= of_all[row["supplier"], row["year"]] + 0.05


def test_the_readers_take_imported_tables(imported):
    folder, _ = imported
    assert panel.deliveries("ARM", tables=folder) == panel.deliveries("ARM")
    assert panel.deliveries("IND", tables=folder) == ()
    assert panel.spending("ECU", tables=folder) == panel.spending("ECU")


def test_later_years_are_left_for_a_blind_score_unless_asked_for(tmp_path):
    text = (SIPRI / "trade-register.csv").read_text(encoding="iso-8859-1").replace(",2021,New", ",2021; 2023,New")
    (tmp_path / "register.csv").write_text(text, encoding="iso-8859-1")
    for until in (2021, 2023):
        sim.import_sipri(tmp_path / "register.csv", SIPRI / "milex.xlsx", tmp_path, until=until)
        assert max(int(row["year"]) for row in made(tmp_path, "deliveries")) == until


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("Weapon description", "Weapon kind", r":12: no header .* 'Weapon description'"),
        ("Recipient,", "Buyer,", r":41: no header"),
        (",light helicopter,", ",flying saucer,", r":\d+: weapon_descriptions.csv has no class for 'flying saucer'"),
        (",1984,", ",19x4,", r":\d+: '19x4' is no year of delivery"),
        (",New,", ",New,,", r":\d+: 17 cells where the header has 16"),
    ],
)
def test_a_register_laid_out_otherwise_is_refused_with_its_line(tmp_path, before, after, complaint):
    text = (SIPRI / "trade-register.csv").read_text(encoding="iso-8859-1")
    assert before in text
    (tmp_path / "register.csv").write_text(text.replace(before, after), encoding="iso-8859-1")
    with pytest.raises(Mistake, match=complaint) as caught:
        sim.import_sipri(tmp_path / "register.csv", SIPRI / "milex.xlsx", tmp_path / "out")
    assert str(tmp_path / "register.csv") in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_workbook_laid_out_otherwise_is_refused_with_its_sheet_and_cell(tmp_path):
    def refused(change):
        book = openpyxl.load_workbook(SIPRI / "milex.xlsx")
        change(book)
        book.save(tmp_path / "milex.xlsx")
        with pytest.raises(Mistake) as caught:
            sim.import_sipri(SIPRI / "trade-register.csv", tmp_path / "milex.xlsx", tmp_path / "out")
        return str(caught.value)

    assert "no sheet 'Share of GDP'" in refused(lambda book: book.remove(book["Share of GDP"]))
    assert "begins with 'Country'" in refused(lambda book: book["Share of GDP"].delete_rows(6))
    assert "sheet 'Share of GDP', cell BN9: 'about 3 %'" in refused(
        lambda book: book["Share of GDP"].__setitem__("BN9", "about 3 %")
    )
    with pytest.raises(Mistake, match="no Excel workbook"):
        sim.import_sipri(SIPRI / "trade-register.csv", SIPRI / "trade-register.csv", tmp_path / "out")


def test_a_class_of_one_s_own_is_taken_from_the_folder_of_the_tables(tmp_path):
    rows = [row | {"weapon_class": "sensors"} for row in shipped("weapon_descriptions")]
    with (tmp_path / "weapon_descriptions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    sim.import_sipri(SIPRI / "trade-register.csv", SIPRI / "milex.xlsx", tmp_path)
    assert {row["weapon_class"] for row in made(tmp_path, "deliveries")} == {"sensors"}
