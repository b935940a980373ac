from tests.plugins.conftest import install  # noqa: F401 - a fixture
