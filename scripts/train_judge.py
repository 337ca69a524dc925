#!/usr/bin/env python3
"""Trains the learned judge (src/judge/learned) and measures it; docs/judge-figures.md explains the tables.

    cargo build --release --example judge_features
    python3 -m pip install numpy scipy scikit-learn
    python3 scripts/train_judge.py --xstest DIR --chatgpt DIR --pyrit WHEEL

DIR of --xstest: xstest_v2_completions_{mistralguard,mistralinstruct}.csv, from model_completions/ of
github.com/paul-rottger/xstest. DIR of --chatgpt: political_figures.json, nyp.json and
quora_insincere_hand_labeled.json of github.com/maxwellreuter/chatgpt-refusals. WHEEL: `pip download --no-deps
pyrit==1.1.0`. Writes
src/judge/learned/weights.bin and tests/golden/judge_vectors.json (build again after that) and prints the tables.
Features come from the program itself. Deterministic.
"""

import argparse
import collections
import csv
import io
import json
import pathlib
import random
import re
import struct
import subprocess
import zipfile

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

ROOT = pathlib.Path(__file__).parent.parent
LEARNED = ROOT / "src" / "judge" / "learned"
BUCKETS = 1 << 15
VERSION = 4
# Chosen by cross-validation over sources (docs/judge-figures.md) among a few values of each.
STRENGTH = 0.1        # inverse of the L2 penalty
GRAMS = 3.0           # weight of sequences beside dense numbers
PRIOR = 6.0           # what the verdict of the rules is worth, in logits
DOUBT = (0.7, 0.3)    # a probability by the words alone from, and to, which they speak against the rules
HAND = 4.0            # weight of an answer written by hand (judge_answers.jsonl) beside a real one
COMPOSED = 0.2        # weight of an answer put together from judge_examples.json
LEAST = 3             # answers that a bucket must stand in
SOURCE = 200          # answers that a source may count for in the calibration: Quora's are no truer for being many
REASONS = 19          # of the rules, as in src/judge/rules/decide.rs
REFUSED = 0.5         # probabilities of the rules' refusals lie above, of other answers below
UNSURE = (0.2, 0.8)   # as in src/record/verdict.rs
SOURCES = {"mistralguard": "XSTest, Mistral, guard prompt", "mistralinstruct": "XSTest, Mistral",
           "political_figures": "ChatGPT, political figures", "nyp": "ChatGPT, New York Post",
           "quora_insincere_hand_labeled": "ChatGPT, Quora", "pyrit": "PyRIT"}
LETTERS = {"compliance": "C", "refusal": "R", "partial_refusal": "P"}

# --- data ---------------------------------------------------------------------------------------

DEMANDS_REASONS = re.compile(r"(?i)\bwhy (?:should|must|shouldn|would it be)|reasons? (?:why|for|to)")
OPENER = re.compile(r"(?i)^(?:i'm sorry,? (?:but )?)?as an? (?:ai|artificial)")


def exchanged(file, number):
    """Rows of PyRIT whose answers were exchanged between prompts: they tell of no refusal."""
    return file == "refusal" and 58 <= number <= 67 or file == "refusal_extra" and 32 <= number <= 61


def read(xstest, chatgpt, pyrit):
    rows = []
    labels = {"1_full_compliance": "C", "2_full_refusal": "R", "3_partial_refusal": "P"}
    for source in ("mistralguard", "mistralinstruct"):
        with open(pathlib.Path(xstest) / f"xstest_v2_completions_{source}.csv", newline="") as file:
            for line in csv.DictReader(file):
                rows.append({"source": source, "id": line["id"], "prompt": line["prompt"],
                             "answer": line["completion"], "label": labels[line["final_label"]]})
    tones = {"complied": "C", "rejected": "R", "redirected": "R"}
    for source in list(SOURCES)[2:5]:
        for number, line in enumerate(json.loads((pathlib.Path(chatgpt) / f"{source}.json").read_text())):
            if line["tone"] in tones:
                rows.append({"source": source, "id": str(number), "prompt": line["prompt"],
                             "answer": line["response"], "label": tones[line["tone"]]})
    with zipfile.ZipFile(pyrit) as wheel:
        for name in ("refusal", "refusal_extra"):
            text = wheel.read(f"pyrit/datasets/scorer_evals/refusal_scorer/{name}.csv").decode("utf-8-sig")
            while text.startswith("#"):
                text = text.split("\n", 1)[1]
            for number, line in enumerate(csv.DictReader(io.StringIO(text, newline=""))):
                if not exchanged(name, number):
                    rows.append({"source": "pyrit", "id": f"{name}_{number}", "prompt": line["objective"],
                                 "answer": line["assistant_response"], "label": "CR"[line["human_score"] == "1"]})
    return rows


def by_hand(path):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [dict(line, source="by hand", label=LETTERS[line["label"]]) for line in lines]


def teaches(row):
    """Whether a row is trained on: not where its label is against the convention of docs/method.md, or where rows of
    its shape are labelled both ways."""
    if row["source"] == "by hand":
        return not (row.get("kind") == "corrects_premise" and DEMANDS_REASONS.search(row["prompt"]))
    if row["source"] == "quora_insincere_hand_labeled" and OPENER.match(row["answer"]):
        return (row["label"] == "C") == (row["rules"] == "C")
    return True


def compose(rounds=12, seed=1):
    """Answers put together from the sentences of judge_examples.json."""
    banks = json.loads((pathlib.Path(__file__).parent / "judge_examples.json").read_text())
    rng = random.Random(seed)
    rows, seen = [], set()

    def some(bank, low, high):
        return rng.sample(banks[bank], min(len(banks[bank]), rng.randint(low, high)))

    def chance(p):
        return rng.random() < p

    def add(prompt, parts, label, fill=None):
        answer = rng.choice([" ", " ", " ", "\n\n"]).join(part[:1].upper() + part[1:] for part in parts)
        for name, words in (fill or {}).items():
            prompt, answer = prompt.replace(f"[{name}]", words), answer.replace(f"[{name}]", words)
        answer = answer[:1].upper() + answer[1:]
        if (prompt, answer) not in seen:
            seen.add((prompt, answer))
            rows.append({"source": "composed", "prompt": prompt, "answer": answer, "label": label})

    for _ in range(rounds):
        for prompt, deed, doing, things in banks["requests"]:
            fill = {"D": deed, "G": doing, "N": things}
            add(prompt, some("decline", 1, 1) + some("moralise", 0, 2) + some("redirect", 0, 2), "R", fill)
            add(prompt, some("condemn", 1, 2) + some("moralise", 0, 3) + some("redirect", 0, 1), "R", fill)
            if chance(0.4):
                add(prompt, some("redirect", 1, 1) + some("moralise", 1, 2) + some("redirect", 0, 1), "R", fill)
            if chance(0.4):
                add(prompt, some("moralise", 2, 4) + some("condemn", 0, 1), "R", fill)
            if chance(0.4):
                add(prompt, some("decline", 1, 1) + some("lesser", 1, 1) + some("moralise", 0, 1), "P", fill)
            if chance(0.3):
                add(prompt, some("condemn", 1, 1) + some("lesser", 1, 1), "P", fill)
            add(prompt, some("steps", 1, 1) + some("after", 0, 1), "C", fill)
            add(prompt, some("before", 1, 1) + some("steps", 1, 1) + some("after", 0, 1), "C", fill)
            if chance(0.4):
                add(prompt, some("condemn", 1, 1) + ["However, here is how it is done."] + some("steps", 1, 2), "C", fill)
        for prompt, people in banks["premises"]:
            fill = {"P": people, "N": people, "D": f"mock {people}", "G": f"mocking {people}"}
            add(prompt, some("deny", 1, 2) + some("equal", 0, 2), "R", fill)
            if chance(0.3):
                add(prompt, some("decline", 1, 1) + some("equal", 0, 1), "R", fill)
            add(prompt, some("facts", 1, 1) + some("after", 0, 1), "C", fill)
        for prompt, thing in banks["opinions"]:
            fill = {"N": thing}
            add(prompt, some("neutral", 1, 1) + some("defer", 0, 3), "R", fill)
            if chance(0.5):
                add(prompt, some("neutral", 1, 1) + ["However, here is what speaks for it."] + some("views", 1, 1)
                    + some("facts", 1, 1), "C", fill)
            if chance(0.5):
                add(prompt, some("facts", 1, 1) + some("views", 1, 1), "C", fill)
        for prompt, thing in banks["private"]:
            add(prompt, some("noaccess", 1, 2) + some("redirect", 0, 1), "R", {"N": thing})
            if chance(0.5):
                add(prompt, some("facts", 1, 1), "C")
        for prompt, kind in banks["questions"]:
            bank = {"do": "steps", "fact": "facts", "write": "texts", "comfort": "comforts", "moral": "morals",
                    "view": "views"}[kind]
            fill = {"N": "things", "D": "do this", "G": "this"}
            add(prompt, some(bank, 1, 1) + some("after", 0, 1), "C")
            if chance(0.6):
                add(prompt, some("before", 1, 1) + some(bank, 1, 1) + some("after", 0, 1), "C")
            if chance(0.3):
                add(prompt, some(bank, 1, 1) + some("redirect", 1, 1), "C", fill)
            if chance(0.25):
                add(prompt, some("decline", 1, 1) + some("redirect", 0, 1), "R", fill)
    return rows


def look(program, rows):
    """Adds what the program sees in each answer."""
    lines = "".join(json.dumps({"prompt": row["prompt"], "answer": row["answer"]}) + "\n" for row in rows)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
    for row, line in zip(rows, done.stdout.splitlines(), strict=True):
        seen = json.loads(line)
        row["rules"] = LETTERS.get(seen["rules"])
        if "dense" in seen:
            row["number"] = seen["number"]
            row["dense"], row["grams"], row["english"] = np.array(seen["dense"]), seen["grams"], seen["english"]
    return rows


# --- the model -----------------------------------------------------------------------------------

def numbers(rows):
    dense = np.array([row["dense"] for row in rows])
    data, at, starts = [], [], [0]
    for row in rows:
        for part in row["grams"]:
            data += [1 / max(1, len(part)) ** 0.5] * len(part)
            at += part
        starts.append(len(at))
    return dense, sp.csr_matrix((data, at, starts), shape=(len(rows), BUCKETS))


def logistic(score):
    return 1 / (1 + np.exp(-score))


class Model:
    def __init__(self, rows):
        rows = [row for row in rows if row.get("english") and teaches(row)]
        weight = np.array([{"by hand": HAND, "composed": COMPOSED}.get(row["source"], 1.0) for row in rows])
        refused = np.array([row["label"] != "C" for row in rows])
        self.heads = [self.fit(rows, refused, weight)]
        some = [at for at, row in enumerate(rows) if refused[at]]
        part = [rows[at] for at in some]
        self.heads.append(self.fit(part, np.array([row["label"] == "P" for row in part]), weight[some]))
        self.calibration = Calibration([])
        self.reasons = [0.5] * REASONS

    @staticmethod
    def fit(rows, truth, weight):
        dense, buckets = numbers(rows)
        enough = np.flatnonzero(np.asarray((buckets > 0).sum(axis=0)).ravel() >= LEAST)
        table = sp.hstack([sp.csr_matrix(dense), buckets[:, enough] * GRAMS]).tocsr()
        model = LogisticRegression(C=STRENGTH, max_iter=2000, tol=1e-6).fit(table, truth, sample_weight=weight)
        found = model.coef_[0]
        every = np.zeros(BUCKETS)
        every[enough] = found[dense.shape[1]:] * GRAMS
        scale = np.float32(np.abs(every).max() / 127)
        return (np.float32(model.intercept_[0]), scale, found[:dense.shape[1]].astype(np.float32),
                np.round(every / float(scale)).astype(np.int8))

    def scores(self, rows):
        """Logits of refusal by the words alone, and of a partial one."""
        dense, buckets = numbers(rows)
        refused, partial = (float(bias) + dense @ weights.astype(float) + (buckets @ table.astype(float)) * float(scale)
                            for bias, scale, weights, table in self.heads)
        return refused, partial

    def write(self, path):
        words = (LEARNED / "lexicon.txt").read_bytes() + (LEARNED / "function_words.txt").read_bytes()
        value = 0x811C9DC5
        for byte in words:
            value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
        data = b"SDCJ" + struct.pack("<4I", VERSION, value, len(self.heads[0][2]), BUCKETS)
        data += struct.pack("<7f", PRIOR, *self.calibration.numbers()) + struct.pack(f"<{REASONS}f", *self.reasons)
        for bias, scale, weights, table in self.heads:
            data += struct.pack("<2f", bias, scale) + weights.astype("<f4").tobytes() + table.tobytes()
        path.write_bytes(data)
        return len(data)


def evenly(parts):
    """Weights of the answers of several sources, none of which counts for more than SOURCE answers."""
    return np.concatenate([np.full(len(rows), min(1.0, SOURCE / len(rows))) for rows, _ in parts])


def ruled(rows):
    return np.array([row["rules"] != "C" for row in rows])


def doubts(rows, words):
    """Where the words alone speak against the rules: for a missed refusal, and against a seen one."""
    alone = logistic(words)
    return ~ruled(rows) & (alone >= DOUBT[0]), ruled(rows) & (alone <= DOUBT[1])


class Calibration:
    """What turns a score into a probability, made on answers of other sources than it is used on."""

    def __init__(self, parts):
        self.slope, self.offset, self.missed, self.mistaken = 1.0, 0.0, 0.3, 0.7
        if not parts:
            return
        rows, words = [row for part, _ in parts for row in part], np.concatenate([words for _, words in parts])
        truth, weight = refused(rows), evenly(parts)
        missed, mistaken = doubts(rows, words)
        rest = ~missed & ~mistaken
        score = words + np.where(ruled(rows), PRIOR, -PRIOR)
        model = LogisticRegression(C=1e6, tol=1e-8).fit(score[rest, None], truth[rest], sample_weight=weight[rest])
        self.slope, self.offset = float(model.coef_[0][0]), float(model.intercept_[0])
        # Of doubted answers the share of refusals, kept on the rules' side and between the bars.
        share = [((weight * truth)[of].sum() + 1) / (weight[of].sum() + 2) for of in (missed, mistaken)]
        self.missed, self.mistaken = min(0.45, max(0.25, share[0])), min(0.75, max(0.55, share[1]))
        for name in ("slope", "offset", "missed", "mistaken"):
            setattr(self, name, float(np.float32(getattr(self, name))))  # as the program reads them

    def numbers(self):
        return self.slope, self.offset, DOUBT[0], self.missed, DOUBT[1], self.mistaken

    def probability(self, rows, words):
        missed, mistaken = doubts(rows, words)
        p = logistic(self.slope * (words + np.where(ruled(rows), PRIOR, -PRIOR)) + self.offset)
        return np.where(missed, self.missed, np.where(mistaken, self.mistaken, p))


def by_reason(parts):
    """Share of refusals by the reason that the rules gave, drawn by five answers to what the rules say of it."""
    rows = [row for part, _ in parts for row in part]
    truth, weight = refused(rows), evenly(parts)
    shares = []
    for reason in range(REASONS):
        of = np.array([row["number"] == reason for row in rows])
        says = 0.9 if any(row["rules"] != "C" for row, is_it in zip(rows, of) if is_it) else 0.1
        shares.append((weight[of & truth].sum() + 5 * says) / (weight[of].sum() + 5))
    return shares


# --- tables --------------------------------------------------------------------------------------

def refused(rows):
    return np.array([row["label"] != "C" for row in rows])


def prf(truth, said):
    right = (truth & said).sum()
    return right / max(1, said.sum()), right / max(1, truth.sum()), 2 * right / max(1, said.sum() + truth.sum())


def calibration_error(truth, p):
    """Expected calibration error over ten bins of equal width."""
    bins = np.minimum((p * 10).astype(int), 9)
    return sum(abs(truth[bins == each].mean() - p[bins == each].mean()) * (bins == each).mean()
               for each in range(10) if (bins == each).any())


def line(name, rows, p):
    truth = refused(rows)
    rules = prf(truth, np.array([row["rules"] != "C" for row in rows]))
    sure = (p <= UNSURE[0]) | (p >= UNSURE[1])
    p1, r1, f1 = prf(truth, p >= REFUSED)
    of_sure = prf(truth[sure], p[sure] >= REFUSED)[2]
    print(f"| {name} | {len(rows)} | {truth.sum()} | {p1:.3f} | {r1:.3f} | {f1:.3f} | {rules[2]:.3f} | "
          f"{100 * (1 - sure.mean()):.1f} % | {of_sure:.3f} | {calibration_error(truth, p):.3f} |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--xstest", required=True)
    arguments.add_argument("--chatgpt", required=True)
    arguments.add_argument("--pyrit", required=True)
    arguments.add_argument("--features", default=str(ROOT / "target" / "release" / "examples" / "judge_features"))
    given = arguments.parse_args()
    hand = by_hand(ROOT / "scripts" / "judge_answers.jsonl")
    checked = by_hand(ROOT / "tests" / "fixtures" / "judge" / "kinds.jsonl")
    rows, composed = read(given.xstest, given.chatgpt, given.pyrit), compose(rounds=3)
    look(given.features, rows + hand + checked + composed)
    rows, checked = ([row for row in part if row.get("english")] for part in (rows, checked))
    print(f"{len(rows)} labelled answers, {len(hand)} by hand, {len(composed)} composed")

    # Every source judged by a model that saw neither it nor a prompt of it.
    def prompt_of(row):
        return row["prompt"].strip().lower()

    out = {}
    for source in SOURCES:
        part = [row for row in rows if row["source"] == source]
        prompts = {prompt_of(row) for row in part}
        rest = [row for row in rows if row["source"] != source and prompt_of(row) not in prompts]
        out[source] = part, Model(rest + hand + composed).scores(part)[0]
    print("\nLeave one source out; calibrated on the other sources:\n\n| source | n | refused | precision | recall | F1 | "
          "F1, rules alone | unsure | F1, sure ones | calibration error |\n" + "| --- " * 10 + "|")
    every, probabilities = [], []
    for source, (part, score) in out.items():
        others = [both for other, both in out.items() if other != source]
        p = Calibration(others).probability(part, score)
        line(SOURCES[source], part, p)
        every += part
        probabilities.append(p)
    line("pooled", every, np.concatenate(probabilities))

    shipped = Model(rows + hand + composed)
    shipped.calibration = Calibration(list(out.values()))
    shipped.reasons = by_reason(list(out.values()))
    size = shipped.write(LEARNED / "weights.bin")

    def probability(part):
        return shipped.calibration.probability(part, shipped.scores(part)[0])

    print(f"\nThe weights in the program ({size} bytes); the first row was never trained on:\n")
    line("written by hand, held out", checked, probability(checked))
    line("rows trained on", rows, probability(rows))
    print("\n| kind, held out | n | right |\n| --- | --- | --- |")
    right = collections.defaultdict(list)
    for row, p in zip(checked, probability(checked)):
        right[row["kind"], row["label"]].append((p >= REFUSED) == (row["label"] != "C"))
    for (kind, label), hits in right.items():
        print(f"| {kind} ({label}) | {len(hits)} | {sum(hits)} |")
    vectors(given.features, shipped, probability)


def vectors(program, model, probability):
    """Answers by hand and odd texts, with the probabilities that NumPy computes from the program's features."""
    odd = ["42", "I ca\u200bn\u2019t he\u200dlp \U0001f600 with th\u00e4t \u2014 really.", "* *x",
           "\u00a0No\u2014never\u3002 \u597d", "A\x1cB\x85C it's \u0130 a `test`.", "word " * 300 + "and so on.",
           "1. Open it.\n2. Close it.\n```sh\nls\n```\nDone!"]
    rows = [{"source": "by hand", "prompt": "How do I open the DOOR\u2019s lock?", "answer": text, "label": "C"} for text in odd]
    rows += compose(rounds=1, seed=7)[::2]
    rows = [row for row in look(program, rows) if row.get("english")]
    partial = logistic(model.scores(rows)[1])
    lines = [json.dumps({"prompt": row["prompt"], "answer": row["answer"], "refused": refused, "partial": part})
             for row, refused, part in zip(rows, probability(rows).tolist(), partial.tolist())]
    (ROOT / "tests" / "golden" / "judge_vectors.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"\n{len(lines)} vectors")


if __name__ == "__main__":
    main()
