"""Who may do what: questions that can be asked (`may_x(actor, it)`) or insisted on."""

from __future__ import annotations

from collections.abc import Callable

from civic.kernel.errors import NotAllowed
from civic.kernel.roles import Actor

POLICIES: dict[str, Policy] = {}


class Policy:
    """A yes-or-no question about a person and a thing, and the sentence for a no."""

    def __init__(self, answer: Callable[..., bool], refusal: str) -> None:
        self.answer, self.refusal = answer, refusal
        self.__name__ = answer.__name__
        self.__doc__ = answer.__doc__

    def __call__(self, actor: Actor, *on: object) -> bool:
        return actor.is_authenticated and self.answer(actor, *on)

    def require(self, actor: Actor, *on: object) -> None:
        """Go on only if the answer is yes; else raise `NotAllowed` with the sentence."""
        if not self(actor, *on):
            raise NotAllowed(self.refusal)


def policy(refusal: str) -> Callable[[Callable[..., bool]], Policy]:
    """Make a policy of a function; templates know it under the function's name."""

    def make(answer: Callable[..., bool]) -> Policy:
        if answer.__name__ in POLICIES:
            raise ValueError(f"There are two policies called {answer.__name__}.")
        POLICIES[answer.__name__] = made = Policy(answer, refusal)
        return made

    return make
