"""Writes vectors.json: fixed inputs, and what scikit-learn, SciPy and NumPy say of them.

    pip install numpy==2.* scipy scikit-learn && python make-vectors.py
"""
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy import ndimage, special, stats
from sklearn import calibration, metrics, preprocessing

rng = np.random.default_rng(20261129)
CLASSES = ["covid-19", "other-infection", "no-imaging-signs"]
N = 40

truth = rng.integers(0, 3, N)
# Rounded to a twentieth, so that scores tie.
logits = rng.normal(0, 1, (N, 3)) + 1.1 * np.eye(3)[truth]
probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
probabilities = np.round(probabilities * 20) / 20
onehot = preprocessing.label_binarize(truth, classes=[0, 1, 2])
decided = probabilities.argmax(1)

curves = [metrics.roc_curve(onehot[:, c], probabilities[:, c], drop_intermediate=False) for c in range(3)]
# scikit-learn's example "Multiclass ROC", macro average: mean of the interpolated curves.
grid = np.unique(np.concatenate([fpr for fpr, _, _ in curves]))
macro_tpr = np.mean([np.interp(grid, fpr, tpr) for fpr, tpr, _ in curves], axis=0)

def bins(scores, positive):
    share, mean = calibration.calibration_curve(positive, scores, n_bins=10, strategy="uniform")
    return {"share": share.tolist(), "mean": mean.tolist()}

calibrated = np.clip(rng.uniform(0, 1, N), 0.001, 0.999)
positive = (rng.uniform(0, 1, N) < calibrated**1.5).astype(int)

x = rng.gamma(2, 80, 25)
y = 0.8 * x + rng.normal(0, 30, 25)
r, p = stats.pearsonr(x, y)
weak = rng.normal(0, 1, 12)
other = rng.normal(0, 1, 12)
weak_r, weak_p = stats.pearsonr(weak, other)

hu = rng.integers(-1000, 300, (2, 9, 11))
medians = np.stack([ndimage.median_filter(plane, size=5, mode="nearest") for plane in hu])

out = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "classes": CLASSES,
    "truth": [CLASSES[i] for i in truth],
    "decided": [CLASSES[i] for i in decided],
    "probabilities": probabilities.tolist(),
    "auc": {
        "byClass": [metrics.roc_auc_score(onehot[:, c], probabilities[:, c]) for c in range(3)],
        "micro": metrics.roc_auc_score(onehot.ravel(), probabilities.ravel()),
        "macro": float(np.mean([metrics.roc_auc_score(onehot[:, c], probabilities[:, c]) for c in range(3)])),
        "macroCurve": {"fpr": grid.tolist(), "tpr": macro_tpr.tolist()},
    },
    "roc": [{"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": th[1:].tolist()} for fpr, tpr, th in curves],
    "confusion": metrics.confusion_matrix(truth, decided).tolist(),
    "againstRest": [
        {
            "sensitivity": metrics.recall_score(truth == c, decided == c),
            "specificity": metrics.recall_score(truth != c, decided != c),
            "accuracy": metrics.accuracy_score(truth == c, decided == c),
            "ppv": metrics.precision_score(truth == c, decided == c),
            "npv": metrics.precision_score(truth != c, decided != c),
        }
        for c in range(3)
    ],
    "brier": [metrics.brier_score_loss(onehot[:, c], probabilities[:, c]) for c in range(3)],
    "calibration": {"scores": calibrated.tolist(), "positive": positive.tolist(), **bins(calibrated, positive)},
    "pearson": {
        "strong": {"x": x.tolist(), "y": y.tolist(), "r": r, "p": p},
        "weak": {"x": weak.tolist(), "y": other.tolist(), "r": weak_r, "p": weak_p},
    },
    "blandAltman": {
        "bias": float(np.mean(y - x)),
        "sd": float(np.std(y - x, ddof=1)),
    },
    "incompleteBeta": [
        {"x": v, "a": a, "b": b, "value": float(special.betainc(a, b, v))}
        for v, a, b in [(0.1, 0.5, 0.5), (0.5, 11.5, 0.5), (0.999, 11.5, 0.5), (1e-6, 5, 0.5), (0.3, 200, 0.5), (0.9, 3, 7)]
    ],
    "logGamma": [{"x": v, "value": float(special.gammaln(v))} for v in (0.5, 1, 1.5, 10, 123.5, 1000)],
    "describe": {
        "values": x.tolist(),
        "mean": float(np.mean(x)),
        "sd": float(np.std(x, ddof=1)),
        "quantiles": [[q, float(np.quantile(x, q))] for q in (0, 0.025, 0.31, 0.5, 0.975, 1)],
    },
    "medians": {"hu": hu.ravel().tolist(), "shape": list(hu.shape), "medians": medians.ravel().tolist()},
}
path = pathlib.Path(__file__).parent / "vectors.json"
path.write_text(json.dumps(out) + "\n")
