/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint help: for people; hidden, for the build and the shells, the same as manual and completion.
 */
#include <string.h>

#include "base/cleanup.h"
#include "programs/dint/client.h"
#include "programs/dint/help.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "json/json.h"

static bool find_verb(const char *name, const struct verb **verb, struct dint_error *err)
{
	const char *nearest;

	*verb = name ? verb_find(name) : NULL;
	if (*verb || !name)
		return true;
	nearest = options_nearest_verb(name);
	if (nearest)
		return dint_fail(err, DINT_BAD_REQUEST, "no such verb: '%.60s' (did you mean %s?)",
				 name, nearest);
	return dint_fail(err, DINT_BAD_REQUEST, "no such verb: '%.60s'", name);
}

/* One name a line. Whoever completes wants no complaints: no dintd, no names. */
static bool put_names(const struct call *call, const char *what)
{
	CLEANUP(json_decref_ptr) json_t *list = NULL;
	CLEANUP(client_done) struct client client;
	const char *key = !strcmp(what, "machines") ? "name" : "id";
	struct dint_error ignored;

	client_init(&client, call->socket);
	if (!strcmp(what, "verbs")) {
		for (size_t i = 0; verbs[i]; i++)
			puts(verbs[i]->name);
		return true;
	}
	if (!client_call(&client, what, json_object(), &list, &ignored))
		return true;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_find_string(json_array_get(list, i), key);

		if (name) {
			screen_put(stdout, name);
			fputc('\n', stdout);
		}
	}
	if (!strcmp(what, "incidents") && json_array_size(list))
		puts("last");
	return true;
}

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	const struct verb *verb;

	(void)status;
	if (options_given(call, "completion"))
		return completion_write(options_value(call, "completion"), stdout, err);
	if (options_given(call, "names"))
		return put_names(call, options_value(call, "names"));
	if (options_given(call, "man-pages"))
		return manual_write_all(options_value(call, "man-pages"), err);
	if (!find_verb(call->arguments[0], &verb, err))
		return false;
	if (options_given(call, "man"))
		manual_page(verb, stdout);
	else if (verb)
		help_verb(verb, stdout);
	else
		help_overview(stdout);
	return true;
}

const struct verb verb_help = {
	.name = "help",
	.summary = "says what a verb does and which options it has",
	.arguments = {{"VERB", "one of the verbs; none: what there is", KIND_VERB, true}},
	.options =
		{
			{.name = "man"},
			{.name = "man-pages", .value = "DIR"},
			{.name = "names", .value = "WHAT", .choices = "machines incidents verbs"},
			{.name = "completion",
			 .value = "SHELL",
			 .summary = "prints the completion for a shell",
			 .choices = "bash zsh fish"},
		},
	.examples = {{"dint help send", NULL},
		     {"dint help --completion bash >/etc/bash_completion.d/dint", NULL}},
	.run = run,
};
