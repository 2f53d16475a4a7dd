"""What every column of the tables means."""

from __future__ import annotations

from civic.kernel.roles import N_

MEANINGS = {
    "approved": N_("Money approved into the budget, in toman"),
    "area_code": N_("Code of the area; names repeat, codes do not"),
    "area_name": N_("Name of the area"),
    "category": N_("What it is about, as a code"),
    "contracted": N_("Money under contract, in toman"),
    "cost": N_("Cost by the department's sheet, in toman; empty before"),
    "cycle": N_("Code of the cycle in which residents chose it"),
    "department": N_("Code of the department that builds it"),
    "ends_on": N_("Day on which the works are to be finished"),
    "id": N_("Number of the row that never changes (UUID)"),
    "lat": N_("Latitude of the place, if its author marked one"),
    "lon": N_("Longitude of the place, if its author marked one"),
    "merged_into": N_("Number of the proposal with which it was joined"),
    "number": N_("Number of the proposal in its cycle"),
    "paid": N_("Money paid so far, in toman"),
    "place": N_("Place in words"),
    "problem": N_("What is wrong, in the author's words; empty until a moderator has read it"),
    "progress": N_("Works done, in per cent"),
    "routed_at": N_("When it went to the department (ISO 8601, UTC)"),
    "solution": N_("What is proposed, in the author's words; empty until a moderator has read it"),
    "stage": N_("Stage on the way through the municipality, as a code"),
    "state": N_("Where the proposal stands, as a code"),
    "submitted_at": N_("When it was handed in (ISO 8601, UTC)"),
    "supports": N_("Residents who stand behind it"),
    "title": N_("Title"),
    "voted": N_("Money that residents voted, in toman"),
    "votes": N_("Votes it received"),
}
