/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../dumps.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "kernel/kernel.h"

#define DIRECT	 0xffff888000000000
#define GIBIBYTE ((uint64_t)1 << 30)

static const struct {
	const char *name;
	kva_t at;
	phys_t phys;
	uint64_t n;
	const char *refusal;
	enum dint_code code;
} cases[] = {
	{"1 GiB page, its odd bits not in the address", DIRECT + 0x12345, 0x12345,
	 GIBIBYTE - 0x12345, NULL, 0},
	{"2 MiB page", DIRECT + GIBIBYTE + 0x1ffff8, 0x1ffff8, 8, NULL, 0},
	{"4 KiB page", DIRECT + GIBIBYTE + 2 * 0x200000 + 3, 0x8003, 4093, NULL, 0},
	{"a table that is filtered out", DIRECT + GIBIBYTE + 0x200000, 0, 0,
	 "page table of level 1: page 0x3e: filtered out", DINT_NOT_FOUND},
	{"an empty entry", DIRECT + GIBIBYTE + 2 * 0x200000 + 0x1000, 0, 0, "not mapped",
	 DINT_NOT_FOUND},
	{"an empty top entry", 0xffffc90000000000, 0, 0, "0xffffc90000000000: not mapped",
	 DINT_NOT_FOUND},
	{"the image, in one piece", 0xffffffff83000000, 0x10000, 0x3d000000, NULL, 0},
};

static void addresses_are_translated(void **state)
{
	CLEANUP(close_fd) int fd = open_small_dump("paging");
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
	struct dint_error err;

	(void)state;
	assert_works(dump_open(fd, &dump, &err), &err);
	assert_works(kernel_open(dump, &kernel, &err), &err);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		phys_t phys = 0;
		uint64_t n = 0;

		if (cases[i].refusal) {
			assert_refused(paging_translate(kernel_paging(kernel), cases[i].at, &phys,
							&n, &err),
				       &err, cases[i].code, cases[i].refusal);
			continue;
		}
		assert_works(paging_translate(kernel_paging(kernel), cases[i].at, &phys, &n, &err),
			     &err);
		assert_int_equal(phys, cases[i].phys);
		assert_int_equal(n, cases[i].n);
	}
}

static void reads_cross_pages_and_stop_where_nothing_is(void **state)
{
	CLEANUP(close_fd) int fd = open_small_dump("paging");
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
	struct dint_error err;
	char text[18] = "";
	kva_t page = DIRECT + GIBIBYTE + 2 * 0x200000;

	(void)state;
	assert_works(dump_open(fd, &dump, &err), &err);
	assert_works(kernel_open(dump, &kernel, &err), &err);
	assert_works(kernel_read(kernel, page, text, 17, &err), &err);
	assert_string_equal(text, "a page of its own");
	assert_works(kernel_read(kernel, DIRECT + 0x7ffe, text, 8, &err), &err);
	assert_memory_equal(text, "\0\0a page", 8);
	assert_refused(kernel_read(kernel, page + 4095, text, 2, &err), &err, DINT_NOT_FOUND,
		       "not mapped");
	assert_refused(kernel_read(kernel, UINT64_MAX, text, 2, &err), &err, DINT_NOT_FOUND,
		       "round the end of memory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_translated),
		cmocka_unit_test(reads_cross_pages_and_stop_where_nothing_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
