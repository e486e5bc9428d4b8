"""이용 목적과 법적 근거: the closed lists that every view, grant and ledger row is in. Pure."""

from enum import StrEnum

from server.models.incident import LegalBasis, Service

OWN_CENTRE = "PIPA_25_1"  # a centre looks at its own cameras, for what they were put up for: nobody can choose it


class Purpose(StrEnum):
    """What personal video is used for."""

    CRIME_REPORT = "crime_report"
    FIRE_RESCUE = "fire_rescue"
    DISASTER = "disaster"
    ANKLE_MONITOR = "ankle_monitor"
    WANTED_VEHICLE = "wanted_vehicle"
    VULNERABLE_PERSON = "vulnerable_person"
    BY_LAW = "by_law"
    URGENT_RESCUE = "urgent_rescue"
    INVESTIGATION = "investigation"
    SENTENCE = "sentence"
    PUBLIC_SAFETY = "public_safety"
    CENTRE_WATCH = "centre_watch"


NAMES = {
    Purpose.CRIME_REPORT: "112 신고 대응",
    Purpose.FIRE_RESCUE: "화재·구조·구급 대응",
    Purpose.DISASTER: "재난 대응",
    Purpose.ANKLE_MONITOR: "전자장치 피부착자 위반 대응",
    Purpose.WANTED_VEHICLE: "수배차량 검색",
    Purpose.VULNERABLE_PERSON: "사회적 약자 보호",
    Purpose.BY_LAW: "다른 법률에 따른 이용",
    Purpose.URGENT_RESCUE: "급박한 생명·신체·재산 보호",
    Purpose.INVESTIGATION: "범죄 수사",
    Purpose.SENTENCE: "형·보호처분 집행",
    Purpose.PUBLIC_SAFETY: "공공의 안전",
    Purpose.CENTRE_WATCH: "관제센터 고유 업무",
}
ARTICLES = {
    LegalBasis.PIPA_18_2_2: "개인정보 보호법 제18조 제2항 제2호",
    LegalBasis.PIPA_18_2_3: "개인정보 보호법 제18조 제2항 제3호",
    LegalBasis.PIPA_18_2_7: "개인정보 보호법 제18조 제2항 제7호",
    LegalBasis.PIPA_18_2_9: "개인정보 보호법 제18조 제2항 제9호",
    LegalBasis.PIPA_18_2_10: "개인정보 보호법 제18조 제2항 제10호",
    LegalBasis.FIRE119_11_2_1: "119긴급신고법 제11조의2 제1항",
    LegalBasis.DISASTER_74_3: "재난 및 안전관리 기본법 제74조의3",
    LegalBasis.ANKLE_16_3_2: "전자장치 부착 등에 관한 법률 제16조의3 제2항",
    LegalBasis.POLICE112_9_1: "112신고의 운영 및 처리에 관한 법률 제9조 제1항",
    OWN_CENTRE: "개인정보 보호법 제25조 제1항",
}
BY_SERVICE = {
    Service.POLICE_112: Purpose.CRIME_REPORT,
    Service.FIRE_119: Purpose.FIRE_RESCUE,
    Service.DISASTER: Purpose.DISASTER,
    Service.ANKLE_MONITOR: Purpose.ANKLE_MONITOR,
    Service.WANTED_VEHICLE: Purpose.WANTED_VEHICLE,
    Service.VULNERABLE_PERSON: Purpose.VULNERABLE_PERSON,
}
BY_BASIS = {
    LegalBasis.PIPA_18_2_2: Purpose.BY_LAW,
    LegalBasis.PIPA_18_2_3: Purpose.URGENT_RESCUE,
    LegalBasis.PIPA_18_2_7: Purpose.INVESTIGATION,
    LegalBasis.PIPA_18_2_9: Purpose.SENTENCE,
    LegalBasis.PIPA_18_2_10: Purpose.PUBLIC_SAFETY,
    LegalBasis.FIRE119_11_2_1: Purpose.FIRE_RESCUE,
    LegalBasis.DISASTER_74_3: Purpose.DISASTER,
    LegalBasis.ANKLE_16_3_2: Purpose.ANKLE_MONITOR,
    LegalBasis.POLICE112_9_1: Purpose.CRIME_REPORT,
}


def of(service: Service | None, legal_basis: LegalBasis | None) -> Purpose:
    """The purpose of a view: that of its incident's service, else of its grant's legal basis, else the centre's own."""
    if service is not None:
        return BY_SERVICE[service]
    return Purpose.CENTRE_WATCH if legal_basis is None else BY_BASIS[legal_basis]


def to_publish(legal_basis: str) -> bool:
    """Whether such a provision has to be made public (개인정보 보호법 제18조 제4항: all but investigations)."""
    return legal_basis not in {LegalBasis.PIPA_18_2_7, OWN_CENTRE}
