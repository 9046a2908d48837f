"""What the tests of several clients use."""
import io

import pytest


@pytest.fixture
def picture():
    """A small JPEG."""
    image = pytest.importorskip("PIL.Image").new("RGB", (320, 200), (200, 60, 30))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()
