# `make demo` and `make test` do all the set-up they need; `make` alone lists the verbs.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint .ci/constraints.txt

# Tests start hundreds of processes, and each of them would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

help:  ## list these verbs
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/demo  ## sync the sample note with its recording and show what came out
	$(BIN)/subsync sync samples/tide-machine.md --model tiny.en
	@echo; echo 'The first cues (subsync-out/tide-machine/tide-machine.en-zh.srt):'; echo; awk 'BEGIN { RS = "" } NR <= 4 { print $$0 "\n" }' subsync-out/tide-machine/tide-machine.en-zh.srt
	@echo 'The section anchors (subsync-out/tide-machine/tide-machine.anchors.md):'; echo; cat subsync-out/tide-machine/tide-machine.anchors.md
	@echo; echo 'To listen, read and practise, open subsync-out/tide-machine/tide-machine.study.html in a browser.'

test: .venv/dev tests/node_modules  ## all tests, offline; those that need a browser, npm, ffmpeg or mkvtoolnix skip without
	$(BIN)/pytest -n 3 --dist loadfile -q

check: .venv/dev  ## format, lint, types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

format: .venv/dev  ## let ruff rewrite what it can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

golden: .venv/dev  ## write the expected results of the tests anew (read the diff!)
	GOLDEN=write $(BIN)/pytest -q tests/test_golden.py

BENCH ?= samples
bench: .venv/dev  ## accuracy beside what a user would do otherwise; BENCH=FOLDER for your own recordings
	$(BIN)/python bench/accuracy.py $(BENCH)

bench-profile: .venv/dev  ## where the time goes, stage by stage; BENCH=FOLDER for your own recordings
	$(BIN)/python bench/profile.py $(BENCH) --model $(MODEL)

NOTE ?= samples/tide-machine.md
AUDIO ?= samples/tide-machine.opus
MODEL ?= tiny.en
TIMES ?= 1 2 5
bench-speed: .venv/dev  ## the whole job beside transcribing alone; NOTE=, AUDIO=, MODEL= for your own
	$(BIN)/python bench/speed.py $(NOTE) $(AUDIO) --model $(MODEL)

bench-scale: .venv/dev  ## time and memory as recording and note grow TIMES-fold
	$(BIN)/python bench/scale.py $(NOTE) $(AUDIO) $(TIMES) --model $(MODEL)

install: .venv/dev  ## make .venv with everything for development

.venv/demo: pyproject.toml .ci/constraints.txt
	@echo 'setting up .venv, which takes a minute …'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --editable '.[tiny]'
	@touch $@

.venv/dev: .venv/demo
	$(PIP) --editable '.[tiny,dev]'
	@touch $@

# Axe and the WebVTT validator, for the tests that need them; without them those skip and say so.
tests/node_modules: tests/package.json
	@if command -v npm >/dev/null && npm install --prefix tests --no-package-lock --ignore-scripts --no-audit --no-fund \
	  --loglevel=error; then touch $@; else echo 'no npm, or it could not fetch: tests of axe-core and webvtt-parser skip'; fi

clean:  ## remove what these verbs made
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist subsync-out tests/node_modules

.PHONY: help demo test check format golden bench bench-profile bench-speed bench-scale install clean
