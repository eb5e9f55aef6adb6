"""`python3 -m recipe <command>`; see ../README.md."""

import os

# Before NumPy is imported: by default it would take every core for matrices that need one.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from .command_line import main  # noqa: E402

main()
