"""what other rules would have chosen, and what would have helped a project that lost"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("counts", sa.Column("alternatives", sa.JSON(), nullable=True))
    op.add_column("result_lines", sa.Column("change", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("result_lines", "change")
    op.drop_column("counts", "alternatives")
