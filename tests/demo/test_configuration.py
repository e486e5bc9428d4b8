import pytest

from demo.cameras import configuration
from demo.cameras.configuration import ConfigurationInvalid

CAMERA = {"path": "/cam/a", "clip": "/c.h264", "fps": 15, "username": "u", "password": "hunter2"}


def test_a_configuration_is_read_and_hides_its_passwords(configured):
    settings = configuration.read(configured([CAMERA], port=8554))
    assert (settings.listen, settings.port, settings.cameras[0].fps) == ("127.0.0.1", 8554, 15)
    assert settings.cameras[0].password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"path": "cam"}, "cameras.0.path"),
        ({"path": "/cam/../a b"}, "cameras.0.path"),
        ({"path": "/cam/"}, "cameras.0.path"),
        ({"fps": 0}, "cameras.0.fps"),
        ({"fps": 61}, "cameras.0.fps"),
        ({"fps": "hunter2"}, "cameras.0.fps"),
        ({"password": ["hunter2"]}, "cameras.0.password"),
        ({"pass": "hunter2"}, "cameras.0.pass"),
        ({"onvif_profile": "a b"}, "cameras.0.onvif_profile"),
    ],
)
def test_a_bad_camera_is_refused_by_field_and_no_password_is_repeated(configured, changed, field):
    with pytest.raises(ConfigurationInvalid, match=r"^configuration_invalid: ") as refused:
        configuration.read(configured([CAMERA | changed]))
    assert field in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("cameras", "more", "field"),
    [
        ([], {}, "cameras"),
        ([CAMERA, CAMERA], {}, "same path"),
        ([CAMERA | {"path": path, "onvif_profile": "p"} for path in ("/a", "/b")], {}, "same onvif_profile"),
        ([CAMERA], {"port": 65536}, "port"),
        ([CAMERA], {"onvif_port": -1}, "onvif_port"),
        ([CAMERA], {"host": "::"}, "host"),
    ],
)
def test_a_bad_configuration_is_refused_by_field(configured, cameras, more, field):
    with pytest.raises(ConfigurationInvalid, match=field):
        configuration.read(configured(cameras, **more))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_is_refused(configured, mode):
    with pytest.raises(ConfigurationInvalid, match=r"^configuration_exposed: .*chmod 600"):
        configuration.read(configured([CAMERA], mode=mode))


def test_a_missing_file_and_one_that_is_no_json_are_refused(tmp_path):
    with pytest.raises(ConfigurationInvalid, match=r"^configuration_missing: "):
        configuration.read(tmp_path / "none.json")
    path = tmp_path / "bad.json"
    path.write_text('{"password": "hunter2"')
    path.chmod(0o600)
    with pytest.raises(ConfigurationInvalid, match=r"^configuration_invalid: ") as refused:
        configuration.read(path)
    assert "hunter2" not in str(refused.value)
