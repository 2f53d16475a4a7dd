"""What the margins of a project say: a sentence for each set of changes that would have helped."""

from __future__ import annotations

from civic.counting.errors import N_

SENTENCES = {
    "": N_("No other number of votes, cost or budget by itself would have funded it."),
    "cost": N_("At a cost of %(cost)s it would have been funded."),
    "budget": N_("With a budget of %(budget)s it would have been funded."),
    "cost budget": N_(
        "At a cost of %(cost)s, or with a budget of %(budget)s, it would have been funded."
    ),
    "voters": N_("With %(more)s more votes it would have been funded."),
    "voters cost": N_(
        "With %(more)s more votes, or at a cost of %(cost)s, it would have been funded."
    ),
    "voters budget": N_(
        "With %(more)s more votes, or with a budget of %(budget)s, it would have been funded."
    ),
    "voters cost budget": N_(
        "With %(more)s more votes, or at a cost of %(cost)s, or with a budget of %(budget)s, it"
        " would have been funded."
    ),
    "newcomers": N_(
        "With %(more)s more voters who choose only this project it would have been funded."
    ),
    "newcomers cost": N_(
        "With %(more)s more voters who choose only this project, or at a cost of %(cost)s, it"
        " would have been funded."
    ),
    "newcomers budget": N_(
        "With %(more)s more voters who choose only this project, or with a budget of %(budget)s,"
        " it would have been funded."
    ),
    "newcomers cost budget": N_(
        "With %(more)s more voters who choose only this project, or at a cost of %(cost)s, or with"
        " a budget of %(budget)s, it would have been funded."
    ),
    "voters-points": N_(
        "With %(more)s more voters who give it %(points)s points it would have been funded."
    ),
    "voters-points cost": N_(
        "With %(more)s more voters who give it %(points)s points, or at a cost of %(cost)s, it"
        " would have been funded."
    ),
    "voters-points budget": N_(
        "With %(more)s more voters who give it %(points)s points, or with a budget of %(budget)s,"
        " it would have been funded."
    ),
    "voters-points cost budget": N_(
        "With %(more)s more voters who give it %(points)s points, or at a cost of %(cost)s, or"
        " with a budget of %(budget)s, it would have been funded."
    ),
    "newcomers-points": N_(
        "With %(more)s more voters who give %(points)s points to this project alone it would have"
        " been funded."
    ),
    "newcomers-points cost": N_(
        "With %(more)s more voters who give %(points)s points to this project alone, or at a cost"
        " of %(cost)s, it would have been funded."
    ),
    "newcomers-points budget": N_(
        "With %(more)s more voters who give %(points)s points to this project alone, or with a"
        " budget of %(budget)s, it would have been funded."
    ),
    "newcomers-points cost budget": N_(
        "With %(more)s more voters who give %(points)s points to this project alone, or at a cost"
        " of %(cost)s, or with a budget of %(budget)s, it would have been funded."
    ),
}
