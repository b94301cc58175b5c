"""The early warning of attrition beside other people's programs, on the same rows (see run, which writes them).

rows FOLDER ...            our logistic regression, measures and ranks beside scikit-learn's; one folder per seed
detectors PROGRAM PLAIN... -- GRADUAL...   the product's charts beside river's detectors, at equal alarms per agent-year tuned on the plain world

Nothing of ours is written again here: PROGRAM is the example side_by_side of crates/evaluation, which runs the product's own charts on the same days.
"""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np


def load(folder):
    """Named columns of a folder of floats, and our own numbers if there are any."""
    folder = Path(folder)
    names = folder.joinpath("columns.txt").read_text().split("\n")
    values = np.fromfile(folder / "values.f64", dtype="<f8").reshape(-1, len(names))
    ours = {}
    if (folder / "ours.tsv").exists():
        ours = {name: float(value) for name, value in (line.split("\t") for line in (folder / "ours.tsv").read_text().split("\n"))}
    return names, values, ours


# ---- rows


def scaled(values, training):
    """As the product scales: mean and standard deviation (n - 1) of what is there in training, missing is the mean."""
    mean = np.nanmean(values[training], axis=0)
    sd = np.nanstd(values[training], axis=0, ddof=1)
    kept = sd > 1e-12 * np.maximum(np.abs(mean), 1e-12)
    return np.nan_to_num((values[:, kept] - mean[kept]) / sd[kept], nan=0.0), kept


def boosted(x, y, x_test):
    """Two settings of gradient boosting; trees know missing values by themselves."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    usual = HistGradientBoostingClassifier(random_state=0)
    careful = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=150, max_leaf_nodes=8, min_samples_leaf=200, l2_regularization=1.0, early_stopping=False, random_state=0
    )
    return [model.fit(x, y).predict_proba(x_test)[:, 1] for model in (usual, careful)]


def compare_rows(folder):
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

    names, values, ours = load(folder)
    column = {name: position for position, name in enumerate(names)}
    training, testing = values[:, column["training"]] == 1, values[:, column["testing"]] == 1
    left, score = values[:, column["left"]] == 1, values[:, column["log_odds"]]
    inputs, input_names = values[:, 6:], names[6:]
    x, kept = scaled(inputs, training)
    model = LogisticRegression(C=ours["c"], solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(x[training], left[training])
    expected = dict(zip(["intercept"] + [f"coefficient {name}" for name, keep in zip(input_names, kept) if keep], [*model.intercept_, *model.coef_[0]]))
    found = {name: value for name, value in ours.items() if name == "intercept" or name.startswith("coefficient ")}
    assert expected.keys() == found.keys(), expected.keys() ^ found.keys()
    apart = max(abs(expected[name] - found[name]) for name in expected)
    p = 1 / (1 + np.exp(-score[testing]))
    theirs = {
        "auc": roc_auc_score(left[testing], p),
        "average_precision": average_precision_score(left[testing], p),
        "brier": brier_score_loss(left[testing], p),
        "log_loss": log_loss(left[testing], p),
    }
    measures_apart = max(abs(theirs[name] - ours[name]) for name in theirs)
    trees = [average_precision_score(left[testing], q) for q in boosted(inputs[training], left[training], inputs[testing])]
    return {
        "rows": int(training.sum()),
        "tests": int(testing.sum()),
        "leavers": int(left[training].sum()),
        "coefficients apart": apart,
        "measures apart": measures_apart,
        "AP": ours["average_precision"],
        "AP boosted": trees[0],
        "AP boosted, careful": trees[1],
        "AUC": ours["auc"],
    }


def rows(folders):
    found = [(Path(folder).name, compare_rows(folder)) for folder in folders]
    print("| seed | training rows | leavers among them | coefficients apart | measures apart | AP | AP boosted | AP boosted, careful |")
    print("|---|---|---|---|---|---|---|---|")
    for name, of in found:
        print(
            f"| {name} | {of['rows']} | {of['leavers']} | {of['coefficients apart']:.1e} | {of['measures apart']:.1e} | {of['AP']:.4f} "
            f"| {of['AP boosted']:.4f} | {of['AP boosted, careful']:.4f} |"
        )
    equal = all(of["coefficients apart"] <= 1e-6 for _, of in found)
    same = all(of["measures apart"] <= 1e-12 for _, of in found)
    kept_up = sum(of["AP"] >= max(of["AP boosted"], of["AP boosted, careful"]) - 0.005 for _, of in found)
    needed = math.ceil(0.8 * len(found))
    print(f"\ncoefficients within 1e-6: {equal}; measures within 1e-12: {same}; AP at least the better boosting's - 0.005: {kept_up} of {len(found)}, needed {needed}")
    return equal and same and kept_up >= needed


# ---- detectors

SETTLED = 60  # days an agent must have worked before alarms count
COOL_DOWN = 28
WINDOW = 28
ALARMS = 0.5  # per agent-year on the plain world


class Series:
    """The days of each agent, worst first oriented: + is worse."""

    FEATURES = 5

    def __init__(self, folder):
        names, values, _ = load(folder)
        assert len(names) == 4 + 2 * self.FEATURES, names
        values = values[np.lexsort((values[:, 1], values[:, 0]))]
        self.folder, self.agents = folder, []
        for part in np.split(values, np.flatnonzero(np.diff(values[:, 0])) + 1):
            z = part[:, 4 : 4 + self.FEATURES]
            there = np.isfinite(z)
            n = there.sum(axis=1)
            worked = n > 0
            whole = np.where(there, z, 0.0).sum(axis=1)[worked] / np.sqrt(n[worked])
            left = part[0, 2]
            self.agents.append((int(part[0, 0]), part[worked, 1], z[worked], whole, left if math.isfinite(left) else None))


def ours(program, chart):
    """Alarms of a chart of ours, by agent, as the program prints them; without a limit, with that of the product."""

    def alarms(world, limit, every):
        words = [program, "alarms", chart, "own" if limit is None else repr(limit), str(world.folder)]
        found = {}
        for line in subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines():
            person, day = line.split()
            found.setdefault(int(person), []).append(float(day))
        return [np.searchsorted(days, found.get(person, [])).tolist() for person, days, _, _, _ in world.agents[::every]]

    return alarms


def theirs(detector, each):
    """Alarms of a detector on the one number of a day, or on every feature and put together."""

    def alarms(world, limit, every):
        if each:
            return [[p for column in z.T for p in detector(column, limit)] for _, _, z, _, _ in world.agents[::every]]
        return [detector(whole, limit) for _, _, _, whole, _ in world.agents[::every]]

    return alarms


def adwin(values, limit):
    from river.drift import ADWIN

    # A limit grows with strictness as the charts' do: delta = exp(-limit).
    at, detector, before = [], ADWIN(delta=math.exp(-limit)), 0.0
    for position, value in enumerate(values):
        if value != value:
            continue
        detector.update(value)
        if detector.drift_detected and detector.estimation > before:
            at.append(position)
        before = detector.estimation
    return at


def page_hinkley(values, limit):
    from river.drift import PageHinkley

    at, detector = [], PageHinkley(threshold=limit, mode="up")
    for position, value in enumerate(values):
        if value != value:
            continue
        detector.update(value)
        if detector.drift_detected:
            at.append(position)
    return at


def kswin(values, limit):
    from river.drift import KSWIN

    at, seen, detector = [], [], KSWIN(alpha=math.exp(-limit), window_size=60, stat_size=20, seed=1)
    for position, value in enumerate(values):
        if value != value:
            continue
        seen.append(value)
        detector.update(value)
        if detector.drift_detected and np.mean(seen[-20:]) > np.mean(seen[-60:-20]):
            at.append(position)
    return at


def counted(days, positions):
    """Alarms that count: of settled agents, at most one in 28 days."""
    days_of_alarm = []
    for position in sorted(set(positions)):
        day = days[position]
        if position >= SETTLED and (not days_of_alarm or day >= days_of_alarm[-1] + COOL_DOWN):
            days_of_alarm.append(day)
    return days_of_alarm


def run(detector, limit, worlds, every):
    """Alarms per agent-year, and the share of leavers with an alarm in the 28 days before; of every so manieth agent."""
    alarms, years, leavers, found = 0, 0.0, 0, 0
    for world in worlds:
        for (_, days, _, _, left), positions in zip(world.agents[::every], detector(world, limit, every)):
            if len(days) <= SETTLED:
                continue
            at = counted(days, positions)
            alarms += len(at)
            years += (days[-1] - days[SETTLED]) / 365
            if left is not None and left - WINDOW > days[SETTLED]:
                leavers += 1
                found += any(left - WINDOW <= day < left for day in at)
    return alarms / years, found / max(leavers, 1)


def tuned(detector, plain, low, high, steps, every):
    """The limit at which the plain world has the agreed alarms: the strictest that reaches them."""
    for _ in range(steps):
        middle = (low + high) / 2
        if run(detector, middle, plain, every)[0] > ALARMS:
            low = middle
        else:
            high = middle
    return high


OURS = "the product's chart of the sum"  # chosen on seeds 101 and 102


def methods(program):
    """Name, detector, bounds of the limit (none: the product's own limit), steps, every so manieth agent (a test of two samples every day is slow)."""

    def of(chart):
        return ours(program, chart)

    return [
        (f"{OURS}, as it is", of("sum"), None, 0, 1),
        ("the product's charts of each measure, as they are", of("each"), None, 0, 1),
        (OURS, of("sum"), (1.0, 40.0), 10, 1),
        ("the product's charts of each measure", of("each"), (1.0, 40.0), 10, 1),
        ("not in the product: EWMA of the sum, weight 0.10", of("ewma"), (0.5, 12.0), 10, 1),
        ("not in the product: CUSUM of the whitened sum, k 0.5", of("whitened"), (1.0, 40.0), 10, 1),
        ("not in the product: slope of the sum over 20 days", of("slope"), (0.0, 0.5), 8, 1),
        ("river ADWIN of the sum", theirs(adwin, False), (0.01, 30.0), 9, 1),
        ("river ADWIN of each", theirs(adwin, True), (0.01, 30.0), 8, 1),
        ("river PageHinkley of the sum", theirs(page_hinkley, False), (0.5, 200.0), 10, 1),
        ("river PageHinkley of each", theirs(page_hinkley, True), (0.5, 200.0), 9, 1),
        ("river KSWIN of the sum", theirs(kswin, False), (1.0, 25.0), 5, 10),
    ]


def detectors(program, plain, gradual):
    plain, worlds = [Series(folder) for folder in plain], [Series(folder) for folder in gradual]
    print(f"| detector | limit | alarms per agent-year on plain | on gradual | recall in {WINDOW} days | by chance | times chance |")
    print("|---|---|---|---|---|---|---|", flush=True)
    recalls = {}
    for name, detector, bounds, steps, every in methods(program):
        limit = tuned(detector, plain, *bounds, steps, every) if bounds else None
        rate, _ = run(detector, limit, plain, every)
        there, recalls[name] = run(detector, limit, worlds, every)
        chance = 1 - math.exp(-rate * WINDOW / 365)
        shown = "the product's" if limit is None else f"{limit:.2f}" if limit >= 0.5 else f"{limit:.3f}"
        print(f"| {name} | {shown} | {rate:.2f} | {there:.2f} | {recalls[name]:.3f} | {chance:.3f} | {recalls[name] / chance if chance else float('nan'):.1f} |", flush=True)
    best = max(recall for name, recall in recalls.items() if name.startswith("river"))
    ratio = recalls[OURS] / best if best else float("inf")
    print(f"\nrecall of {OURS} over river's best: {ratio:.2f}, needed 1.5")
    return ratio >= 1.5


def main(words):
    if words[:1] == ["rows"] and len(words) > 1:
        return rows(words[1:])
    if words[:1] == ["detectors"] and "--" in words[2:]:
        cut = words.index("--")
        return detectors(words[1], words[2:cut], words[cut + 1 :])
    print(__doc__, file=sys.stderr)
    return False


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
