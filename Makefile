.PHONY: demo test

demo:
	cargo run --release --locked -- run scripts/lac_induction.rhai

test:
	cargo test --workspace --locked
