/** What the page says, in plain Korean: what happened and what to do. Codes come from the server and are frozen there. */
import { REFUSALS } from '/sdk/refusals.js';

const SERVICES = {
  police_112: '112 신고',
  fire_119: '119 신고',
  disaster: '재난 상황',
  ankle_monitor: '전자감독 위반',
  wanted_vehicle: '수배 차량',
  vulnerable_person: '보호 대상 실종',
};

const TYPES = {
  robbery: '강도',
  assault: '폭행',
  theft: '절도',
  stalking: '스토킹',
  domestic_violence: '가정폭력',
  sexual_violence: '성폭력',
  kidnapping: '납치·감금',
  weapon: '흉기 소지',
  missing: '실종',
  suicide_attempt: '자살 기도',
  traffic_accident: '교통사고',
  drunk_driving: '음주운전',
  fire: '화재',
  rescue: '구조',
  medical: '구급',
  gas_leak: '가스 누출',
  flood: '침수',
  landslide: '산사태',
};

const REASONS = {
  nearest: '가장 가까움',
  in_view: '현장이 보임',
  looks_towards: '현장 방향',
  facing_away: '반대 방향',
  degraded: '화질 나쁨',
  down: '고장',
};

const WAYS = ['북쪽', '북동쪽', '동쪽', '남동쪽', '남쪽', '남서쪽', '서쪽', '북서쪽'];

/** Why watching ended, by the reason the server pushed. */
const ENDED = {
  incident_closed: ['사건 종결', '사건이 종결되어 영상 제공이 끝났습니다.'],
  incident_transferred: ['사건 이첩', '사건이 다른 상황실로 이첩되어 영상 제공이 끝났습니다.'],
  sharing_ended: ['공조 종료', '공조가 끝나 영상 제공도 끝났습니다.'],
  incident_moved: ['사건 위치 변경', '이 카메라는 바뀐 현장에서 멀어졌습니다. 아래에서 다른 카메라를 고르세요.'],
  dispatch_cleared: ['출동 종료', '이 차의 출동이 끝나 영상 제공도 끝났습니다.'],
  dispatch_withdrawn: ['배차 해제', '상황실이 이 차의 배차를 해제했습니다.'],
  session_cut: ['열람 중단', '감독자가 이 영상의 열람을 중단했습니다. 필요하면 무전으로 요청하세요.'],
  grant_revoked: ['임시 권한 회수', '감독자가 임시 열람 권한을 회수했습니다. 필요하면 다시 요청하세요.'],
  camera_blacked_out: ['관제센터 차단', '관제센터가 이 카메라의 영상 제공을 중단했습니다. 다른 카메라를 고르세요.'],
  device_lost: ['분실 처리된 단말', '이 단말은 분실 신고되어 모든 열람이 끝났습니다. 관리자에게 문의하세요.'],
  login_locked: ['화면 잠김', '다시 시작되어 화면이 잠겼습니다. PIN을 입력하세요.'],
  account_disabled: ['계정 정지', '이 계정이 정지되어 모든 열람이 끝났습니다. 관리자에게 문의하세요.'],
  grant_unconfirmed: ['확인되지 않음', '긴급 접근이 제시간에 확인되지 않아 끝났습니다. 사유를 적어 주세요.'],
  grant_expired: ['임시 권한 만료', '임시 열람 권한의 시간이 끝났습니다. 필요하면 다시 요청하세요.'],
  expired: ['열람 시간 종료', '열람 시간이 끝났습니다. 다시 열 수 있습니다.'],
  logged_out: ['로그아웃', '로그인이 끝나 영상이 닫혔습니다.'],
};
const ENDED_UNKNOWN = ['영상 제공 종료', '이 영상을 볼 수 있는 권한이 끝났습니다. 필요하면 상황실에 무전으로 확인하세요.'];

export const OFFLINE = '서버와 연결이 끊겼습니다 · 다시 연결하는 중 · 급하면 무전으로 확인하세요';

/** @param {string} until RFC 3339 */
export const kept = (until) => `사건이 종결되었습니다 · 이 영상은 ${new Date(until).toLocaleTimeString('ko-KR')}까지 볼 수 있습니다`;

export const LONG_START = '카메라 응답이 늦습니다. 계속 기다리거나 다른 카메라를 고르세요.';

/** @param {{ service: string, priority: number }} incident */
export function code({ service, priority }) {
  return service === 'police_112' ? `코드 ${priority}` : `긴급도 ${priority}`;
}

/** @param {{ service: string, type: string }} incident */
export function kind({ service, type }) {
  return `${SERVICES[service] ?? '신고'} · ${TYPES[type.toLowerCase()] ?? type.replaceAll('_', ' ')}`;
}

/** @param {string[]} reasons codes of the ranking @returns {{ code: string, text: string }[]} */
export function reasons(codes) {
  return codes.map((reason) => ({ code: reason, text: REASONS[reason] ?? reason }));
}

/** @param {{ distance_m: number, bearing_deg: number }} camera */
export function where({ distance_m, bearing_deg }) {
  const far = distance_m < 1000 ? `${Math.round(distance_m)} m` : `${(distance_m / 1000).toFixed(1)} km`;
  return `현장 ${WAYS[Math.round(bearing_deg / 45) % 8]} ${far}`;
}

/** @param {number} elapsed_s since the report; may be a little negative between two clocks */
export function since(elapsed_s) {
  const minutes = Math.max(0, Math.floor(elapsed_s / 60));
  if (minutes < 1) return '방금 신고';
  if (minutes < 60) return `신고 ${minutes}분 경과`;
  return `신고 ${Math.floor(minutes / 60)}시간 ${minutes % 60}분 경과`;
}

/** @param {string | undefined} reason @returns {[title: string, advice: string]} */
export function ended(reason) {
  return ENDED[reason] ?? ENDED_UNKNOWN;
}

/** @param {import('/sdk/errors.js').CallFailed} error @returns {[title: string, advice: string]} */
export function refused(error) {
  if (error.code === undefined) return ['연결 안 됨', '서버가 응답하지 않습니다. 급하면 무전으로 확인하세요.'];
  return error.words('ko') ?? REFUSALS.playback_refused.ko;
}

/** The refusals after which the login form asks for the code of the second factor. */
export const CODE_WANTED = new Set(['otp_needed', 'otp_invalid']);
const SAID_BY_THE_CATALOGUE = new Set([...CODE_WANTED, 'otp_enrolment_needed', 'too_many_attempts']);

/** The server's refusals that a code for this device mends. */
export const WITHOUT_DEVICE = new Set(['device_not_enrolled', 'device_lost', 'enrolment_code_invalid']);

/** @param {import('/sdk/errors.js').CallFailed} error */
export function pinFailed(error) {
  if (error.tries_left === 0) return '다섯 번 틀려 로그인이 끝났습니다. 비밀번호로 다시 로그인하세요.';
  if (error.code === 'pin_wrong') return `PIN이 맞지 않습니다. ${error.tries_left}번 더 시도할 수 있습니다.`;
  if (error.code === 'invalid_request') return '숫자 4–8자리로, 같은 숫자나 차례로 이어진 숫자가 아니게 정하세요.';
  return error.words?.('ko')?.join('. ') ?? '서버가 응답하지 않습니다. 통신 상태를 확인하고 다시 하세요.';
}

/** @param {import('/sdk/errors.js').CallFailed} error */
export function loginFailed(error) {
  if (WITHOUT_DEVICE.has(error.code)) return error.words('ko').join('. ');
  if (SAID_BY_THE_CATALOGUE.has(error.code)) return error.words('ko')[1];
  if (error.code === 'invalid_grant') return '아이디나 비밀번호가 맞지 않습니다. 다시 입력하세요.';
  if (error.name === 'NoKeys') return '이 주소에서는 로그인할 수 없습니다. https로 시작하는 주소로 여세요.';
  if (error.code === 'too_many_requests') return '시도가 너무 잦습니다. 잠시 뒤 다시 하세요.';
  return '서버가 응답하지 않습니다. 통신 상태를 확인하고 다시 하세요.';
}

/** How the picture stands: in Korean, and in English for those who help from elsewhere. */
const STATES = {
  undated: ['시각 확인 중', 'TIME UNKNOWN'],
  live: ['실시간', 'LIVE'],
  delayed: ['지연', 'DELAYED'],
  stale: ['지금 화면 아님', 'STALE'],
  stills: ['사진', 'STILLS'],
  last_good: ['마지막 화면', 'LAST PICTURE'],
  down: ['영상 없음', 'NO PICTURE'],
};

const OTHER_CAMERA = '다른 카메라를 고르거나 무전으로 확인하세요.';
const TRIED_AGAIN = '자동으로 다시 연결합니다. 급하면 다른 카메라를 고르세요.';
const ROOM = '다른 카메라를 고르고, 상황실에 고장을 알리세요.';

/** Why it stands so, by the reason the server told or the page found. */
const WHYS = {
  opening: ['영상 여는 중', ''],
  link: ['통신이 느려 새 영상을 받지 못함', OTHER_CAMERA],
  starting: ['영상 여는 중', '카메라 응답을 기다립니다. 급하면 다른 카메라를 고르세요.'],
  picture_frozen: ['멈춘 화면 · 카메라가 같은 화면만 보냄', OTHER_CAMERA],
  picture_late: ['새 화면이 오지 않음', TRIED_AGAIN],
  picture_stalled: ['카메라 영상이 끊김', TRIED_AGAIN],
  first_picture_late: ['카메라가 영상을 보내지 않음', TRIED_AGAIN],
  camera_closed: ['카메라가 연결을 끊음', TRIED_AGAIN],
  camera_gave_nothing: ['카메라가 영상을 보내지 않음', TRIED_AGAIN],
  camera_unreachable: ['카메라에 연결되지 않음', TRIED_AGAIN],
  camera_busy: ['카메라에 접속이 많음', TRIED_AGAIN],
  camera_unauthorized: ['카메라가 접속을 거부함', ROOM],
  camera_path_unknown: ['카메라 설정이 맞지 않음', ROOM],
  camera_codec: ['볼 수 없는 영상 형식', ROOM],
  camera_cadence: ['카메라 영상이 고르지 않음', TRIED_AGAIN],
  camera_not_rtsp: ['카메라 응답이 이상함', ROOM],
  camera_answer_too_long: ['카메라 응답이 이상함', ROOM],
  camera_redirects: ['카메라 응답이 이상함', ROOM],
  camera_outside_networks: ['등록된 망 밖의 카메라', ROOM],
  camera_password_unreadable: ['카메라 접속 정보를 읽지 못함', ROOM],
  encoder_behind: ['서버가 바쁨', TRIED_AGAIN],
  output_broken: ['서버 변환 오류', TRIED_AGAIN],
  ffmpeg_missing: ['서버 변환 오류', ROOM],
  no_report: ['서버 소식이 끊김', OTHER_CAMERA],
  no_host: ['변환 서버 응답 없음', '모든 카메라가 같을 수 있습니다. 무전으로 확인하세요.'],
  no_top: ['서버가 바빠 화질을 낮춤', ''],
  slow: ['서버가 바빠 움직임이 거침', ''],
  key_frames: ['서버가 바빠 사진만 제공', ''],
};
const WHY_UNKNOWN = ['카메라 고장', OTHER_CAMERA];

/** @param {string | null} reason @returns {[what: string, advice: string]} */
export function why(reason) {
  return reason === null ? ['', ''] : (WHYS[reason] ?? WHY_UNKNOWN);
}

/** @param {string} state of /sdk/standing.js @returns {[korean: string, english: string]} */
export function standing(state) {
  return STATES[state] ?? ['', ''];
}

/**
 * How old what is shown is. Of what moves the age alone, for all else also when it was taken.
 * @param {string} state @param {number | null} age_s @param {Date | null} taken_at
 */
export function age(state, age_s, taken_at) {
  if (age_s === null) return '';
  if (state === 'live' || state === 'delayed') return `${age_s.toFixed(1)}초`;
  return taken_at ? `${clock(taken_at)} · ${ago(age_s)}` : ago(age_s);
}

function ago(age_s) {
  if (age_s < 60) return `${Math.floor(age_s)}초 전`;
  if (age_s < 3600) return `${Math.floor(age_s / 60)}분 전`;
  return `${Math.floor(age_s / 3600)}시간 전`;
}

function clock(at) {
  return at.toLocaleTimeString('en-GB', { timeZone: 'Asia/Seoul' }); // 14:03:22
}
