/**
 * Which call of the API each method is: verb, path, and how it is sent or answered.
 *
 * LIST is read page after page, FILE is a file. A media type says what the body is, `once` that it is never sent again by itself,
 * `.name` that this member is the answer; the object of a pair is always sent along.
 */
const ALERTS = '/v1/vulnerable-persons/alerts';
const VIOLATIONS = '/v1/ankle-monitor/violations';

export const CALLS = {
  incidents: {
    report: 'POST /v1/incidents',
    list: 'LIST /v1/incidents',
    read: 'GET /v1/incidents/{incident_id}',
    cameras: 'GET /v1/incidents/{incident_id}/cameras .cameras',
    units: 'GET /v1/incidents/{incident_id}/units .units',
    positions: 'LIST /v1/incidents/{incident_id}/positions',
    move: 'PATCH /v1/incidents/{incident_id}',
    close: ['PATCH /v1/incidents/{incident_id}', { status: 'closed' }],
    setPriority: 'PUT /v1/incidents/{incident_id}/priority .priority',
    send: 'POST /v1/incidents/{incident_id}/dispatches',
    withdraw: 'DELETE /v1/dispatches/{dispatch_id}',
  },
  reports: {
    make: 'POST /v1/incidents/{incident_id}/reports',
    list: 'LIST /v1/incidents/{incident_id}/reports',
  },
  attachments: {
    add: 'POST /v1/incidents/{incident_id}/attachments',
    list: 'LIST /v1/incidents/{incident_id}/attachments',
    remove: 'DELETE /v1/incidents/{incident_id}/attachments/{attachment_id}',
  },
  sharings: {
    ask: 'POST /v1/incidents/{incident_id}/sharings',
    list: 'LIST /v1/sharings',
    accept: 'POST /v1/sharings/{sharing_id}/acceptance',
    end: 'DELETE /v1/sharings/{sharing_id}',
  },
  duties: {
    list: 'LIST /v1/duties',
    complete: 'POST /v1/duties/{duty_id}/completion',
  },
  directory: {
    rooms: 'LIST /v1/rooms',
    units: 'LIST /v1/units',
    colleagues: 'LIST /v1/colleagues',
    services: 'LIST /v1/services',
  },
  grants: {
    list: 'LIST /v1/grants',
    give: 'POST /v1/grants',
    accept: 'POST /v1/grants/{grant_id}/acceptance',
    approve: 'POST /v1/grants/{grant_id}/approval',
    renew: 'POST /v1/grants/{grant_id}/renewal',
    revoke: 'DELETE /v1/grants/{grant_id}',
    breakGlass: 'POST /v1/break-glass',
    explain: 'POST /v1/grants/{grant_id}/explanation',
  },
  accessRequests: {
    list: 'LIST /v1/access-requests',
    ask: 'POST /v1/access-requests',
    grant: ['POST /v1/access-requests/{access_request_id}/answer', { granted: true }],
    refuse: ['POST /v1/access-requests/{access_request_id}/answer', { granted: false }],
  },
  preservations: {
    ask: 'POST /v1/preservation-requests',
    list: 'LIST /v1/preservation-requests',
  },
  ptz: {
    take: 'POST /v1/cameras/{camera_id}/ptz',
    read: 'GET /v1/cameras/{camera_id}/ptz',
    move: 'POST /v1/cameras/{camera_id}/ptz/moves',
    release: 'DELETE /v1/cameras/{camera_id}/ptz',
  },
  centres: {
    cameras: 'LIST /v1/centres/{centre_id}/cameras',
    view: 'GET /v1/centres/{centre_id}/cameras',
    blackOut: 'PUT /v1/centres/{centre_id}/blackout',
    blackOutCamera: 'PUT /v1/cameras/{camera_id}/blackout',
  },
  plates: {
    tell: 'POST /v1/plate-reads',
    hit: 'GET /v1/plate-hits/{plate_hit_id}',
    crop: 'FILE /v1/plate-hits/{plate_hit_id}/crop',
    verify: 'PATCH /v1/plate-hits/{plate_hit_id}',
  },
  wantedVehicles: {
    enter: 'POST /v1/wanted-vehicles',
    list: 'LIST /v1/wanted-vehicles',
    renew: 'PATCH /v1/wanted-vehicles/{wanted_vehicle_id}',
    end: 'DELETE /v1/wanted-vehicles/{wanted_vehicle_id}',
    track: 'LIST /v1/wanted-vehicles/{wanted_vehicle_id}/track',
  },
  plateLookups: {
    ask: 'POST /v1/plate-lookups once',
    list: 'LIST /v1/plate-lookups',
  },
  violations: {
    report: `POST ${VIOLATIONS}`,
    follow: `POST ${VIOLATIONS}/{violation_id}/positions`,
    end: [`PATCH ${VIOLATIONS}/{violation_id}`, { status: 'ended' }],
    read: `GET ${VIOLATIONS}/{violation_id}`,
  },
  alerts: {
    tell: `POST ${ALERTS}`,
    move: `POST ${ALERTS}/{alert_id}/positions`,
    setPhoto: `PUT ${ALERTS}/{alert_id}/photo image/jpeg`,
    list: `LIST ${ALERTS}`,
    read: `GET ${ALERTS}/{alert_id}`,
    photo: `FILE ${ALERTS}/{alert_id}/photo`,
    escalate: `POST ${ALERTS}/{alert_id}/escalation`,
    end: `PATCH ${ALERTS}/{alert_id}`,
  },
  sensorEvents: {
    tell: 'POST /v1/sensor-events',
    list: 'LIST /v1/sensor-events',
    report: 'POST /v1/sensor-events/{sensor_event_id}/incident',
  },
  cap: { send: 'POST /v1/cap application/cap+xml' },
  eido: {
    send: 'POST /v1/eido',
    read: 'GET /v1/incidents/{incident_id}/eido',
  },
  webhooks: {
    register: 'POST /v1/webhooks',
    list: 'LIST /v1/webhooks',
    remove: 'DELETE /v1/webhooks/{webhook_id}',
    deliveries: 'LIST /v1/webhooks/{webhook_id}/deliveries',
  },
  devices: {
    prepare: 'POST /v1/devices',
    list: 'LIST /v1/devices',
    lost: 'POST /v1/devices/{device_id}/lost',
  },
  discovery: {
    ask: 'POST /v1/cameras/{camera_id}/discovery',
    read: 'GET /v1/cameras/{camera_id}/discovery',
  },
  audit: {
    events: 'LIST /v1/audit/events',
    checkpoints: 'LIST /v1/audit/checkpoints',
    verify: 'GET /v1/audit/verification',
    viewing: 'FILE /v1/audit/ledgers/viewing',
    provision: 'FILE /v1/audit/ledgers/provision',
    destruction: 'FILE /v1/audit/ledgers/destruction',
  },
  reviews: {
    list: 'LIST /v1/reviews',
    read: 'FILE /v1/reviews/{review_id}',
    sign: 'POST /v1/reviews/{review_id}/signature',
  },
  anomalies: {
    look: 'POST /v1/anomalies .found',
    list: 'LIST /v1/anomalies',
    demand: 'POST /v1/anomalies/{anomaly_id}/explanation-demand',
    decide: 'POST /v1/anomalies/{anomaly_id}/decision',
    mine: 'LIST /v1/me/explanations',
    explain: 'POST /v1/anomalies/{anomaly_id}/explanation',
  },
};
