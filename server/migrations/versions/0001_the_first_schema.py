"""the first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=True),
        sa.Column("remote_address", sa.String(length=45), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_at", "audit_events", ["at"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "centres",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("code_valid_from", sa.Date(), nullable=True),
        sa.Column("code_valid_until", sa.Date(), nullable=True),
        sa.Column("networks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centres")),
        sa.UniqueConstraint("code", name=op.f("uq_centres_code")),
    )
    op.create_table(
        "hosts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hosts")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(length=90), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"], unique=False)
    op.create_table(
        "outbox_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_events")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_events_at", "outbox_events", ["at"], unique=False)
    op.create_table(
        "agencies",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "police_112",
                "police_station",
                "fire_119",
                "fire_station",
                "disaster",
                "moj_location",
                "cctv_centre",
                "province",
                name="agencykind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("centre_id", sa.String(length=22), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_agencies_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
        sa.UniqueConstraint("name", name=op.f("uq_agencies_name")),
    )
    op.create_table(
        "cameras",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("centre_id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("h3_cell", sa.BigInteger(), nullable=False),
        sa.Column("bearing_deg", sa.Double(), nullable=True),
        sa.Column("fov_deg", sa.Double(), nullable=True),
        sa.Column("range_m", sa.Double(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column(
            "health",
            sa.Enum("ok", "degraded", "down", name="camerahealth", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("rtsp_host", sa.String(length=255), nullable=False),
        sa.Column("rtsp_port", sa.Integer(), nullable=False),
        sa.Column("rtsp_path", sa.String(length=255), nullable=False),
        sa.Column("rtsp_username", sa.String(length=64), nullable=True),
        sa.Column("rtsp_password_sealed", sa.LargeBinary(length=512), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("fk_cameras_centre_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cameras")),
    )
    op.create_index("ix_cameras_h3_cell", "cameras", ["h3_cell"], unique=False)
    op.create_table(
        "clients",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("secret_hash", sa.String(length=255), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_clients_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column(
            "service",
            sa.Enum(
                "police_112",
                "fire_119",
                "disaster",
                "ankle_monitor",
                "wanted_vehicle",
                "vulnerable_person",
                name="service",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column(
            "status", sa.Enum("open", "closed", name="incidentstatus", native_enum=False, length=32), nullable=False
        ),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("polygon", sa.JSON(), nullable=True),
        sa.Column("summary", sa.String(length=2000), nullable=False),
        sa.Column(
            "legal_basis",
            sa.Enum(
                "PIPA_18_2_2",
                "PIPA_18_2_3",
                "PIPA_18_2_7",
                "PIPA_18_2_9",
                "PIPA_18_2_10",
                "FIRE119_11_2_1",
                "DISASTER_74_3",
                "ANKLE_16_3_2",
                "POLICE112_9_1",
                name="legalbasis",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_incidents_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("service", "external_id", name="uq_incidents_service_external_id"),
    )
    op.create_table(
        "leases",
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("host_id", sa.String(length=32), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("starting", "live", "backoff", "failed", name="leasestate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_leases_camera_id")),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name=op.f("fk_leases_host_id")),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_leases")),
    )
    op.create_table(
        "streams",
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("wanted_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_streams_camera_id")),
        sa.PrimaryKeyConstraint("camera_id", name=op.f("pk_streams")),
    )
    op.create_index("ix_streams_wanted_until", "streams", ["wanted_until"], unique=False)
    op.create_table(
        "units",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("call_sign", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("patrol_car", "fire_engine", "ambulance", "rescue", name="unitkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_units_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("call_sign", name=op.f("uq_units_call_sign")),
    )
    op.create_table(
        "dispatches",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("unit_id", sa.String(length=22), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "sent",
                "acknowledged",
                "en_route",
                "on_scene",
                "cleared",
                "withdrawn",
                name="dispatchstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_dispatches_incident_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_dispatches_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
    )
    op.create_index("ix_dispatches_unit_id", "dispatches", ["unit_id"], unique=False)
    op.create_index(
        "uq_dispatches_active",
        "dispatches",
        ["incident_id", "unit_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "incident_cameras",
        sa.Column("incident_id", sa.String(length=22), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("distance_m", sa.Double(), nullable=False),
        sa.Column("bearing_deg", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_incident_cameras_camera_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_incident_cameras_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "camera_id", name=op.f("pk_incident_cameras")),
    )
    op.create_table(
        "officers",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "officer", "supervisor", "dispatcher", "auditor", "admin", name="role", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("agency_id", sa.String(length=22), nullable=False),
        sa.Column("unit_id", sa.String(length=22), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_officers_agency_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_officers_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("username", name=op.f("uq_officers_username")),
    )
    op.create_table(
        "playback_sessions",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("sid_hash", sa.String(length=64), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("viewer_kind", sa.String(length=16), nullable=False),
        sa.Column("viewer_id", sa.String(length=64), nullable=False),
        sa.Column("login_id", sa.String(length=22), nullable=True),
        sa.Column("unit_id", sa.String(length=22), nullable=True),
        sa.Column("incident_id", sa.String(length=22), nullable=True),
        sa.Column(
            "basis_kind", sa.Enum("dispatch", "room", name="basiskind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("basis_id", sa.String(length=22), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=True),
        sa.Column("remote_address", sa.String(length=45), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["camera_id"], ["cameras.id"], name=op.f("fk_playback_sessions_camera_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_playback_sessions_incident_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_playback_sessions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playback_sessions")),
        sa.UniqueConstraint("sid_hash", name=op.f("uq_playback_sessions_sid_hash")),
    )
    op.create_index("ix_playback_sessions_camera_id", "playback_sessions", ["camera_id"], unique=False)
    op.create_index("ix_playback_sessions_ended_at", "playback_sessions", ["ended_at", "expires_at"], unique=False)
    op.create_index("ix_playback_sessions_incident_id", "playback_sessions", ["incident_id"], unique=False)
    op.create_index("ix_playback_sessions_login_id", "playback_sessions", ["login_id"], unique=False)
    op.create_table(
        "unit_positions",
        sa.Column("unit_id", sa.String(length=22), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("heading_deg", sa.Double(), nullable=True),
        sa.Column("speed_kmh", sa.Double(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_positions_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_positions")),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("family_id", sa.String(length=22), nullable=False),
        sa.Column("officer_id", sa.String(length=22), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_refresh_tokens_officer_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_tokens")),
    )
    op.create_index("ix_refresh_tokens_family_id", "refresh_tokens", ["family_id"], unique=False)
    head = sa.table("audit_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
