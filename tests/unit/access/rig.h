/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An access over a real store in a folder of its own, with the test's clock; a user alice with a
 * key; requests signed as her client would. */
#pragma once
#include "../check.h"

#include "../store/folder.h"
#include "access/manage.h"
#include "base/alloc.h"
#include "base/units.h"

#define NOW_S	UINT64_C(1767323045) /* 2026-01-02T03:04:05Z */
#define HEADERS 5

struct fixture {
	char folder[FOLDER_BYTES], state_dir[FOLDER_BYTES], master[FOLDER_BYTES + 16];
	struct store *store;
	struct access *access;
	struct clock clock;
	uint64_t wall_us, monotonic_us;
	char key_id[ACCESS_ID], secret[ACCESS_SECRET];
};

static inline uint64_t wall(const struct clock *clock)
{
	return ((const struct fixture *)clock->own)->wall_us;
}

static inline uint64_t monotonic(const struct clock *clock)
{
	return ((const struct fixture *)clock->own)->monotonic_us;
}

static inline void open_access(struct fixture *f, const char *master_key)
{
	const struct access_settings settings = {.state_dir = f->state_dir,
						 .region = "local",
						 .account = "000000000000",
						 .master_key = master_key,
						 .throttle = true,
						 .clock = &f->clock};
	struct dint_error err;

	assert_works(store_open(f->state_dir, &f->store, &err), &err);
	assert_works(access_open(f->store, &settings, &f->access, &err), &err);
}

static inline void close_access(struct fixture *f)
{
	access_close(f->access);
	store_close(f->store);
}

static inline void reopen(struct fixture *f, const char *master_key)
{
	close_access(f);
	open_access(f, master_key);
}

static inline int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	folder_make(f->folder, f->state_dir);
	snprintf(f->master, sizeof(f->master), "%s/another.key", f->folder);
	f->clock = (struct clock){monotonic, wall, f};
	f->wall_us = NOW_S * 1000000;
	f->monotonic_us = 1000000000;
	open_access(f, NULL);
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	close_access(f);
	folder_remove(f->folder);
	free(f);
	return 0;
}

/* ---- changes, waited for ---- */

struct outcome {
	bool told, ok;
	struct dint_error err;
};

static inline void note(void *arg, const struct dint_error *err)
{
	struct outcome *outcome = arg;

	outcome->told = true;
	outcome->ok = !err;
	if (err)
		outcome->err = *err;
}

/* The change is begun, committed and told as done; the call names outcome and why. */
#define assert_done(f, call)                                            \
	do {                                                            \
		struct outcome outcome = {0};                           \
		struct dint_error why = {0};                            \
		if (!(call))                                            \
			fail_msg("%s: %s", #call, why.message);         \
		assert_false(outcome.told);                             \
		store_drain((f)->store);                                \
		if (!outcome.told || !outcome.ok)                       \
			fail_msg("%s: %s", #call, outcome.err.message); \
	} while (0)

static inline void make_alice(struct fixture *f)
{
	assert_done(f, access_add_user(f->access, "alice", note, &outcome, &why));
	assert_done(f,
		    access_add_key(f->access, "alice", f->key_id, f->secret, note, &outcome, &why));
}

/* ---- requests ---- */

struct sent {
	struct sigv4_request request;
	struct sigv4_header headers[HEADERS];
	struct buffer text;
};

static inline void sent_done(struct sent *sent)
{
	buffer_done(&sent->text);
}

/* Signs a call as a client would, and puts the headers in. */
static inline void sign(const struct sigv4_signer *signer, struct sent *sent)
{
	static const char body[] = "Action=DescribeInstances";
	struct dint_error err;
	char *rest;

	*sent = (struct sent){.request = {.method = "POST",
					  .path = "/",
					  .body = body,
					  .body_size = strlen(body),
					  .header_count = 1},
			      .headers = {{"Host", "localhost"}}};
	sent->request.headers = sent->headers;
	assert_works(sigv4_sign(&sent->request, signer, &sent->text, &err), &err);
	buffer_text(&sent->text);
	rest = (char *)sent->text.bytes;
	while (rest && *rest) {
		char *line = strsep(&rest, "\n");
		const char *name = strsep(&line, ":");

		sent->headers[sent->request.header_count++] = (struct sigv4_header){name, line};
	}
}

static inline struct sigv4_signer signer_of(const struct fixture *f)
{
	return (struct sigv4_signer){.key_id = f->key_id,
				     .secret = f->secret,
				     .region = "local",
				     .service = "ec2",
				     .time_s = NOW_S};
}

static inline void expect(struct fixture *f, const char *name, const struct sigv4_signer *signer,
			  enum access_refusal want, const char *words)
{
	CLEANUP(sent_done) struct sent sent;
	struct access_principal principal;
	struct dint_error err = {0};
	enum access_refusal got;

	sign(signer, &sent);
	got = access_authenticate(f->access, &sent.request, "ec2", &principal, &err);
	if (got != want || !strstr(err.message, words))
		fail_msg("%s: %d %s, wanted %d …%s…", name, got, err.message, want, words);
	assert_string_equal(principal.key_id, signer->key_id);
	assert_string_equal(principal.user, want == ACCESS_OK ? "alice" : "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
