.PHONY: demo test tools bench sbml-suite peers fuzz

CARGO ?= cargo

# What cannot be installed from here is explained; what can be is installed.
tools:
	@command -v $(CARGO) >/dev/null || { \
	  echo "A Rust toolchain (1.91 or later) is missing: see https://rustup.rs"; exit 1; }
	@command -v cc >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update && apt-get install -y build-essential; \
	  else \
	    echo "A C linker is missing: apt-get install build-essential"; exit 1; \
	  fi; }

demo: tools
	$(CARGO) build --release --locked
	@$(CARGO) run --release --locked --quiet -- run scripts/lac_induction.rhai --seed 1 --out out
	@echo "The plots are in out/resources.svg and out/expression.svg, the numbers in out/trace.csv."

test: tools
	$(CARGO) test --workspace --locked

# Benchmarks of the engine and of whole genomes (criterion).
bench: tools
	$(CARGO) bench --locked

# The SBML Test Suite, semantic and stochastic: make sbml-suite SUITE=DIR, where DIR holds a folder
# for each case (NNNNN/NNNNN-sbml-l3v2.xml and so on), at any depth.
sbml-suite: tools
	$(CARGO) run --release --locked --example sbml-suite -- "$(SUITE)"
