"""An S3 API on this machine (moto's server), and what one sees in a bucket of it."""

import urllib.request
import xml.etree.ElementTree as ET
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

XMLNS = "{http://s3.amazonaws.com/doc/2006-03-01/}"

# Whose signature it is, nobody asks.
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request"}


class S3:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "verysecret",
            "AWS_REGION": "us-east-1",
        }

    def request(self, path, method="GET"):
        request = urllib.request.Request(f"{self.url}/{path}", method=method, headers=SIGNED)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.headers, answer.read()


class Bucket:
    """A new bucket, empty, and readable by all."""

    def __init__(self, s3, name):
        self._s3, self._name = s3, name
        s3.request("moto-api/reset", "POST")
        s3.request(name, "PUT")

    def keys(self):
        keys, after = [], ""
        while True:
            _, body = self._s3.request(f"{self._name}?list-type=2&start-after={after}")
            listed = ET.fromstring(body)
            keys += [each.text for each in listed.iter(f"{XMLNS}Key")]
            if listed.findtext(f"{XMLNS}IsTruncated") != "true":
                return keys
            after = keys[-1]

    def get(self, key):
        return self._s3.request(f"{self._name}/{key}")


@contextmanager
def serving():
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield S3(server.get_host_and_port()[1])
    finally:
        server.stop()
