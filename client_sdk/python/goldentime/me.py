"""Who calls: the officer of a login, and what was asked of them."""

from goldentime.answers import Answer, Unit


class Me(Answer):
    """The officer, in which agency, in which role and in which unit."""

    id: str
    name: str
    role: str
    agency_id: str
    agency_name: str
    agency_kind: str
    centre_id: str | None
    unit: Unit | None


class SignInService(Answer):
    """An agency that has a sign-in service of its own."""

    agency_id: str
    name: str


class Leaving(Answer):
    """Where to go to sign in at an agency's service, and what comes back from there."""

    authorization_url: str
    state: str


class OtpSecret(Answer):
    """What the phone is given, once: base32, and the same as a URI for a picture code."""

    secret: str
    uri: str


class RecoveryCodes(Answer):
    """To be kept on paper; each is good once in place of a code."""

    recovery_codes: list[str]
