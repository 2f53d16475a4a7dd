"""The counting library by itself: `read_pb`, `count` and what they take and give.

Packages here are empty inside otherwise. This one is also used without the application, by
observers who recount an election; they should not have to know which file holds which name.

From the bottom up: `ballots` what is counted, `arithmetic` its quick loops, `terms` what every
rule takes and gives, `rules`, `registry` their list with `count`, `questions` about a result;
`files` is how elections come in, and `document` how a result goes out.
"""

from civic.counting.ballots.election import Election, Project
from civic.counting.errors import CountingError, PbError
from civic.counting.files.pb import PbFile, write_pb
from civic.counting.files.reader import read_pb
from civic.counting.registry import RULES, count
from civic.counting.terms.limits import Cap, Limits
from civic.counting.terms.outcome import Outcome
from civic.counting.terms.ties import TieRule

__all__ = [
    "RULES",
    "Cap",
    "CountingError",
    "Election",
    "Limits",
    "Outcome",
    "PbError",
    "PbFile",
    "Project",
    "TieRule",
    "count",
    "read_pb",
    "write_pb",
]
