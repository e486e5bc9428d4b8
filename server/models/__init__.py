"""The rows of the database. Importing this package registers every table on ``Base.metadata``."""

from server.models.access_change import AccessChange
from server.models.access_request import AccessRequest, RequestStatus
from server.models.attachment import Attachment, AttachmentKind
from server.models.audit import AuditCheckpoint, AuditEvent, AuditHead, RefusalTally
from server.models.base import Base
from server.models.blackout import BLACKED_OUT, Blackout
from server.models.camera import Camera, CameraHealth, CameraPurpose
from server.models.cap import CapMessage, CapSender
from server.models.credential import IdempotencyKey, Pin, RefreshToken, SecondFactor, SeenProof, Shift, SignInTally
from server.models.device import Device
from server.models.discovery import WISH_LASTS, Discovery, DiscoveryWish
from server.models.duty import Duty, DutyKind, DutyMeans, DutyStatus
from server.models.eido import EidoIncident
from server.models.grant import Grant, GrantAcceptance, GrantCamera, GrantCovers, GrantTo
from server.models.incident import (
    RESERVED_FOR,
    CameraRole,
    ClosingCode,
    Dispatch,
    DispatchStatus,
    Incident,
    IncidentCamera,
    IncidentRoom,
    IncidentStatus,
    LegalBasis,
    Part,
    Selection,
    Service,
    ServicePolicy,
)
from server.models.organisation import (
    Agency,
    AgencyCentre,
    AgencyKind,
    ApprovalPolicy,
    Centre,
    CentreCode,
    Client,
    Officer,
    PtzRight,
    Role,
    Unit,
    UnitKind,
    UnitPosition,
)
from server.models.outbox import OutboxEvent
from server.models.person import AlertKind, AlertOutcome, PersonAlert
from server.models.plate import (
    LookupKind,
    PlateHit,
    PlateLookup,
    PlateRead,
    Verification,
    WantedVehicle,
    WatchHead,
)
from server.models.playback import LAWFUL, BasisKind, PlaybackSession
from server.models.preservation import PreservationRequest
from server.models.provider import Provider, ProviderSignIn
from server.models.ptz import PtzHold, PtzState, in_force
from server.models.purpose import Purpose
from server.models.report import IncidentReport, ReportKind
from server.models.review import (
    Anomaly,
    AnomalyKind,
    AnomalyStatus,
    MonthlyReview,
    Severity,
    UnitStay,
)
from server.models.sensor import SensorEvent, SensorKind, SensorReport, SensorRule
from server.models.sharing import Sharing, SharingStatus, Verb
from server.models.stream import Host, Lease, LeaseState, Stream
from server.models.violation import Violation, ViolationKind, WearerPosition
from server.models.webhook import DeliveryStatus, Webhook, WebhookDelivery, WebhookEvent

__all__ = [
    "BLACKED_OUT",
    "LAWFUL",
    "RESERVED_FOR",
    "WISH_LASTS",
    "AccessChange",
    "AccessRequest",
    "Agency",
    "AgencyCentre",
    "AgencyKind",
    "AlertKind",
    "AlertOutcome",
    "Anomaly",
    "AnomalyKind",
    "AnomalyStatus",
    "ApprovalPolicy",
    "Attachment",
    "AttachmentKind",
    "AuditCheckpoint",
    "AuditEvent",
    "AuditHead",
    "Base",
    "BasisKind",
    "Blackout",
    "Camera",
    "CameraHealth",
    "CameraPurpose",
    "CameraRole",
    "CapMessage",
    "CapSender",
    "Centre",
    "CentreCode",
    "Client",
    "ClosingCode",
    "DeliveryStatus",
    "Device",
    "Discovery",
    "DiscoveryWish",
    "Dispatch",
    "DispatchStatus",
    "Duty",
    "DutyKind",
    "DutyMeans",
    "DutyStatus",
    "EidoIncident",
    "Grant",
    "GrantAcceptance",
    "GrantCamera",
    "GrantCovers",
    "GrantTo",
    "Host",
    "IdempotencyKey",
    "Incident",
    "IncidentCamera",
    "IncidentReport",
    "IncidentRoom",
    "IncidentStatus",
    "Lease",
    "LeaseState",
    "LegalBasis",
    "LookupKind",
    "MonthlyReview",
    "Officer",
    "OutboxEvent",
    "Part",
    "PersonAlert",
    "Pin",
    "PlateHit",
    "PlateLookup",
    "PlateRead",
    "PlaybackSession",
    "PreservationRequest",
    "Provider",
    "ProviderSignIn",
    "PtzHold",
    "PtzRight",
    "PtzState",
    "Purpose",
    "RefreshToken",
    "RefusalTally",
    "ReportKind",
    "RequestStatus",
    "Role",
    "SecondFactor",
    "SeenProof",
    "Selection",
    "SensorEvent",
    "SensorKind",
    "SensorReport",
    "SensorRule",
    "Service",
    "ServicePolicy",
    "Severity",
    "Sharing",
    "SharingStatus",
    "Shift",
    "SignInTally",
    "Stream",
    "Unit",
    "UnitKind",
    "UnitPosition",
    "UnitStay",
    "Verb",
    "Verification",
    "Violation",
    "ViolationKind",
    "WantedVehicle",
    "WatchHead",
    "WearerPosition",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
    "in_force",
]
