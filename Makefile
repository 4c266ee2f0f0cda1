# makala: `make demo` builds it and extracts four pages, `make test` runs the tests.  See README.md.

comma := ,
VERSION := $(shell sed -n 's/^.define MK_VERSION_STRING "\(.*\)"/\1/p' makala.h)
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
ZSH_COMPLETIONS ?= site-functions
BUILD ?= build
CC ?= cc
OBJCOPY ?= $(patsubst %ar,%objcopy,$(AR))
PYTHON ?= python3
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wconversion $(if $(WERROR),-Werror)
SAN ?=
# A model instead of src/tables/model.h, such as one trained without some pages: MODEL=build/train/fold-0.h BUILD=build/folds/0
MODEL ?=
# The same for plain-text inputs: a table to use instead of src/tables/plain_text.h
PLAIN_TEXT ?=
# The charset detector is optional.  Without it, pages that declare no encoding and are not UTF-8 are read as windows-1252.
DETECTOR ?= $(shell pkg-config --exists uchardet 2>/dev/null && echo uchardet)
DETECTOR_FLAGS := $(if $(DETECTOR),-DMK_WITH_DETECTOR $(shell pkg-config --cflags $(DETECTOR)))
DETECTOR_LIBS := $(if $(DETECTOR),$(shell pkg-config --libs $(DETECTOR)))
# The language detector is optional too.  Debian's libcld2-dev has the tables for all languages in a second library, cld2_full.
CXX ?= c++
LANGUAGES ?= $(shell $(CXX) -E -x c++ -include cstdio -include cld2/public/compact_lang_det.h /dev/null >/dev/null 2>&1 && echo cld2)
LANGUAGES := $(LANGUAGES)
LANGUAGES_FLAGS := $(if $(LANGUAGES),-DMK_WITH_LANGUAGES)
LANGUAGES_LIBS := $(if $(LANGUAGES),-Wl$(comma)--push-state$(comma)--no-as-needed -lcld2_full -lcld2 -Wl$(comma)--pop-state -lstdc++)
LANGUAGES_OBJ := $(if $(LANGUAGES),$(BUILD)/cld2.o)
# With the map of prefixes, objects are the same bytes in whatever folder they are compiled.
SAME_BYTES := -ffile-prefix-map=$(CURDIR)=.
ALL_CFLAGS := -std=c17 -ffp-contract=off $(SAME_BYTES) $(CPPFLAGS) $(CFLAGS) $(WARN) $(SAN) $(if $(MODEL),-DMODEL_TABLE='"$(MODEL)"') $(if $(PLAIN_TEXT),-DPLAIN_TEXT_TABLE='"$(PLAIN_TEXT)"') -I.
IO_LIBS := -lz -lzstd -lpthread
# Everything that decides what the compilers write
FLAGS := $(CC) $(CXX) $(ALL_CFLAGS) $(DETECTOR_FLAGS) $(DETECTOR_LIBS) $(LANGUAGES_FLAGS) $(LANGUAGES_LIBS) $(LDFLAGS)
QUOTED_FLAGS := '$(subst ','\'',$(FLAGS))'
SO := libmakala.so.1
IO_SO := libmakala-io.so.1
IO_OBJ := $(patsubst io/%.c,$(BUILD)/io/%.o,$(wildcard io/*.c))
CLI_OBJ := $(patsubst cli/%.c,$(BUILD)/cli/%.o,$(wildcard cli/*.c))
TESTS_C := $(patsubst test/%.c,$(BUILD)/test/%,$(wildcard test/*.c))

all: $(BUILD)/makala $(BUILD)/libmakala.a $(BUILD)/libmakala.so $(BUILD)/libmakala-io.a $(BUILD)/libmakala-io.so

# The file is written only if it changes, for example by make CFLAGS=-O3.  Then everything is compiled again.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(QUOTED_FLAGS) | cmp -s - $@ || printf '%s\n' $(QUOTED_FLAGS) > $@

# The core is one translation unit, see src/all.c.
$(BUILD)/all.o: src/all.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fno-lto $(DETECTOR_FLAGS) $(LANGUAGES_FLAGS) -fPIC -fvisibility=hidden -MMD -MP -c $< -o $@

$(BUILD)/cld2.o: src/cld2.cc src/language.h $(BUILD)/flags
	@mkdir -p $(@D)
	$(CXX) -std=c++17 $(SAME_BYTES) $(CPPFLAGS) $(CFLAGS) -fno-lto -Wall -Wextra $(if $(WERROR),-Werror) $(SAN) -fno-exceptions -fno-rtti -fPIC -fvisibility=hidden -c $< -o $@

# The archives contain one object each, in which only public names are global, so that they clash with no name of a program.
ARCHIVE = $(CC) $(CFLAGS) -r -nostdlib $(filter %.o,$^) -o $(@:.a=.o) && $(OBJCOPY) --wildcard --keep-global-symbol='$(1)' $(@:.a=.o) && \
  rm -f $@ && $(AR) rcsD $@ $(@:.a=.o)

$(BUILD)/libmakala.a: $(BUILD)/all.o $(LANGUAGES_OBJ)
	$(call ARCHIVE,mk_*)

$(BUILD)/$(SO): $(BUILD)/all.o $(LANGUAGES_OBJ) src/makala.map
	$(CC) $(SAN) $(LDFLAGS) -shared -Wl,-soname,$(SO) -Wl,--version-script=src/makala.map $(filter %.o,$^) -o $@ $(DETECTOR_LIBS) $(LANGUAGES_LIBS) -lm

$(BUILD)/libmakala.so: $(BUILD)/$(SO)
	ln -sf $(SO) $@

# Reading inputs and running workers is a second library, so that the first one depends on no others.
$(BUILD)/io/%.o: io/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fno-lto -fPIC -fvisibility=hidden -MMD -MP -c $< -o $@

$(BUILD)/libmakala-io.a: $(IO_OBJ)
	$(call ARCHIVE,mk_io_*)

$(BUILD)/$(IO_SO): $(IO_OBJ) io/exports.map $(BUILD)/libmakala.so
	$(CC) $(SAN) $(LDFLAGS) -shared -Wl,-soname,$(IO_SO) -Wl,--version-script=io/exports.map $(IO_OBJ) -o $@ -L$(BUILD) -lmakala $(IO_LIBS)

$(BUILD)/libmakala-io.so: $(BUILD)/$(IO_SO)
	ln -sf $(IO_SO) $@

$(BUILD)/cli/%.o: cli/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -D_POSIX_C_SOURCE=200809L -MMD -MP -c $< -o $@

$(BUILD)/makala: $(CLI_OBJ) $(BUILD)/libmakala-io.a $(BUILD)/libmakala.a
	$(CC) $(SAN) $(LDFLAGS) $^ -o $@ $(DETECTOR_LIBS) $(LANGUAGES_LIBS) $(IO_LIBS) -lm

$(BUILD)/test/record $(BUILD)/test/chunks: TEST_LIBS := -lz
# Test programs use internals, which libmakala.a hides: they link its objects, or include src/all.c themselves.
$(BUILD)/test/%: test/%.c $(BUILD)/all.o $(LANGUAGES_OBJ) $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(DETECTOR_FLAGS) $(LANGUAGES_FLAGS) -D_GNU_SOURCE -MMD -MP $< -o $@ \
	  $(if $(shell grep -l '^.include ".*all.c"' $<),,$(BUILD)/all.o) $(LANGUAGES_OBJ) $(DETECTOR_LIBS) $(LANGUAGES_LIBS) $(TEST_LIBS) -lpthread -lm

# The test replaces some functions of libmakala-io and of the C library with its own, see test/io.c.
IO_WRAPPED := malloc calloc realloc aligned_alloc mk_io_reader_open mk_io_reader_next io_reader_at_end
$(BUILD)/test/io: test/io.c $(IO_OBJ) $(BUILD)/libmakala.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -D_GNU_SOURCE -MMD -MP $(filter-out %/flags,$^) -o $@ $(IO_WRAPPED:%=-Wl,--wrap=%) \
	  $(DETECTOR_LIBS) $(LANGUAGES_LIBS) $(IO_LIBS) -lm

# The library compiled to count its steps, for test/growth.c and test/pairs.c.  clang places the counters where the linker finds them.
$(BUILD)/counted.o: src/all.c $(BUILD)/flags
	@mkdir -p $(@D)
	clang $(filter-out $(SAN),$(ALL_CFLAGS)) $(DETECTOR_FLAGS) $(LANGUAGES_FLAGS) -fprofile-instr-generate -mllvm -disable-vp=true -MMD -MP -c $< -o $@

WRAPPED := memcpy memmove memset memchr strlen memcmp bcmp
$(BUILD)/test/growth $(BUILD)/test/pairs: $(BUILD)/test/%: test/%.c $(BUILD)/counted.o $(LANGUAGES_OBJ)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -D_GNU_SOURCE -MMD -MP $< $(BUILD)/counted.o $(LANGUAGES_OBJ) -o $@ $(WRAPPED:%=-Wl,--wrap=%) \
	  $(DETECTOR_LIBS) $(LANGUAGES_LIBS) -lm

# The library that train/initial.py calls.  The trainer builds it next to its other libraries.
$(BUILD)/initial.so: train/initial.c $(LANGUAGES_OBJ) $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(DETECTOR_FLAGS) $(LANGUAGES_FLAGS) -fPIC -fvisibility=hidden -shared -MMD -MP $< $(LANGUAGES_OBJ) -o $@ $(DETECTOR_LIBS) $(LANGUAGES_LIBS) -lm

tests: all $(TESTS_C)

-include $(BUILD)/all.d $(BUILD)/initial.d $(BUILD)/counted.d $(IO_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(TESTS_C:=.d)

demo:
	@tools/needs build
	@$(MAKE) --no-print-directory -s all
	@for page in examples/*.html; do printf '\n======== %s\n\n' "$$page"; $(BUILD)/makala "$$page"; done

test:
	@tools/needs build test
	@test/run

# What takes longer: sanitizers, both compilers, other processors, growth to 4 MB.  test-all also runs the tests on other processors.
test-slow:
	@tools/needs build test targets release fuzz
	@test/run --slow

test-all:
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory test-slow
	@$(MAKE) --no-print-directory test-targets

# Compiles the core for other processors and systems.  test-targets also runs its tests, many under an emulator: 15 minutes.
targets test-targets:
	@tools/needs build targets
	@test/targets.py $(if $(filter test-%,$@),run,compile)

# Parts of the tests: sanitizers, threads, memory.
asan tsan valgrind:
	@tools/needs build test
	@test/run $@

# Which lines and branches of the sources the tests reach, see tools/coverage.
coverage:
	@tools/needs build test
	@tools/coverage

# make fuzz SECONDS=600: each target for ten minutes
fuzz:
	@tools/needs build fuzz
	fuzz/run $(or $(SECONDS),60)

# make quality DATA=FOLDER[,FOLDER...]: accuracy on labelled pages, with models that have not seen them if `make train` has been run
quality: all
	$(PYTHON) bench/quality.py $(subst $(comma), ,$(DATA))

# make train DATA=FOLDER[,FOLDER...] TRAIN='--jobs 1': writes src/tables/model.h from labelled pages, see train/train.py for options
train:
	@tools/needs build train
	@train/setup.sh
	build/train-venv/bin/python train/train.py $(TRAIN) $(DATA)

# Writes src/tables/plain_text.h from plain-text renderings of labelled pages, see train/plain_text.py.
train-plain-text:
	@tools/needs build train
	@train/setup.sh
	build/train-venv/bin/python train/plain_text.py $(TRAIN) $(DATA)

# Trains a tiny model on the pages in examples/, to check every step from pages to a library with that model.
train-check:
	@tools/needs build train
	@train/setup.sh
	@build/train-venv/bin/python train/check.py

# make bench DATA=FOLDER: speed next to other tools, see bench/README.md
bench: all
	bench/parse $(DATA)
	bench/pages $(DATA)

# The pictures of the README.  make chart DATA=FOLDER[,FOLDER...] takes labelled pages, and measures the speed on the first folder.
picture: all
	@tools/needs picture
	$(PYTHON) tools/picture/picture.py

chart: all
	bench/setup.sh
	$(PYTHON) bench/quality.py $(subst $(comma), ,$(DATA)) --peers all --no-oracle --worst 0 --json $(BUILD)/quality.json
	bench/pages $(firstword $(subst $(comma), ,$(DATA)))/html --rounds 5 --json $(BUILD)/pages.json
	$(BUILD)/bench-venv/bin/python bench/chart.py $(BUILD)/quality.json $(BUILD)/pages.json docs/img/accuracy-speed.svg

# Tables are checked in.  `make check-tables` fails if the tools would write different ones.  tables/dates.h is made by hand from
# 300 MB of packages, see tools/gen_dates.py.
TABLES := tags entities encodings unicode words logs
tables:
	for t in $(TABLES); do $(PYTHON) tools/gen_$$t.py > src/tables/$$t.h || exit 1; done
	$(PYTHON) tools/gen_features.py > docs/features.md

check-tables:
	@mkdir -p $(BUILD)
	@for t in $(TABLES); do $(PYTHON) tools/gen_$$t.py > $(BUILD)/$$t.h && cmp $(BUILD)/$$t.h src/tables/$$t.h || exit 1; done
	@$(PYTHON) tools/gen_features.py > $(BUILD)/features.md && cmp $(BUILD)/features.md docs/features.md
	@grep -q "MODEL_FEATURES_HASH \"$$(sha256sum < src/features.def | cut -c1-64)\"" src/tables/model.h || \
	  { echo "src/tables/model.h was trained with another src/features.def: make train"; exit 1; }
	@grep -q "PLAIN_TEXT_FEATURES_HASH \"$$(sha256sum < src/plain_text.def | cut -c1-64)\"" src/tables/plain_text.h || \
	  { echo "src/tables/plain_text.h was trained with another src/plain_text.def: make train-plain-text"; exit 1; }
	@echo "tables are what the tools write"

# Programs find the libraries in PREFIX through the run path in the pkg-config files; the folders of /usr need none.
RUN_PATH = $(if $(filter /usr,$(PREFIX)),,-Wl$(comma)-rpath$(comma)\$${libdir})
# A static program gets the static libuchardet with what that needs.  Debian has no static CLD2, so a static program is linked
# with an empty libmakala-cld2.a, all others with libmakala-cld2.so, a linker script.
STATIC_DETECTOR = $(if $(DETECTOR),$(shell pkg-config --static --libs $(DETECTOR)))
STATIC_LANGUAGES = $(if $(LANGUAGES),-Wl$(comma)--push-state$(comma)--no-as-needed -lmakala-cld2 -Wl$(comma)--pop-state -lstdc++)
PC = sed -e 's|@PREFIX@|$(abspath $(PREFIX))|' -e 's|@LIBDIR@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(LIBDIR))|' -e 's|@VERSION@|$(VERSION)|' -e 's|@RUN_PATH@|$(RUN_PATH)|'
DEST = $(DESTDIR)$(PREFIX)
DEST_LIB = $(DESTDIR)$(LIBDIR)
install: all
	install -d $(DEST)/bin $(DEST)/include $(DEST_LIB)/pkgconfig $(DEST)/share/man/man1
	install -m 755 $(BUILD)/makala $(DEST)/bin/makala
	install -m 644 makala.h makala_debug.h makala_io.h $(DEST)/include
	install -m 644 $(BUILD)/libmakala.a $(BUILD)/libmakala-io.a $(DEST_LIB)
	install -m 755 $(BUILD)/$(SO) $(BUILD)/$(IO_SO) $(DEST_LIB)
	ln -sf $(SO) $(DEST_LIB)/libmakala.so
	ln -sf $(IO_SO) $(DEST_LIB)/libmakala-io.so
	$(if $(LANGUAGES),echo 'INPUT(-lcld2_full -lcld2)' > $(DEST_LIB)/libmakala-cld2.so)
	$(if $(LANGUAGES),rm -f $(DEST_LIB)/libmakala-cld2.a && $(AR) rcsD $(DEST_LIB)/libmakala-cld2.a)
	install -m 644 docs/makala.1 $(DEST)/share/man/man1/makala.1
	install -Dm 644 completions/makala.bash $(DEST)/share/bash-completion/completions/makala
	install -Dm 644 completions/_makala $(DEST)/share/zsh/$(ZSH_COMPLETIONS)/_makala
	install -Dm 644 completions/makala.fish $(DEST)/share/fish/vendor_completions.d/makala.fish
	$(PC) -e 's|@LIBS@|$(strip $(STATIC_DETECTOR) $(STATIC_LANGUAGES)) -lm|' makala.pc.in > $(DEST_LIB)/pkgconfig/makala.pc
	$(PC) -e 's|@LIBS@|$(IO_LIBS)|' makala-io.pc.in > $(DEST_LIB)/pkgconfig/makala-io.pc
ifeq ($(DESTDIR),)
	@PATH=$$PATH:/usr/sbin:/sbin ldconfig 2>/dev/null || true
	@[ "$$(pkg-config --variable=libdir makala 2>/dev/null)" = "$(abspath $(LIBDIR))" ] || echo "To let pkg-config find makala:  export PKG_CONFIG_PATH=$(abspath $(LIBDIR))/pkgconfig"
endif

uninstall:
	rm -f $(DEST)/bin/makala $(addprefix $(DEST)/include/,makala.h makala_debug.h makala_io.h)
	rm -f $(addprefix $(DEST_LIB)/,$(SO) $(IO_SO) $(foreach lib,makala makala-io makala-cld2,lib$(lib).a lib$(lib).so) pkgconfig/makala.pc pkgconfig/makala-io.pc)
	rm -f $(DEST)/share/man/man1/makala.1 $(DEST)/share/bash-completion/completions/makala \
	  $(DEST)/share/zsh/$(ZSH_COMPLETIONS)/_makala $(DEST)/share/fish/vendor_completions.d/makala.fish

# The release recipe, see CONTRIBUTING.md.  Files are written to build/release.
dist:
	@tools/release dist

# make release KEY=gpg-key-id: the archive, its SBOM, their checksums, and signatures if a key is given
release:
	@tools/needs release
	@tools/release release $(KEY)

# Debian packages, built from the archive of the last commit and checked by lintian
deb:
	@tools/needs build release
	@tools/release deb

clean:
	rm -rf $(BUILD)

.PHONY: all tests demo test test-slow test-all coverage targets test-targets asan tsan valgrind fuzz bench quality picture chart train train-plain-text train-check tables check-tables install uninstall dist release deb clean FORCE
