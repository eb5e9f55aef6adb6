"""What the tests need that the generator needs."""

import importlib.util
import unittest

#: How a library is imported, and what PyPI calls it.
PACKAGES = {"scipy": "SciPy", "pydicom": "pydicom", "nrrd": "pynrrd", "PIL": "Pillow"}


def require(*modules: str) -> None:
    """
    For the top of a test file, before it imports the generator.

    :raises unittest.SkipTest: one of the modules is not installed
    """
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise unittest.SkipTest(f"{PACKAGES[module]} is not installed: see models/training/requirements.txt")
