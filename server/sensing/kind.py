"""Which kind of event an ONVIF topic tells of, and what the kinds mean. Pure.

Source: ONVIF Imaging Service (VideoSource topics), Analytics Service (RuleEngine topics).
"""

from server.errors import SensorTopicUnknown
from server.models import SensorKind

HEALTH = frozenset({SensorKind.SIGNAL_LOSS, SensorKind.TAMPER, SensorKind.IMAGE_POOR})  # of the camera, not the street

WORDS = {
    SensorKind.SIGNAL_LOSS: "영상 신호 없음",
    SensorKind.TAMPER: "카메라 훼손·가림",
    SensorKind.IMAGE_POOR: "영상 불량",
    SensorKind.MOTION: "움직임",
    SensorKind.INTRUSION: "침입",
    SensorKind.LINE_CROSSED: "경계선 통과",
    SensorKind.LOITERING: "배회",
    SensorKind.FIGHT: "싸움",
    SensorKind.FALL: "쓰러짐",
    SensorKind.CROWD: "군집",
    SensorKind.FIRE: "화재",
    SensorKind.TRAFFIC: "교통 이상",
}
TOPICS = (  # without namespace prefixes; the longest beginning that fits counts
    ("VideoSource/SignalLoss", SensorKind.SIGNAL_LOSS),
    ("VideoSource/GlobalSceneChange", SensorKind.TAMPER),
    ("VideoSource/ImageTooDark", SensorKind.IMAGE_POOR),
    ("VideoSource/ImageTooBright", SensorKind.IMAGE_POOR),
    ("VideoSource/ImageTooBlurry", SensorKind.IMAGE_POOR),
    ("VideoSource/MotionAlarm", SensorKind.MOTION),
    ("RuleEngine/CellMotionDetector", SensorKind.MOTION),
    ("RuleEngine/MotionRegionDetector", SensorKind.MOTION),
    ("RuleEngine/TamperDetector", SensorKind.TAMPER),
    ("RuleEngine/FieldDetector", SensorKind.INTRUSION),
    ("RuleEngine/LineDetector", SensorKind.LINE_CROSSED),
    ("RuleEngine/LoiteringDetector", SensorKind.LOITERING),
)


def of_topic(topic: str) -> SensorKind:
    """The kind that ``tns1:VideoSource/SignalLoss`` and the like tell of. Raises SensorTopicUnknown.

    >>> of_topic("tns1:RuleEngine/tns1:LineDetector/Crossed").value
    'line_crossed'
    """
    steps = [step.rpartition(":")[2] for step in topic.split("/")]
    for known, kind in TOPICS:
        wanted = known.split("/")
        if steps[: len(wanted)] == wanted:
            return kind
    if steps[-1] == "LicensePlate":
        raise SensorTopicUnknown("number plates go to /v1/plate-reads", field="topic")
    raise SensorTopicUnknown("send the kind instead of a topic that is not among ours", field="topic")
