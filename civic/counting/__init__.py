"""The counting library by itself: `read_pb`, `count` and what they take and give.

Packages here are empty inside otherwise. This one is also used without the application, by
observers who recount an election; they should not have to know which file holds which name.
"""

from civic.counting.election import Election, Project
from civic.counting.errors import CountingError, PbError
from civic.counting.limits import Cap, Limits
from civic.counting.outcome import Outcome
from civic.counting.pb import PbFile, write_pb
from civic.counting.pb_reader import read_pb
from civic.counting.registry import RULES, count
from civic.counting.ties import TieRule

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
