"""Read FCS files with FlowKit and print what it sees, as JSON.

Runs in FlowKit's own environment, which cannot hold the kit's pandas:
    python tests/oracles/read_with_flowkit.py first.fcs second.fcs
"""

import json
import sys

import flowkit
import numpy


def what_flowkit_sees(path):
    """Return event count, channel names and the median of each channel of one file."""
    sample = flowkit.Sample(path)
    medians = numpy.median(sample.get_events(source="raw"), axis=0)
    return {
        "events": sample.event_count,
        "channels": list(sample.pnn_labels),
        "medians": [float(median) for median in medians],
    }


if __name__ == "__main__":
    json.dump({path: what_flowkit_sees(path) for path in sys.argv[1:]}, sys.stdout)
