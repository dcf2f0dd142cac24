"""Score one STR profile against many with STRprofiler and print scores and seconds, as JSON.

Runs in STRprofiler's own environment. The profiles come from standard input:
    {"query": {"TH01": "6,9.3", ...}, "database": [{"TH01": "7", ...}, ...]}
"""

import json
import sys
import time

from strprofiler import utils

given = json.load(sys.stdin)
started = time.perf_counter()
scores = [utils.score_query(given["query"], one) for one in given["database"]]
seconds = time.perf_counter() - started
json.dump({"seconds": seconds, "tanabe": [one["tanabe_score"] for one in scores]}, sys.stdout)
