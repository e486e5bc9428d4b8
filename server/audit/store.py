"""Where copies of the record are kept: a folder, or a bucket of any S3. An object is written once and never replaced.

The bucket should have versioning and object lock on, and an account that may only put and get; what is in ``s3.ini``
is ``[s3]`` with ``access_key_id``, ``secret_access_key`` and ``region``.
"""

import configparser
import hashlib
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from server import keyfile

# Other S3s do not know the checksums that botocore adds by itself; ours is in the metadata, and content is compared.
S3 = Config(
    connect_timeout=3,
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class StoreInvalid(Exception):
    """The store cannot be used as it is set up."""


class StoreFailed(Exception):
    """The store did not take the object; the same may work later."""


class StoreConflict(Exception):
    """There is another object of that name."""


class Store(Protocol):
    """Keeps objects by name."""

    def put(self, name: str, data: bytes) -> None:
        """Keep ``data``; again with the same data does nothing. Raises StoreFailed, StoreConflict."""


def at(place: str, *, keys: Path, endpoint: str | None) -> Store:
    """The store at a folder or ``s3://bucket/prefix``. Raises StoreInvalid."""
    if not place.startswith("s3://"):
        return Folder(Path(place))
    ini = configparser.ConfigParser(interpolation=None)
    try:
        ini.read_string((keys / "s3.ini").read_text())
        access = {f"aws_{name}": ini["s3"][name] for name in ("access_key_id", "secret_access_key")}
        region = ini["s3"]["region"]
    except (OSError, KeyError, ValueError, configparser.Error) as error:
        said = type(error).__name__  # its text may quote a line of the file
        raise StoreInvalid(f"{keys / 's3.ini'} needs [s3] access_key_id, secret_access_key, region: {said}") from None
    client = boto3.client("s3", endpoint_url=endpoint, region_name=region, config=S3, **access)
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    return Bucket(client, bucket, prefix)


class Folder:
    """A folder; files are mode 0600 and appear whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, data: bytes) -> None:
        """See Store."""
        try:
            keyfile.create(self.root / name, data)
            same = (self.root / name).read_bytes() == data
        except OSError as error:
            raise StoreFailed(f"{self.root / name}: {error.strerror}") from error
        if not same:
            raise StoreConflict(f"{self.root / name} is there and is another")


class Bucket:
    """A bucket, or a part of it."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self.client, self.bucket, self.prefix = client, bucket, prefix.strip("/")

    def put(self, name: str, data: bytes) -> None:
        """See Store."""
        key = f"{self.prefix}/{name}".lstrip("/")
        metadata = {"sha256": hashlib.sha256(data).hexdigest()}
        try:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=data, IfNoneMatch="*", Metadata=metadata)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 412:
                raise StoreFailed(f"{key}: {error.response['Error'].get('Code')}") from error
            self._compare(key, data)
        except BotoCoreError as error:
            raise StoreFailed(f"{key}: {type(error).__name__}") from error

    def _compare(self, key: str, data: bytes) -> None:
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read(len(data) + 1)
        except (ClientError, BotoCoreError) as error:
            raise StoreFailed(f"{key}: {type(error).__name__}") from error
        if found != data:
            raise StoreConflict(f"{key} is there and is another")
