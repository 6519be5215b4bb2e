/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A path, or a descriptor from dintd with what it says of it, which is checked. */
#include "programs/dint/source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"

void source_done(struct source *source)
{
	close_fd(&source->fd);
	free(source->name);
	source->name = NULL;
}

bool source_name_is_safe(const char *name)
{
	size_t length = strlen(name);

	if (!length || length > 200 || name[0] == '.' || name[0] == '-')
		return false;
	for (size_t i = 0; i < length; i++)
		if (name[i] == '/' || name[i] <= ' ' || name[i] == 0x7f || (name[i] & 0x80))
			return false;
	return true;
}

static bool is_sha256(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* What dintd says of the dump, against the descriptor that came with it. */
static bool read_answer(const json_t *answer, struct source *source, struct dint_error *err)
{
	const char *name, *sum;
	struct stat about;

	if (!json_get_string(answer, "name", &name, err) ||
	    !json_get_string(answer, "sha256", &sum, err) ||
	    !json_get_u64(answer, "size", &source->size_bytes, err)) {
		err->code = DINT_UNREACHABLE;
		return dint_within(err, "dintd's answer");
	}
	if (!source_name_is_safe(name) || !is_sha256(sum))
		return dint_fail(err, DINT_CORRUPT,
				 "the dump is called '%.60s', with the sum '%.64s': "
				 "neither may be written",
				 name, sum);
	if (source->fd < 0 || fstat(source->fd, &about) < 0 || !S_ISREG(about.st_mode))
		return dint_fail(err, DINT_UNREACHABLE,
				 "dintd's answer: no open file came with it");
	if ((uint64_t)about.st_size != source->size_bytes)
		return dint_fail(err, DINT_CORRUPT, "the store's file has %lld bytes, not %llu",
				 (long long)about.st_size, (unsigned long long)source->size_bytes);
	source->name = xstrdup(name);
	memcpy(source->sha256, sum, sizeof(source->sha256));
	return true;
}

bool source_of_incident(struct client *client, const char *id, struct source *source,
			struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *answer = NULL;
	CLEANUP(source_done) struct source found = {.fd = -1};

	if (!client_call(client, "dump", json_pack("{s:s}", "id", id), &answer, err))
		return false;
	found.fd = client_take_fd(client);
	if (!read_answer(answer, &found, err))
		return dint_within(err, "dump of incident '%.40s'", id);
	*source = found;
	found = (struct source){.fd = -1};
	return true;
}

bool source_find(const struct call *call, const char *word, struct source *source,
		 struct dint_error *err)
{
	struct client client;
	bool found;

	*source = (struct source){.fd = -1, .parts = call->parts, .debuginfo = call->debuginfo};
	if (strchr(word, '/') || access(word, F_OK) == 0) {
		if (access(word, R_OK) < 0)
			return dint_fail_errno(err, "%.180s", word);
		source->path = word;
		return true;
	}
	client_init(&client, call->socket);
	found = source_of_incident(&client, word, source, err);
	source->parts = NULL; /* dintd's dumps are whole */
	source->debuginfo = call->debuginfo;
	client_done(&client);
	if (!found && err->code == DINT_UNREACHABLE)
		return dint_within(err, "'%.40s' is no file here, and as an incident's id", word);
	return found;
}
