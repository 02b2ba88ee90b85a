"""The plots of the last run: latency against the number of contacts, throughput against clients."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

OUT = Path(__file__).parent / "out"


def main() -> None:
    """Draw both plots as PNG files."""
    mpl.use("Agg")
    curves = json.loads((OUT / "curves.json").read_text(encoding="utf-8"))
    draw_latency(curves["latencies"], OUT / "latency.png")
    draw_throughput(curves["rates"], OUT / "throughput.png")


def draw_latency(latencies: Mapping[str, float], file: Path) -> None:
    """Draw milliseconds per lookup by number of contacts."""
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    axes.plot([int(contacts) for contacts in latencies], list(latencies.values()), marker="o")
    axes.set(xscale="log", xlabel="contacts", ylabel="ms per lookup, one client", ylim=(0, None))
    figure.savefig(file, dpi=120)


def draw_throughput(rates: Mapping[str, Sequence[float]], file: Path) -> None:
    """Draw lookups per second by number of clients, of the daemon and of the bare resource."""
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    clients = [int(count) for count in rates]
    curves = zip(*rates.values(), strict=True)
    for label, curve in zip(("xivo-dird", "bare Flask-RESTful on cheroot"), curves, strict=True):
        axes.plot(clients, curve, marker="o", label=label)
    axes.set(xlabel="clients", ylabel="lookups per second", ylim=(0, None))
    axes.legend()
    figure.savefig(file, dpi=120)


if __name__ == "__main__":
    main()
