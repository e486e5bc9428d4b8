"""An agency may want its own enrolled devices."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    name = "enrolled_devices_only"
    op.add_column("agencies", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
