/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys and what becomes of them, secrets at rest, policies kept. */
#include "rig.h"

#include <sys/stat.h>

#include "store/keys.h"

/* ---- keys ---- */

static void a_key_disabled_deleted_or_of_a_deleted_user_does_not_sign_in(void **state)
{
	struct fixture *f = *state;
	struct sigv4_signer signer;

	make_alice(f);
	signer = signer_of(f);
	assert_done(f, access_set_key(f->access, f->key_id, false, note, &outcome, &why));
	expect(f, "disabled", &signer, ACCESS_UNKNOWN_KEY, "");
	reopen(f, NULL);
	expect(f, "disabled, after a restart", &signer, ACCESS_UNKNOWN_KEY, "");
	assert_done(f, access_set_key(f->access, f->key_id, true, note, &outcome, &why));
	expect(f, "enabled", &signer, ACCESS_OK, "");
	reopen(f, NULL);
	expect(f, "enabled, after a restart", &signer, ACCESS_OK, "");
	assert_done(f, access_delete_key(f->access, f->key_id, note, &outcome, &why));
	expect(f, "deleted", &signer, ACCESS_UNKNOWN_KEY, "");
	assert_done(f,
		    access_add_key(f->access, "alice", f->key_id, f->secret, note, &outcome, &why));
	signer = signer_of(f);
	expect(f, "another", &signer, ACCESS_OK, "");
	assert_done(f, access_delete_user(f->access, "alice", note, &outcome, &why));
	expect(f, "its user deleted", &signer, ACCESS_UNKNOWN_KEY, "");
	reopen(f, NULL);
	expect(f, "its user deleted, after a restart", &signer, ACCESS_UNKNOWN_KEY, "");
}

static void changes_that_make_no_sense_are_refused_at_once(void **state)
{
	struct fixture *f = *state;
	char id[ACCESS_ID], secret[ACCESS_SECRET];
	struct dint_error err;

	make_alice(f);
	assert_refused(access_add_user(f->access, "alice", note, NULL, &err), &err, DINT_CONFLICT,
		       "there is a user 'alice' already");
	assert_refused(access_add_user(f->access, "", note, NULL, &err), &err, DINT_BAD_REQUEST,
		       "is no name for a user");
	assert_refused(access_add_user(f->access, "a/b", note, NULL, &err), &err, DINT_BAD_REQUEST,
		       "'a/b' is no name for a user");
	assert_refused(access_delete_user(f->access, "bob", note, NULL, &err), &err, DINT_NOT_FOUND,
		       "no user 'bob'");
	assert_refused(access_add_key(f->access, "bob", id, secret, note, NULL, &err), &err,
		       DINT_NOT_FOUND, "no user 'bob'");
	assert_refused(access_delete_key(f->access, "AKIA", note, NULL, &err), &err, DINT_NOT_FOUND,
		       "no key 'AKIA'");
	assert_refused(access_set_policy(f->access, "alice", "{}", note, NULL, &err), &err,
		       DINT_BAD_REQUEST, "policy: Statement: missing");
	assert_done(f, access_add_key(f->access, "alice", id, secret, note, &outcome, &why));
	assert_refused(access_add_key(f->access, "alice", id, secret, note, NULL, &err), &err,
		       DINT_LIMIT, "alice has 2 keys, which is the most");
}

/* ---- secrets at rest ---- */

static void the_secret_is_nowhere_on_the_disk(void **state)
{
	struct fixture *f = *state;
	char command[256];

	make_alice(f);
	close_access(f);
	snprintf(command, sizeof(command), "grep -rqaF '%s' %s", f->secret, f->state_dir);
	assert_int_not_equal(system(command), 0);
	snprintf(command, sizeof(command), "grep -rqaF '%s' %s", f->key_id, f->state_dir);
	assert_int_equal(system(command), 0);
	open_access(f, NULL);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

static void a_master_key_that_cannot_be_used_is_a_problem(void **state)
{
	static const char key[] =
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
	struct fixture *f = *state;
	struct sigv4_signer signer;
	char id[ACCESS_ID], secret[ACCESS_SECRET];
	struct dint_error err;

	assert_null(access_problem(f->access));
	make_alice(f);
	signer = signer_of(f);
	assert_null(access_problem(f->access));

	reopen(f, f->master);
	assert_non_null(strstr(access_problem(f->access), "No such file"));
	expect(f, "no master key", &signer, ACCESS_UNKNOWN_KEY, "");
	assert_refused(access_add_key(f->access, "alice", id, secret, note, NULL, &err), &err,
		       DINT_CONFLICT, "no secret can be sealed");
	assert_int_not_equal(access(f->master, F_OK), 0);

	write_file(f->master, key, 0600);
	reopen(f, f->master);
	assert_non_null(strstr(access_problem(f->access), "sealed with another master key"));
	expect(f, "another master key", &signer, ACCESS_UNKNOWN_KEY, "");

	write_file(f->master, key, 0640);
	reopen(f, f->master);
	assert_non_null(strstr(access_problem(f->access), "its mode is 0640"));
	write_file(f->master, "secret\n", 0600);
	reopen(f, f->master);
	assert_non_null(strstr(access_problem(f->access), "64 hex digits"));

	reopen(f, NULL);
	assert_null(access_problem(f->access));
	expect(f, "its own again", &signer, ACCESS_OK, "");
}

static bool put_key(struct store_writer *writer, void *arg, struct dint_error *err)
{
	return keys_add(writer, arg, err);
}

static void a_sealed_secret_is_bound_to_its_key(void **state)
{
	CLEANUP(key_list_done) struct key_list list = {0};
	struct fixture *f = *state;
	struct sigv4_signer signer;
	struct outcome outcome = {0};
	struct dint_error err;
	struct key_row swapped;

	make_alice(f);
	assert_works(keys_list(f->store, &list, &err), &err);
	swapped = list.rows[0];
	swapped.id = (char *)(uintptr_t) "AKIAMALLORY000000000";
	store_submit(f->store, put_key, note, &swapped);
	(void)outcome;
	reopen(f, NULL);
	signer = signer_of(f);
	expect(f, "the key itself", &signer, ACCESS_OK, "");
	signer.key_id = "AKIAMALLORY000000000";
	expect(f, "its secret under another id", &signer, ACCESS_UNKNOWN_KEY, "");
	assert_non_null(strstr(access_problem(f->access), "AKIAMALLORY000000000 was sealed"));
}

/* ---- policies ---- */

static enum access_verdict ask(struct fixture *f, const char *action)
{
	struct access_principal principal;
	struct access_question question = {
		.principal = &principal, .action = action, .resource = "*"};
	struct dint_error err;

	assert_works(access_find_user(f->access, "alice", &principal, &err), &err);
	return access_allowed(f->access, &question);
}

static void a_policy_is_kept_and_replaced(void **state)
{
	static const char first[] = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ec2:*\","
				    "\"Resource\":\"*\"}}";
	static const char second[] = "{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"ec2:*\","
				     "\"Resource\":\"*\"}}";
	struct fixture *f = *state;

	make_alice(f);
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_NOT_ALLOWED);
	assert_done(f, access_set_policy(f->access, "alice", first, note, &outcome, &why));
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_ALLOWED);
	reopen(f, NULL);
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_ALLOWED);
	assert_done(f, access_set_policy(f->access, "alice", second, note, &outcome, &why));
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_DENIED);
	assert_done(f, access_set_policy(f->access, "alice", NULL, note, &outcome, &why));
	reopen(f, NULL);
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_NOT_ALLOWED);
}

static void another_user_of_the_same_name_is_another(void **state)
{
	static const char all[] = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\","
				  "\"Resource\":\"*\"}}";
	struct fixture *f = *state;
	struct access_principal before;
	struct access_question question = {
		.principal = &before, .action = "ec2:X", .resource = "*"};
	struct dint_error err;

	make_alice(f);
	assert_works(access_find_user(f->access, "alice", &before, &err), &err);
	assert_done(f, access_delete_user(f->access, "alice", note, &outcome, &why));
	assert_int_equal(access_allowed(f->access, &question), ACCESS_NOT_ALLOWED);
	make_alice(f);
	assert_done(f, access_set_policy(f->access, "alice", all, note, &outcome, &why));
	assert_int_equal(access_allowed(f->access, &question), ACCESS_NOT_ALLOWED);
	assert_int_equal(ask(f, "ec2:X"), ACCESS_ALLOWED);
}

static void a_refusal_says_what_aws_would_say(void **state)
{
	static const struct access_principal alice = {"alice", "A", "A",
						      "arn:aws:iam::000000000000:user/alice"};
	struct access_question question = {.principal = &alice,
					   .action = "ec2:RebootInstances",
					   .resource = "arn:aws:ec2:local:0:instance/i-1"};
	char words[400];

	(void)state;
	access_words(&question, ACCESS_NOT_ALLOWED, words, sizeof(words));
	assert_string_equal(
		words,
		"You are not authorized to perform this operation. User: "
		"arn:aws:iam::000000000000:user/alice is not authorized to perform: "
		"ec2:RebootInstances on resource: arn:aws:ec2:local:0:instance/i-1 because no "
		"identity-based policy allows the ec2:RebootInstances action");
	question.resource = "*";
	access_words(&question, ACCESS_DENIED, words, sizeof(words));
	assert_string_equal(
		words, "You are not authorized to perform this operation. User: "
		       "arn:aws:iam::000000000000:user/alice is not authorized to perform: "
		       "ec2:RebootInstances with an explicit deny in an identity-based policy");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_key_disabled_deleted_or_of_a_deleted_user_does_not_sign_in),
		TEST(changes_that_make_no_sense_are_refused_at_once),
		TEST(the_secret_is_nowhere_on_the_disk),
		TEST(a_master_key_that_cannot_be_used_is_a_problem),
		TEST(a_sealed_secret_is_bound_to_its_key),
		TEST(a_policy_is_kept_and_replaced),
		TEST(another_user_of_the_same_name_is_another),
		TEST(a_refusal_says_what_aws_would_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
