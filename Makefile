.PHONY: demo test test-sweeps rust-cells test-rust-cells tools tools-ssh bench-remote gallery validation bench bench-startup sbml-suite biomodels petab peers sweep-costs fuzz fuzz-language relations coverage kernel-bench kernel-soak kernel-wire sessions-soak xapi-clients plugins-soak

CARGO ?= cargo
include tools.mk

# What cannot be installed from here is explained; what can be is installed.
tools:
	@command -v $(CARGO) >/dev/null || { \
	  echo "A Rust toolchain (1.91 or later) is missing: see https://rustup.rs"; exit 1; }
	$(call need,command -v cc >/dev/null,A C linker is missing,build-essential)
	$(call need,pkg-config --exists openssl 2>/dev/null,The headers of OpenSSL are missing,libssl-dev pkg-config)

# VMs on other machines are tested with a real OpenSSH server on loopback.
tools-ssh: tools
	$(call need,test -x /usr/sbin/sshd,OpenSSH's server is missing,openssh-server openssh-client)

# How long a small call takes over SSH on loopback.
bench-remote: tools-ssh
	$(CARGO) bench --locked --bench remote

demo: tools
	$(CARGO) build --release --locked
	@$(CARGO) run --release --locked --quiet -- run scripts/lac_induction.rhai --seed 1 --out out
	@echo "The plots are in out/resources.svg and out/expression.svg, the numbers in out/trace.csv."

# The kernel is tested through Jupyter's own clients and in a browser, in an environment below target/.
test: tools-ssh
	$(CARGO) test --workspace --exclude bioxen-rust-cells --locked
	$(MAKE) -f kernel/kernel.mk test-kernel test-kernel-browser
	$(MAKE) test-sweeps

# Sweeps by several processes, under a real Slurm of one node, under Snakemake and Dask, and read by others. What
# needs root, such as Slurm and a small disk, is skipped with a reason where there is none.
SWEEPS_VENV := target/sweeps/venv
$(SWEEPS_VENV)/.ready: tests/sweeps/requirements.txt
	$(call venv,$(SWEEPS_VENV))

test-sweeps: tools $(SWEEPS_VENV)/.ready
	@command -v slurmctld >/dev/null || test -x /usr/sbin/slurmctld || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update && apt-get install -y --no-install-recommends slurm-wlm munge; \
	  else \
	    echo "Slurm is missing, and its tests are skipped: apt-get install slurm-wlm munge"; \
	  fi; }
	$(CARGO) build --locked --bin bioxen
	cd tests/sweeps && ../../$(SWEEPS_VENV)/bin/python -m pytest -q -rs -p no:cacheprovider

# What a sweep costs on this machine, what that predicts for a cluster, and the memory of ten thousand replicates of a
# whole genome (a quarter of an hour): the figures of docs/scale.md.
sweep-costs: tools $(SWEEPS_VENV)/.ready
	$(CARGO) build --release --locked --bin bioxen
	BIOXEN=$(CURDIR)/target/release/bioxen $(SWEEPS_VENV)/bin/python tests/sweeps/costs.py
	$(CARGO) run --release --locked -p bioxen-batch --example memory -- 10000 8690 100 10

# The program that compiles and runs cells in Rust. It brings the analysis of a compiler with it, so nothing else
# builds it: 132 crates more than the rest.
rust-cells: tools
	$(CARGO) build --locked -p bioxen-rust-cells

# Cells in Rust: the process by itself, then in the kernel and in the dialogue.
test-rust-cells: rust-cells
	$(CARGO) build --locked --workspace --exclude bioxen-rust-cells --bins
	$(CARGO) test --locked -p bioxen-rust-cells
	$(MAKE) -f kernel/kernel.mk test-rust-cells

# The pictures of docs/gallery.md. What stands beside them there was written by someone who looked.
gallery: tools
	$(CARGO) run --release --locked --quiet -- run scripts/gallery.rhai --seed 1 --out docs/gallery

# docs/validation.md and its figures: targets from the literature beside what runs give.
validation: tools
	$(CARGO) run --release --locked --quiet --example validation

# Benchmarks of the engine and of whole genomes (criterion).
bench: tools
	$(CARGO) bench --locked

# How long a user waits for help, for a prompt, for a first result.
bench-startup: tools
	$(CARGO) bench --locked --bench startup -- --warm-up-time 0.5 --measurement-time 3

# The kernel beside ipykernel; its memory over 10 000 cells; its transport beside the crate `zeromq`.
kernel-bench kernel-soak kernel-wire sessions-soak: tools
	$(MAKE) -f kernel/kernel.mk $@

# Which lines the Rust tests run; the kernel's tests from outside and the examples of the documentation do
# not count. About a quarter of an hour, in a target folder of its own.
coverage: tools
	@command -v cargo-tarpaulin >/dev/null || $(CARGO) install --locked cargo-tarpaulin
	$(CARGO) tarpaulin --engine llvm --follow-exec --no-fail-fast --locked --workspace --exclude bioxen-rust-cells --lib --bins --tests \
	  --skip-clean --timeout 1800 --target-dir $${CARGO_TARGET_DIR:-target}/coverage

# The SBML Test Suite, semantic and stochastic: make sbml-suite SUITE=DIR, where DIR holds a folder
# for each case (NNNNN/NNNNN-sbml-l3v2.xml and so on), at any depth.
sbml-suite: tools
	$(CARGO) run --release --locked --example sbml-suite -- "$(SUITE)"

# Problems in the PEtab format beside the simulations that stand in their folders: make petab DIR=DIR.
petab: tools
	$(CARGO) run --release --locked --quiet -p bioxen-petab --example petab -- "$(DIR)" --fit 20

# Models with reference time courses, such as those of BioModels: make biomodels DIR=DIR, where DIR
# holds NAME.xml with NAME.csv; once at default and once at tight tolerances.
biomodels: tools
	$(CARGO) build --release --locked --example biomodels
	$(CARGO) run --release --locked --quiet --example biomodels -- "$(DIR)" || true
	$(CARGO) run --release --locked --quiet --example biomodels -- "$(DIR)" --tight

# Damaged SBML models, and random rate expressions compiled and compared with their meaning, for so
# many minutes; with the checks for overflow that a release build leaves out, and within 8 GB.
MINUTES ?= 60
FUZZ_CASES ?= 20000
fuzz: tools
	$(CARGO) test --locked --test it --no-run
	$(CARGO) test --locked -p bioxen-network --lib --no-run
	@ulimit -v 8000000; end=$$(( $$(date +%s) + 60 * $(MINUTES) )); rounds=0; \
	while [ $$(date +%s) -lt $$end ]; do \
	  PROPTEST_CASES=$(FUZZ_CASES) $(CARGO) test --locked --quiet --test it sbml::mutations || exit 1; \
	  $(CARGO) test --locked --quiet -p bioxen-network --lib || exit 1; \
	  rounds=$$((rounds + 1)); \
	done; echo "$$rounds rounds of $(FUZZ_CASES) damaged models each: no failure"

# A million inputs to what evaluates, checks, completes and explains the language: random and damaged
# programs, each evaluated, checked and asked about at a hundred places of the cursor. A text that kills
# the process is left in target/fuzz-language.rhai.
LANGUAGE_PROGRAMS ?= 5000
fuzz-language: tools
	$(CARGO) test --locked --test it --no-run
	@ulimit -v 8000000; PROPTEST_CASES=$(LANGUAGE_PROGRAMS) BIOXEN_FUZZ_LAST=target/fuzz-language.rhai \
	  $(CARGO) test --locked --test it session::mutations::whatever -- --nocapture

# Other simulators on the same models, for agreement and speed, in one run. rebop 0.10 wants Python
# 3.12 or later; the newest that is found is taken, or PEERS_PYTHON. What cannot be installed is
# reported as such. A part of it: make peers PEERS="agree speed ode cores genomes".
PEERS_VENV := target/peers/venv
PEERS_PACKAGES := numpy python-libsbml numba libroadrunner copasi-basico rebop bngsim bioscrape
PEERS_PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 \
	  "$$(pyenv root 2>/dev/null)"/versions/3.13.*/bin/python \
	  "$$(pyenv root 2>/dev/null)"/versions/3.12.*/bin/python python3; do \
	  "$$p" -c 'import venv' >/dev/null 2>&1 && { echo "$$p"; break; }; done)

$(PEERS_VENV)/done:
	@test -n "$(PEERS_PYTHON)" || { echo "make peers needs Python: apt-get install python3-venv"; exit 1; }
	$(PEERS_PYTHON) -m venv --clear $(PEERS_VENV)
	@for package in $(PEERS_PACKAGES); do \
	  $(PEERS_VENV)/bin/pip install --quiet --disable-pip-version-check $$package \
	    || echo "$$package cannot be installed with $$($(PEERS_VENV)/bin/python --version)"; done
	@touch $@

peers: tools $(PEERS_VENV)/done
	$(CARGO) build --release --locked --bin bioxen --example peer-bench
	$(CARGO) build --release --locked --manifest-path benches/peers/rebop-macro/Cargo.toml \
	  --target-dir $${CARGO_TARGET_DIR:-target}/peers/rebop-macro
	$(PEERS_VENV)/bin/python benches/peers/main.py $(PEERS)

# The simulated pool of XCP-ng by clients of others: XenAPI from PyPI and xen-api from npm, which are installed
# below target/. The tests try them too, and skip where they cannot be installed; here that is an error.
xapi-clients: tools
	BIOXEN_XAPI_CLIENTS=require $(CARGO) test --locked -p bioxen-xapi --test it clients:: -- --nocapture

# Random programs of up to 40 operations, with all three solvers, against all relations that must hold
# whatever the numbers are: make relations PROGRAMS=100000. What fails is printed, as small as it gets.
PROGRAMS ?= 10000
relations: tools
	RELATION_PROGRAMS=$(PROGRAMS) $(CARGO) test --release --locked --test it relations:: -- --nocapture

# 10 000 damaged plug-ins do no harm; some minutes.
plugins-soak: tools
	DAMAGED_PLUGINS=10000 $(CARGO) test --locked -p bioxen --test plugins -- damage
