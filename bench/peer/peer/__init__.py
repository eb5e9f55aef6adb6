"""The pipeline as one would write it in Python with the usual packages: what Lobar is compared with."""
