/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../dumps.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "kernel/kernel.h"

static const struct {
	const char *dump;
	const char *release, *nodename;
	unsigned levels;
} kernels[] = {
	{"nmi", "6.1.0-test", "web1", 4},	  {"oops", "6.12.0-test", "web1", 5},
	{"old-log", "5.4.0-test", "old", 4},	  {"kernel-no-root", "6.1.0-test", "web1", 4},
	{"two-kernels", "6.1.0-test", "web1", 4}, {"kernel-broken-note", "6.1.0-test", "web1", 4},
};

static void kernels_are_proven(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		CLEANUP(close_fd) int fd = open_small_dump(kernels[i].dump);
		CLEANUP(dump_close_ptr) struct dump *dump = NULL;
		CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
		struct dint_error err;

		assert_works(dump_open(fd, &dump, &err), &err);
		assert_works(kernel_open(dump, &kernel, &err), &err);
		assert_string_equal(kernel_uts(kernel)->release, kernels[i].release);
		assert_string_equal(kernel_uts(kernel)->nodename, kernels[i].nodename);
		assert_int_equal(kernel_paging(kernel)->levels, kernels[i].levels);
	}
}

static const struct {
	const char *dump;
	enum dint_code code;
	const char *refusal;
} unproven[] = {
	{"pages", DINT_UNSUPPORTED, "no VMCOREINFO, by which a kernel is found"},
	{"kernel-other-release", DINT_CORRUPT,
	 "VMCOREINFO is of '6.1.0-other', the kernel in memory is '6.1.0-test'"},
	{"kernel-wrong-base", DINT_CORRUPT, "init_uts_ns does not say Linux"},
	{"kernel-no-image", DINT_UNSUPPORTED,
	 "init_uts_ns: 0xffffffff83008000: page 0x18: filtered out"},
	{"kernel-arm64", DINT_UNSUPPORTED, "not one of x86-64 (the file says 'aarch64')"},
};

static void what_cannot_be_proven_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unproven); i++) {
		CLEANUP(close_fd) int fd = open_small_dump(unproven[i].dump);
		CLEANUP(dump_close_ptr) struct dump *dump = NULL;
		CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
		struct dint_error err;

		assert_works(dump_open(fd, &dump, &err), &err);
		assert_refused(kernel_open(dump, &kernel, &err), &err, unproven[i].code,
			       unproven[i].refusal);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_are_proven),
		cmocka_unit_test(what_cannot_be_proven_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
