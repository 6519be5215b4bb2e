/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint access: who may use the network's side of dintd. One row a command. */
#include <string.h>

#include "access/manage.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/units.h"
#include "programs/dint/client.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "programs/exits.h"
#include "json/json.h"

struct command {
	const char *name, *words;
	unsigned least, most; /* words behind the command */
	const char *operation;
	const char *key; /* of the first word among the operation's arguments */
	/* The other arguments; NULL: there are none. */
	bool (*fill)(const struct call *call, json_t *args, struct dint_error *err);
	/* What it says without --json; NULL: nothing. */
	void (*show)(const json_t *answer);
};

/* ---- what goes along ---- */

static bool read_document(const char *path, struct buffer *text, struct dint_error *err)
{
	const char *real = !strcmp(path, "-") ? "/dev/stdin" : path;

	return io_read_file(real, ACCESS_POLICY_BYTES, text, err);
}

static bool fill_policy(const struct call *call, json_t *args, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	json_t *document;

	if (!read_document(call->arguments[2], &text, err))
		return false;
	document = json_stringn((const char *)text.bytes, text.size);
	if (!document)
		return dint_fail(err, DINT_BAD_REQUEST, "%s: not UTF-8", call->arguments[2]);
	json_object_set_new(args, "document", document);
	return true;
}

static bool fill_simulation(const struct call *call, json_t *args, struct dint_error *err)
{
	const char *context = options_value(call, "context");
	json_t *more = json_pack("{s:s, s:s*, s:s*}", "action", call->arguments[2], "resource",
				 call->arguments[3], "context", context);

	if (!more)
		return dint_fail(err, DINT_BAD_REQUEST, "a word is not UTF-8");
	json_object_update(args, more);
	json_decref(more);
	return true;
}

/* ---- what is shown ---- */

static void show_key(const json_t *answer)
{
	printf("AccessKeyId      ");
	screen_put(stdout, json_find_string(answer, "AccessKeyId"));
	printf("\nSecretAccessKey  ");
	screen_put(stdout, json_find_string(answer, "SecretAccessKey"));
	putchar('\n');
	fputs("The secret is shown this once. Keep it where its user finds it, and nobody else.\n",
	      stderr);
}

static const char *policy_words(const json_t *user, char text[32])
{
	const json_t *policy = json_find_object(user, "policy");
	const json_t *statements = json_object_get(policy, "Statement");
	size_t n = json_is_array(statements) ? json_array_size(statements) : 1;

	if (!policy)
		return "none";
	snprintf(text, 32, "%zu statement%s", n, n == 1 ? "" : "s");
	return text;
}

static const char *key_words(const json_t *key)
{
	if (!json_find_bool(key, "usable", true))
		return "unusable";
	return json_find_bool(key, "enabled", false) ? "enabled" : "disabled";
}

static void add_row(struct table *table, const json_t *user, const json_t *key)
{
	char words[32];

	table_add(table, json_find_string(user, "user"));
	table_add(table, policy_words(user, words));
	table_add(table, key ? json_find_string(key, "id") : NULL);
	table_add(table, key ? key_words(key) : NULL);
	table_add(table, json_find_string(key ? key : user, "created"));
}

static void show_list(const json_t *users)
{
	static const char *const headings[] = {"USER", "POLICY", "KEY", "STATE", "CREATED", NULL};
	CLEANUP(table_done) struct table table = {0};

	if (!json_array_size(users)) {
		fputs("no user: 'dint access add-user NAME' makes one\n", stderr);
		return;
	}
	table_init(&table, headings);
	for (size_t i = 0; i < json_array_size(users); i++) {
		const json_t *user = json_array_get(users, i);
		const json_t *keys = json_find_array(user, "keys");

		if (!json_array_size(keys))
			add_row(&table, user, NULL);
		for (size_t k = 0; k < json_array_size(keys); k++)
			add_row(&table, user, json_array_get(keys, k));
	}
	table_print(&table, stdout);
}

static void show_simulation(const json_t *answer)
{
	screen_put(stdout, json_find_string(answer, "decision"));
	if (json_find_u64(answer, "statement", 0))
		printf(" by statement %llu",
		       (unsigned long long)json_find_u64(answer, "statement", 0));
	putchar('\n');
}

/* ---- commands ---- */

/* clang-format off */
static const struct command commands[] = {
	{"list",          "",                       0, 0, "access_list", NULL, NULL, show_list},
	{"add-user",      "NAME",                   1, 1, "access_add_user", "user"},
	{"delete-user",   "NAME",                   1, 1, "access_delete_user", "user"},
	{"add-key",       "NAME",                   1, 1, "access_add_key", "user", NULL, show_key},
	{"disable-key",   "KEY",                    1, 1, "access_disable_key", "key"},
	{"enable-key",    "KEY",                    1, 1, "access_enable_key", "key"},
	{"delete-key",    "KEY",                    1, 1, "access_delete_key", "key"},
	{"set-policy",    "NAME FILE",              2, 2, "access_set_policy", "user", fill_policy},
	{"delete-policy", "NAME",                   1, 1, "access_set_policy", "user"},
	{"simulate",      "NAME ACTION [RESOURCE]", 2, 3, "access_simulate", "user", fill_simulation,
	 show_simulation},
};
/* clang-format on */

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static bool fail_unknown(const char *name, struct dint_error *err)
{
	const char *names[ARRAY_SIZE(commands) + 1] = {NULL};
	CLEANUP(buffer_done) struct buffer all = {0};
	const char *nearest;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		names[i] = commands[i].name;
		buffer_printf(&all, "%s%s", i ? ", " : "", names[i]);
	}
	nearest = options_nearest(name, names);
	if (nearest)
		return dint_fail(err, DINT_BAD_REQUEST, "no command '%.40s'; did you mean %s?",
				 name, nearest);
	return dint_fail(err, DINT_BAD_REQUEST, "no command '%.40s': there are %s", name,
			 buffer_text(&all));
}

static bool check_words(const struct call *call, const struct command *command,
			struct dint_error *err)
{
	unsigned n = 0;

	while (call->arguments[1 + n])
		n++;
	if (n >= command->least && n <= command->most)
		return true;
	return dint_fail(err, DINT_BAD_REQUEST, "%s takes %s, not %u word%s", command->name,
			 *command->words ? command->words : "nothing", n, n == 1 ? "" : "s");
}

static bool ask(const struct call *call, const struct command *command, json_t **answer,
		struct dint_error *err)
{
	CLEANUP(client_done) struct client client;
	CLEANUP(json_decref_ptr)
	json_t *args = command->key ? json_pack("{s:s}", command->key, call->arguments[1])
				    : json_object();

	client_init(&client, call->socket);
	if (args && command->fill && !command->fill(call, args, err))
		return false;
	return client_call(&client, command->operation, TAKE(args), answer, err);
}

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	const struct command *command = find_command(call->arguments[0]);
	CLEANUP(json_decref_ptr) json_t *answer = NULL;
	const char *decision;

	if (!command)
		return fail_unknown(call->arguments[0], err);
	if (!check_words(call, command, err) || !ask(call, command, &answer, err))
		return false;
	decision = json_find_string(answer, "decision");
	if (decision && strcmp(decision, "allowed") != 0)
		*status = exit_status(DINT_DENIED, false);
	if (options_given(call, "json"))
		return screen_json(answer, err);
	if (command->show)
		command->show(answer);
	return true;
}

const struct verb verb_access = {
	.name = "access",
	.summary = "users, keys and policies of the EC2 API and of /v1",
	.details =
		"Commands: list; add-user NAME; delete-user NAME; add-key NAME; disable-key KEY; "
		"enable-key KEY; delete-key KEY; set-policy NAME FILE; delete-policy NAME; "
		"simulate "
		"NAME ACTION [RESOURCE].\n\n"
		"A policy is a document in IAM's JSON language. What a user's policy does not "
		"allow "
		"is refused, and what it denies is refused whatever else it says; one that cannot "
		"be "
		"parsed is not taken. simulate says what would be decided, and by which "
		"statement.\n\n"
		"The administrator's socket needs none of this: who can connect to it may all.",
	.arguments = {{"COMMAND", "one of those above", KIND_WORD, false},
		      {"WORD", "what the command is about", KIND_WORD, true, true}},
	.options =
		{
			{.name = "context",
			 .value = "JSON",
			 .summary =
				 "simulate: further keys, as {\"ec2:ResourceTag/team\": \"db\"}"},
			{.name = "json", .summary = "the answer as JSON"},
		},
	.examples = {{"dint access add-user alice && dint access add-key alice --json", NULL},
		     {"dint access set-policy alice policy.json", NULL},
		     {"dint access simulate alice ec2:DescribeInstances", NULL}},
	.run = run,
};
