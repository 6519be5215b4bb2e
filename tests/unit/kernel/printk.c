/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../dumps.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "kernel/printk.h"

#define CPU PRINTK_CALLER_CPU

struct want {
	uint64_t time_ms;
	uint8_t level;
	uint32_t caller;
	const char *text; /* how it begins */
};

static const struct {
	const char *dump;
	struct want records[16]; /* a text of NULL ends them */
	uint64_t lost;
} logs[] = {
	{"nmi",
	 {{0, 5, 0, "Linux version 6.1.0-test (build@test) #1 SMP test"},
	  {0, 6, 0, "Command line: root=/dev/vda unknown_nmi_panic"},
	  {568, 6, 1, "smp: Brought up 1 node, 2 CPUs"},
	  {1500, 6, 1, "first line\n\tsecond line, with a tab"},
	  {1600, 6, 1, ""},
	  {2250, 4, 77, "escape \x1b[31m, latin \xe9, UTF-8 \xc3\xa9"},
	  {88005, 0, CPU, "Uhhuh. NMI received for unknown reason 21 on CPU 0."},
	  {88005, 0, CPU, "Kernel panic - not syncing: NMI: Not continuing"},
	  {88005, 4, CPU,
	   "CPU: 0 PID: 0 Comm: swapper/0 Kdump: loaded Tainted: G           OE      "
	   "6.1.0-test #1"},
	  {88005, 4, CPU + 1, "CPU: 1 PID: 77 Comm: other Not tainted 6.1.0-test #1"}},
	 0},
	{"ring-wraps",
	 {{5500, 6, 5, "record 05, 24 bytes long"},
	  {6500, 6, 6, "record 06, 24 bytes long"},
	  {7500, 6, 7, "record 07, 24 bytes long"},
	  {8500, 6, 8, "record 08, 24 bytes long"},
	  {9500, 6, 9, "record 09, 24 bytes long"},
	  {10500, 6, 10, "record 10, 24 bytes long"},
	  {11500, 6, 11, "record 11, 24 bytes long"}},
	 0},
	{"ring-exact-end",
	 {{4500, 6, 4, "record 04, 24 bytes long"},
	  {5500, 6, 5, "record 05, 24 bytes long"},
	  {6500, 6, 6, "record 06, 24 bytes long"},
	  {7500, 6, 7, "record 07, 24 bytes long"},
	  {8500, 6, 8, "record 08, 24 bytes long"},
	  {9500, 6, 9, "record 09, 24 bytes long"},
	  {10500, 6, 10, "record 10, 24 bytes long"},
	  {11500, 6, 11, "record 11, 24 bytes long"}},
	 0},
	{"ring-hostile",
	 {{1000, 6, 1, "good"},
	  {4000, 6, 4, "longer than its block\0\0\0"},
	  {6000, 3, CPU + 1, "good too"}},
	 3},
	{"old-log",
	 {{4000, 6, 0, "the fourth record\nwith a second line"},
	  {5000, 6, 0, ""},
	  {6000, 4, 0,
	   "the sixth record, somewhere in the middle of the buffer: 0123456789 "
	   "0123456789"},
	  {7000, 6, 0,
	   "the seventh record, more and more and more and more and more and more text"},
	  {8000, 6, 0, "the eighth record, more and more and more and more and more and more text"},
	  {9000, 3, 0, "the last record, behind the end of the buffer and so at its start"}},
	 0},
};

static void check_record(const struct printk_record *record, const struct want *want)
{
	assert_non_null(want->text);
	assert_string_equal(record->text, want->text);
	assert_int_equal(record->time_ns / 1000000, want->time_ms);
	assert_int_equal(record->level, want->level);
	assert_int_equal(record->facility, 0);
	assert_int_equal(record->caller_id, want->caller);
}

static void every_record_is_given_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		CLEANUP(close_fd) int fd = open_small_dump(logs[i].dump);
		CLEANUP(dump_close_ptr) struct dump *dump = NULL;
		CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
		CLEANUP(printk_close_ptr) struct printk_log *log = NULL;
		struct printk_record record;
		struct dint_error err;
		size_t n = 0;

		assert_works(dump_open(fd, &dump, &err), &err);
		assert_works(kernel_open(dump, &kernel, &err), &err);
		assert_works(printk_open(kernel, &log, &err), &err);
		while (printk_next(log, &record))
			check_record(&record, &logs[i].records[n++]);
		assert_null(logs[i].records[n].text);
		assert_int_equal(printk_lost(log), logs[i].lost);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_is_given_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
