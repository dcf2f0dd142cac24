"""Good files of the cell-count formats, built by hand in the shape of the exports."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["SAMPLES", "comet_csv", "nc_view_text", "nucleoview_text", "vicell_xr_text"]

CELLS = (84, 91, 77, 88, 95, 80, 86, 79, 90, 83)
LIVE = (80, 88, 73, 85, 92, 76, 80, 77, 88, 79)


def vicell_xr_text(*, cells: tuple[int, ...] = CELLS, live: tuple[int, ...] = LIVE) -> str:
    """Return the report of one sample in ten images at a dilution of 20."""
    factor = 20 * 2.4 / 45.392
    total, alive = sum(cells), sum(live)
    lines = [
        "Vi-CELL XR 2.06.3", "", "Sample ID : CLB-07", "RunDate : 29 Sep 2023  5:21:32 PM",
        "", "Results:", f"Images : {len(cells)}", f"Total cells : {total}",
        f"Viable cells : {alive}", f"Nonviable cells : {total - alive}",
        f"Viability (%) : {100 * alive / total:.1f}",
        f"Total cells / ml (x 10^6) : {total / len(cells) * factor:.1f}",
        f"Total viable cells / ml (x 10^6) : {alive / len(cells) * factor:.1f}",
        "Average diameter (microns) : 17.3", "", "Settings:", "Cell type : iPSC",
        "Dilution : 20.00", "Internal Dilution : 2.400", "Probe volume (ml x 10^-6) : 45.392", "",
        f"CountData : {','.join(map(str, cells))}",
        f"ViableCellsData : {','.join(map(str, live))}",
        "ClusterSizeData : 812,41,0,0", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def nucleoview_text(*, live: str = "Live (cells/ml);1.60E6;\r\n", diameter: str = "10.2") -> str:
    """Return the file of one sample."""
    return (
        "Viability and Cell Count Assay - cell counting; ;\r\n"
        "Image;20231120-0002;\r\nOperator;OP-03;\r\nViability (%);95.5;\r\n"
        f"{live}Dead (cells/ml);7.46E4;\r\nTotal (cells/ml);1.67E6;\r\n ; ;\r\n"
        f"Estimated cell diameter [um];{diameter};\r\n"
        "Cell diameter standard deviation (um);6.0;\r\n"
        "(%) of cells in aggregates with five or more cells;1;\r\n"
        "Sample Volume (ul);200.0;\r\nDilution Volume (ul);0.000;\r\n"
        "Multiplication factor;1.000;\r\n;\r\n;\r\n"
        "Instrument type;NucleoView NC-200\r\ncsv file version;2\r\n\r\n//[ECEC5A41]"
    )


def nc_view_text(*, warned: int = 4) -> str:
    """Return eight counts; the instrument doubts one of them."""
    head = (
        "NAME,SAMPLE ID,TAGS,PROTOCOL,MEDIA,USER,OPERATOR,SIGNED BY,INSTRUMENT,STATUS,"
        "TOTAL (cells/ml),LIVE (cells/ml),DEAD (cells/ml),VIABILITY (%),DIAMETER (µm),"
        "AGGREGATES (%),DEBRIS INDEX,DILUTION FACTOR"
    )
    lines = [head]
    for place in range(1, 9):
        live, dead = 300 + 20 * place, 30 + 5 * place
        status = "Warning: Foreign object detected" if place == warned else "OK"
        lines.append(
            f"20240219-{place:05d},{place},,Count & Viability,Via2-Cassette,na,OP-03,,S/N: 9002,"
            f"{status},{live + dead}\u00a0000,{live}\u00a0000,{dead}\u00a0000,"
            f"{100 * live / (live + dead):.1f},12.{place},{place}.5,{40 + place},2"
        )
    return "\r\n".join([*lines, ""])


def comet_csv() -> str:
    """Return five fractions of three samples, counted twice each in random order."""
    order = iter((7, 2, 11, 14, 1, 9, 4, 15, 6, 3, 12, 8, 13, 5, 10))
    lines = [
        "counting_method,target_dilution_fraction,measured_dilution_fraction,random_sample_number,"
        "rep_obsv,cell_conc,raw_count,percent_viable_cells,time_elapsed,cell_type,"
        "concentration_type,stock_solution,starting_soln_conc,stock_extraction,replicate_sample,"
        "analyst"
    ]
    for fraction in (0.1, 0.3, 0.5, 0.7, 0.9):
        for sample in (1, 2, 3):
            number = next(order)
            lines += [
                f"Counter 1,{fraction},{fraction + 0.001 * sample:.3f},{number},{repeat},"
                f"{round(1e6 * fraction + 1237 * sample + 911 * repeat)}.5,"
                f"{round(800 * fraction) + sample},NA,{5 * number},iPSC,total,1,1000000,"
                f"{sample},{sample},OP-03"
                for repeat in (1, 2)
            ]
    return "\n".join([*lines, ""])


SAMPLES: dict[str, Callable[[], bytes]] = {
    "vicell_xr": lambda: vicell_xr_text().encode("latin-1"),
    "nucleoview": lambda: nucleoview_text().encode("latin-1"),
    "nc_view": lambda: nc_view_text().encode("utf-8"),
    "comet": lambda: comet_csv().encode("utf-8"),
}
