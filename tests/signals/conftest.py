from tests.ballots.conftest import cast, cycle, paper, pot

__all__ = ["cast", "cycle", "paper", "pot"]
