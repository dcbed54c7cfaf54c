"""One recogniser in a process of its own: examples and replies in, labels and costs out, as JSON.

Run by test_intents.py, once for each name in PEERS, so that memory and load time are its own.
Input: {"train": [[text, label], ...], "test": [text, ...]}.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

Answer = Callable[[str], str]
Pairs = list[tuple[str, str]]

ROUNDS = 3
# Examples from which scikit-learn is trained as for many.
MANY = 5_000
_TODAY = date(2026, 3, 11)


def shipped(_: Pairs) -> Answer:
    """The product as it stands: its own model, keywords, rules and entities."""
    from flows.understanding import understand

    return lambda text: understand(text, today=_TODAY).intent.value


def own_linear(train: Pairs) -> Answer:
    """The product's features and scorer alone, trained on the given examples."""
    from flows.understanding.intents import Intent
    from flows.understanding.prepare import featured
    from flows.understanding.train import Prepared, fit

    model = fit([Prepared(tuple(sorted(featured(text))), Intent(label)) for text, label in train])
    return lambda text: model.intents[model.score(featured(text)).first]


def rapidfuzz_nearest(train: Pairs) -> Answer:
    """The label of the nearest example by rapidfuzz ratio."""
    from rapidfuzz import fuzz, process

    texts = [text.lower() for text, _ in train]

    def answer(text: str) -> str:
        best = process.extractOne(text.lower(), texts, scorer=fuzz.ratio)
        return train[best[2]][1] if best else ""

    return answer


def scikit_learn(train: Pairs) -> Answer:
    """Logistic regression on character and word n-grams.

    With many examples one against the rest by liblinear: on 25,837 it takes 20 s of processor time
    and comes out above a linear SVM, SGD, and the multinomial by lbfgs on the n-grams that occur
    twice (accuracy 0.913 against 0.910, 0.895, 0.894); lbfgs on all n-grams took seven minutes and
    more. With few examples it stays multinomial.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline, make_union

    vectors = make_union(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True),
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    )
    classifier = (
        OneVsRestClassifier(LogisticRegression(C=20.0, solver="liblinear"))
        if len(train) > MANY
        else LogisticRegression(C=20.0, max_iter=300)
    )
    pipeline = make_pipeline(vectors, classifier)
    pipeline.fit([text for text, _ in train], [label for _, label in train])
    return lambda text: str(pipeline.predict([text])[0])


def fasttext(train: Pairs) -> Answer:
    """Supervised fastText with character n-grams; Han characters are words of their own."""
    import fasttext as library

    def spaced(text: str) -> str:
        split = "".join(f" {c} " if "\u3400" <= c <= "\u9fff" else c for c in text.lower())
        return " ".join(split.split())

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        lines = [f"__label__{label} {spaced(text)}" for text, label in train]
        path.write_text("\n".join(lines), encoding="utf-8")
        model = library.train_supervised(
            str(path), epoch=50, lr=0.5, wordNgrams=2, minn=2, maxn=4, dim=50, thread=1, verbose=0
        )
    # The public predict() of the last release fails with numpy 2; this is what it wraps.
    return lambda text: model.f.predict(spaced(text), 1, 0.0, "strict")[0][1].removeprefix(
        "__label__"
    )


PEERS: dict[str, Callable[[Pairs], Answer]] = {
    "duetalk": shipped,
    "duetalk-linear": own_linear,
    "rapidfuzz": rapidfuzz_nearest,
    "scikit-learn": scikit_learn,
    "fasttext": fasttext,
}


def main(name: str) -> None:
    """Train one peer, let it answer one by one, print what came of it."""
    given = json.load(sys.stdin)
    started = time.perf_counter()
    answer = PEERS[name]([(text, label) for text, label in given["train"]])
    trained = time.perf_counter() - started
    answer("warm up")
    labels = [answer(text) for text in given["test"]]
    seconds = [float("inf")] * len(labels)
    # The best of some rounds: what the machine does beside falls out.
    for _ in range(ROUNDS):
        for number, text in enumerate(given["test"]):
            started = time.perf_counter()
            answer(text)
            seconds[number] = min(seconds[number], time.perf_counter() - started)
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump(
        {"labels": labels, "seconds": seconds, "trained": trained, "rss_mib": kibibytes / 1024},
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
