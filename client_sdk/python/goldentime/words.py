"""What the command says, in Korean and English. The words of refusals are in the catalogue that ``errors`` reads."""

from goldentime.errors import Language

WORDS: dict[str, dict[Language, str]] = {
    "password": {"ko": "비밀번호: ", "en": "Password: "},
    "otp": {"ko": "인증번호: ", "en": "Code of the second factor: "},
    "pin": {"ko": "PIN: ", "en": "PIN: "},
    "new_pin": {"ko": "새 PIN (숫자 4~8자리, 없으면 Enter): ", "en": "New PIN (4 to 8 digits, Enter for none): "},
    "enrolment_code": {"ko": "등록 코드: ", "en": "Enrolment code: "},
    "signed_in": {"ko": "로그인되었습니다.", "en": "Signed in."},
    "signed_out": {"ko": "로그아웃되었습니다.", "en": "Signed out."},
    "enrolled": {"ko": "등록된 기기:", "en": "Enrolled:"},
    "nobody": {
        "ko": "로그인되어 있지 않습니다. goldentime sign-in 을 실행하세요.",
        "en": "Nobody is signed in. Run: goldentime sign-in",
    },
    "offline": {
        "ko": "서버가 응답하지 않습니다. 급하면 무전으로 확인하세요.",
        "en": "The server does not answer. If it is urgent, ask by radio.",
    },
    "no_unit": {"ko": "이 계정에는 차가 없습니다.", "en": "This account has no unit."},
    "no_dispatch": {"ko": "진행 중인 출동이 없습니다.", "en": "There is no dispatch now."},
    "player_failed": {"ko": "재생기가 영상을 열지 못했습니다.", "en": "The player could not open the picture."},
    "ended": {"ko": "열람 종료:", "en": "Watching ended:"},
}

ENDINGS: dict[str, dict[Language, str]] = {
    "incident_closed": {"ko": "사건이 종결되었습니다.", "en": "The incident is closed."},
    "incident_transferred": {"ko": "사건이 다른 상황실로 이첩되었습니다.", "en": "The incident is another room's now."},
    "sharing_ended": {"ko": "공조가 끝났습니다.", "en": "The rooms no longer share the incident."},
    "camera_passed": {"ko": "차가 이 카메라를 지나왔습니다.", "en": "The unit is past this camera."},
    "incident_moved": {"ko": "사건 위치가 바뀌었습니다.", "en": "The incident has moved."},
    "dispatch_cleared": {"ko": "출동이 끝났습니다.", "en": "The dispatch is cleared."},
    "dispatch_withdrawn": {"ko": "출동이 취소되었습니다.", "en": "The unit is called back."},
    "session_cut": {"ko": "감독자가 열람을 끊었습니다.", "en": "A supervisor has cut it."},
    "logged_out": {"ko": "로그아웃되었습니다.", "en": "The login has ended."},
    "expired": {"ko": "열람 시간이 끝났습니다.", "en": "The time for watching is over."},
    "grant_revoked": {"ko": "임시 권한이 회수되었습니다.", "en": "The grant is taken back."},
    "grant_expired": {"ko": "임시 권한이 끝났습니다.", "en": "The grant is over."},
    "grant_unconfirmed": {"ko": "긴급 열람이 확인되지 않았습니다.", "en": "Nobody confirmed the broken glass."},
    "camera_blacked_out": {"ko": "관제센터가 영상을 차단했습니다.", "en": "The centre has stopped showing the camera."},
    "account_disabled": {"ko": "계정이 사용 중지되었습니다.", "en": "The account is disabled."},
    "device_lost": {"ko": "분실 신고된 기기입니다.", "en": "The device is reported lost."},
    "login_locked": {"ko": "화면이 잠겼습니다.", "en": "The login is locked."},
}


def said(word: str, language: Language) -> str:
    """The words."""
    return WORDS[word][language]


def ending(reason: str, language: Language) -> str:
    """Why watching ended; the reason itself where there are no words for it yet."""
    return ENDINGS.get(reason, {}).get(language, reason)
