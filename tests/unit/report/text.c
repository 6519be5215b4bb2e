/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/units.h"
#include "report/report.h"
#include "json/read.h"

static const struct {
	const char *name, *json;
	bool whole, colour;
	const char *has, *has_not;
} reports[] = {
	{"a panic",
	 "{'panic':{'message':'NMI: Not continuing','trigger':'nmi','cpu':0,"
	 "'task':{'pid':0,'comm':'swapper/0'}}}",
	 false, false, "Panic       NMI: Not continuing (nmi), on CPU 0, in swapper/0 (pid 0)\n",
	 "\x1b"},
	{"no panic", "{'panic':{'message':null,'trigger':'none'}}", false, false,
	 "Panic       none in the log\n", NULL},
	{"a log that could not be read", "{'panic':{'message':null,'trigger':null}}", false, false,
	 "Panic       unknown\n", NULL},
	{"sizes",
	 "{'dump':{'format':'kdump','compression':'zlib','size_bytes':1048576,'page_bytes':4096,"
	 "'writer':'qemu','completeness':'truncated','dump_level':31,"
	 "'pages':{'ram':256,'present':128,'excluded':127,'lost':1}}}",
	 false, false,
	 "Dump        kdump, compression zlib, 1.0 MiB, written by qemu, dump level 31, truncated\n"
	 "Memory      1.0 MiB of RAM, 512.0 KiB in the dump, 508.0 KiB filtered out, 4.0 KiB "
	 "lost\n",
	 NULL},
	{"gaps with one reason stand together",
	 "{'gaps':[{'what':'a','why':'x'},{'what':'b','why':'y'},{'what':'c','why':'x'}]}", false,
	 false, "\nNot known\n  a, c: x\n  b: y\n", NULL},
	{"a verdict",
	 "{'verdict':{'class':'deadlock','confidence':'certain','summary':'A for B.'}}", true,
	 false, "Verdict     deadlock (confidence: certain)\n            A for B.\n", NULL},
	{"a log's tail", "{'dmesg_tail':[{'time_s':1.5,'text':'a\\tb\\nc'}]}", true, false,
	 "[    1.500000] a        b / c\n", "\t"},
	{"bold labels", "{}", true, true, "\x1b[1mVerdict     \x1b[0m", NULL},
	{"escapes from a stranger",
	 "{'kernel':{'hostname':'\\u001b[2Jowned','release':'a\\nb'},"
	 "'dmesg_tail':[{'time_s':1,'text':'\\u001b]0;title\\u0007'}],"
	 "'gaps':[{'what':'\\u001b','why':'\\u001b'}]}",
	 true, false, "\\x1b[2Jowned", "\x1b"},
	{"fields of another kind",
	 "{'kernel':[],'dump':'x','panic':{'message':7,'cpu':'0','task':[]},'gaps':{},"
	 "'verdict':null,'dmesg_tail':[7,null,{'time_s':'now','text':[]}]}",
	 true, false, "Verdict     undetermined", NULL},
	{"gaps of another kind", "{'gaps':[7,null,{'what':1,'why':'z'},{'what':'a'}]}", true, false,
	 "?: z\n", NULL},
	{"no object at all", "[1]", true, false, "Kernel      unknown release", NULL},
	{"numbers that overflow", "{'dump':{'page_bytes':4611686018427387904,'pages':{'ram':64}}}",
	 true, false, "Memory      \n", NULL},
};

/* The test's JSON is written with ' for ". */
static json_t *parse(const char *text)
{
	CLEANUP(free_ptr) char *json = strdup(text);
	json_t *root = NULL;
	struct dint_error err;

	for (char *c = json; *c; c++)
		if (*c == '\'')
			*c = '"';
	assert_works(json_parse_limited(json, strlen(json), REPORT_BYTES_MAX, &root, &err), &err);
	return root;
}

static void reports_become_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
		CLEANUP(json_decref_ptr) json_t *report = parse(reports[i].json);
		CLEANUP(free_ptr) char *text = NULL;
		size_t n = 0;
		FILE *to = open_memstream(&text, &n);

		if (reports[i].whole)
			report_render_text(report, to, reports[i].colour);
		else
			report_render_info(report, to, reports[i].colour);
		fclose(to);
		if (!strstr(text, reports[i].has))
			fail_msg("%s: no '%s' in:\n%s", reports[i].name, reports[i].has, text);
		if (reports[i].has_not && strstr(text, reports[i].has_not))
			fail_msg("%s: '%s' in:\n%s", reports[i].name, reports[i].has_not, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_become_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
