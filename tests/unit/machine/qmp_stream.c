/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "machine/qmp_stream.h"

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\r\n"

/* What comes out, an item a line: K for the kind, then id, word and text. */
static const struct {
	const char *name, *text;
	const char *want;
	const char *refusal;
} cases[] = {
	{"the greeting", GREETING, "G - - -\n", NULL},
	{"an answer", GREETING "{\"return\": {}, \"id\": \"a\"}\n", "G - - -\nR a - -\n", NULL},
	{"a refusal",
	 GREETING "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}, \"id\": \"b\"}\n",
	 "G - - -\nN b GenericError no\n", NULL},
	{"a refusal of what could not be read has no id",
	 GREETING "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\n",
	 "G - - -\nN - GenericError no\n", NULL},
	{"an id that is no string", GREETING "{\"return\": 1, \"id\": 7}\n", "G - - -\nR - - -\n",
	 NULL},
	{"an event", GREETING "{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 2}}\n",
	 "G - - -\nE - STOP - 2000000\n", NULL},
	{"an event without a clock",
	 GREETING "{\"event\": \"STOP\", \"timestamp\": {\"seconds\": -1, \"microseconds\": -1}}\n",
	 "G - - -\nE - STOP -\n", NULL},
	{"null is returned too", GREETING "{\"return\": null, \"id\": \"a\"}\n",
	 "G - - -\nR a - -\n", NULL},
	{"blank lines are nothing", "\n\r\n" GREETING "\n", "G - - -\n", NULL},
	{"half a line is no item yet", GREETING "{\"return\": {}", "G - - -\n", NULL},
	{"another protocol", "HTTP/1.1 400 Bad Request\r\n", "",
	 "does not speak QMP: not JSON: 'HTTP/1.1 400 Bad Request'"},
	{"a terminal's escape is quoted harmlessly", "\x1b[2Jhello\n", "", "'\\x1b[2Jhello'"},
	{"a long line is cut in the quote",
	 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "",
	 "aaaa…'"},
	{"no greeting first", "{\"return\": {}, \"id\": \"a\"}\n", "", "no greeting: '{\"return\""},
	{"a second greeting", GREETING GREETING, "G - - -\n", "a second greeting"},
	{"a list", GREETING "[]\n", "G - - -\n", "neither answer nor event: '[]'"},
	{"an object of no kind", GREETING "{\"id\": 1}\n", "G - - -\n", "neither answer nor event"},
	{"an error that says nothing", GREETING "{\"error\": {\"class\": 1}}\n", "G - - -\n",
	 "neither answer nor event"},
	{"a member twice", GREETING "{\"return\": 1, \"return\": 2}\n", "G - - -\n", "not JSON"},
	{"two documents in a line", GREETING "{\"event\": \"A\"} {}\n", "G - - -\n", "not JSON"},
	{"a NUL", GREETING "{\"event\": \"A\\u0000B\"}\n", "G - - -\n", "not JSON"},
};

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static enum qmp_next drain(struct qmp_stream *stream, struct buffer *out, struct dint_error *err)
{
	struct qmp_item item;
	enum qmp_next next;

	while ((next = qmp_stream_next(stream, &item, err)) == QMP_ITEM) {
		buffer_printf(out, "%c %s %s %s", "GRNE"[item.kind], or_dash(item.id),
			      or_dash(item.word), or_dash(item.text));
		if (item.at_us)
			buffer_printf(out, " %llu", (unsigned long long)item.at_us);
		buffer_add_text(out, "\n");
	}
	return next;
}

/* In pieces of so many bytes: where they are cut must not matter. */
static void play(size_t i, size_t piece)
{
	CLEANUP(buffer_done) struct buffer out = {0};
	CLEANUP(qmp_stream_done) struct qmp_stream stream;
	size_t size = strlen(cases[i].text);
	enum qmp_next next = QMP_MORE;
	struct dint_error err;

	qmp_stream_init(&stream);
	for (size_t at = 0; at < size && next == QMP_MORE; at += piece) {
		size_t n = size - at < piece ? size - at : piece;

		assert_works(qmp_stream_add(&stream, cases[i].text + at, n, &err), &err);
		next = drain(&stream, &out, &err);
	}
	assert_string_equal(buffer_text(&out), cases[i].want);
	assert_int_equal(next, cases[i].refusal ? QMP_BROKEN : QMP_MORE);
	if (cases[i].refusal &&
	    (err.code != DINT_UNREACHABLE || !strstr(err.message, cases[i].refusal)))
		fail_msg("%s: %s", cases[i].name, err.message);
}

static void lines_become_items(void **state)
{
	static const size_t pieces[] = {1, 2, 7, 100, 100000};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t piece = 0; piece < ARRAY_SIZE(pieces); piece++)
			play(i, pieces[piece]);
}

/* How much of an endless line is taken before it is refused. */
static size_t taken(const char *before)
{
	CLEANUP(buffer_done) struct buffer out = {0};
	CLEANUP(qmp_stream_done) struct qmp_stream stream;
	static const char filler[4096] = {'{', [1 ... 4095] = ' '};
	struct dint_error err;
	size_t sum = 0;

	qmp_stream_init(&stream);
	assert_works(qmp_stream_add(&stream, before, strlen(before), &err), &err);
	while (drain(&stream, &out, &err) == QMP_MORE &&
	       qmp_stream_add(&stream, filler, sizeof(filler), &err))
		sum += sizeof(filler);
	assert_int_equal(err.code, DINT_UNREACHABLE);
	assert_non_null(strstr(err.message, "an endless line: '{  "));
	return sum;
}

static void endless_lines_have_an_end(void **state)
{
	(void)state;
	assert_int_equal(taken(""), QMP_GREETING_BYTES);
	assert_int_equal(taken(GREETING), QMP_LINE_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_items),
		cmocka_unit_test(endless_lines_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
