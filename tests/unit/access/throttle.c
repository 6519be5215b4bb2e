/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buckets of EC2's sizes. */
#include "rig.h"

static const struct {
	const char *action;
	bool unpaginated;
	unsigned resources;
	unsigned capacity, per_s;
} buckets[] = {
	{"ec2:DescribeInstances", false, 0, 100, 20},
	{"ec2:DescribeInstances", true, 0, 50, 10},
	{"ec2:DescribeInstanceStatus", true, 0, 50, 10},
	{"ec2:DescribeRegions", true, 0, 100, 20},
	{"ec2:GetConsoleOutput", false, 1, 100, 20},
	{"ec2:SendDiagnosticInterrupt", false, 1, 50, 5},
	{"ec2:RebootInstances", false, 1, 50, 5},
	{"ec2:StartInstances", false, 1, 5, 2},
	{"ec2:CreateTags", false, 1, 100, 10},
	{"dint:GetDump", false, 0, 100, 20},
	{"dint:CreateUser", false, 0, 50, 5},
};

static unsigned take_all(struct fixture *f, size_t i)
{
	uint64_t retry_ms = 0;
	unsigned taken = 0;

	while (access_take(f->access, f->key_id, buckets[i].action, buckets[i].unpaginated,
			   buckets[i].resources, &retry_ms))
		taken++;
	assert_true(retry_ms > 0 && retry_ms <= 1000 / buckets[i].per_s + 1);
	return taken;
}

static void buckets_are_of_ec2s_sizes(void **state)
{
	struct fixture *f = *state;

	make_alice(f);
	for (size_t i = 0; i < ARRAY_SIZE(buckets); i++) {
		unsigned first = take_all(f, i), second;

		f->monotonic_us += 1000000;
		second = take_all(f, i);
		if (first != buckets[i].capacity || second != buckets[i].per_s)
			fail_msg("%s: %u, then %u a second; wanted %u and %u", buckets[i].action,
				 first, second, buckets[i].capacity, buckets[i].per_s);
	}
}

static void buckets_are_each_keys_own(void **state)
{
	struct fixture *f = *state;
	char id[ACCESS_ID], secret[ACCESS_SECRET];
	uint64_t retry_ms;

	make_alice(f);
	assert_done(f, access_add_key(f->access, "alice", id, secret, note, &outcome, &why));
	assert_int_equal(take_all(f, 5), 50);
	assert_true(access_take(f->access, id, "ec2:SendDiagnosticInterrupt", false, 1, &retry_ms));
	assert_true(access_take(f->access, f->key_id, "ec2:StopInstances", false, 1, &retry_ms));
	f->monotonic_us += UINT64_C(3600) * 1000000;
	assert_int_equal(take_all(f, 5), 50); /* full, and not more than full */
}

static void stopping_takes_a_token_of_each_instance(void **state)
{
	struct fixture *f = *state;
	uint64_t retry_ms;

	make_alice(f);
	assert_true(access_take(f->access, f->key_id, "ec2:StopInstances", false, 990, &retry_ms));
	assert_false(access_take(f->access, f->key_id, "ec2:StopInstances", false, 20, &retry_ms));
	assert_int_equal(retry_ms, 501);
	assert_true(access_take(f->access, f->key_id, "ec2:StopInstances", false, 10, &retry_ms));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(buckets_are_of_ec2s_sizes),
		TEST(buckets_are_each_keys_own),
		TEST(stopping_takes_a_token_of_each_instance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
