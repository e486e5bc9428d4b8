"""Every way the server says no, as one tree. A class is a frozen ``code`` (its name in snake_case) and a status.

Refusal                                   title: the class's first line; detail: what happened and how to mend it
├── 400  MalformedJson CapMalformed BadRequest InvalidGrant UnsupportedGrantType OtpNeeded OtpInvalid OtpEnrolmentNeeded
├── 401  TokenMissing TokenInvalid DpopProofInvalid InvalidClient
├── 403  RoleMissing ServiceNotAllowed UnitNotYours CentreNotYours GrantNeedsAnother IncidentNotOwned NotOnScene
│        DeviceLost DeviceNotEnrolled EnrolmentCodeInvalid IdentityUnknown LoginLocked PinWrong PasswordNeeded
│        PasswordWrong CapSenderNotRegistered IncidentReserved
│        PtzNotWatching PtzNotAllowed
│   └── PlaybackRefused  IncidentOver PartOver DispatchOver NotDispatched CameraNotListed CameraDisabled
│                        ViewerDisabled Expired NotGranted GrantNotBegun GrantNotAccepted GrantNotApproved
│                        GrantOver CameraNotYours CameraBlackedOut
├── 404  AttachmentUnknown AlertUnknown
│        DeviceUnknown NotFound IncidentUnknown DispatchUnknown SessionUnknown CameraUnknown GrantUnknown
│        AccessRequestUnknown OfficerUnknown WantedVehicleUnknown PlateHitUnknown AnomalyUnknown ReviewUnknown
│        SharingUnknown ProviderUnknown ClientUnknown SensorEventUnknown DutyUnknown
│        CapSenderUnknown WebhookUnknown
├── 405  MethodNotAllowed
├── 409  AttachmentsFull AlertConflict AlertOver AlertEscalated ReportAlready
│        DeviceEnrolled IncidentConflict IncidentClosed DispatchEnded GrantEnded AccessRequestOver IdempotencyConflict
│        WantedVehicleAlready WantedVehicleOver AnomalyDecided ReviewTooEarly ReviewChanged SharingConflict SharingOver
│        OtpEnrolled IdentityTaken BreakGlassAgain AgencyExists CentreExists UnitExists UsernameTaken ClientExists
│        DutyClosed CapConflict CapSuperseded CapSenderExists WebhooksTooMany
│        PtzUnable PtzHeld PtzNotHeld DiscoveryUnable IncidentNotUrgent PreservationsTooMany
├── 413  BodyTooLarge
├── 415  MediaTypeNotTaken
├── 422  AlertTimeInvalid AlertPhotoInvalid
│   │                InvalidRequest UnitUnknown CursorInvalid CentreUnknown AgencyUnknown RoomUnknown
│   │                PlateInvalid PlateCropInvalid PlateReadFromFuture PlateReadTooOld WantedTimeInvalid LookupTooBroad
│   │                ImportFileInvalid PasswordWeak SensorTopicUnknown SensorEventFromFuture SensorEventTooOld
│   │                CentreCodeInvalid DutyMeansInvalid AreaInvalid
│   │                EidoLocationMissing EidoServiceUnclear WebhookAddressInvalid
│   │                PtzPresetUnknown
│   │                CapInvalid CapAreaInvalid CapNotInForce CapReferenceUnknown
│   │                PositionFromFuture PositionTooOld PositionOutOfOrder PositionTooSoon PositionOutsideKorea
│   ├── GrantInvalid   GrantTimesInvalid GrantRecipientUnknown GrantToSelf GrantCameraUnknown GrantAreaInvalid
│   └── CameraInvalid  CameraHostInvalid CameraOutsideNetworks CameraPasswordNeeded CameraProfileInvalid
│                      CameraCodecUnknown CameraProfileTooLarge CameraMaskInvalid CameraMaskOutside
│                      CameraPlaceInvalid CameraTwice
├── 429  TooManyAttempts TooManyRequests (nginx says it too)
├── 500  Internal
└── 503  ServerUnavailable ProviderUnavailable

Rendered as RFC 9457 ``application/problem+json``. Public text never tells an unknown id from somebody else's.
"""

from server.errors.cameras import *
from server.errors.cap import *
from server.errors.discovery import *
from server.errors.duties import *
from server.errors.eido import *
from server.errors.grants import *
from server.errors.identity import *
from server.errors.incidents import *
from server.errors.organisation import *
from server.errors.persons import *
from server.errors.plates import *
from server.errors.playback import *
from server.errors.ptz import *
from server.errors.request import *
from server.errors.reviews import *
from server.errors.sensing import *
from server.errors.violations import *
from server.errors.webhooks import *
from server.refusal import Refusal as Refusal
from server.refusal import codes as codes
