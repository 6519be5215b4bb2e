/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "config/config.h"
#include "config/keys.h"

static const struct {
	const char *name, *typed, *nearest;
} typos[] = {
	{"a letter less", "addres", "address"},
	{"two letters changed", "drjvir", "driver"},
	{"a hyphen for the underscore", "panic-deadline", "panic_deadline"},
	{"far from all", "password", NULL},
	{"short words are near everything", "no", NULL},
	{"longer than any key", "panic_deadline_panic_deadline_panic_deadline", NULL},
};

static void typos_find_the_key_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(typos); i++) {
		const struct config_key *key = config_key_nearest(SECTION_MACHINE, typos[i].typed);

		print_message("%s\n", typos[i].name);
		if (!typos[i].nearest)
			assert_null(key);
		else
			assert_string_equal(key->name, typos[i].nearest);
	}
}

static void keys_belong_to_their_section(void **state)
{
	(void)state;
	assert_non_null(config_key_find(SECTION_DINTD, "state_dir"));
	assert_null(config_key_find(SECTION_MACHINE, "state_dir"));
}

static void the_help_has_every_key(void **state)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	size_t count;
	const struct config_key *keys = config_keys(&count);

	(void)state;
	config_keys_describe(&text);
	for (size_t i = 0; i < count; i++) {
		assert_non_null(strstr(buffer_text(&text), keys[i].name));
		assert_non_null(strstr(buffer_text(&text), keys[i].help));
	}
	assert_non_null(strstr(buffer_text(&text), "[machine NAME]\n  id "));
	assert_non_null(strstr(buffer_text(&text), "500ms, 90s, 10m, 2h (without it: 60s)\n"));
	assert_non_null(strstr(buffer_text(&text), "HOST:PORT; required\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typos_find_the_key_meant),
		cmocka_unit_test(keys_belong_to_their_section),
		cmocka_unit_test(the_help_has_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
