/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "kernel/vmcoreinfo.h"

static const struct {
	const char *name, *text, *refusal;
	int64_t want;
} numbers[] = {
	{"positive", "NUMBER(phys_base)=704643072\n", NULL, 0x2a000000},
	{"last line without a newline", "A=1\nNUMBER(phys_base)=704643072", NULL, 0x2a000000},
	{"negative", "NUMBER(phys_base)=-503316480\n", NULL, -503316480},
	{"zero", "NUMBER(phys_base)=0\n", NULL, 0},
	{"hexadecimal", "NUMBER(phys_base)=0xffffffff80000000\n", NULL, -0x80000000LL},
	{"the least there is", "NUMBER(phys_base)=-9223372036854775808\n", NULL, INT64_MIN},
	{"the first of two", "NUMBER(phys_base)=1\nNUMBER(phys_base)=2\n", NULL, 1},
	{"behind a NUL", "A=1\n\0NUMBER(phys_base)=1\n", "VMCOREINFO has no NUMBER(phys_base)", 0},
	{"absent", "SYMBOL(phys_base)=1\n", "VMCOREINFO has no NUMBER(phys_base)", 0},
	{"letters where a number belongs", "NUMBER(phys_base)=zzz\n",
	 "NUMBER(phys_base): not a number: 'zzz'", 0},
	{"something behind it", "NUMBER(phys_base)=12 \n", "not a number: '12 '", 0},
	{"two signs", "NUMBER(phys_base)=--1\n", "not a number", 0},
	{"a sign and hex", "NUMBER(phys_base)=-0x1\n", "not a number", 0},
	{"nothing", "NUMBER(phys_base)=\n", "not a number: ''", 0},
	{"too large", "NUMBER(phys_base)=9223372036854775808\n", "not a number", 0},
	{"larger than 64 bits", "NUMBER(phys_base)=18446744073709551616\n", "not a number", 0},
};

static void numbers_are_read_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		CLEANUP(vmcoreinfo_done) struct vmcoreinfo info = {0};
		struct dint_error err;
		int64_t value = 0;

		assert_works(
			vmcoreinfo_parse(numbers[i].text, strlen(numbers[i].text), &info, &err),
			&err);
		if (!numbers[i].refusal) {
			assert_works(vmcoreinfo_number(&info, "phys_base", &value, &err), &err);
			assert_int_equal(value, numbers[i].want);
		} else {
			bool done = vmcoreinfo_number(&info, "phys_base", &value, &err);

			assert_false(done);
			assert_non_null(strstr(err.message, numbers[i].refusal));
		}
	}
}

static const struct {
	const char *name, *text, *refusal;
} texts[] = {
	{"a line without =", "OSRELEASE\n", "not KEY=VALUE: 'OSRELEASE'"},
	{"a line without a key", "=6.1\n", "not KEY=VALUE"},
	{"an empty line", "A=1\n\nB=2\n", "not KEY=VALUE: ''"},
	{"an escape", "A=\x1b[m\n", "byte 0x1b in a line"},
	{"a byte that is not ASCII", "A=\xff\n", "byte 0xff in a line"},
	{"nothing", "", "VMCOREINFO of 0 bytes"},
};

static void what_is_no_vmcoreinfo_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP(vmcoreinfo_done) struct vmcoreinfo info = {0};
		struct dint_error err;

		assert_refused(vmcoreinfo_parse(texts[i].text, strlen(texts[i].text), &info, &err),
			       &err, DINT_CORRUPT, texts[i].refusal);
	}
}

static void kinds_have_their_bases(void **state)
{
	static const char text[] =
		"SYMBOL(prb)=ffffffffabc643e0\nOFFSET(a.b)=24\nSIZE(x)=4294967296\n"
		"KERNELOFFSET=29200000\nSYMBOL(odd)=0x10\nOSRELEASE=6.1.0=x\n";
	CLEANUP(vmcoreinfo_done) struct vmcoreinfo info = {0};
	struct dint_error err;
	uint64_t address = 0;
	size_t n = 0;

	(void)state;
	assert_works(vmcoreinfo_parse(text, strlen(text), &info, &err), &err);
	assert_works(vmcoreinfo_symbol(&info, "prb", &address, &err), &err);
	assert_true(address == 0xffffffffabc643e0);
	assert_works(vmcoreinfo_hex(&info, "KERNELOFFSET", &address, &err), &err);
	assert_true(address == 0x29200000);
	assert_works(vmcoreinfo_offset(&info, "a.b", &n, &err), &err);
	assert_int_equal(n, 24);
	assert_refused(vmcoreinfo_size(&info, "x", &n, &err), &err, DINT_CORRUPT, "too large");
	assert_refused(vmcoreinfo_symbol(&info, "odd", &address, &err), &err, DINT_CORRUPT,
		       "not a number: '0x10'");
	assert_string_equal(vmcoreinfo_text(&info, "OSRELEASE"), "6.1.0=x");
}

/* A text that fills the kernel's page may be cut in its last line. */
static void the_last_line_of_a_full_page_is_dropped(void **state)
{
	CLEANUP(vmcoreinfo_done) struct vmcoreinfo info = {0};
	char text[VMCOREINFO_BYTES];
	struct dint_error err;

	(void)state;
	for (size_t at = 0; at < sizeof(text); at += 16)
		memcpy(text + at, "KEY=0123456789a\n", 16);
	memcpy(text + sizeof(text) - 16, "NUMBER(x)=123456", 16);
	assert_works(vmcoreinfo_parse(text, sizeof(text), &info, &err), &err);
	assert_null(vmcoreinfo_text(&info, "NUMBER(x)"));
	assert_int_equal(info.n_lines, sizeof(text) / 16 - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_strictly),
		cmocka_unit_test(what_is_no_vmcoreinfo_is_refused),
		cmocka_unit_test(kinds_have_their_bases),
		cmocka_unit_test(the_last_line_of_a_full_page_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
