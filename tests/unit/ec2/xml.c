/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "ec2/xml.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void elements(void **state)
{
	CLEANUP(buffer_done) struct buffer out = {0};
	struct xml x;

	(void)state;
	xml_begin(&x, &out);
	xml_open_in(&x, "Answer", XML_EC2);
	xml_open(&x, "set");
	xml_close(&x);
	xml_text(&x, "text", "a");
	xml_text(&x, "absent", NULL);
	xml_bool(&x, "yes", true);
	xml_number(&x, "n", 80);
	xml_time(&x, "at", 1767323045678901);
	xml_time(&x, "never", 0);
	xml_base64(&x, "bytes", "\0\1", 2);
	xml_close(&x);
	assert_string_equal(buffer_text(&out),
			    HEAD "<Answer xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
				 "<set></set><text>a</text><yes>true</yes><n>80</n>"
				 "<at>2026-01-02T03:04:05.678Z</at><bytes>AAE=</bytes></Answer>");
}

static const struct {
	const char *name, *text, *want;
} cases[] = {
	{"markup", "<a href=\"x\">&", "&lt;a href=&quot;x&quot;&gt;&amp;"},
	{"an apostrophe", "i-'", "i-'"},
	{"UTF-8", "\xc3\xa9", "\xc3\xa9"},
	{"control characters", "a\x01\x1b[b", "a\xef\xbf\xbd\xef\xbf\xbd[b"},
	{"white space", "a\tb\nc\rd", "a\tb\nc&#xD;d"},
	{"not UTF-8", "a\xff\xc3z", "a\xef\xbf\xbd\xef\xbf\xbdz"},
	{"U+FFFE, which XML has not", "\xef\xbf\xbe", "\xef\xbf\xbd"},
	{"a closing tag", "</t>", "&lt;/t&gt;"},
};

static void strangers_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(buffer_done) struct buffer out = {0}, want = {0};
		struct xml x;

		xml_begin(&x, &out);
		xml_text(&x, "t", cases[i].text);
		buffer_printf(&want, HEAD "<t>%s</t>", cases[i].want);
		assert_string_equal(buffer_text(&out), buffer_text(&want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements),
		cmocka_unit_test(strangers_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
