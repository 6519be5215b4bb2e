/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose time is over, and who goes when there are too many. The clock is the test's. */
#include "http/connections.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include "../check.h"
#include "base/units.h"

#define SECOND	 1000000u
#define REMOTE	 "192.0.2.1"
#define OTHER	 "192.0.2.2"
#define LOOPBACK "127.0.0.1"

static const struct http_limits limits = {
	.connections = 3, .per_peer = 2, .head_ms = 10000, .body_ms = 30000, .idle_ms = 60000};

static struct http_connection *add(struct http_connections *all, const char *from, uint64_t now_us)
{
	struct sockaddr_in in = {.sin_family = AF_INET};

	inet_pton(AF_INET, from, &in.sin_addr);
	return connection_new(all, -1, (struct sockaddr *)&in, now_us);
}

static void free_all(struct http_connections *all)
{
	while (all->first)
		connection_free(all, all->first);
	assert_int_equal(all->count, 0);
}

static const struct {
	const char *name;
	enum http_phase phase;
	uint64_t last_second_us; /* 0: it has all the time there is */
} deadlines[] = {
	{"idle", PHASE_IDLE, 60 * SECOND},
	{"in its head", PHASE_HEAD, 10 * SECOND},
	{"in its body", PHASE_BODY, 30 * SECOND},
	{"being answered", PHASE_BUSY, 0},
};

static void each_turn_has_its_deadline(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(deadlines); i++) {
		struct http_connections all = {0};
		struct http_connection *c = add(&all, REMOTE, 0);
		uint64_t begun = 5 * SECOND, last = deadlines[i].last_second_us;

		connection_enter(c, deadlines[i].phase, begun);
		if (connections_sweep(&all, &limits, begun + (last ?: 1000 * SECOND) - 1000))
			fail_msg("%s: ended too early", deadlines[i].name);
		if (last && (connections_sweep(&all, &limits, begun + last) != 1 ||
			     c->phase != PHASE_ENDED))
			fail_msg("%s: not ended", deadlines[i].name);
		assert_int_equal(connections_sweep(&all, &limits, begun + 1000 * SECOND), 0);
		free_all(&all);
	}
}

static void a_fourth_ends_the_one_that_idles_longest(void **state)
{
	struct http_connections all = {0};
	struct http_connection *head = add(&all, LOOPBACK, 1), *old = add(&all, LOOPBACK, 2),
			       *young = add(&all, LOOPBACK, 3), *fourth;

	(void)state;
	connection_enter(old, PHASE_IDLE, 10);
	connection_enter(young, PHASE_IDLE, 11);
	assert_int_equal(connections_make_room(&all, &limits, young), 0);
	fourth = add(&all, LOOPBACK, 12);
	assert_int_equal(connections_make_room(&all, &limits, fourth), 1);
	assert_int_equal(old->phase, PHASE_ENDED);
	fourth = add(&all, LOOPBACK, 13);
	connections_make_room(&all, &limits, fourth);
	assert_int_equal(young->phase, PHASE_ENDED);
	fourth = add(&all, LOOPBACK, 14);
	connections_make_room(&all, &limits, fourth);
	assert_int_equal(head->phase, PHASE_ENDED);
	assert_int_equal(fourth->phase, PHASE_HEAD);
	free_all(&all);
}

static void where_all_are_busy_the_newcomer_goes(void **state)
{
	struct http_connections all = {0};
	struct http_connection *fourth;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		connection_enter(add(&all, OTHER, i), PHASE_BUSY, i);
	fourth = add(&all, REMOTE, 9);
	assert_int_equal(connections_make_room(&all, &limits, fourth), 1);
	assert_int_equal(fourth->phase, PHASE_ENDED);
	free_all(&all);
}

static void one_address_ends_its_own(void **state)
{
	struct http_connections all = {0};
	struct http_connection *other = add(&all, OTHER, 0), *first = add(&all, REMOTE, 1), *third;

	(void)state;
	add(&all, REMOTE, 2);
	third = add(&all, REMOTE, 3);
	assert_int_equal(connections_make_room(&all, &limits, third), 1);
	assert_int_equal(first->phase, PHASE_ENDED);
	assert_int_equal(other->phase, PHASE_HEAD);
	free_all(&all);
}

static void peers_are_named(void **state)
{
	static const struct {
		const char *address, *peer;
		bool local;
	} peers[] = {
		{"192.0.2.1", "192.0.2.1", false},	  {"127.1.2.3", "127.1.2.3", true},
		{"2001:db8::1", "2001:db8::1", false},	  {"::1", "::1", true},
		{"::ffff:192.0.2.1", "192.0.2.1", false}, {"::ffff:127.0.0.1", "127.0.0.1", true},
	};
	struct http_connections all = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(peers); i++) {
		struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
		struct http_connection *c;

		if (inet_pton(AF_INET6, peers[i].address, &in6.sin6_addr))
			c = connection_new(&all, -1, (struct sockaddr *)&in6, 0);
		else
			c = add(&all, peers[i].address, 0);
		assert_string_equal(c->peer, peers[i].peer);
		assert_int_equal(c->local, peers[i].local);
	}
	assert_string_equal(connection_new(&all, -1, NULL, 0)->peer, "unix");
	free_all(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_turn_has_its_deadline),
		cmocka_unit_test(a_fourth_ends_the_one_that_idles_longest),
		cmocka_unit_test(where_all_are_busy_the_newcomer_goes),
		cmocka_unit_test(one_address_ends_its_own),
		cmocka_unit_test(peers_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
