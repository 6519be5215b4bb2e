/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests as they come, to operations and arguments. */
#include "api/v1_request.h"

#include "../check.h"
#include "base/units.h"

struct request_case {
	const char *method, *path, *query, *body;
	const char *operation; /* NULL: none */
	const char *other;     /* then: the method that the path has */
	const char *args;      /* as compact JSON with sorted keys; NULL: refused … */
	const char *refusal;   /* … with these words */
};

static const struct request_case cases[] = {
	{"GET", "/v1/machines", "", NULL, "machines", NULL, "{}", NULL},
	{"HEAD", "/v1/machines", "", NULL, "machines", NULL, "{}", NULL},
	{"GET", "/v1/incidents", "machine=web1&limit=5", NULL, "incidents", NULL,
	 "{\"limit\":5,\"machine\":\"web1\"}", NULL},
	{"GET", "/v1/incidents/last", "X-Amz-Date=1&X-Amz-Signature=2&after=3", NULL, "incident",
	 NULL, "{\"after\":3,\"id\":\"last\"}", NULL},
	{"GET", "/v1/incidents/a%62c/dump", "", NULL, "dump", NULL, "{\"id\":\"abc\"}", NULL},
	{"GET", "/v1/audit", "raw=true", NULL, "audit", NULL, "{\"raw\":true}", NULL},
	{"POST", "/v1/machines/web1/send", "", "{\"again\":true}", "send", NULL,
	 "{\"again\":true,\"machine\":\"web1\"}", NULL},
	{"POST", "/v1/machines/web1/send", "reason=x", NULL, "send", NULL,
	 "{\"machine\":\"web1\",\"reason\":\"x\"}", NULL},
	{"DELETE", "/v1/access/users/a", "", NULL, "access_delete_user", NULL, "{\"user\":\"a\"}",
	 NULL},

	{"DELETE", "/v1/machines", "", NULL, NULL, "GET", NULL, NULL},
	{"GET", "/v1", "", NULL, NULL, NULL, NULL, NULL},
	{"GET", "/v1/", "", NULL, NULL, NULL, NULL, NULL},
	{"GET", "/v1/machines/", "", NULL, NULL, NULL, NULL, NULL},
	{"GET", "/v1//machines", "", NULL, NULL, NULL, NULL, NULL},
	{"GET", "/v1/machine%73", "", NULL, NULL, NULL, NULL, NULL},
	{"GET", "/v1/incidents//dump", "", NULL, NULL, NULL, NULL, NULL},

	{"GET", "/v1/incidents", "limit=-1", NULL, "incidents", NULL, NULL, "limit: "},
	{"GET", "/v1/incidents", "limit=18446744073709551615", NULL, "incidents", NULL, NULL,
	 "limit: larger than any"},
	{"GET", "/v1/audit", "raw=yes", NULL, "audit", NULL, NULL,
	 "raw: true or false belongs here"},
	{"GET", "/v1/incidents", "limit=1&limit=2", NULL, "incidents", NULL, NULL,
	 "limit: given twice"},
	{"GET", "/v1/incidents/last", "id=last", NULL, "incident", NULL, NULL, "id: given twice"},
	{"GET", "/v1/incidents", "a%", NULL, "incidents", NULL, NULL,
	 "the query: a '%' without two hex digits"},
	{"GET", "/v1/incidents/%00", "", NULL, "incident", NULL, NULL, "id: a NUL"},
	{"GET", "/v1/incidents", "", "{}", "incidents", NULL, NULL,
	 "the body: GET takes its arguments in the query"},
	{"POST", "/v1/machines/a/send", "", "[]", "send", NULL, NULL,
	 "the body: an object belongs here"},
	{"POST", "/v1/machines/a/send", "", "{\"machine\":\"b\"}", "send", NULL, NULL,
	 "machine: given twice"},
	{"POST", "/v1/machines/a/send", "", "{", "send", NULL, NULL, "the body: "},
};

static void check_arguments(const struct request_case *c, const struct api_operation *operation)
{
	const struct http_request request = {
		.path = c->path,
		.query = c->query,
		.body = (const uint8_t *)(c->body ?: ""),
		.body_size = c->body ? strlen(c->body) : 0,
	};
	struct dint_error err;
	json_t *args = NULL;
	char *text;

	if (!v1_arguments(operation, &request, &args, &err)) {
		if (c->args || strncmp(err.message, c->refusal, strlen(c->refusal)) != 0)
			fail_msg("%s %s: %s", c->method, c->path, err.message);
		return;
	}
	text = json_dumps(args, JSON_COMPACT | JSON_SORT_KEYS);
	assert_non_null(c->args);
	assert_string_equal(text, c->args);
	free(text);
	json_decref(args);
}

static void each_request(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct request_case *c = &cases[i];
		const struct api_operation *other;
		const struct api_operation *operation = v1_find(c->method, c->path, &other);

		if (!operation != !c->operation ||
		    (operation && strcmp(operation->name, c->operation)))
			fail_msg("%s %s: %s", c->method, c->path,
				 operation ? operation->name : "none");
		if (operation)
			check_arguments(c, operation);
		else if (!other != !c->other || (other && strcmp(other->method, c->other)))
			fail_msg("%s %s: %s has it", c->method, c->path,
				 other ? other->method : "nothing");
	}
}

/* What the document and the finding of a path rest on. */
static void each_record_is_whole(void **state)
{
	(void)state;
	for (const struct api_operation *const *at = api_operations; *at; at++) {
		const struct api_operation *o = *at;

		if (!o->method || !o->path || !o->result || strncmp(o->permission, "dint:", 5) != 0)
			fail_msg("%s: a member is missing", o->name);
		for (const struct api_operation *const *b = api_operations; b != at; b++)
			if (!strcmp((*b)->method, o->method) && !strcmp((*b)->path, o->path))
				fail_msg("%s and %s: one path", o->name, (*b)->name);
		for (const char *brace = o->path; (brace = strchr(brace, '{')); brace++) {
			const struct api_argument *a = o->arguments;

			while (a->name && strncmp(a->name, brace + 1, strlen(a->name)) != 0)
				a++;
			if (!a->name || !a->required)
				fail_msg("%s: %s names no argument that it needs", o->name, brace);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_request),
		cmocka_unit_test(each_record_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
