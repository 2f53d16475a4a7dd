"""Two accounts of one person: who asked that they be joined, and who did it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.electorate.models import Participation
from civic.kernel.db import Model, UTCDateTime
from civic.kernel.guards import keep_rows, refuse_when


class AccountJoin(Model):
    """That one account goes and another stays, since both are of one person."""

    __tablename__ = "account_joins"
    __table_args__ = (
        CheckConstraint("stays_id <> goes_id", name="two_accounts_are_joined"),
        CheckConstraint(
            "number_of_id = stays_id OR number_of_id = goes_id", name="the_number_is_of_one_of_them"
        ),
        CheckConstraint("state IN ('asked', 'joined', 'dropped')", name="a_join_is_asked_first"),
        CheckConstraint(
            "(state = 'asked') = (decided_by_id IS NULL)"
            " AND (decided_by_id IS NULL) = (decided_at IS NULL)",
            name="a_join_is_decided_by_somebody",
        ),
        CheckConstraint(
            "state <> 'joined' OR asked_by_id <> decided_by_id", name="two_people_join_accounts"
        ),
        # One account goes once, and nobody asks twice at the same moment.
        Index(
            "an_account_goes_once",
            "goes_id",
            unique=True,
            sqlite_where=text("state <> 'dropped'"),
            postgresql_where=text("state <> 'dropped'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    stays_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    goes_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    # Of which of both the person uses the mobile number now.
    number_of_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    stays: Mapped[Account] = relationship(lazy="raise", foreign_keys=[stays_id])
    goes: Mapped[Account] = relationship(lazy="raise", foreign_keys=[goes_id])
    asked_by: Mapped[Account] = relationship(lazy="raise", foreign_keys=[asked_by_id])


keep_rows(AccountJoin.__table__)  # type: ignore[arg-type]
refuse_when(
    AccountJoin.__table__,  # type: ignore[arg-type]
    "decided",
    "OLD.state <> 'asked' OR NEW.stays_id <> OLD.stays_id OR NEW.goes_id <> OLD.goes_id",
    on=("UPDATE",),
    says="what was decided about two accounts stays",
)
# Whoever is in the middle of casting while the account goes knows nothing of it yet: the mark of
# taking part, which every vote needs, is where the database refuses.
refuse_when(
    Participation.__table__,  # type: ignore[arg-type]
    "joined",
    "EXISTS (SELECT 1 FROM account_joins j"
    " WHERE j.goes_id = {row}.account_id AND j.state = 'joined')",
    on=("INSERT",),
    says="this account was joined to another",
)
