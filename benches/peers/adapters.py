"""Each peer behind the same few methods. Each runs in a process of its own (worker.py).

`ssa(t, seed)` simulates exactly from time 0 to `t` and gives the final amounts, `ode(t, points,
rtol, atol)` the amounts at `points` times from 0 to `t`; both in the order of `names`.
"""

import numpy as np


class RoadRunner:
    package = "libroadrunner"

    def __init__(self, path, kind, names=None):
        import roadrunner

        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
        self.model = roadrunner.RoadRunner(str(path))
        self.names = names or list(self.model.model.getFloatingSpeciesIds())
        self.model.timeCourseSelections = self.names
        self.model.setIntegrator("gillespie" if kind == "ssa" else "cvode")
        if kind == "ssa":
            self.model.getIntegrator().setValue("variable_step_size", False)

    def ssa(self, t, seed):
        self.model.resetAll()
        self.model.getIntegrator().setValue("seed", seed)
        return np.asarray(self.model.simulate(0, t, 2))[-1]

    def ode(self, t, points, rtol, atol):
        self.model.resetAll()
        integrator = self.model.getIntegrator()
        integrator.setValue("relative_tolerance", rtol)
        integrator.setValue("absolute_tolerance", atol)
        integrator.setValue("stiff", True)
        integrator.setValue("maximum_num_steps", 1_000_000)
        return np.asarray(self.model.simulate(0, t, points))


class Copasi:
    package = "copasi-basico"

    def __init__(self, path, kind, names=None):
        import basico

        self.basico = basico
        self.model = basico.load_model(str(path))
        method = {"name": "Stochastic (Direct method)" if kind == "ssa" else "Deterministic (LSODA)"}
        if kind == "ssa":
            # The default stops after a million events.
            method["Max Internal Steps"] = 2_000_000_000
        basico.set_task_settings("Time-Course", {"method": method})
        species = self.model.getModel().getMetabolites()
        self.names = names or [species.get(i).getSBMLId() for i in range(species.size())]

    def run(self, t, points, **settings):
        frame = self.basico.run_time_course(duration=t, intervals=points - 1, use_sbml_id=True,
                                            use_numbers=True, **settings)
        return frame[self.names].to_numpy()

    def ssa(self, t, seed):
        return self.run(t, 2, method="directMethod", use_seed=True, seed=seed)[-1]

    def ode(self, t, points, rtol, atol):
        return self.run(t, points, method="deterministic", r_tol=rtol, a_tol=atol)


class CopasiNextReaction(Copasi):
    def ssa(self, t, seed):
        return self.run(t, 2, method="stochastic", use_seed=True, seed=seed)[-1]


class Rebop:
    package = "rebop"
    sparse = True
    expressions = False

    def __init__(self, path, kind, names=None):
        import network
        import rebop

        if kind != "ssa":
            raise NotImplementedError("no differential equations")
        model = network.read(path)
        self.names = names or model.species
        self.initial = {s: int(n) for s, n in zip(model.species, model.initial) if n}
        self.model = rebop.Gillespie()
        for k, reactants, products in model.reactions:
            rate = " * ".join([repr(k), *reactants]) if self.expressions else k
            self.model.add_reaction(rate, reactants, products)

    def ssa(self, t, seed):
        end = self.model.run(self.initial, t, 1, rng=seed, sparse=self.sparse,
                             var_names=self.names)
        return np.array([float(end[name][-1]) for name in self.names])


class RebopDense(Rebop):
    sparse = False


class RebopExpressions(Rebop):
    expressions = True


class BngSim:
    package = "bngsim"

    def __init__(self, path, kind, names=None):
        import bngsim

        self.model = bngsim.Model.from_sbml(str(path))
        # Differential equations as we have them too: without a C compiler.
        settings = {"codegen": False} if kind == "ode" else {}
        self.simulator = bngsim.Simulator(self.model, method=kind, **settings)
        self.names = names or list(self.model.species_names)

    def run(self, t, points, **settings):
        self.model.reset()
        result = self.simulator.run(t_span=(0.0, t), n_points=points, **settings)
        columns = dict(zip(result.species_names, np.asarray(result.species).T))
        for name, values in zip(result.expression_names, np.asarray(result.expressions).T):
            columns.setdefault(name, values)
        return np.array([columns[name] for name in self.names]).T

    def ssa(self, t, seed):
        return self.run(t, 2, seed=seed)[-1]

    def ode(self, t, points, rtol, atol):
        return self.run(t, points, rtol=rtol, atol=atol, max_steps=1_000_000)


class Bioscrape:
    package = "bioscrape"

    def __init__(self, path, kind, names=None):
        import network
        from bioscrape import random, simulator
        from bioscrape.types import Model

        model = network.read(path)
        self.random = random
        reactions = [(reactants, products, "massaction", {"k": k})
                     for k, reactants, products in model.reactions]
        initial = dict(zip(model.species, model.initial))
        self.model = Model(species=model.species, reactions=reactions,
                           initial_condition_dict=initial)
        self.interface = simulator.ModelCSimInterface(self.model)
        self.interface.py_set_initial_time(0)
        self.names = names or model.species
        order = {name: i for i, name in enumerate(self.model.get_species_list())}
        self.columns = [order[name] for name in self.names]
        if kind == "ssa":
            self.simulator = simulator.SSASimulator()
        else:
            self.interface.py_prep_deterministic_simulation()
            self.simulator = simulator.DeterministicSimulator()

    def ssa(self, t, seed):
        self.random.py_seed_random(seed)
        result = self.simulator.py_simulate(self.interface, np.array([0.0, t]))
        return result.py_get_result()[-1][self.columns]

    def ode(self, t, points, rtol, atol):
        self.simulator.py_set_tolerance(atol, rtol)
        result = self.simulator.py_simulate(self.interface, np.linspace(0.0, t, points))
        return result.py_get_result()[:, self.columns]


class HandWritten:
    package = "numba"

    def __init__(self, path, kind, names=None):
        import direct
        import network

        if kind != "ssa":
            raise NotImplementedError("no differential equations")
        model = network.read(path)
        self.names = names or model.species
        index = {s: i for i, s in enumerate(model.species)}
        self.columns = [index[name] for name in self.names]
        self.initial = np.array(model.initial, dtype=np.int64)
        self.tables = direct.tables(model)
        self.simulate = direct.simulate
        self.simulate(self.initial.copy(), 0.0, 1, *self.tables)  # compiles it

    def ssa(self, t, seed):
        state = self.initial.copy()
        self.simulate(state, t, seed, *self.tables)
        return state[self.columns]


PEERS = {
    "rebop, run-time API": Rebop,
    "rebop, dense": RebopDense,
    "rebop, expressions": RebopExpressions,
    "BNGsim": BngSim,
    "numba, by hand": HandWritten,
    "COPASI direct": Copasi,
    "COPASI next reaction": CopasiNextReaction,
    "libRoadRunner": RoadRunner,
    "bioscrape": Bioscrape,
}
