/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holds every verb's record to what help, manual and completion take for granted. */
#include "../../check.h"

#include <ctype.h>

#include "base/units.h"
#include "programs/dint/options.h"

static void check_words(const struct verb *verb, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	if (!length)
		fail_msg("%s: a summary is missing", verb->name);
	if (isupper((unsigned char)text[0]) || text[length - 1] == '.')
		fail_msg("%s: no sentence, but a phrase: '%s'", verb->name, text);
}

static void check_options(const struct verb *verb)
{
	const struct verb_option *option;

	for (size_t i = 0; (option = options_at(verb, i)); i++) {
		if (option->summary)
			check_words(verb, option->summary);
		if (option->choices && !option->value)
			fail_msg("%s: --%s has choices and no value", verb->name, option->name);
		for (size_t k = 0; k < i; k++) {
			const struct verb_option *other = options_at(verb, k);

			if (!strcmp(other->name, option->name) ||
			    (option->letter && other->letter == option->letter))
				fail_msg("%s: --%s and --%s are typed alike", verb->name,
					 other->name, option->name);
		}
	}
}

static void records_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; verbs[i]; i++) {
		const struct verb *verb = verbs[i];
		char start[32];

		check_words(verb, verb->summary);
		check_options(verb);
		assert_non_null(verb->run);
		assert_ptr_equal(verb_find(verb->name), verb);
		snprintf(start, sizeof(start), "dint %s", verb->name);
		if (!verb->examples[0].command ||
		    strncmp(verb->examples[0].command, start, strlen(start)) != 0)
			fail_msg("%s: the first example is not of it", verb->name);
		if (verb->arguments[0].name)
			check_words(verb, verb->arguments[0].summary);
	}
	assert_null(verb_find("no-such-verb"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
