/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/units.h"
#include "ec2/instances.h"

static const struct {
	const char *id;
	bool is_one;
} ids[] = {
	{"i-0123456789abcdef0", true},
	{"i-1a2b3c4d", true},
	{"", false},
	{"i-", false},
	{"i-xyz", false},
	{"foo", false},
	{"i-0123456789ABCDEF0", false},
	{"i-0123456789abcdef", false},
	{"i-0123456789abcdef01", false},
	{"I-1a2b3c4d", false},
	{" i-1a2b3c4d", false},
	{"i-1a2b3c4d ", false},
	{"i-*", false},
	{"vol-1a2b3c4d", false},
};

static void ids_have_their_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (instance_id_is_one(ids[i].id) != ids[i].is_one)
			fail_msg("'%s' is not %d", ids[i].id, ids[i].is_one);
}

static void machines_are_found_by_id(void **state)
{
	struct watch watches[5] = {0};
	struct watch *list[5];
	struct site site = {.watches = list, .count = 5};
	struct instances instances;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		list[i] = &watches[i];
		snprintf(watches[i].instance_id, INSTANCE_ID, "i-%017zu", (i * 3) % 5);
	}
	instances_open(&instances, &site);
	for (size_t i = 0; i < 5; i++)
		assert_ptr_equal(instances_find(&instances, watches[i].instance_id), &watches[i]);
	for (size_t i = 1; i < 5; i++)
		assert_true(strcmp(instances.items[i - 1]->instance_id,
				   instances.items[i]->instance_id) < 0);
	assert_null(instances_find(&instances, "i-00000000000000009"));
	assert_null(instances_find(&instances, ""));
	instances_done(&instances);
	site.count = 0;
	instances_open(&instances, &site);
	assert_null(instances_find(&instances, "i-00000000000000000"));
	instances_done(&instances);
}

static void states_have_codes(void **state)
{
	(void)state;
	assert_int_equal(instance_state_code(HEALTH_PENDING), 0);
	assert_int_equal(instance_state_code(HEALTH_RUNNING), 16);
	assert_int_equal(instance_state_code(HEALTH_STOPPING), 64);
	assert_int_equal(instance_state_code(HEALTH_STOPPED), 80);
	assert_string_equal(instance_state_name(HEALTH_STOPPED), "stopped");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_have_their_form),
		cmocka_unit_test(machines_are_found_by_id),
		cmocka_unit_test(states_have_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
