"""Fits the model of crates/genome/src/abundance/model.rs. Standard library only.

    python3 genomes/fit_abundance.py genes.tsv

genes.tsv has a line for each protein-coding gene of E. coli with the columns `operon`, `length[aa]`,
`aa_counts[ARNDCQEGHILKMFPSTWYV]` (20 numbers with commas between them, from the proteins of
github.com/CovertLab/vEcoli, reconstruction/ecoli/flat/proteins.tsv) and `tpm_m9glc[TPM]` (column tpm of
ecoli.genome). Lines that start with # are skipped. Printed are the coefficients, and how well genes are
predicted by those of other operons.
"""

import math
import random
import sys

PENALTY = 10.0


def read(path):
    lines = [line.rstrip("\n") for line in open(path) if not line.startswith("#")]
    titles = lines[0].split("\t")
    for line in lines[1:]:
        row = dict(zip(titles, line.split("\t")))
        counts, tpm = row["aa_counts[ARNDCQEGHILKMFPSTWYV]"], row["tpm_m9glc[TPM]"]
        if row.get("kind", "CDS") == "CDS" and counts and row["length[aa]"] and tpm and float(tpm) > 0:
            counts = [float(count) for count in counts.split(",")]
            shares = [count / sum(counts) for count in counts]
            unit = row["operon"] or row.get("b_number", line)
            yield unit, [math.log(float(row["length[aa]"]))] + shares, math.log10(float(tpm))


def solve(matrix, right):
    rows = [row + [value] for row, value in zip(matrix, right)]
    for i in range(len(rows)):
        pivot = max(range(i, len(rows)), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(len(rows)):
            if k != i and rows[k][i]:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    return [row[-1] / row[i] for i, row in enumerate(rows)]


def ridge(xs, ys):
    """Intercept and coefficients; the penalty is on predictors of mean 0 and variance 1."""
    n, width = len(xs), range(len(xs[0]))
    mean = [sum(x[j] for x in xs) / n for j in width]
    sd = [math.sqrt(sum((x[j] - mean[j]) ** 2 for x in xs) / n) for j in width]
    zs = [[(x[j] - mean[j]) / sd[j] for j in width] for x in xs]
    middle = sum(ys) / n
    matrix = [[sum(z[i] * z[j] for z in zs) + PENALTY * (i == j) for j in width] for i in width]
    right = [sum(z[i] * (y - middle) for z, y in zip(zs, ys)) for i in width]
    slopes = [w / s for w, s in zip(solve(matrix, right), sd)]
    return [middle - sum(w * m for w, m in zip(slopes, mean))] + slopes


def predict(weights, x):
    return weights[0] + sum(w * v for w, v in zip(weights[1:], x))


def main():
    genes = list(read(sys.argv[1]))
    print(len(genes), "genes:", [float(f"{w:.6g}") for w in ridge(*zip(*[(x, y) for _, x, y in genes]))])
    units = sorted({unit for unit, _, _ in genes})
    random.Random(1).shuffle(units)
    turn = {unit: i % 5 for i, unit in enumerate(units)}
    pairs = []
    for left_out in range(5):
        weights = ridge(*zip(*[(x, y) for unit, x, y in genes if turn[unit] != left_out]))
        pairs += [(predict(weights, x), y) for unit, x, y in genes if turn[unit] == left_out]
    mean = [sum(pair[i] for pair in pairs) / len(pairs) for i in (0, 1)]
    of = lambda i, j: sum((p[i] - mean[i]) * (p[j] - mean[j]) for p in pairs)
    shift = sorted(y for _, y in pairs)[len(pairs) // 2] - sorted(p for p, _ in pairs)[len(pairs) // 2]
    errors = sorted(abs(p + shift - y) for p, y in pairs)
    print(f"left out by operon: r = {of(0, 1) / math.sqrt(of(0, 0) * of(1, 1)):.2f}, ",
          f"90 % within a factor of {10 ** errors[int(0.9 * len(errors))]:.0f}")


main()
