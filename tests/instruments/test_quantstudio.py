"""QuantStudio: text and workbook, sentinels, flags, and what the file says twice."""

from __future__ import annotations

from random import Random

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.nat_run import read_nat_run
from stemcell_kit.instruments.quantstudio import looks_like_quantstudio, read_quantstudio
from tests.instruments.samples.molecular import quantstudio, workbook

HEAD = "* Block Type = 96-Well Block (0.2mL)\n* Experiment Name = run 1\n\n[Results]\n"
NAMES = "Well\tWell Position\tOmit\tSample Name\tTarget Name\tTask\tReporter\tCT\tCt Mean\tQuantity\tHIGHSD"
LINES = (
    "1\tA1\tfalse\tS1\tEBNA1\tUNKNOWN\tFAM\t30.100\t30.200\t\tN",
    "2\tA2\tfalse\tS1\tEBNA1\tUNKNOWN\tFAM\t30.300\t30.200\t\tN",
    "13\tB1\tfalse\tSTD\tEBNA1\tSTANDARD\tFAM\t25.000\t25.000\t6,250.000\tY",
    "14\tB2\tfalse\tNTC\tEBNA1\tNTC\tFAM\tUndetermined\t\t\tN",
)


def text(*lines: str, head: str = HEAD, names: str = NAMES) -> bytes:
    """An export with these result lines."""
    return (head + "\n".join([names, *(lines or LINES)]) + "\n").encode("utf-8")


def test_wells_come_back_with_head_and_quantity() -> None:
    """A comma for thousands, a point for decimals; an undetermined Cq is missing."""
    table = read_quantstudio(text())

    assert table["cq"].tolist()[:3] == [30.1, 30.3, 25.0]
    assert table["cq"].isna().tolist() == [False, False, False, True]
    assert table["quantity"][2] == 6250
    assert table.attrs["head"]["Experiment Name"] == "run 1"


def test_what_the_software_flags_is_told() -> None:
    """HIGHSD of well B1; wells left out are marked and told."""
    omitted = [LINES[0].replace("false", "true"), *LINES[1:]]
    table = read_quantstudio(text(*omitted))

    assert any(told == "HIGHSD set by the software for B1" for told in table.attrs["warnings"])
    assert any("left out in the software" in told for told in table.attrs["warnings"])
    assert table["omit"].tolist() == [True, False, False, False]


def test_later_than_a_cycle_is_no_number() -> None:
    """>40.000 is no Cq, and the reader says that it was there."""
    late = [LINES[0].replace("30.100", ">40.000"), *LINES[1:]]
    table = read_quantstudio(text(*late))

    assert table["cq"].isna()[0]
    assert any("later than a cycle" in told for told in table.attrs["warnings"])


def test_a_mean_that_the_wells_do_not_give_is_told() -> None:
    """The file states 30.2; with another Cq of one well it is 30.7."""
    other = [LINES[0].replace("30.100", "31.100"), *LINES[1:]]

    assert read_quantstudio(text()).attrs["warnings"] == ("HIGHSD set by the software for B1",)
    told = read_quantstudio(text(*other)).attrs["warnings"]
    assert any("states a mean Cq of 30.200, its wells give 30.700" in one for one in told)


def test_a_heading_with_the_vendors_cyrillic_letter_is_read() -> None:
    """C and a Cyrillic t."""
    names = NAMES.replace("\tCT\t", "\tC\u0442\t")

    assert read_quantstudio(text(names=names))["cq"][0] == 30.1


@pytest.mark.parametrize(
    ("found", "instead", "reason"),
    [
        ("6,250.000", "6250,000", "may be a decimal comma"),
        ("6,250.000", "6,250", "may be a decimal comma"),
        ("30.100", "301", "at most 60 cycles"),
        ("30.100", "0", "more than 0"),
        ("13\tB1", "14\tB1", "is number 13"),
        ("13\tB1", "13\tfalse", "is no well"),
        ("[Results]", "[Amplification Data]", "no \\[Results\\]"),
        ("30.100", "thirty", "not a number"),
    ],
)
def test_what_cannot_be_right_is_refused(found: str, instead: str, reason: str) -> None:
    """The message says what was found."""
    with pytest.raises(BadInput, match=reason):
        read_quantstudio(text().replace(found.encode(), instead.encode()))


def test_decimal_commas_throughout_are_refused_where_a_quantity_has_one() -> None:
    """6250,000 may be six thousand or six million; without quantities they are read."""
    swapped = text().replace(b"6,250.000", b"6250.000").replace(b".", b",")
    with pytest.raises(BadInput, match="export with decimal points"):
        read_quantstudio(swapped)
    bare = text(*LINES[:2]).replace(b".", b",")
    assert read_quantstudio(bare)["cq"].tolist() == [30.1, 30.3]


def test_a_file_cut_anywhere_is_refused_or_gives_whole_wells() -> None:
    """No cut makes a Cq of its own."""
    raw = quantstudio()
    whole = set(zip(*(read_quantstudio(raw)[name] for name in ("well", "position")), strict=True))
    cqs = {str(cq) for cq in read_quantstudio(raw)["cq"]}
    for end in range(200, len(raw), 23):
        try:
            table = read_quantstudio(raw[:end])
        except BadInput:
            continue
        assert {str(cq) for cq in table["cq"]} <= cqs
        assert set(zip(table["well"], table["position"], strict=True)) <= whole


RESULTS = [
    ["Well", "Well Position", "Omit", "Sample", "Target", "Task", "Reporter", "Cq", "Cq Mean"],
    [1.0, "A1", "FALSE", "S1", "Xeno", "UNKNOWN", "FAM", 28.5337832, 28.5],
    [1.0, "A1", "FALSE", "S1", "IPC", "IPC", "VIC", "UNDETERMINED", ""],
]
CALLS = [
    ["Well", "Omit", "Sample", "Target", "Task", "Call", "Cq"],
    ["A1", "FALSE", "S1", "Xeno", "UNKNOWN", "Presence", 28.5337832],
    ["A1", "FALSE", "S1", "IPC", "IPC", "Absence", "UNDETERMINED"],
]


def test_a_workbook_is_read_with_its_calls() -> None:
    """Presence and absence stand on a sheet of their own; full digits are kept."""
    table = read_quantstudio(workbook({"Results": RESULTS, "Target Call": CALLS}))

    assert table["cq"][0] == 28.5337832
    assert table["cq"].isna()[1]
    assert table["call"].tolist() == ["Presence", "Absence"]
    assert table.attrs["head"]["Block Type"] == "96-Well 0.2-mL Block"
    assert any("mean Cq of 28.500" in told for told in table.attrs["warnings"])


def test_a_workbook_of_calls_alone_numbers_its_wells() -> None:
    """B02 is well 14 of 96 and 26 of 384; issues of the software are told."""
    calls = [
        ["Well", "Omit", "Sample", "Sample type", "Target", "Call", "Cq", "Quality issue(s)"],
        ["B02", "FALSE", "S1", "UNKNOWN", "HPV", "POSITIVE", "39.54", "LOW_AMP_SCORE"],
    ]
    small = read_quantstudio(workbook({"Target Call": calls}))
    large = workbook({"Target Call": calls}, head={"Block Type": "384-Well Block"})

    assert (small["well"][0], small["position"][0], small["task"][0]) == (14, "B2", "UNKNOWN")
    assert read_quantstudio(large)["well"][0] == 26
    assert small.attrs["warnings"] == ("LOW_AMP_SCORE set by the software for B2",)
    with pytest.raises(BadInput, match="96 or 384"):
        read_quantstudio(workbook({"Target Call": calls}, head={"Block Type": "chip"}))


def test_a_run_for_mycoplasma_may_be_a_workbook() -> None:
    """Target and internal control of a well come onto one row."""
    run = read_nat_run(workbook({"Results": RESULTS}))

    assert run["well"].tolist() == ["A1"]
    assert run["target_cq"][0] == 28.5337832
    assert run["control_cq"].isna()[0]


def test_another_workbook_or_a_damaged_one_is_refused() -> None:
    """The message names the sheets, or says that the file is cut off."""
    with pytest.raises(BadInput, match="expected Results or Target Call"):
        read_quantstudio(workbook({"Raw Data": []}))
    with pytest.raises(BadInput, match="cut off or damaged"):
        read_quantstudio(workbook({"Results": RESULTS})[:900])
    with pytest.raises(BadInput, match="no column Call"):
        read_quantstudio(workbook({"Results": RESULTS, "Target Call": RESULTS}))
    with pytest.raises(BadInput, match="begins with Well"):
        read_quantstudio(workbook({"Results": []}))


def test_a_workbook_with_a_changed_byte_is_refused_or_read_right() -> None:
    """The archive, its compression or its XML may break; none of it reaches the reader's user."""
    raw = workbook({"Results": RESULTS})
    good = read_quantstudio(raw)
    draw = Random(5)
    refused = 0
    for _ in range(60):
        changed = bytearray(raw)
        changed[draw.randrange(len(raw))] = draw.randrange(256)
        try:
            looks_like_quantstudio(bytes(changed))
            table = read_quantstudio(bytes(changed))
        except BadInput:
            refused += 1
            continue
        assert table.equals(good)
    assert refused > 20


def test_only_runs_are_claimed() -> None:
    """A text with its head, a workbook with its sheets; not a plain table or another workbook."""
    assert looks_like_quantstudio(text())
    assert looks_like_quantstudio(text().decode().encode("utf-16"))
    assert looks_like_quantstudio(workbook({"Results": RESULTS}))
    assert not looks_like_quantstudio(workbook({"Raw Data": []}))
    assert not looks_like_quantstudio(b"Well,Cq\nA1,30\n")
    assert not looks_like_quantstudio(b"PK\x03\x04 cut")
