"""What the margins of a project say: a sentence for each set of changes that would have helped."""

from __future__ import annotations

from civic.counting.errors import N_, Counted

SENTENCES: dict[str, str | Counted] = {
    "": N_("No other number of votes, cost or budget by itself would have funded it."),
    "cost": N_("At a cost of %(cost)s it would have been funded."),
    "budget": N_("With a budget of %(budget)s it would have been funded."),
    "cost budget": N_(
        "At a cost of %(cost)s, or with a budget of %(budget)s, it would have been funded."
    ),
    "voters": Counted(
        "With %(more)s more vote it would have been funded.",
        "With %(more)s more votes it would have been funded.",
        by="more",
    ),
    "voters cost": Counted(
        "With %(more)s more vote, or at a cost of %(cost)s, it would have been funded.",
        "With %(more)s more votes, or at a cost of %(cost)s, it would have been funded.",
        by="more",
    ),
    "voters budget": Counted(
        "With %(more)s more vote, or with a budget of %(budget)s, it would have been funded.",
        "With %(more)s more votes, or with a budget of %(budget)s, it would have been funded.",
        by="more",
    ),
    "voters cost budget": Counted(
        "With %(more)s more vote, or at a cost of %(cost)s, or with a budget of %(budget)s, it"
        " would have been funded.",
        "With %(more)s more votes, or at a cost of %(cost)s, or with a budget of %(budget)s, it"
        " would have been funded.",
        by="more",
    ),
    "newcomers": Counted(
        "With %(more)s more voter who chooses only this project it would have been funded.",
        "With %(more)s more voters who choose only this project it would have been funded.",
        by="more",
    ),
    "newcomers cost": Counted(
        "With %(more)s more voter who chooses only this project, or at a cost of %(cost)s, it"
        " would have been funded.",
        "With %(more)s more voters who choose only this project, or at a cost of %(cost)s, it"
        " would have been funded.",
        by="more",
    ),
    "newcomers budget": Counted(
        "With %(more)s more voter who chooses only this project, or with a budget of %(budget)s,"
        " it would have been funded.",
        "With %(more)s more voters who choose only this project, or with a budget of %(budget)s,"
        " it would have been funded.",
        by="more",
    ),
    "newcomers cost budget": Counted(
        "With %(more)s more voter who chooses only this project, or at a cost of %(cost)s, or with"
        " a budget of %(budget)s, it would have been funded.",
        "With %(more)s more voters who choose only this project, or at a cost of %(cost)s, or with"
        " a budget of %(budget)s, it would have been funded.",
        by="more",
    ),
    "voters-points": Counted(
        "With %(more)s more voter who gives it %(points)s points it would have been funded.",
        "With %(more)s more voters who give it %(points)s points it would have been funded.",
        by="more",
    ),
    "voters-points cost": Counted(
        "With %(more)s more voter who gives it %(points)s points, or at a cost of %(cost)s, it"
        " would have been funded.",
        "With %(more)s more voters who give it %(points)s points, or at a cost of %(cost)s, it"
        " would have been funded.",
        by="more",
    ),
    "voters-points budget": Counted(
        "With %(more)s more voter who gives it %(points)s points, or with a budget of %(budget)s,"
        " it would have been funded.",
        "With %(more)s more voters who give it %(points)s points, or with a budget of %(budget)s,"
        " it would have been funded.",
        by="more",
    ),
    "voters-points cost budget": Counted(
        "With %(more)s more voter who gives it %(points)s points, or at a cost of %(cost)s, or"
        " with a budget of %(budget)s, it would have been funded.",
        "With %(more)s more voters who give it %(points)s points, or at a cost of %(cost)s, or"
        " with a budget of %(budget)s, it would have been funded.",
        by="more",
    ),
    "newcomers-points": Counted(
        "With %(more)s more voter who gives %(points)s points to this project alone it would have"
        " been funded.",
        "With %(more)s more voters who give %(points)s points to this project alone it would have"
        " been funded.",
        by="more",
    ),
    "newcomers-points cost": Counted(
        "With %(more)s more voter who gives %(points)s points to this project alone, or at a cost"
        " of %(cost)s, it would have been funded.",
        "With %(more)s more voters who give %(points)s points to this project alone, or at a cost"
        " of %(cost)s, it would have been funded.",
        by="more",
    ),
    "newcomers-points budget": Counted(
        "With %(more)s more voter who gives %(points)s points to this project alone, or with a"
        " budget of %(budget)s, it would have been funded.",
        "With %(more)s more voters who give %(points)s points to this project alone, or with a"
        " budget of %(budget)s, it would have been funded.",
        by="more",
    ),
    "newcomers-points cost budget": Counted(
        "With %(more)s more voter who gives %(points)s points to this project alone, or at a cost"
        " of %(cost)s, or with a budget of %(budget)s, it would have been funded.",
        "With %(more)s more voters who give %(points)s points to this project alone, or at a cost"
        " of %(cost)s, or with a budget of %(budget)s, it would have been funded.",
        by="more",
    ),
}
