"""What an event, or a solution of the differential equations, costs us and the peers."""

import adapters
from process import BENCH, MACRO, Failed, Talk, TooSlow, worker

BOUND = 20.0  # [s] of processor time for one answer of a peer: loading, or a simulation
ODE_BOUND = 5.0  # [s] the same, for one solution of differential equations
ROUNDS = 3
MODELS = ["vilar", "genes10", "genes100", "genes500", "genes2000"]
COMPILED = "rebop, compile-time macro"  # a program of its own, for the oscillator alone
REBOP = ["rebop, run-time API", "rebop, dense", "rebop, expressions"]


class Contest:
    """Our time and the peers' for one model; each round measures everyone once."""

    def __init__(self, peers, kind, model, tolerances=()):
        self.kind = kind
        self.results = {name: [] for name in peers}
        self.notes = {}
        self.ours = Talk([str(BENCH), kind, str(model), *tolerances])
        self.talks = {}
        for name in peers:
            if name == COMPILED:
                talk = Talk([str(MACRO)])
            else:
                talk = worker("time", kind, name, model, *(tolerances or ("0", "0")))
            try:
                talk.hear(BOUND)
                self.talks[name] = talk
            except (TooSlow, Failed) as error:
                self.give_up(name, error)

    def give_up(self, name, error, bound=BOUND):
        slow = isinstance(error, TooSlow)
        self.notes[name] = f"too slow (> {bound:g} s)" if slow else f"failed: {error}"
        if name in self.talks:
            self.talks.pop(name).close()

    def calibrate(self, name, rate):
        """A time that costs the peer half a second or so, and what it costs to call it at all."""
        talk, events = self.talks[name], 500.0
        call = min(talk.ask(0.01 / rate, BOUND)["seconds"] for _ in range(2))
        while True:
            seconds = talk.ask(events / rate, BOUND)["seconds"] - call
            if seconds >= max(0.15, 2 * call):
                return events / rate, call
            events *= min(max(0.4 / max(seconds, 1e-9), 2.0), 50.0)

    def close(self):
        for talk in [self.ours, *self.talks.values()]:
            talk.close()


def events(peers, model):
    """ns per event: ours, and a dictionary of the peers'; what went wrong; our set-up time [s]."""
    contest = Contest(peers, "ssa", model)
    probe = contest.ours.ask(1.0, BOUND)
    t = 3e5 / max(probe["events"], 1.0)
    probe = contest.ours.ask(t, BOUND)
    rate = probe["events"] / t
    ours_at = max(t, 0.4 * t / probe["seconds"])
    times = {}
    for name in list(contest.talks):
        try:
            times[name] = contest.calibrate(name, rate)
        except (TooSlow, Failed) as error:
            contest.give_up(name, error)
    ours = []
    for _ in range(ROUNDS):
        said = contest.ours.ask(ours_at, BOUND)
        ours.append(1e9 * said["seconds"] / said["events"])
        for name in list(contest.talks):
            try:
                t, call = times[name]
                seconds = contest.talks[name].ask(t, BOUND)["seconds"] - call
                contest.results[name].append(1e9 * seconds / (t * rate))
            except (TooSlow, Failed) as error:
                contest.give_up(name, error)
    contest.close()
    return min(ours), best(contest), contest.notes, probe["setup"]


def equations(peers, model, t, rtol, atol):
    """Seconds for one solution: ours, the peers', and what went wrong."""
    contest = Contest(peers, "ode", model, (str(rtol), str(atol)))
    ours = []
    for _ in range(ROUNDS):
        ours.append(contest.ours.ask(t, BOUND)["seconds"])
        for name in list(contest.talks):
            try:
                contest.results[name].append(contest.talks[name].ask(t, ODE_BOUND)["seconds"])
            except (TooSlow, Failed) as error:
                contest.give_up(name, error, ODE_BOUND)
    contest.close()
    return min(ours), best(contest), contest.notes


def best(contest):
    return {name: min(seen) for name, seen in contest.results.items()
            if seen and name not in contest.notes}


def fold_rebop(times, notes):
    """Of the forms in which rebop takes a model, the best for it."""
    forms = [times.pop(name) for name in REBOP if name in times]
    why = [notes.pop(name) for name in REBOP if name in notes]
    if forms:
        times[REBOP[0]] = min(forms)
    elif why:
        notes[REBOP[0]] = why[0]


def table(title, models, ours, peers, unit):
    """Rows of tools and columns of models; each with its multiple of ours."""
    print(f"\n{title}\n")
    print("| | " + " | ".join(models) + " |")
    print("|---" * (len(models) + 1) + "|")
    print("| BioXen | " + " | ".join(unit(ours[m]) for m in models) + " |")
    names = dict.fromkeys(name for m in models for name in [*peers[m][0], *peers[m][1]])
    for name in [n for n in [COMPILED, *adapters.PEERS] if n in names]:
        cells = []
        for m in models:
            times, notes = peers[m]
            if name in times:
                cells.append(f"{unit(times[name])} ({times[name] / ours[m]:.1f}x)")
            else:
                cells.append(notes.get(name, ""))
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
