# Each target is one command that a newcomer may run. CARGO_FLAGS goes to cargo (such as `-j1`).
CARGO ?= cargo
FUZZ_SECONDS ?= 60

.PHONY: native-ir-check test tools bench docs fuzz lint kernels csmith

# The release gate: tables, cases, coverage, enforcers, promises, documentation. Needs the Rust toolchain alone.
native-ir-check:
	$(CARGO) run $(CARGO_FLAGS) -p compat --bin native-ir-check

# All crates, and `nir` with emulated processors, whose build compiles C: cmake, and libclang, which comes with clang-19.
WITH_EMULATOR = --workspace --exclude bench --features nir/unicorn

# Everything that is tested, the release gate among it.
test: tools
	$(CARGO) test $(WITH_EMULATOR) $(CARGO_FLAGS)

# What the tests need beside the Rust toolchain: each command, and its Debian package where that has another name.
# Installed, or named where that cannot be done.
TOOLS = arm-none-eabi-gcc:gcc-arm-none-eabi arm-none-eabi-objdump:binutils-arm-none-eabi clang-19 cmake csmith gcc gdb gdb-multiarch ld.lld-19:lld-19 \
	lldb-19 llvm-dwarfdump-19:llvm-19 llvm-mc-19:llvm-19 qemu-system-arm
tools:
	@for tool in $(TOOLS); do command -v $${tool%:*} > /dev/null || missing="$$missing $${tool#*:}"; done; \
	test -z "$$missing" || { root=; test "$$(id -u)" = 0 || root='sudo -n'; \
		{ $$root apt-get update -qq && $$root apt-get install -y -qq --no-install-recommends $$missing; } > /dev/null || \
		{ echo "the tests need$$missing: apt-get install$$missing"; exit 1; }; }

# Measurements, side by side with peers; ARGS=--quick shows only that they run.
bench:
	$(CARGO) build --release -p nir $(CARGO_FLAGS)
	$(CARGO) bench -p bench $(CARGO_FLAGS) -- $(ARGS)

# The kernels as LLVM IR, by clang-19: target/kernels/TARGET/LEVEL/NAME.ll.
KERNEL_TARGETS = x86_64-unknown-linux-elf sim-cortex-m0
KERNEL_LEVELS = O0 O1 Os O2
KERNEL_NAMES = $(filter-out host,$(basename $(notdir $(wildcard kernels/*.c))))
x86_64-unknown-linux-elf = x86_64-unknown-linux-gnu
sim-cortex-m0 = thumbv6m-none-eabi
KERNELS = $(foreach target,$(KERNEL_TARGETS),$(foreach level,$(KERNEL_LEVELS),\
	$(KERNEL_NAMES:%=target/kernels/$(target)/$(level)/%.ll)))

kernels: $(KERNELS)

# The path of a file says what it is made for: target/kernels/TARGET/LEVEL/NAME.ll.
part = $(word $(1),$(subst /, ,$@))
$(KERNELS): llvm/clang-flags kernels/k.h $(wildcard kernels/*.c)
	@command -v clang-19 > /dev/null || { echo 'clang-19 is missing: apt-get install clang-19'; exit 1; }
	@mkdir -p $(@D)
	clang-19 @llvm/clang-flags -S -emit-llvm --target=$($(call part,3)) -$(call part,4) -o $@ kernels/$(basename $(@F)).c

# Random programs in the VM and natively: PROGRAMS of them from SEED on. What fails is kept in target/csmith.
PROGRAMS ?= 2000
SEED ?= 1
csmith:
	PROGRAMS=$(PROGRAMS) SEED=$(SEED) $(CARGO) test -p llvm --release $(CARGO_FLAGS) --test programs random -- --nocapture

# The generated parts of the manual.
docs:
	$(CARGO) run $(CARGO_FLAGS) -p compat --bin native-ir-check -- --write-docs
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --workspace --exclude bench $(CARGO_FLAGS)

# Each fuzz target for FUZZ_SECONDS, from the seeds of the fixtures and tables; then RANDOM_MODULES modules as machine code, other
# ones each time.
RANDOM_MODULES ?= 20000
fuzz:
	@$(CARGO) fuzz --version || { echo 'cargo-fuzz is missing: cargo install cargo-fuzz --locked'; exit 1; }
	fuzz/seed.sh
	cd fuzz && $(CARGO) test --lib && for target in $$($(CARGO) fuzz list); do \
		$(CARGO) fuzz run -s none $$target -- -max_total_time=$(FUZZ_SECONDS) -timeout=20 || exit 1; \
	done
	RANDOM_SEED=$$(date +%s) RANDOM_MODULES=$(RANDOM_MODULES) $(CARGO) test -p jit --release $(CARGO_FLAGS) --test random -- --nocapture

# Form and slips.
lint: tools
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --exclude bench --all-targets $(CARGO_FLAGS) -- -D warnings
	$(CARGO) clippy $(WITH_EMULATOR) --all-targets $(CARGO_FLAGS) -- -D warnings
