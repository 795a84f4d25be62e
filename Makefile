.PHONY: demo test sbml-suite

demo:
	cargo run --release --locked -- run scripts/lac_induction.rhai

test:
	cargo test --workspace --locked

# The SBML Test Suite, semantic and stochastic: make sbml-suite SUITE=DIR, where DIR holds a folder
# for each case (NNNNN/NNNNN-sbml-l3v2.xml and so on), at any depth.
sbml-suite:
	cargo run --release --locked --example sbml-suite -- "$(SUITE)"
