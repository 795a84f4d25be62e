# What the Makefiles share: tools that are installed where that is allowed.

# $(call need,TEST,WHAT IS MISSING,PACKAGES): installs packages for a test that fails, as root with apt-get; elsewhere
# it says what is missing, and ends.
define need
@$(1) || { \
  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
    apt-get update && apt-get install -y --no-install-recommends $(3); \
  else \
    echo "$(2): apt-get install $(3)"; exit 1; \
  fi; }
endef

# $(call venv,FOLDER): an environment of Python with what the rule's first file asks for.
define venv
$(call need,python3 -c 'import ensurepip; import venv' 2>/dev/null,Python with venv is missing,python3 python3-venv)
python3 -m venv $(1)
$(1)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
touch $@
endef
