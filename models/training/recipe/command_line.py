"""The commands of the recipe."""

import argparse
import json
from pathlib import Path

from .bcet_vectors import write_bcet_vectors


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="recipe", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_train(commands)
    _add_export(commands)
    _add_quantize(commands)
    _add_expert_slices(commands)
    vectors = commands.add_parser("bcet-vectors", help="write the vectors that both BCETs are tested with")
    vectors.add_argument("file", type=Path)
    vectors.set_defaults(run=lambda given: write_bcet_vectors(given.file))
    given = parser.parse_args(arguments)
    given.run(given)


def _add_train(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    train = commands.add_parser("train", help="train a network on a folder of phantoms")
    train.add_argument("--preset", required=True, help="a name in presets/ or a JSON file")
    train.add_argument("--data", type=Path, required=True, help="folder of phantoms; may grow")
    train.add_argument("--validation", type=Path, help="folder of other phantoms")
    train.add_argument("--out", type=Path, required=True, help="folder for checkpoint.pt and log.jsonl")
    budget = train.add_mutually_exclusive_group()
    budget.add_argument("--samples", type=int, help="budget in samples")
    budget.add_argument("--minutes", type=float, help="budget in minutes of wall clock, resumptions added up")
    budget.add_argument("--stop-at", type=float, help="budget: until this Unix time")
    train.add_argument("--threads", type=int, default=1)
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--resume", action="store_true", help="go on from checkpoint.pt, if there is one")
    train.add_argument("--start-from", type=Path, help="folder of a checkpoint, or an exported .onnx")
    train.set_defaults(run=_train)


def _add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = commands.add_parser("export", help="write an ONNX file and check it against PyTorch")
    export.add_argument("--preset", required=True, help="the one it was trained with")
    weights = export.add_mutually_exclusive_group(required=True)
    weights.add_argument("--checkpoint", type=Path, help="the folder that training wrote")
    weights.add_argument("--untrained", action="store_true", help="random weights, to try an architecture")
    export.add_argument("--data", type=Path, help="phantoms; the first one is the test input instead of noise")
    export.add_argument("--out", type=Path, required=True, help="the ONNX file")
    export.add_argument("--vectors", type=Path, help="folder for a test input and its output")
    export.set_defaults(run=_export)


def _export(given: argparse.Namespace) -> None:
    from .export import export
    from .preset import load_preset

    preset = load_preset(given.preset)
    facts = export(preset, given.checkpoint, given.data, given.out, given.vectors)
    print(json.dumps(facts, indent=2))


def _add_quantize(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    quantize = commands.add_parser("quantize", help="write a network of slices in INT8 and compare the two")
    quantize.add_argument("--task", choices=("opacities", "lungs-lobes"), default="opacities")
    quantize.add_argument("--model", type=Path, required=True, help="what `export` wrote")
    quantize.add_argument("--data", type=Path, required=True, help="phantoms to calibrate with")
    quantize.add_argument("--validation", type=Path, required=True, help="phantoms to compare on")
    quantize.add_argument("--out", type=Path, required=True)
    quantize.add_argument("--size", type=int, help="height and width of a slice; as the pipeline has it, if left out")
    quantize.add_argument("--slices", type=int, default=100, help="to calibrate with")
    quantize.add_argument("--of-each-class", type=int, default=8, help="phantoms to compare on")
    quantize.set_defaults(run=_quantize)


def _quantize(given: argparse.Namespace) -> None:
    from .int8_tasks import TASKS
    from .quantize import quantize

    facts = quantize(
        TASKS[given.task],
        given.model,
        given.data,
        given.validation,
        given.out,
        (given.size, given.size) if given.size else None,
        given.slices,
        given.of_each_class,
    )
    print(json.dumps(facts, indent=2))


def _add_expert_slices(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    experts = commands.add_parser("expert-slices", help="Dice on real COVID-19 slices whose HU are lost")
    experts.add_argument("--model", type=Path, required=True)
    experts.add_argument("--folder", type=Path, required=True, help="with ct/, lungs/ and covid/, PNG")
    experts.add_argument("--size", type=int, default=320)
    experts.set_defaults(run=_expert_slices)


def _expert_slices(given: argparse.Namespace) -> None:
    from .expert_slices import expert_slices

    # The two patients of the set, by the numbers of their slices.
    patients = [(0, 1000), (1000, 2000)]
    print(json.dumps(expert_slices(given.model, given.folder, patients, (given.size, given.size)), indent=2))


def _train(given: argparse.Namespace) -> None:
    import torch

    from .preset import load_preset
    from .train import RunOptions, Trainer

    torch.set_num_threads(given.threads)
    options = RunOptions(
        data=given.data,
        out=given.out,
        validation=given.validation,
        samples=given.samples,
        minutes=given.minutes,
        stop_at=given.stop_at,
        seed=given.seed,
        resume=given.resume,
        start_from=given.start_from,
    )
    Trainer(load_preset(given.preset), options).run()
