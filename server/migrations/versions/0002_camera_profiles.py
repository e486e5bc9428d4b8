"""What a camera sends is a list of profiles, what must not be seen a list of masks; a lease tells the picture's age."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UNKNOWN = ("codec", "width_px", "height_px", "fps", "bitrate_bps", "gop_frames", "b_frames", "codecs")
BATCH = 10_000
CAMERAS = sa.table(
    "cameras", sa.column("id", sa.String), sa.column("rtsp_path", sa.String), sa.column("profiles", sa.JSON)
)


def upgrade() -> None:
    # The defaults stay: SQLite takes a default away only by copying the table.
    op.add_column("cameras", sa.Column("profiles", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("cameras", sa.Column("masks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("cameras", sa.Column("warm", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cameras", sa.Column("onvif_port", sa.Integer(), nullable=True))
    op.create_index(
        "ix_cameras_warm", "cameras", ["id"], sqlite_where=sa.text("warm = 1"), postgresql_where=sa.text("warm")
    )
    _paths_become_profiles()
    op.drop_column("cameras", "rtsp_path")

    op.add_column("leases", sa.Column("picture_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("leases", sa.Column("still_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("leases", sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("leases", sa.Column("frozen", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("leases", sa.Column("step", sa.String(length=16), nullable=False, server_default="full"))


def _paths_become_profiles() -> None:
    """By pages of the key, so that a million cameras fit into the memory and into the limit of one statement."""
    connection, last = op.get_bind(), ""
    page = sa.select(CAMERAS.c.id, CAMERAS.c.rtsp_path).order_by(CAMERAS.c.id).limit(BATCH)
    change = (
        sa.update(CAMERAS).where(CAMERAS.c.id == sa.bindparam("camera_id")).values(profiles=sa.bindparam("as_profiles"))
    )
    while rows := connection.execute(page.where(CAMERAS.c.id > last)).all():
        unknown = dict.fromkeys(UNKNOWN)
        connection.execute(
            change,
            [{"camera_id": id_, "as_profiles": [{"name": "main", "path": path} | unknown]} for id_, path in rows],
        )
        last = rows[-1].id
