"""
Analyses studies, one after the other, with networks that stay warm:

    python -m peer MODELS [--int8]

Reads one JSON document a line, {"url", "study", "masks"?}, and answers each with one.
"""

import argparse
import json
import sys
from pathlib import Path

from .models import open_models
from .pipeline import analyse


def main() -> None:
    parser = argparse.ArgumentParser(prog="peer")
    parser.add_argument("models", type=Path)
    parser.add_argument("--int8", action="store_true")
    args = parser.parse_args()
    models = open_models(args.models, args.int8)
    for line in sys.stdin:
        request = json.loads(line)
        masks = Path(request["masks"]) if "masks" in request else None
        print(json.dumps(analyse(request["url"], request["study"], models, masks)), flush=True)


main()
