# Tests of the kernel through Jupyter's own clients, in an environment of their own under target/.

KERNEL_VENV := target/kernel/venv
KERNEL_PYTHON := $(KERNEL_VENV)/bin/python
CARGO ?= cargo
include tools.mk
LABEXTENSION := kernel/labextension
LABEXTENSION_FILES := $(LABEXTENSION)/pyproject.toml $(LABEXTENSION)/vocabulary.json $(LABEXTENSION)/bioxen_papermill.py \
	$(wildcard $(LABEXTENSION)/bioxen_lab/labextension/static/*)

.PHONY: sessions-soak test-kernel test-rust-cells test-kernel-browser notebooks kernel-venv kernel-soak kernel-bench kernel-wire labextension vocabulary

kernel-venv: $(KERNEL_VENV)/.ready

$(KERNEL_VENV)/.ready: tests/kernel/requirements.txt
	$(call venv,$(KERNEL_VENV))

# Every test that hangs ends by itself; nothing depends on how quick the machine is. Notebooks become LaTeX by
# way of pandoc; LaTeX itself is not asked for, but where it is, PDF is made, too.
test-kernel: kernel-venv $(KERNEL_VENV)/.extension
	$(call need,command -v pandoc >/dev/null,pandoc is missing,pandoc)
	$(CARGO) build --locked --workspace --exclude bioxen-rust-cells --bins
	cd tests/kernel && ../../$(KERNEL_PYTHON) -m pytest -q -p no:cacheprovider --ignore=test_browser.py --ignore=test_rust.py

KERNEL_RELEASE := $(abspath $(or $(CARGO_TARGET_DIR),target))/release/bioxen-kernel

# 10 000 cells must not grow the kernel.
kernel-soak: kernel-venv
	$(CARGO) build --release --locked -p bioxen-kernel
	cd tests/kernel && BIOXEN_KERNEL=$(KERNEL_RELEASE) ../../$(KERNEL_PYTHON) soak.py

# 200 random detaches, kills and attaches of a session lose nothing that was answered.
sessions-soak: kernel-venv
	$(CARGO) build --locked --workspace --exclude bioxen-rust-cells --bins
	cd tests/kernel && BIOXEN_ATTACHES=200 ../../$(KERNEL_PYTHON) -m pytest -q -p no:cacheprovider test_attach.py -k random

# The kernel beside ipykernel, in one run; fails when a target is missed.
kernel-bench: kernel-venv
	$(KERNEL_PYTHON) -m pip install --quiet --disable-pip-version-check 'ipykernel>=7,<8'
	$(CARGO) build --release --locked -p bioxen-kernel
	cd tests/kernel && BIOXEN_KERNEL=$(KERNEL_RELEASE) ../../$(KERNEL_PYTHON) bench.py

# What the kernel's ports must bear, on its own transport and on the crate `zeromq`.
KERNEL_WIRE := $(abspath $(or $(CARGO_TARGET_DIR),target))/wire
kernel-wire: kernel-venv
	$(CARGO) build --release --locked --manifest-path benches/zeromq/Cargo.toml --target-dir $(KERNEL_WIRE)
	$(KERNEL_PYTHON) benches/zeromq/main.py $(KERNEL_WIRE)/release/wire-bench

# Cells in Rust, with the program that `make rust-cells` builds.
test-rust-cells: kernel-venv
	cd tests/kernel && ../../$(KERNEL_PYTHON) -m pytest -q -p no:cacheprovider test_rust.py

# A real JupyterLab and Notebook in headless Chromium, with the extension for colours; about a minute. CHROMIUM may
# name another browser of the kind.
CHROMIUM ?= chromium
test-kernel-browser: $(KERNEL_VENV)/.lab $(KERNEL_VENV)/.extension
	$(call need,command -v $(CHROMIUM) >/dev/null,A browser is missing; say CHROMIUM=PATH or,chromium fonts-dejavu-core)
	$(CARGO) build --locked --workspace --exclude bioxen-rust-cells --bins
	cd tests/kernel && CHROMIUM=$(CHROMIUM) ../../$(KERNEL_PYTHON) -m pytest -q -p no:cacheprovider test_browser.py

$(KERNEL_VENV)/.lab: $(KERNEL_VENV)/.ready tests/kernel/requirements-browser.txt
	$(KERNEL_PYTHON) -m pip install --quiet --disable-pip-version-check -r tests/kernel/requirements-browser.txt
	touch $@

$(KERNEL_VENV)/.extension: $(KERNEL_VENV)/.ready $(LABEXTENSION_FILES)
	$(KERNEL_PYTHON) -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps ./kernel/labextension
	touch $@

# The extension is built with npm, in its own folder; what comes out is part of the repository.
labextension: $(KERNEL_VENV)/.lab
	cd $(LABEXTENSION) && npm ci --silent --no-audit --no-fund && rm -rf bioxen_lab && \
	  CORE_PATH=$$(cd ../.. && $(KERNEL_PYTHON) -c 'import jupyterlab; print(jupyterlab.__path__[0])')/staging \
	  npm run build --silent && python3 digest.py > bioxen_lab/sources.sha256

# The names that it colours, from the catalogue of the language and the genomes.
vocabulary:
	$(CARGO) build --locked --workspace --exclude bioxen-rust-cells --bins
	python3 $(LABEXTENSION)/vocabulary.py $(abspath $(or $(CARGO_TARGET_DIR),target))/debug/bioxen

# Runs the notebooks and stores their outputs.
notebooks: kernel-venv
	$(CARGO) build --locked --workspace --exclude bioxen-rust-cells --bins
	$(KERNEL_PYTHON) tests/kernel/store_outputs.py notebooks
