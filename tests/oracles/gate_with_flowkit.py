"""Gate FCS files with FlowKit by a Gating-ML file and print the counts, as JSON.

Runs in FlowKit's own environment, which cannot hold the kit's pandas:
    python tests/oracles/gate_with_flowkit.py gates.xml first.fcs second.fcs
"""

import json
import sys
import warnings

import flowkit


def counts(gates, path):
    """Return the events in each gate of one file; FlowKit takes the file's own matrix."""
    report = flowkit.parse_gating_xml(gates).gate_sample(flowkit.Sample(path)).report
    return {str(row["gate_name"]): int(row["count"]) for _, row in report.iterrows()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump({path: counts(sys.argv[1], path) for path in sys.argv[2:]}, sys.stdout)
