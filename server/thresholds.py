"""From where on the record shows something odd, and how long people have to answer. Pure numbers with their bounds."""

from pydantic import BaseModel, ConfigDict, Field


class Thresholds(BaseModel):
    """Defaults for a province at work; an agency with other habits sets its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    still_m: int = Field(2000, ge=100, le=100_000)  # a dispatched unit that stands farther off than this
    still_min: int = Field(15, ge=5, le=720)  # for so long, while somebody of it watches
    night_from_h: int = Field(22, ge=18, le=23)  # Korean time
    night_until_h: int = Field(6, ge=1, le=9)
    after_shift_min: int = Field(30, ge=5, le=720)  # still watching so long after the login ended
    same_camera: int = Field(20, ge=3, le=10_000)  # occasions in a week, half an hour apart at least
    same_plate: int = Field(5, ge=2, le=10_000)  # look-ups in a week
    refusals: int = Field(20, ge=3, le=10_000)  # in an hour
    cameras: int = Field(20, ge=3, le=10_000)  # different ones in ten minutes
    glasses: int = Field(2, ge=2, le=100)  # broken in a week
    glass_explained_h: int = Field(24, ge=1, le=720)
    explain_days: int = Field(7, ge=1, le=60)  # to answer a demand for explanation
    review_days: int = Field(14, ge=1, le=31)  # to sign a month after its end
