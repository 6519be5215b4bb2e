/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "open_kernel.h"

#include "base/buffer.h"
#include "kernel/btf.h"
#include "kernel/list.h"
#include "kernel/percpu.h"
#include "kernel/symbols.h"
#include "kernel/type_expr.h"
#include "kernel/types.h"

#define TASK (TEXT + 0x20000)

static const struct {
	const char *type, *path;
	kva_t object;
	struct member want; /* what of it is not 0 */
	uint64_t value;	    /* of what has one */
} members[] = {
	{"task_struct", "state", TASK, {.offset = 0, .size = 4, .is_signed = true}, 5},
	{"task_struct", "__state|state", TASK, {.offset = 0, .size = 4, .is_signed = true}, 5},
	{"none|task_struct", "state", TASK, {.offset = 0, .size = 4, .is_signed = true}, 5},
	{"task_struct", "first", TASK, {.offset = 8, .size = 8}, 0x77},
	{"task_struct", "inner", TASK, {.offset = 8, .size = 8}, 0x77},
	{"task_struct",
	 "stack",
	 TASK,
	 {.offset = 16, .size = 8, .kind = MEMBER_POINTER},
	 TEXT + 0x7040},
	{"task_struct",
	 "hue",
	 TASK,
	 {.offset = 40, .size = 4, .kind = MEMBER_ENUM, .is_signed = true},
	 1},
	{"task_struct",
	 "size",
	 TASK,
	 {.offset = 48, .size = 8, .kind = MEMBER_ENUM, .is_signed = true},
	 0x123456789a},
	{"task_struct",
	 "tasks.prev",
	 TASK,
	 {.offset = 64, .size = 8, .kind = MEMBER_POINTER},
	 TEXT + 0x20238},
	{"task_struct", "comm[2]", TASK, {.offset = 26, .size = 1, .is_signed = true}, 'a'},
	{"bits", "one", TASK + 0x400, {.size = 1, .bit_size = 1}, 1},
	{"bits",
	 "three",
	 TASK + 0x400,
	 {.size = 1, .bit_offset = 1, .bit_size = 3, .is_signed = true},
	 -2ull},
	{"bits", "forty", TASK + 0x400, {.size = 6, .bit_offset = 4, .bit_size = 40}, 0xabcdef0123},
	{"bits", "flag", TASK + 0x400, {.offset = 6, .size = 1, .bit_size = 1}, 1},
	{"old_bits", "five", TASK + 0x410, {.offset = 4, .size = 1, .bit_size = 5}, 21},
	{"slot", "number", TASK, {.size = 8}, 5},
	{"slot+", "other", TASK, {.size = 8}, 5},
	{"team",
	 "members[2].state",
	 TASK - 0x200,
	 {.offset = 512, .size = 4, .is_signed = true},
	 5},
	{"team",
	 "rest[3].next",
	 TASK + 0x38 - 1088,
	 {.offset = 1088, .size = 8, .kind = MEMBER_POINTER},
	 TEXT + 0x20138},
};

static void members_are_found_and_read(void **state)
{
	CLEANUP(open_done) struct open open;
	struct dint_error err;

	(void)state;
	open_kernel("types", &open);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const struct member *want = &members[i].want;
		uint8_t bytes[8192] = {0};
		struct member m;
		uint64_t value = 0;

		assert_works(member_find(open.kernel, members[i].type, members[i].path, &m, &err),
			     &err);
		if (m.offset != want->offset || m.size != want->size || m.kind != want->kind ||
		    m.bit_offset != want->bit_offset || m.bit_size != want->bit_size ||
		    m.is_signed != want->is_signed || !m.is_present)
			fail_msg("%s.%s: offset %lu size %lu kind %d bits %u+%u signed %d",
				 members[i].type, members[i].path, m.offset, m.size, m.kind,
				 m.bit_offset, m.bit_size, m.is_signed);
		assert_works(member_u64(open.kernel, &m, members[i].object, &value, &err), &err);
		assert_int_equal(value, members[i].value);
		/* out of bytes that are at hand it is the same, and 0 behind their end */
		assert_works(
			kernel_read(open.kernel, members[i].object, bytes, m.offset + m.size, &err),
			&err);
		assert_int_equal(member_of(&m, bytes, sizeof(bytes)), members[i].value);
		assert_int_equal(member_of(&m, bytes, m.offset + m.size - 1), 0);
	}
}

static void arrays_and_texts(void **state)
{
	CLEANUP(open_done) struct open open;
	struct dint_error err;
	struct member m;
	char text[32];

	(void)state;
	open_kernel("types", &open);
	assert_works(member_find(open.kernel, "task_struct", "comm", &m, &err), &err);
	assert_int_equal(m.kind, MEMBER_ARRAY);
	assert_int_equal(m.count, 16);
	assert_int_equal(m.stride, 1);
	assert_works(member_text(open.kernel, &m, TASK, text, sizeof(text), &err), &err);
	assert_string_equal(text, "swapper/0");
	assert_works(member_text(open.kernel, &m, TASK, text, 5, &err), &err);
	assert_string_equal(text, "swap");
	assert_refused(member_u64(open.kernel, &m, TASK, &(uint64_t){0}, &err), &err,
		       DINT_BAD_REQUEST, "the member is no number");
	assert_works(member_find(open.kernel, "team", "rest", &m, &err), &err);
	assert_int_equal(m.size, 0); /* flexible */
	assert_int_equal(m.stride, 16);
}

static void absent_members_are_told(void **state)
{
	static const struct {
		const char *type, *path, *refusal;
	} absent[] = {
		{"task_struct", "nothing", "'task_struct' has no member 'nothing' in this kernel"},
		{"none", "state", "'none' has no member 'state'"},
		{"task_struct", "state.more", "has no member 'state.more'"},
		{"task_struct", "comm[16]", "has no member 'comm[16]'"},
		{"task_struct", "comm[", "has no member 'comm['"},
		{"task_struct", "state[0]", "has no member 'state[0]'"},
		{"slot", "other", "'slot' has no member 'other'"},
		{"elsewhere", "x", "'elsewhere' has no member 'x'"},
		{"jbd2:journal_s", "x", "types of modules: no symbol 'btf_modules'"},
	};
	CLEANUP(open_done) struct open open;

	(void)state;
	open_kernel("types", &open);
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++) {
		struct dint_error err;
		struct member m;

		assert_refused(member_find(open.kernel, absent[i].type, absent[i].path, &m, &err),
			       &err, i == 8 ? DINT_UNSUPPORTED : DINT_NOT_FOUND, absent[i].refusal);
	}
}

static void many_members_at_a_time(void **state)
{
	struct {
		struct member state, gone;
	} into = {.gone = {.size = 99}};
	struct member_row rows[] = {{0, "task_struct", "state", false},
				    {sizeof(struct member), "task_struct", "gone", true}};
	CLEANUP(open_done) struct open open;
	struct dint_error err;
	uint64_t value;

	(void)state;
	open_kernel("types", &open);
	assert_works(member_find_all(open.kernel, rows, 2, &into, &err), &err);
	assert_int_equal(into.state.size, 4);
	assert_false(into.gone.is_present);
	assert_refused(member_u64(open.kernel, &into.gone, TASK, &value, &err), &err,
		       DINT_BAD_REQUEST, "the kernel has no such member");
	rows[1].optional = false;
	assert_refused(member_find_all(open.kernel, rows, 2, &into, &err), &err, DINT_NOT_FOUND,
		       "no member 'gone'");
}

static void enumerations_and_sizes(void **state)
{
	CLEANUP(open_done) struct open open;
	struct dint_error err;
	int64_t value = 0;
	size_t size = 0;

	(void)state;
	open_kernel("types", &open);
	assert_works(enum_value(open.kernel, "color", "OLD", &value, &err), &err);
	assert_int_equal(value, -1);
	assert_works(enum_value(open.kernel, NULL, "NEW|HUGE", &value, &err), &err);
	assert_int_equal(value, 0x123456789a);
	assert_refused(enum_value(open.kernel, "color", "BLUE", &value, &err), &err, DINT_NOT_FOUND,
		       "no enumeration has 'BLUE'");
	assert_string_equal(enum_name(open.kernel, "color", -1), "OLD");
	assert_null(enum_name(open.kernel, "color", 7));
	assert_works(type_size(open.kernel, "team", &size, &err), &err);
	assert_int_equal(size, 1040);
	assert_works(type_size(open.kernel, "gone|count_t", &size, &err), &err);
	assert_int_equal(size, 4);
	assert_true(type_exists(open.kernel, "double"));
	assert_false(type_exists(open.kernel, "elsewhere"));
	assert_refused(type_size(open.kernel, "gone", &size, &err), &err, DINT_NOT_FOUND,
		       "no type 'gone'");
}

static void declarations_are_read(void **state)
{
	static const struct {
		const char *text, *name, *refusal;
		uint64_t size;
	} declarations[] = {
		{"struct task_struct", "struct task_struct", NULL, 256},
		{"task_struct", "struct task_struct", NULL, 256},
		{"const struct list_head *", "struct list_head *", NULL, 8},
		{"struct list_head[2][3]", "struct list_head [2][3]", NULL, 96},
		{"u64 ** [4]", "u64 ** [4]", NULL, 32},
		{"void *", "void *", NULL, 8},
		{"signed int", "int", NULL, 4},
		{"count_t", "count_t", NULL, 4},
		{"enum color", "enum color", NULL, 4},
		{"union task_struct", NULL, "no type 'task_struct'", 0},
		{"struct", NULL, "'struct' is no type", 0},
		{"u64 x", NULL, "'u64 x' is no type", 0},
		{"u64 [", NULL, "'u64 [' is no type", 0},
		{"", NULL, "'' is no type", 0},
		{"unsigned long", NULL, "no type 'long unsigned int'", 0},
		{"unsigned short int", NULL, "no type 'short unsigned int'", 0},
	};
	CLEANUP(open_done) struct open open;

	(void)state;
	open_kernel("types", &open);
	for (size_t i = 0; i < ARRAY_SIZE(declarations); i++) {
		CLEANUP(buffer_done) struct buffer name = {0};
		struct type_expr type;
		struct dint_error err;
		uint64_t size = 0;

		if (declarations[i].refusal) {
			if (type_expr_parse(open.kernel, declarations[i].text, &type, &err) ||
			    !strstr(err.message, declarations[i].refusal))
				fail_msg("'%s': %s", declarations[i].text, err.message);
			continue;
		}
		assert_works(type_expr_parse(open.kernel, declarations[i].text, &type, &err), &err);
		assert_works(type_expr_size(&type, &size, &err), &err);
		assert_int_equal(size, declarations[i].size);
		type_expr_add(&name, &type);
		assert_string_equal(buffer_text(&name), declarations[i].name);
	}
}

static void lists_are_walked_as_far_as_they_are_good(void **state)
{
	static const struct {
		kva_t head; /* from TEXT on */
		bool doubly;
		unsigned limit, count;
		const char *broken; /* NULL: not */
	} lists[] = {
		{0x20038, true, 100, 2, NULL},
		{0x20038, true, 1, 1, "after 1 elements: too many"},
		{0x20500, true, 100, 1,
		 "broken behind 0xffffffff83020510 after 1 elements: the "
		 "next does not point back"},
		{0x20540, false, 100, 3, "runs in a circle"},
		{0x20580, false, 100, 2, NULL},
		{0x205c0, true, 100, 0, NULL},
		{0x205e0, true, 100, 0, "a NULL pointer"},
		{0x99000, true, 100, 0, "list at 0xffffffff83099000: "},
	};
	CLEANUP(open_done) struct open open;

	(void)state;
	open_kernel("types", &open);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct list_walk walk = (lists[i].doubly ? list_begin : hlist_begin)(
			open.kernel, TEXT + lists[i].head, lists[i].limit);
		unsigned count = 0;
		kva_t node;

		while (list_next(&walk, &node))
			count++;
		assert_false(list_next(&walk, &node)); /* an end stays one */
		if (count != lists[i].count)
			fail_msg("list %zu: %u elements: %s", i, count, walk.error.message);
		if (!lists[i].broken)
			assert_int_equal(walk.error.code, DINT_OK);
		else if (!walk.error.code || !strstr(walk.error.message, lists[i].broken))
			fail_msg("list %zu: %s", i, walk.error.message);
	}
}

static void cpus_have_their_own(void **state)
{
	CLEANUP(open_done) struct open open;
	struct dint_error err;
	struct cpu_set set;
	kva_t task = 0;
	unsigned n = 0;

	(void)state;
	open_kernel("types", &open);
	assert_works(cpus_ids(open.kernel, &n, &err), &err);
	assert_int_equal(n, 3);
	assert_works(cpus_read(open.kernel, CPUS_PRESENT, &set, &err), &err);
	assert_int_equal(cpu_set_count(&set), 2);
	assert_int_equal(cpu_set_next(&set, 0), 0);
	assert_int_equal(cpu_set_next(&set, 1), 2);
	assert_int_equal(cpu_set_next(&set, 3), CPUS_MAX);
	assert_works(percpu_current(open.kernel, 2, &task, &err), &err);
	assert_int_equal(task, TEXT + 0x20100);
	assert_refused(percpu_current(open.kernel, 1, &task, &err), &err, DINT_NOT_FOUND,
		       "current task of CPU 1: 0x40: not mapped");
	assert_refused(percpu_offset(open.kernel, CPUS_MAX, &task, &err), &err, DINT_BAD_REQUEST,
		       "there are 8192 at most");
	assert_refused(cpus_read(open.kernel, CPUS_ONLINE, &set, &err), &err, DINT_NOT_FOUND,
		       "CPUs: no symbol '__cpu_online_mask'");
}

static void per_cpu_addresses_lead_back(void **state)
{
	CLEANUP(open_done) struct open open;
	struct dint_error err;
	struct symbol symbol;
	unsigned cpu = 0;

	(void)state;
	open_kernel("types", &open);
	assert_works(percpu_at(open.kernel, TEXT + 0x22142, &cpu, &symbol, &err), &err);
	assert_int_equal(cpu, 2);
	assert_string_equal(symbol.name, "current_task");
	assert_int_equal(symbol.offset, 2);
	assert_refused(percpu_at(open.kernel, TEXT + 0x22200, &cpu, &symbol, &err), &err,
		       DINT_NOT_FOUND, "no per-CPU variable");
}

static void broken_types_are_refused(void **state)
{
	static const struct {
		const char *dump, *type, *refusal;
	} broken[] = {
		{"types-endless", "loop", "more than 32 typedefs in a row"},
		{"types-endless", "nest", "structures within structures without end"},
		{"types-endless", "array", "an array of 4294967295 is too large"},
		{"types-endless", "wild", "type 12345: there are 7"},
		{"types-cut", "last", "a type is cut short"},
		{"types-unknown", "last", "a type of unknown kind 31"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		CLEANUP(open_done) struct open open;
		struct dint_error err;
		struct member m;

		open_kernel(broken[i].dump, &open);
		if (member_find(open.kernel, broken[i].type, "x", &m, &err) ||
		    err.code == DINT_NOT_FOUND || !strstr(err.message, broken[i].refusal))
			fail_msg("%s of %s: %s", broken[i].type, broken[i].dump, err.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found_and_read),
		cmocka_unit_test(arrays_and_texts),
		cmocka_unit_test(absent_members_are_told),
		cmocka_unit_test(many_members_at_a_time),
		cmocka_unit_test(enumerations_and_sizes),
		cmocka_unit_test(declarations_are_read),
		cmocka_unit_test(lists_are_walked_as_far_as_they_are_good),
		cmocka_unit_test(cpus_have_their_own),
		cmocka_unit_test(per_cpu_addresses_lead_back),
		cmocka_unit_test(broken_types_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
