import pytest
from s3 import serving


@pytest.fixture(scope="module")
def s3():
    """A real S3 API on this machine."""
    with serving() as served:
        yield served
