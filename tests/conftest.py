"""What makes the tests of one file share what they set up, however many processes run them."""

import pytest

# Its tests share nothing and take long.
APART = {"test_proving"}


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests run in one process, since a course that was graded for them is not to be graded twice."""
    for item in items:
        if item.path.stem not in APART and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
