/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../check.h"

#include <stdlib.h>

#include "base/units.h"
#include "programs/dint/options.h"

#define WORDS_MAX 4

static const struct verb verb_try = {
	.name = "try",
	.summary = "a verb of the test's",
	.arguments = {{"THING", "a thing", KIND_WORD, false}},
	.options =
		{
			{.name = "flag", .letter = 'f', .summary = "a flag"},
			{.name = "value", .letter = 'v', .value = "TEXT", .summary = "a value"},
			{.name = "choice",
			 .value = "C",
			 .summary = "one of",
			 .choices = "one other"},
			{.name = "secret"},
		},
};

static const struct {
	const char *name, *words[WORDS_MAX + 1];
	const char *argument, *value, *choice, *socket;
	bool flag;
} readings[] = {
	{"nothing but the argument", {"x"}, "x", NULL, NULL, "/env", false},
	{"the value behind =", {"--value=a=b", "x"}, "x", "a=b", NULL, "/env", false},
	{"an empty value", {"--value=", "x"}, "x", "", NULL, "/env", false},
	{"the value in the next word", {"x", "--value", "-1"}, "x", "-1", NULL, "/env", false},
	{"letters", {"-f", "-vab", "x"}, "x", "ab", NULL, "/env", true},
	{"a letter, its value in the next word", {"-v", "ab", "x"}, "x", "ab", NULL, "/env", false},
	{"a choice", {"--choice", "other", "x"}, "x", NULL, "other", "/env", false},
	{"the last one counts", {"-va", "-vb", "x"}, "x", "b", NULL, "/env", false},
	{"no options behind --", {"--", "-f"}, "-f", NULL, NULL, "/env", false},
	{"a lone dash is a word", {"-"}, "-", NULL, NULL, "/env", false},
	{"the socket", {"x", "--socket", "/s"}, "x", NULL, NULL, "/s", false},
	{"help needs no argument", {"-h"}, NULL, NULL, NULL, "/env", false},
};

static const struct verb verb_many = {
	.name = "many",
	.arguments = {{"THING", "a thing", KIND_WORD, false},
		      {"PID", "a process", KIND_WORD, true, .repeats = true}},
};

static void the_last_argument_repeats(void **state)
{
	const char *words[VERB_WORDS_MAX + 1] = {"x", "1", "2", "3"};
	struct dint_error err;
	struct call call;

	(void)state;
	assert_works(options_parse(&verb_many, 1, (char **)words, &call, &err), &err);
	assert_null(call.arguments[1]);
	assert_works(options_parse(&verb_many, 4, (char **)words, &call, &err), &err);
	assert_string_equal(call.arguments[0], "x");
	assert_string_equal(call.arguments[3], "3");
	assert_null(call.arguments[4]);
	for (size_t i = 4; i <= VERB_WORDS_MAX; i++)
		words[i] = "9";
	assert_false(options_parse(&verb_many, VERB_WORDS_MAX + 1, (char **)words, &call, &err));
	assert_string_equal(err.message, "one word too many: '9'");
	assert_false(options_parse(&verb_many, 0, (char **)words, &call, &err));
	assert_string_equal(err.message, "THING is missing: a thing");
}

static const struct verb verb_of_dumps = {
	.name = "of-dumps",
	.arguments = {{"DUMP", "a dump", KIND_DUMP, false}},
	.about_dump = true,
};

/* Of a split dump every part counts; a verb that is not about dumps has none. */
static void parts_are_gathered(void **state)
{
	const char *words[VERB_PARTS_MAX + 2] = {"a", "--part", "b", "--part=c"};
	struct dint_error err;
	struct call call;

	(void)state;
	assert_works(options_parse(&verb_of_dumps, 4, (char **)words, &call, &err), &err);
	assert_string_equal(call.parts[0], "b");
	assert_string_equal(call.parts[1], "c");
	assert_null(call.parts[2]);
	for (size_t i = 1; i <= VERB_PARTS_MAX + 1; i++)
		words[i] = "--part=x";
	assert_false(
		options_parse(&verb_of_dumps, VERB_PARTS_MAX + 2, (char **)words, &call, &err));
	assert_string_equal(err.message, "--part: more than 63");
	assert_false(options_parse(&verb_try, 2, (char **)words, &call, &err));
	assert_string_equal(err.message, "no such option: '--part=x'");
}

static const struct {
	const char *name, *words[WORDS_MAX + 1], *refusal;
} refusals[] = {
	{"no argument", {NULL}, "THING is missing: a thing"},
	{"an empty argument", {""}, "THING is empty"},
	{"two arguments", {"x", "y"}, "one word too many: 'y'"},
	{"no such option, one is near", {"--vlaue", "x"}, "'--vlaue' (did you mean --value?)"},
	{"the beginning of one", {"--soc", "x"}, "(did you mean --socket?)"},
	{"a hidden one is not suggested", {"--secre", "x"}, "no such option: '--secre'"},
	{"no such letter", {"-x"}, "no such option: '-x'"},
	{"a value that is not there", {"x", "--value"}, "--value needs a value: TEXT"},
	{"a value for a flag", {"x", "--flag=1"}, "--flag takes no value: '--flag=1'"},
	{"not among the choices", {"--choice=on", "x"}, "'on' is none of: one other"},
	{"two choices", {"--choice=one other", "x"}, "'one other' is none of"},
	{"an empty choice", {"--choice=", "x"}, "'' is none of"},
};

static int count(const char *const *words)
{
	int n = 0;

	while (words[n])
		n++;
	return n;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void words_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(readings); i++) {
		char **words = (char **)readings[i].words;
		struct dint_error err;
		struct call call;

		assert_works(options_parse(&verb_try, count(readings[i].words), words, &call, &err),
			     &err);
		if (!same(call.arguments[0], readings[i].argument) ||
		    !same(options_value(&call, "value"), readings[i].value) ||
		    !same(options_value(&call, "choice"), readings[i].choice) ||
		    !same(call.socket, readings[i].socket) ||
		    options_given(&call, "flag") != readings[i].flag)
			fail_msg("%s", readings[i].name);
	}
}

static void words_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		char **words = (char **)refusals[i].words;
		struct dint_error err;
		struct call call;

		assert_refused(
			options_parse(&verb_try, count(refusals[i].words), words, &call, &err),
			&err, DINT_BAD_REQUEST, refusals[i].refusal);
		if (strstr(err.message, "secret"))
			fail_msg("%s", err.message);
	}
}

static void leading_options_end_at_the_verb(void **state)
{
	char *words[] = {(char *)"--socket", (char *)"/s", (char *)"send", (char *)"--wait"};
	struct dint_error err;
	struct call call;
	int used = 0;

	(void)state;
	assert_works(options_parse_leading(&verb_dint, 4, words, &used, &call, &err), &err);
	assert_int_equal(used, 2);
	assert_string_equal(call.socket, "/s");
	assert_refused(options_parse_leading(&verb_dint, 1, words, &used, &call, &err), &err,
		       DINT_BAD_REQUEST, "--socket needs a value");
}

static const struct {
	const char *word, *want;
} nearest[] = {
	{"snd", "send"},
	{"sedn", "send"},
	{"machine", "machines"},
	{"incidens", "incidents"},
	{"rep", "report"},
	{"x", NULL},
	{"list", NULL},
	{"", NULL},
	{"no word of ours is as long as this one", NULL},
};

static void near_words_are_suggested(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nearest); i++)
		if (!same(options_nearest_verb(nearest[i].word), nearest[i].want))
			fail_msg("'%s': %s", nearest[i].word,
				 options_nearest_verb(nearest[i].word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_read),
		cmocka_unit_test(the_last_argument_repeats),
		cmocka_unit_test(parts_are_gathered),
		cmocka_unit_test(words_are_refused),
		cmocka_unit_test(leading_options_end_at_the_verb),
		cmocka_unit_test(near_words_are_suggested),
	};

	setenv("DINT_SOCKET", "/env", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
