# Each target is one command that a newcomer may run. CARGO_FLAGS goes to cargo (such as `-j1`).
CARGO ?= cargo
FUZZ_SECONDS ?= 60

.PHONY: native-ir-check test bench docs fuzz lint

# The release gate: tables, cases, coverage, enforcers, promises, documentation. Needs the Rust toolchain alone.
native-ir-check:
	$(CARGO) run $(CARGO_FLAGS) -p compat --bin native-ir-check

# Everything that is tested, the release gate among it.
test:
	$(CARGO) test --workspace --exclude bench $(CARGO_FLAGS)

# Measurements, side by side with peers; ARGS=--quick shows only that they run.
bench:
	$(CARGO) bench -p bench $(CARGO_FLAGS) -- $(ARGS)

# The generated parts of the manual.
docs:
	$(CARGO) run $(CARGO_FLAGS) -p compat --bin native-ir-check -- --write-docs
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --workspace --exclude bench $(CARGO_FLAGS)

# Each fuzz target for FUZZ_SECONDS, from the seeds of the fixtures and tables.
fuzz:
	@$(CARGO) fuzz --version || { echo 'cargo-fuzz is missing: cargo install cargo-fuzz --locked'; exit 1; }
	fuzz/seed.sh
	cd fuzz && $(CARGO) test --lib && for target in $$($(CARGO) fuzz list); do \
		$(CARGO) fuzz run -s none $$target -- -max_total_time=$(FUZZ_SECONDS) -timeout=20 || exit 1; \
	done

# Form and slips.
lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --exclude bench --all-targets $(CARGO_FLAGS) -- -D warnings
