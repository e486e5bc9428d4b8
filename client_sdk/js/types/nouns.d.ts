/** The nouns of a caller. Made of the OpenAPI document by python -m tests.client_sdk.declarations. */
export type Service = 'police_112' | 'fire_119' | 'disaster' | 'ankle_monitor' | 'wanted_vehicle' | 'vulnerable_person';
export type Location = { lat: number; lon: number; accuracy_m?: number | null; address?: string | null; };
export type LegalBasis = 'PIPA_18_2_2' | 'PIPA_18_2_3' | 'PIPA_18_2_7' | 'PIPA_18_2_9' | 'PIPA_18_2_10' | 'FIRE119_11_2_1' | 'DISASTER_74_3' | 'ANKLE_16_3_2' | 'POLICE112_9_1';
export type CallerPosition = { lat: number; lon: number; accuracy_m: number; };
export type ShownIncident = { id: string; service: string; external_id: string; type: string; priority: number; status: string; location: ShownLocation; polygon: Array<[number, number]> | null; summary: string; legal_basis: string; reported_at: string; created_at: string; until: string | null; closed_at: string | null; closing_reason: string | null; closing_code: ClosingCode | null; cameras: Array<RankedCamera>; dispatches: Array<ShownDispatch>; rooms: Array<ShownIncidentShownRoom>; };
export type ShownLocation = { lat: number; lon: number; accuracy_m: number | null; address: string | null; };
export type ClosingCode = 'solved' | 'cancelled' | 'handed_over' | 'not_police' | 'nothing_found' | 'commander_done';
export type RankedCamera = { name: string; lat: number; lon: number; health: string; looks_deg: number | null; fov_deg: number | null; range_m: number; camera_id: string; rank: number; distance_m: number; bearing_deg: number; reasons: Array<string>; role: CameraRole; };
export type CameraRole = 'around' | 'escape' | 'corridor' | 'caller';
export type ShownDispatch = { id: string; unit: string; status: string; sent_at: string; delivered_at: string | null; shown_at: string | null; acknowledged_at: string | null; };
export type ShownIncidentShownRoom = { agency_id: string; part: string; since: string; ended_at: string | null; end_reason: string | null; };
export type IncidentStatus = 'open' | 'closed';
export type ListedIncidents = { next_cursor?: string | null; items: Array<ListedIncident>; };
export type ListedIncident = { id: string; service: string; type: string; priority: number; status: string; location: ShownLocation; summary: string; legal_basis: string; reported_at: string; closed_at: string | null; dispatches: Array<ShownDispatch>; };
export type IncidentCameras = { cameras: Array<RankedCamera>; };
export type OfferedUnits = { units: Array<OfferedUnit>; underway: Array<OfferedUnit>; };
export type OfferedUnit = { unit: string; call_sign: string; kind: string; lat: number; lon: number; distance_m: number; position_age_s: number; busy: boolean; };
export type ShownPositions = { next_cursor?: string | null; items: Array<ShownPosition>; };
export type ShownPosition = { id: string; call_sign: string; kind: UnitKind; lat: number; lon: number; heading_deg: number | null; age_s: number; };
export type UnitKind = 'patrol_car' | 'fire_engine' | 'ambulance' | 'rescue' | 'probation';
export type NewCode = { priority: number; };
export type ReportKind = 'first' | 'update' | 'final';
export type ShownReport = { id: string; kind: ReportKind; text: string; outcome: ClosingCode | null; agency_id: string; unit_id: string | null; made_by: string; made_at: string; };
export type ShownReports = { next_cursor?: string | null; items: Array<ShownReport>; };
export type Spot = { lat: number; lon: number; };
export type Hydrant = { type: 'above_ground' | 'underground' | 'standpipe' | 'tank'; in_service?: boolean; flow_l_min?: number | null; capacity_m3?: number | null; };
export type Building = { use?: string | null; structure?: string | null; floors_above?: number | null; floors_below?: number | null; occupants?: number | null; hazardous_goods?: Array<string>; access?: string | null; };
export type Hazmat = { substance: string; un_number?: string | null; quantity?: number | null; unit?: 'kg' | 'l' | 'm3' | null; where?: string | null; };
export type PhotoRef = { ref: string; taken_at?: string | null; };
export type Note = { text: string; };
export type ShownAttachment = { id: string; kind: string; label: string; position: ShownSpot | null; agency_id: string; added_at: string; hydrant?: Hydrant | null; building?: Building | null; hazmat?: Hazmat | null; photo_ref?: PhotoRef | null; note?: Note | null; };
export type ShownSpot = { lat: number; lon: number; };
export type ShownAttachments = { next_cursor?: string | null; items: Array<ShownAttachment>; };
export type Verb = 'transfer' | 'mutual_aid' | 'joint_response';
export type ShownSharing = { id: string; verb: Verb; from_agency_id: string; to_agency_id: string; units: Array<string>; reason: string; legal_basis: LegalBasis; status: SharingStatus; created_at: string; answered_at: string | null; ended_at: string | null; incident: SharedIncident | null; };
export type SharingStatus = 'offered' | 'accepted' | 'refused' | 'withdrawn' | 'ended';
export type SharedIncident = { id: string; service: string; type: string; priority: number; location: ShownLocation; summary: string; reported_at: string; };
export type ShownSharings = { next_cursor?: string | null; items: Array<ShownSharing>; };
export type DutyStatus = 'open' | 'overdue' | 'done';
export type ShownDuties = { next_cursor?: string | null; items: Array<ShownDuty>; };
export type ShownDuty = { id: string; kind: DutyKind; status: DutyStatus; incident_id: string; incident_external_id: string; service: Service; subject: string | null; opened_at: string; due_at: string; closed_at: string | null; closed_by: string | null; means: DutyMeans | null; note: string | null; };
export type DutyKind = 'viewing_notice' | 'notify_subjects' | 'destroy';
export type DutyMeans = 'sms' | 'email' | 'fax' | 'phone' | 'post' | 'erased' | 'nothing_kept';
export type ShownRooms = { next_cursor?: string | null; items: Array<ShownRoomsShownRoom>; };
export type ShownRoomsShownRoom = { id: string; name: string; kind: AgencyKind; };
export type AgencyKind = 'police_112' | 'police_station' | 'fire_119' | 'fire_station' | 'disaster' | 'moj_location' | 'probation_office' | 'cctv_centre' | 'province';
export type ShownUnits = { next_cursor?: string | null; items: Array<ShownUnit>; };
export type ShownUnit = { id: string; call_sign: string; kind: string; agency_id: string; };
export type ShownColleagues = { next_cursor?: string | null; items: Array<ShownColleague>; };
export type ShownColleague = { id: string; name: string; role: Role; unit_id: string | null; };
export type Role = 'officer' | 'supervisor' | 'dispatcher' | 'auditor' | 'admin';
export type ShownServices = { items: Array<ShownService>; };
export type ShownService = { service: string; grace_s: number; cameras: ShownCameraChoice; };
export type ShownCameraChoice = { selection: string; radius_m: number; count: number | null; };
export type ShownGrants = { next_cursor?: string | null; items: Array<ShownGrant>; };
export type ShownGrant = { id: string; status: 'pending' | 'active' | 'ended'; to_kind: string; to_id: string; covers: string; incident_id: string | null; cameras: Array<GrantedCamera>; from: string; until: string; reason: string; legal_basis: string; conditions: string; accepted: boolean; given_by: string; agency_id: string; created_at: string; emergency: boolean; needs_approval: boolean; confirm_by: string | null; approved_at: string | null; approved_by: string | null; explanation_due: boolean; explanation: string | null; explained_at: string | null; ended_at: string | null; end_reason: string | null; to_name?: string | null; given_by_name?: string | null; };
export type GrantedCamera = { id: string; name: string; lat: number; lon: number; health: string; };
export type Recipient = { unit?: string | null; officer?: string | null; agency?: string | null; };
export type ShownRequests = { next_cursor?: string | null; items: Array<ShownRequest>; };
export type ShownRequest = { id: string; officer_id: string; agency_id: string; incident_id: string | null; camera_ids: Array<string>; reason: string; status: RequestStatus; created_at: string; expires_at: string; answered_at: string | null; answered_by: string | null; grant_id: string | null; officer_name?: string | null; };
export type RequestStatus = 'open' | 'granted' | 'refused' | 'expired';
export type ShownPreservation = { id: string; officer_id: string; incident_id: string; camera_id: string; centre_id: string; from_at: string; until_at: string; reason: string; created_at: string; };
export type ShownPreservations = { next_cursor?: string | null; items: Array<ShownPreservation>; };
export type ShownHold = { id: string; camera_id: string; incident_id: string; until: string; moves: number; done: number; outcome: string | null; away: boolean; presets: Array<ShownPreset>; };
export type ShownPreset = { token: string; name: string; };
export type ShownWards = { next_cursor?: string | null; centre_id: string; at: string; load: ShownLoad; items: Array<ShownWard>; };
export type ShownLoad = { cameras: number; wanted: number; pulls: number; max_pulls: number | null; kbps: number; uplink_kbps: number | null; waiting: number; sessions: number; };
export type ShownWard = { camera_id: string; name: string; lat: number; lon: number; ptz: boolean; health: ShownWardsHealth; cause: string | null; mend: string | null; wanted: boolean; host_id: string | null; pulls: number; kbps: number | null; picture_at: string | null; reported_at: string | null; watchers: Array<ShownWatcher>; };
export type ShownWardsHealth = 'ok' | 'starting' | 'degraded' | 'down' | 'waiting' | 'dark' | 'off';
export type ShownWatcher = { session_id: string; viewer_kind: string | null; viewer_id: string | null; unit_id: string | null; agency_id: string | null; agency: string | null; incident_id: string | null; grant_id: string | null; basis_kind: string; purpose_code: string | null; legal_basis: string | null; purpose: string | null; since: string; until: string; };
export type ShownSwitch = { centre_id: string; camera_id: string | null; on: boolean; };
export type ReadOutcomes = { accepted: number; repeated: number; refused: number; results: Array<ReadOutcome>; };
export type ReadOutcome = { status: string; code?: string | null; detail?: string | null; field?: string | null; };
export type ShownHit = { id: string; wanted_vehicle_id: string; wanted_plate: string; incident_id: string; reasons: Array<string>; verification: string; notice: string | null; crop: boolean; at: string; read: ShownRead; };
export type ShownRead = { id: string; camera_id: string; camera_name: string; lat: number; lon: number; plate: string; raw: string; confidence: number; heading_deg: number | null; crop_ref: string | null; read_at: string; };
export type ShownWanted = { id: string; plate: string; near: boolean; reason: string; legal_basis: string; priority: number; entered_by: string; entered_at: string; expires_at: string; ended_at: string | null; over: boolean; };
export type ShownWantedList = { next_cursor?: string | null; items: Array<ShownWanted>; };
export type ShownTrack = { next_cursor?: string | null; items: Array<ShownHit>; };
export type LookupKind = 'exact' | 'partial' | 'last_four';
export type LookupAnswer = { lookup_id: string; wanted: Array<ShownWanted>; reads: Array<ShownRead>; };
export type ShownLookups = { next_cursor?: string | null; items: Array<ShownLookup>; };
export type ShownLookup = { id: string; at: string; agency_id: string; asked_by: string; kind: string; asked: string; near: boolean; reason: string; legal_basis: string; wanted_found: number; reads_found: number; };
export type ViolationKind = 'device_damage' | 'curfew' | 'zone_entry' | 'approach';
export type ShownViolation = { id: string; external_id: string; kind: ViolationKind; status: string; wearer_ref: string | null; location: ShownLocation; reported_at: string; ended_at: string | null; cameras: Array<RankedCamera>; dispatches: Array<ShownDispatch>; };
export type PositionOutcomes = { accepted: number; refused: number; results: Array<PositionOutcome>; cameras: Array<string>; };
export type PositionOutcome = { status: string; code?: string | null; detail?: string | null; field?: string | null; };
export type AlertKind = 'panic' | 'zone_exit';
export type AlertPosition = { lat: number; lon: number; accuracy_m?: number | null; };
export type Person = { name: string; description?: string | null; };
export type Guardian = { name: string; phone: string; };
export type AlertReceipt = { id: string; status: string; };
export type ShownAlerts = { next_cursor?: string | null; items: Array<ShownAlert>; };
export type ShownAlert = { id: string; kind: string; status: string; at: string; incident_id: string | null; escalated_to: string | null; escalated_at: string | null; ended_at: string | null; outcome: string | null; photo: boolean; position: ShownAlertPosition | null; };
export type ShownAlertPosition = { lat: number; lon: number; accuracy_m: number | null; at: string; };
export type AlertInFull = { id: string; kind: string; status: string; at: string; incident_id: string | null; escalated_to: string | null; escalated_at: string | null; ended_at: string | null; outcome: string | null; photo: boolean; position: ShownAlertPosition | null; device_id: string | null; person: ShownPerson | null; guardian: ShownGuardian | null; cameras: Array<AlertCamera>; };
export type ShownPerson = { name: string; description: string | null; };
export type ShownGuardian = { name: string; phone: string; };
export type AlertCamera = { id: string; name: string; lat: number; lon: number; health: string; rank: number; distance_m: number; bearing_deg: number; reasons: Array<string>; };
export type To = '112' | '119';
export type AlertStanding = { id: string; kind: string; status: string; at: string; incident_id: string | null; escalated_to: string | null; escalated_at: string | null; ended_at: string | null; outcome: string | null; photo: boolean; };
export type AlertOutcome = 'found' | 'false_alarm' | 'resolved';
export type SensorOutcomes = { accepted: number; joined: number; repeated: number; refused: number; results: Array<SensorOutcome>; };
export type SensorOutcome = { status: string; event_id: string | null; code: string | null; detail: string | null; field: string | null; };
export type SensorKind = 'signal_loss' | 'tamper' | 'image_poor' | 'motion' | 'intrusion' | 'line_crossed' | 'loitering' | 'fight' | 'fall' | 'crowd' | 'fire' | 'traffic';
export type ShownSensorEvents = { next_cursor?: string | null; items: Array<ShownSensorEvent>; };
export type ShownSensorEvent = { id: string; camera_id: string; camera_name: string; kind: string; first_at: string; last_at: string; ended_at: string | null; count: number; confidence: number | null; box: Array<number> | null; label: string | null; notice: string | null; incident_id: string | null; };
export type RaisedIncident = { event_id: string; incident_id: string; };
export type ShownMessage = { id: string; identifier: string; status: string; msg_type: string; scope: string; signature: string; received_at: string; done: string; incident: ShownAlarm | null; infos: Array<ShownBlock>; };
export type ShownAlarm = { id: string; status: string; priority: number; until: string | null; cameras: number; invited: Array<string>; };
export type ShownBlock = { event: string; language: string; priority: number; fate: string; areas: Array<string>; geocodes: Array<[string, string]>; };
export type Reference = { "$ref": string; };
export type EidoAgency = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; agencyRoleDescriptionRegistryText: Array<string>; agencyType: Array<string>; incidentOwningAgencyIndicator?: boolean | null; };
export type EidoIncidentPart = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; incidentTypeCommonRegistryText: string; incidentTypeInternalText?: string | null; incidentStatusCommonRegistryText?: Array<string> | null; internalIncidentId?: string | null; incidentCommonPriorityNumber?: number | null; incidentPriorityInternalText?: string | null; locationReference?: Array<Reference> | null; notesReference?: Array<Reference> | null; dispositionComponent?: Array<EidoDisposition> | null; };
export type EidoDisposition = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; dispositionCommonRegistryCode: string; dispositionDescriptionText?: string | null; };
export type EidoDispatch = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; agencyReference?: Reference | null; emergencyResourceReference?: Array<Reference> | null; };
export type EidoResource = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; emergencyResourceTypeCommonRegistryText: string; resourceAttributeRegistryText: Array<string>; primaryUnitStatusRegistryText: string; secondaryUnitStatusRegistryText: Array<string>; agentReference: Array<Reference>; emergencyResourceName?: string | null; };
export type EidoLocation = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; locationTypeDescriptionRegistryText: string; locationByValue?: string | null; locationByReferenceUrl?: string | null; locationDescriptionText?: string | null; };
export type EidoCall = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; callStateRegistryText: string; standardPrimaryCallType: string; direction: 'incoming' | 'outgoing' | 'internal'; callStartTimestamp: string; };
export type Component = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; };
export type EidoPerson = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; personIncidentRoleRegistryText: Array<string>; };
export type EidoAgent = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; agentRoleRegistryText: Array<string>; agencyReference: Reference; };
export type EidoNotes = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; notesActionComments: string; };
export type EidoMedia = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; uri: string; contentType: string; label?: string | null; };
export type EidoCaution = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; cautionTypeInternalText: string; cautionTypeCommonRegistryText: string; cautionSeverity: string; };
export type EidoLink = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; incidentTrackingIdentifier: string; linkDirectionCode: 'PARENT' | 'CHILD' | 'RELATED' | 'UNLINK'; };
export type EidoMerge = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; incidentMergeDirectionCode: 'REPLACING' | 'REPLACED' | 'SPLIT'; incidentTrackingIdentifier: string; };
export type EidoTaken = { incident_id: string; outcome: string; unknown_units: Array<string>; };
export type Eido = { "$id": string; lastUpdateTimeStamp: string; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; eidoVersion: '1.0'; issuingElementIdentification: string; agencyComponent: Array<EidoAgency>; incidentComponent: EidoIncidentPart; dispatchComponent?: Array<EidoDispatch>; emergencyResourceComponent?: Array<EidoResource>; locationComponent?: Array<EidoLocation>; callComponent?: Array<EidoCall>; callbackComponent?: Array<Component>; personComponent?: Array<EidoPerson>; vehicleComponent?: Array<Component>; agentComponent?: Array<EidoAgent>; notesComponent?: Array<EidoNotes>; mediaComponent?: Array<EidoMedia>; cautionComponent?: Array<EidoCaution>; linkComponent?: Array<EidoLink>; mergeComponent?: Array<EidoMerge>; alarmsSensorsComponent?: Array<Component>; additionalDataComponent?: Array<Component>; "@context"?: Record<string, unknown> | null; };
export type WebhookEvent = 'incident.reported' | 'incident.changed' | 'incident.closed' | 'dispatch.changed';
export type RegisteredWebhook = { id: string; agency_id: string; url: string; events: Array<string>; made_at: string; failures: number; resume_at: string | null; secret: string; };
export type ShownWebhooks = { next_cursor?: string | null; items: Array<ShownWebhook>; };
export type ShownWebhook = { id: string; agency_id: string; url: string; events: Array<string>; made_at: string; failures: number; resume_at: string | null; };
export type DeliveryStatus = 'waiting' | 'delivered' | 'dead';
export type ShownDeliveries = { next_cursor?: string | null; items: Array<ShownDelivery>; };
export type ShownDelivery = { id: string; event: string; incident_id: string; at: string; status: string; tries: number; next_at: string; answered: number | null; failure: string | null; done_at: string | null; };
export type ShownCode = { id: string; label: string; agency_id: string; unit_id: string | null; standing: Standing; jkt: string | null; made_at: string; made_by: string; enrolled_at: string | null; lost_at: string | null; lost_by: string | null; code?: string | null; code_until: string; };
export type Standing = 'waiting' | 'expired' | 'enrolled' | 'lost';
export type ShownDevices = { next_cursor?: string | null; items: Array<ShownDevice>; };
export type ShownDevice = { id: string; label: string; agency_id: string; unit_id: string | null; standing: Standing; jkt: string | null; made_at: string; made_by: string; enrolled_at: string | null; lost_at: string | null; lost_by: string | null; };
export type ShownDiscovery = { camera_id: string; waiting: boolean; wanted_at: string | null; found_at: string | null; outcome: string | null; found: Found | null; differences: Array<Difference>; };
export type Found = { profiles: Array<FoundProfile>; position: FoundPosition | null; heading_deg: number | null; ptz: boolean; presets: Array<FoundPreset>; };
export type FoundProfile = { token: string; name: string; path: string | null; elsewhere: string | null; codec: string | null; width_px: number | null; height_px: number | null; fps: number | null; bitrate_bps: number | null; gop_frames: number | null; };
export type FoundPosition = { lat: number; lon: number; };
export type FoundPreset = { token: string; name: string; };
export type Difference = { field: string; registered: unknown; found: unknown; };
export type ShownEvents = { next_cursor?: string | null; items: Array<ShownEvent>; };
export type ShownEvent = { seq: number; at: string; tag: string; actor_kind: string; actor_id: string; subject: Record<string, unknown>; request_id: string | null; remote_address: string | null; salt: string | null; content_hash: string | null; previous_hash: string; hash: string; };
export type ShownCheckpoints = { next_cursor?: string | null; items: Array<ShownCheckpoint>; };
export type ShownCheckpoint = { size: number; at: string; root: string; note: string; };
export type ShownVerification = { first_seq: number; last_seq: number; rows: number; checkpoints: number; wrong_seq: number | null; complete: boolean; };
export type ReviewStatus = 'running' | 'due' | 'overdue' | 'signed';
export type ShownReviews = { next_cursor?: string | null; items: Array<ShownReview>; };
export type ShownReview = { id: string; agency_id: string; month: string; status: ReviewStatus; due_at: string; signed_by: string | null; signed_at: string | null; note: string | null; digest: string | null; };
export type Looked = { found: number; };
export type AnomalyStatus = 'open' | 'demanded' | 'explained' | 'accepted' | 'escalated';
export type ShownAnomalies = { next_cursor?: string | null; items: Array<ShownAnomaly>; };
export type ShownAnomaly = { id: string; kind: AnomalyKind; severity: Severity; officer_id: string; agency_id: string; reason: string; evidence: Array<Record<string, unknown>>; first_at: string; last_at: string; found_at: string; status: AnomalyStatus; question: string | null; demanded_by: string | null; demanded_at: string | null; due_at: string | null; overdue: boolean; explanation: string | null; explained_at: string | null; decided_by: string | null; decided_at: string | null; note: string | null; };
export type AnomalyKind = 'watching_without_moving' | 'night_without_dispatch' | 'after_shift' | 'one_camera_often' | 'one_plate_often' | 'many_refusals' | 'many_cameras' | 'break_glass_repeated' | 'break_glass_unexplained';
export type Severity = 'low' | 'medium' | 'high';
export type OpenedPlayback = { session_id: string; url?: string; still_url?: string; expires_at: string; basis: Basis; steers_for: string | null; };
export type Basis = { kind: string; id: string; };
export type ShownStream = { camera_id: string; state: Word; age_s: number | null; reason: string | null; step: string; frozen: boolean; picture_at: string | null; at: string; };
export type Word = 'live' | 'delayed' | 'stale' | 'stills' | 'last_good' | 'down';
export type MyDispatches = { unit: MyUnit | null; dispatches: Array<MyDispatch>; grants: Array<MyGrant>; map: ShownMap | null; };
export type MyUnit = { id: string; call_sign: string; kind: string; };
export type MyDispatch = { id: string; status: string; created_at: string; delivered_at: string | null; shown_at: string | null; incident: MyIncident; };
export type MyIncident = { id: string; agency_id: string; service: string; type: string; priority: number; status: string; location: ShownLocation; summary: string; reported_at: string; cameras: Array<MyCamera>; attachments: Array<ShownAttachment>; alert_id?: string | null; };
export type MyCamera = { name: string; lat: number; lon: number; health: string; looks_deg: number | null; fov_deg: number | null; range_m: number; id: string; rank: number; distance_m: number; bearing_deg: number; reasons: Array<string>; role: CameraRole; comes_as: number | null; };
export type MyGrant = { id: string; status: 'pending' | 'active'; incident_id: string | null; from: string; until: string; reason: string; conditions: string; accepted: boolean; given_by_name: string; agency_name: string; cameras: Array<MyGrantCamera>; };
export type MyGrantCamera = { name: string; lat: number; lon: number; health: string; looks_deg: number | null; fov_deg: number | null; range_m: number; id: string; rank: number; distance_m: number | null; bearing_deg: number | null; reasons: Array<string>; };
export type ShownMap = { url: string; attribution: string; max_zoom: number; };
export type Me = { id: string; name: string; role: string; agency_id: string; agency_name: string; agency_kind: string; centre_id: string | null; unit: MyUnit | null; };
export type WatchedSession = { id: string; camera_id: string; camera_name: string; incident_id: string | null; grant_id: string | null; viewer_kind: string | null; viewer_id: string | null; viewer_name: string | null; unit_id: string | null; call_sign: string | null; basis_kind: string; basis_id: string | null; purpose: string | null; started_at: string; seen_at: string; expires_at: string; };
export interface Nouns {
  incidents: {
    /** Report an incident: rank its cameras and send its units. */
    report(body: { service: Service; external_id: string; type: string; priority: number; location: Location; summary: string; legal_basis: LegalBasis; reported_at: string | Date; units?: Array<string>; polygon?: Array<[number, number]> | null; caller?: CallerPosition | null; }): Promise<ShownIncident>;
    /** List the incidents that the caller's room may read. */
    list(query?: { limit?: number; status?: IncidentStatus | null; }): AsyncGenerator<ListedIncidents['items'][number]>;
    /** Read an incident of the room. */
    read(incident_id: string): Promise<ShownIncident>;
    /** Read the cameras of an incident, best first, or those along a unit's way, its next one first. */
    cameras(incident_id: string, query?: { along?: string | null; limit?: number | null; after?: number; }): Promise<IncidentCameras['cameras']>;
    /** List the nearest units that could be sent to an open incident of the room, and where those are that were. */
    units(incident_id: string): Promise<OfferedUnits['units']>;
    /** List where the units under way to an incident are, for rooms at work and for units while they are sent. */
    positions(incident_id: string, query?: { limit?: number; }): AsyncGenerator<ShownPositions['items'][number]>;
    /** Move an incident, or close the room's part in it and every access it gave; the last owner closes it for all. */
    move(incident_id: string, body?: { location?: Location | null; polygon?: Array<[number, number]> | null; caller?: CallerPosition | null; status?: 'closed' | null; closing_reason?: string | null; closing_code?: ClosingCode | null; }): Promise<ShownIncident>;
    /** Move an incident, or close the room's part in it and every access it gave; the last owner closes it for all. */
    close(incident_id: string, body?: { location?: Location | null; polygon?: Array<[number, number]> | null; caller?: CallerPosition | null; closing_reason?: string | null; closing_code?: ClosingCode | null; }): Promise<ShownIncident>;
    /** Change the code of an incident: a room that owns it, or a crew that is on the scene. */
    setPriority(incident_id: string, body: { priority: number; }): Promise<NewCode['priority']>;
    /** Send a unit; one that is on its way already is answered as it stands. */
    send(incident_id: string, body: { unit: string; }): Promise<ShownDispatch>;
    /** Call a unit back and end the access it had. */
    withdraw(dispatch_id: string): Promise<null>;
  };
  reports: {
    /** Report on arrival, when there is something new, and at the end; units and rooms that work on it are told. */
    make(incident_id: string, body: { kind: ReportKind; text: string; outcome?: ClosingCode | null; }): Promise<ShownReport>;
    /** List them, for rooms at work and for units while they are sent. */
    list(incident_id: string, query?: { limit?: number; }): AsyncGenerator<ShownReports['items'][number]>;
  };
  attachments: {
    /** Add what a crew should know of the place; units on their way and rooms at work are told. */
    add(incident_id: string, body: { label: string; position?: Spot | null; hydrant?: Hydrant | null; building?: Building | null; hazmat?: Hazmat | null; photo_ref?: PhotoRef | null; note?: Note | null; }): Promise<ShownAttachment>;
    /** List them, for rooms at work and for units while they are sent. */
    list(incident_id: string, query?: { limit?: number; }): AsyncGenerator<ShownAttachments['items'][number]>;
    /** Take back what one's own room added. */
    remove(incident_id: string, attachment_id: string): Promise<null>;
  };
  sharings: {
    /** Ask another room to take the incident over (transfer), to help (mutual_aid) or to join (joint_response). */
    ask(incident_id: string, body: { verb: Verb; to_agency: string; reason: string; units?: Array<string>; legal_basis?: LegalBasis | null; }): Promise<ShownSharing>;
    /** List what the caller's room asked and was asked, and the sharings of the incidents it owns. */
    list(query?: { limit?: number; }): AsyncGenerator<ShownSharings['items'][number]>;
    /** Accept what another room asked; the caller's room has its part from then on. */
    accept(sharing_id: string): Promise<ShownSharing>;
    /** Refuse what was asked, take back what nobody has answered, or end mutual aid. Repeating it changes nothing. */
    end(sharing_id: string): Promise<ShownSharing>;
  };
  duties: {
    /** List what the caller's agency must do until when; what is overdue comes first. */
    list(query?: { limit?: number; status?: DutyStatus | null; }): AsyncGenerator<ShownDuties['items'][number]>;
    /** Say that a duty of the caller's agency is done, in time or late. What is said first stands. */
    complete(duty_id: string, body: { means: DutyMeans; note?: string | null; }): Promise<ShownDuty>;
  };
  directory: {
    /** List the rooms, the caller's own among them. */
    rooms(query?: { limit?: number; }): AsyncGenerator<ShownRooms['items'][number]>;
    /** List the units. */
    units(query?: { limit?: number; }): AsyncGenerator<ShownUnits['items'][number]>;
    /** List the other officers of the supervisor's agency whose accounts are open. */
    colleagues(query?: { limit?: number; }): AsyncGenerator<ShownColleagues['items'][number]>;
    /** List the services, how their cameras are chosen and how long a view may go on after closing. */
    services(): AsyncGenerator<ShownServices['items'][number]>;
  };
  grants: {
    /** List the grants to the caller; a supervisor's list also has what the agency gave and got. */
    list(query?: { limit?: number; }): AsyncGenerator<ShownGrants['items'][number]>;
    /** Let a unit, an officer or an agency watch cameras for some hours. */
    give(body: { to: Recipient; incident_id?: string | null; camera_ids?: Array<string>; area?: Array<[number, number]> | null; from?: string | Date | null; until: string | Date; reason: string; legal_basis: LegalBasis; conditions?: string; }): Promise<ShownGrant>;
    /** Accept the conditions of a grant to the caller, who may watch by it from then on. */
    accept(grant_id: string): Promise<ShownGrant>;
    /** Approve a grant that another gave, or confirm a glass that another has broken. */
    approve(grant_id: string): Promise<ShownGrant>;
    /** Let a grant of the supervisor's agency last until another time, for as long as 12 hours from now. */
    renew(grant_id: string, body: { until: string | Date; }): Promise<ShownGrant>;
    /** Take a grant back that the supervisor's agency gave. Repeating it changes nothing. */
    revoke(grant_id: string): Promise<null>;
    /** Take an incident's cameras at once, for ten minutes; a second person must confirm it within three. */
    breakGlass(body: { incident_id: string; reason: string; legal_basis: LegalBasis; }): Promise<ShownGrant>;
    /** Explain why the glass was broken; until then GET /v1/grants shows the explanation as due. */
    explain(grant_id: string, body: { text: string; }): Promise<ShownGrant>;
  };
  accessRequests: {
    /** List one's own requests; a supervisor's list also has those to the agency. */
    list(query?: { limit?: number; }): AsyncGenerator<ShownRequests['items'][number]>;
    /** Ask the supervisors of an agency for access. Without an answer it is over after ten minutes. */
    ask(body: { agency: string; incident_id?: string | null; camera_ids?: Array<string>; reason: string; }): Promise<ShownRequest>;
    /** Give what was asked for, to who asked for it, or refuse it. */
    grant(access_request_id: string, body?: { legal_basis?: LegalBasis | null; until?: string | Date | null; conditions?: string; }): Promise<ShownRequest>;
    /** Give what was asked for, to who asked for it, or refuse it. */
    refuse(access_request_id: string, body?: { legal_basis?: LegalBasis | null; until?: string | Date | null; conditions?: string; }): Promise<ShownRequest>;
  };
  preservations: {
    /** Ask the centre that records a camera to keep some minutes. This product records nothing. */
    ask(body: { camera_id: string; incident_id: string; at: string | Date; before_s?: number; after_s?: number; reason: string; }): Promise<ShownPreservation>;
    /** List one's own requests; a centre's supervisors also those to their centre. */
    list(query?: { limit?: number; }): AsyncGenerator<ShownPreservations['items'][number]>;
  };
  ptz: {
    /** Steer a camera that one watches for an incident, for a minute at most; again, to keep it. */
    take(camera_id: string, body: { incident_id: string; reason: string; seconds?: number; }): Promise<ShownHold>;
    /** Show one's own hold: what the camera was sent, and what it said. */
    read(camera_id: string): Promise<ShownHold>;
    /** Have a camera that one holds moved. Of several moves at once the newest counts. */
    move(camera_id: string, body?: { preset?: string | null; pan?: number; tilt?: number; zoom?: number; duration_ms?: number; }): Promise<ShownHold>;
    /** Let a camera go that one holds: it returns to its preset. */
    release(camera_id: string): Promise<null>;
  };
  centres: {
    /** List the cameras of the centre that one's own agency runs: how each is, who watches it, and the centre's load. */
    cameras(centre_id: string, query?: { limit?: number; }): AsyncGenerator<ShownWards['items'][number]>;
    /** List the cameras of the centre that one's own agency runs: how each is, who watches it, and the centre's load. */
    view(centre_id: string, query?: { limit?: number; }): Promise<ShownWards>;
    /** Stop showing every camera of one's own centre to everybody, or show them again. */
    blackOut(centre_id: string, body: { on: boolean; reason: string; }): Promise<ShownSwitch>;
    /** Stop showing a camera of one's own centre to everybody, or show it again. */
    blackOutCamera(camera_id: string, body: { on: boolean; reason: string; }): Promise<ShownSwitch>;
  };
  plates: {
    /** Tell what the readers of one's own centre saw: one read, or up to 200, each taken or refused by itself. */
    tell(body: { camera_id: string; plate: string; read_at: string | Date; confidence: number; direction?: 'approaching' | 'receding' | null; heading_deg?: number | null; crop_ref?: string | null; crop?: string | null; } | { reads: Array<Record<string, unknown>>; }): Promise<ReadOutcomes>;
    /** Show a hit: what was read where, and that a person has to look. */
    hit(plate_hit_id: string): Promise<ShownHit>;
    /** See the picture of the plate of a hit. Each look is recorded. */
    crop(plate_hit_id: string): Promise<{ name: string; content: Blob }>;
    /** Say what is to be seen in the picture of the plate. */
    verify(plate_hit_id: string, body: { confirmed: boolean; }): Promise<ShownHit>;
  };
  wantedVehicles: {
    /** Look for a vehicle; reads of the last minutes count as well. */
    enter(body: { plate: string; near?: boolean; reason: string; legal_basis: LegalBasis; priority?: number; expires_at: string | Date; }): Promise<ShownWanted>;
    /** List what the caller's room looks for now. */
    list(query?: { limit?: number; }): AsyncGenerator<ShownWantedList['items'][number]>;
    /** Go on looking for it, and say why. */
    renew(wanted_vehicle_id: string, body: { expires_at: string | Date; reason: string; }): Promise<ShownWanted>;
    /** Stop looking for it. */
    end(wanted_vehicle_id: string): Promise<null>;
    /** Follow a vehicle from read to read. */
    track(wanted_vehicle_id: string, query?: { limit?: number; }): AsyncGenerator<ShownTrack['items'][number]>;
  };
  plateLookups: {
    /** Look a plate up, or a part of it. Asking again is another look-up and recorded, whatever its Idempotency-Key. */
    ask(body: { kind: LookupKind; asked: string; near?: boolean; reason: string; legal_basis: LegalBasis; }): Promise<LookupAnswer>;
    /** Read who looked which plates up, and why. */
    list(query?: { limit?: number; }): AsyncGenerator<ShownLookups['items'][number]>;
  };
  violations: {
    /** Report a violation: its cameras are chosen and its units sent. For the location centre's machine. */
    report(body: { external_id: string; wearer_ref: string; kind: ViolationKind; location: Location; at: string | Date; units?: Array<string>; }): Promise<ShownViolation>;
    /** Have the cameras follow the wearer of an open violation. Only the newest position is kept, until it ends. */
    follow(violation_id: string, body: { positions: Array<{ lat: number; lon: number; accuracy_m?: number | null; at: string | Date; }>; }): Promise<PositionOutcomes>;
    /** End a violation: every access it gave ends, the position goes, and if somebody watched, a notice becomes due. */
    end(violation_id: string, body: { reason: string; }): Promise<ShownViolation>;
    /** Read a violation of the room. */
    read(violation_id: string): Promise<ShownViolation>;
  };
  alerts: {
    /** Tell that a device's wearer asks for help or has left the safe zone. Once, however often it is sent. */
    tell(body: { external_id: string; kind: AlertKind; device_id: string; position: AlertPosition; at: string | Date; person?: Person | null; guardian?: Guardian | null; }): Promise<AlertReceipt>;
    /** Say where the device is; the cameras follow. A late position changes nothing. */
    move(alert_id: string, body: { position: AlertPosition; at: string | Date; }): Promise<AlertReceipt>;
    /** Add the person's photo to an alert that goes on: a JPEG or PNG of at most 200 kB, in the place of an earlier. */
    setPhoto(alert_id: string, content: BlobPart): Promise<AlertReceipt>;
    /** List the alerts that go on, of one's own centre or room, or that one's room works on; or one's own past ones. */
    list(query?: { limit?: number; over?: boolean; }): AsyncGenerator<ShownAlerts['items'][number]>;
    /** Read an alert one works on, with the person, the guardian and the cameras around. Each reading is recorded. */
    read(alert_id: string): Promise<AlertInFull>;
    /** See the photo of an alert one works on. Each look is recorded. */
    photo(alert_id: string): Promise<{ name: string; content: Blob }>;
    /** Make it the 112 or 119 room's. One act of a person; saying it again changes nothing. */
    escalate(alert_id: string, body: { to: To; agency_id?: string | null; }): Promise<AlertStanding>;
    /** End it: found, resolved, or a false alarm. Where a room has it, that room's dispatcher does. */
    end(alert_id: string, body: { outcome: AlertOutcome; }): Promise<AlertStanding>;
  };
  sensorEvents: {
    /** Tell what the analytics of one's own centre see: one message, or up to 200, each taken or refused by itself. */
    tell(body: { camera_id: string; kind?: 'signal_loss' | 'tamper' | 'image_poor' | 'motion' | 'intrusion' | 'line_crossed' | 'loitering' | 'fight' | 'fall' | 'crowd' | 'fire' | 'traffic' | null; topic?: string | null; at: string | Date; external_id: string; active?: boolean; confidence?: number | null; box?: { x: number; y: number; width: number; height: number; } | null; } | { events: Array<Record<string, unknown>>; }): Promise<SensorOutcomes>;
    /** List what the analytics of one's own centre have seen lately. */
    list(query?: { limit?: number; camera_id?: string | null; kind?: SensorKind | null; about?: 'scene' | 'camera' | null; newest_first?: boolean; }): AsyncGenerator<ShownSensorEvents['items'][number]>;
    /** Report to a room what one has looked at; an event is one incident at most. */
    report(sensor_event_id: string, body: { agency_id: string; service: Service; priority: number; legal_basis: LegalBasis; summary?: string | null; }): Promise<RaisedIncident>;
  };
  cap: {
    /** Take an alert of a registered sender: 201 when it opened an incident; the same message again changes nothing. */
    send(content: BlobPart): Promise<ShownMessage>;
  };
  eido: {
    /** Take an EIDO: a new incident, its new place, or its end. Sent again, or late, it changes nothing. */
    send(body: { "$id": string; lastUpdateTimeStamp: string | Date; updatedByAgencyReference: Reference; updatedByAgentReference?: Reference | null; mediaReferences?: Array<Reference> | null; eidoVersion: '1.0'; issuingElementIdentification: string; agencyComponent: Array<EidoAgency>; incidentComponent: EidoIncidentPart; dispatchComponent?: Array<EidoDispatch>; emergencyResourceComponent?: Array<EidoResource>; locationComponent?: Array<EidoLocation>; callComponent?: Array<EidoCall>; callbackComponent?: Array<Component>; personComponent?: Array<EidoPerson>; vehicleComponent?: Array<Component>; agentComponent?: Array<EidoAgent>; notesComponent?: Array<EidoNotes>; mediaComponent?: Array<EidoMedia>; cautionComponent?: Array<EidoCaution>; linkComponent?: Array<EidoLink>; mergeComponent?: Array<EidoMerge>; alarmsSensorsComponent?: Array<Component>; additionalDataComponent?: Array<Component>; "@context"?: Record<string, unknown> | null; }): Promise<EidoTaken>;
    /** Read an incident of the room as an EIDO. Cameras stand in it by their ids: playing one takes a session. */
    read(incident_id: string): Promise<Eido>;
  };
  webhooks: {
    /** Register an address that hears of an agency's incidents. The secret is shown now and never again. */
    register(body: { agency_id: string; url: string; events: Array<WebhookEvent>; }): Promise<RegisteredWebhook>;
    /** List the agency's webhooks; to the province's administrators all of them. */
    list(query?: { limit?: number; }): AsyncGenerator<ShownWebhooks['items'][number]>;
    /** Send nothing to that address any more, nor what is waiting. */
    remove(webhook_id: string): Promise<null>;
    /** List what was sent, what is waiting and what was given up in the last week. */
    deliveries(webhook_id: string, query?: { limit?: number; status?: DeliveryStatus | null; }): AsyncGenerator<ShownDeliveries['items'][number]>;
  };
  devices: {
    /** Make a code that enrols one tablet. */
    prepare(body: { label: string; agency_id?: string | null; unit_id?: string | null; }): Promise<ShownCode>;
    /** List the agency's devices; to the province's administrators all of them. */
    list(query?: { limit?: number; }): AsyncGenerator<ShownDevices['items'][number]>;
    /** Shut a lost device: its logins, tokens and sessions end at once, and its key is good for nothing any more. */
    lost(device_id: string): Promise<ShownDevice>;
  };
  discovery: {
    /** Have a camera asked by ONVIF for its streams, place and presets; look again for the answer. */
    ask(camera_id: string): Promise<ShownDiscovery>;
    /** Show what a camera said of itself, and where that is not what is registered; PUT the camera to take it over. */
    read(camera_id: string): Promise<ShownDiscovery>;
  };
  audit: {
    /** Read the access log: the province's auditors all of it, others what their agency's people did. */
    events(query?: { limit?: number; from?: string | Date | null; until?: string | Date | null; tag?: string | null; actor?: string | null; }): AsyncGenerator<ShownEvents['items'][number]>;
    /** List what was signed, to be kept elsewhere. */
    checkpoints(query?: { limit?: number; }): AsyncGenerator<ShownCheckpoints['items'][number]>;
    /** Check the rows of a time against each other and their checkpoints; an export proves it far from here. */
    verify(query: { from: string | Date; until: string | Date; }): Promise<ShownVerification>;
    /** Take the viewing ledger of a time. */
    viewing(query: { from: string | Date; until: string | Date; format?: 'csv' | 'json'; }): Promise<{ name: string; content: Blob }>;
    /** Take the ledger of what centres let other agencies see. */
    provision(query: { from: string | Date; until: string | Date; format?: 'csv' | 'json'; }): Promise<{ name: string; content: Blob }>;
    /** Take the ledger of what was destroyed because its time was over; the province's auditors'. */
    destruction(query: { from: string | Date; until: string | Date; format?: 'csv' | 'json'; }): Promise<{ name: string; content: Blob }>;
  };
  reviews: {
    /** List the months to review and those reviewed; overdue ones with status=overdue. */
    list(query?: { limit?: number; status?: ReviewStatus | null; }): AsyncGenerator<ShownReviews['items'][number]>;
    /** Read the report of a month. */
    read(review_id: string, query?: { format?: 'json' | 'csv' | 'html'; }): Promise<{ name: string; content: Blob }>;
    /** Sign the report that was read. The first signature stands. */
    sign(review_id: string, body: { digest: string; note: string; }): Promise<ShownReview>;
  };
  anomalies: {
    /** Look for anomalies now; a job does it every minute. */
    look(): Promise<Looked['found']>;
    /** List the anomalies of the auditor's agency; the province's auditors see all but their own. */
    list(query?: { limit?: number; status?: AnomalyStatus | null; }): AsyncGenerator<ShownAnomalies['items'][number]>;
    /** Demand an explanation of the officer, who hears of it at once. */
    demand(anomaly_id: string, body: { question: string; due_at?: string | Date | null; }): Promise<ShownAnomaly>;
    /** Accept an anomaly as explained, or pass it on; with or without an explanation. */
    decide(anomaly_id: string, body: { accepted: boolean; note: string; }): Promise<ShownAnomaly>;
    /** List what the caller was asked to explain, with what was found and what became of it. */
    mine(query?: { limit?: number; }): AsyncGenerator<ShownAnomalies['items'][number]>;
    /** Explain what the caller was asked about, in time or late. */
    explain(anomaly_id: string, body: { text: string; }): Promise<ShownAnomaly>;
  };
}
export function nouns(caller: import('./caller.js').Caller): Nouns;
