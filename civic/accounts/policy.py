"""Who may change an account, end a session, and give roles to others."""

from __future__ import annotations

from civic.accounts.models import Account, SignInSession
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role


@policy("This belongs to another person.")
def may_change_account(actor: Actor, account: Account) -> bool:
    """Everybody changes their own account, and nobody that of another."""
    return bool(actor.id == account.id)


@policy("This device is signed in by another person.")
def may_end_session(actor: Actor, session: SignInSession) -> bool:
    """Everybody ends their own sessions."""
    return bool(actor.id == session.account_id)


@policy("Only an administrator grants and ends roles, and never their own.")
def may_manage_roles(actor: Actor, account: Account | None = None) -> bool:
    """Administrators, for everybody but themselves: nobody rises or stays by their own hand."""
    return actor.holds(Role.ADMIN) and (account is None or actor.id != account.id)
