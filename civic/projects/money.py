"""The way of the money as plain sums, and what may be added to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from civic.kernel.errors import RuleBroken
from civic.kernel.money import Toman
from civic.kernel.roles import N_
from civic.projects.stages import MoneyKind


class Line(Protocol):
    """An entry of the money trail."""

    @property
    def kind(self) -> MoneyKind: ...
    @property
    def amount(self) -> int: ...


class Entry(NamedTuple):
    """What somebody wants to enter; less than nothing corrects an earlier entry."""

    kind: MoneyKind
    amount: int
    on_day: date
    note: str = ""


@dataclass(frozen=True)
class Money:
    """The sums of a money trail; None where the money has not come yet."""

    voted: int = 0
    approved: int | None = None
    contracted: int | None = None
    paid: int | None = None

    @property
    def variance(self) -> int | None:
        """By how much the contracts are above (or, negative, below) what was approved."""
        if self.contracted is None or self.approved is None:
            return None
        return self.contracted - self.approved


def money_of(lines: Iterable[Line]) -> Money:
    """The sums of a money trail by kind."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.kind.value] = sums.get(line.kind.value, 0) + line.amount
    return Money(**sums)


def check_entry(money: Money, entry: Entry) -> None:
    """May this be added? Money is contracted once it is approved, and paid once contracted."""
    if entry.kind is MoneyKind.VOTED:
        raise RuleBroken(N_("What residents voted for cannot be changed."), field="kind")
    if not entry.amount:
        raise RuleBroken(N_("Write an amount."), field="amount")
    if money.approved is None:
        raise RuleBroken(
            N_(
                "No money is approved yet. The district mayor approves it first or, for the"
                " whole city, the headquarters."
            ),
            field="kind",
        )
    new = (getattr(money, entry.kind.value) or 0) + entry.amount
    if new < 0:
        raise RuleBroken(N_("This would take away more than was entered."), field="amount")
    if (entry.amount < 0 or entry.kind is MoneyKind.APPROVED) and not entry.note.strip():
        raise RuleBroken(
            N_("Write why an entry is corrected or why the approved amount changes."), field="note"
        )
    if entry.kind is MoneyKind.CONTRACTED:
        _check_contracted(money, new, entry.note)
    if entry.kind is MoneyKind.PAID:
        _check_paid(money, new)


def _check_contracted(money: Money, new: int, note: str) -> None:
    approved, paid = money.approved or 0, money.paid or 0
    if new < paid:
        raise RuleBroken(
            N_("%(paid)s is paid already; the contracts cannot be worth less."),
            field="amount", paid=Toman(paid),
        )  # fmt: skip
    # In whole numbers: more than eleven tenths of what was approved.
    if new * 10 > approved * 11 and not note.strip():
        raise RuleBroken(
            N_(
                "With this, %(total)s would be contracted; %(approved)s is approved. For more"
                " than 10 percent above it, write the reason; everybody can read it."
            ),
            field="note", total=Toman(new), approved=Toman(approved),
        )  # fmt: skip


def _check_paid(money: Money, new: int) -> None:
    contracted, paid = money.contracted or 0, money.paid or 0
    if new > contracted:
        raise RuleBroken(
            N_(
                "The contracts are worth %(contracted)s and %(paid)s is paid, so at most %(left)s"
                " can be entered. If the contract grew, enter that first."
            ),
            field="amount", contracted=Toman(contracted), paid=Toman(paid),
            left=Toman(contracted - paid),
        )  # fmt: skip
