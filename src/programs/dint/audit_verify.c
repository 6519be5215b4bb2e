/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pass over the events beside one over the heads, both by number. The heads are read first, so
 * that events which come meanwhile are none that could be missing.
 */
#include "programs/dint/audit_verify.h"

#include <string.h>
#include <systemd/sd-journal.h>

#include "access/chain.h"
#include "base/cleanup.h"
#include "programs/dint/screen.h"
#include "json/json.h"

#define UNIT	   "dintd.service"
#define BREAKS_MAX 10 /* told one by one; further ones are counted */

struct verification {
	struct chain chain;
	struct chain_heads heads;
	size_t next_head;
	uint64_t events;
	unsigned breaks;
	struct dint_error first; /* when there are breaks */
	json_t *words;		 /* of the breaks */
};

static void verification_done(struct verification *v)
{
	chain_heads_done(&v->heads);
	json_decref(v->words);
}

static void note_break(struct verification *v, const struct dint_error *why)
{
	if (!v->breaks++)
		v->first = *why;
	if (v->breaks <= BREAKS_MAX)
		json_array_append_new(v->words, json_string(why->message));
}

/* ---- heads ---- */

static bool read_log(const char *path, struct chain_heads *heads, struct dint_error *err)
{
	CLEANUP(fclose_ptr) FILE *file = fopen(strcmp(path, "-") ? path : "/dev/stdin", "re");
	CLEANUP(free_ptr) char *line = NULL;
	size_t room = 0;

	if (!file)
		return dint_fail_errno(err, "%s", path);
	while (getline(&line, &room, file) >= 0)
		chain_heads_add(heads, line);
	return !ferror(file) || dint_fail_errno(err, "%s", path);
}

static void sd_journal_close_ptr(sd_journal **journal)
{
	sd_journal_close(*journal);
}

static void add_message(sd_journal *journal, struct chain_heads *heads)
{
	static const char field[] = "MESSAGE=";
	CLEANUP(free_ptr) char *line = NULL;
	const void *data;
	size_t n;

	if (sd_journal_get_data(journal, "MESSAGE", &data, &n) < 0 || n < strlen(field))
		return;
	line = strndup((const char *)data + strlen(field), n - strlen(field));
	if (line)
		chain_heads_add(heads, line);
}

/* What the journal itself says of where a message came from cannot be forged by a message. */
static void read_journal(struct chain_heads *heads)
{
	CLEANUP(sd_journal_close_ptr) sd_journal *journal = NULL;

	if (sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM) < 0 ||
	    sd_journal_add_match(journal, "_SYSTEMD_UNIT=" UNIT, 0) < 0)
		return;
	SD_JOURNAL_FOREACH(journal)
	add_message(journal, heads);
}

/* ---- events ---- */

static void check_head(struct verification *v)
{
	const struct chain *head;
	struct dint_error why;

	while (v->next_head < v->heads.count &&
	       v->heads.heads[v->next_head].number < v->chain.number)
		v->next_head++; /* missing in the chain, which says so itself */
	if (v->next_head == v->heads.count)
		return;
	head = &v->heads.heads[v->next_head];
	if (head->number != v->chain.number)
		return;
	v->next_head++;
	if (!strcmp(head->hash, v->chain.hash))
		return;
	dint_error_set(&why, DINT_CORRUPT,
		       "event %llu is not the one that was written: the log keeps another hash "
		       "for it",
		       (unsigned long long)head->number);
	note_break(v, &why);
}

static bool check_event(struct verification *v, const json_t *one, struct dint_error *err)
{
	const char *event, *hash;
	struct dint_error why;
	uint64_t number;

	if (!json_get_u64(one, "number", &number, err) ||
	    !json_get_string(one, "event", &event, err) ||
	    !json_get_string(one, "hash", &hash, err)) {
		err->code = DINT_UNREACHABLE;
		return dint_within(err, "dintd's answer");
	}
	if (!chain_check(&v->chain, number, event, hash, &why))
		note_break(v, &why);
	v->events++;
	check_head(v);
	return true;
}

/* To the head as it was at the first answer: reading is an event too. */
static bool check_events(struct client *client, struct verification *v, struct dint_error *err)
{
	uint64_t end = 0;

	do {
		CLEANUP(json_decref_ptr) json_t *answer = NULL;
		const json_t *events;

		if (!client_call(
			    client, "audit",
			    json_pack("{s:I, s:b}", "after", (json_int_t)v->chain.number, "raw", 1),
			    &answer, err))
			return false;
		events = json_find_array(answer, "events");
		if (!end)
			end = json_find_u64(json_find_object(answer, "head"), "number", 0);
		for (size_t i = 0; i < json_array_size(events); i++)
			if (!check_event(v, json_array_get(events, i), err))
				return false;
		if (!json_array_size(events))
			return true;
	} while (v->chain.number < end || !end);
	return true;
}

static void check_end(struct verification *v)
{
	const struct chain *last = v->heads.count ? &v->heads.heads[v->heads.count - 1] : &v->chain;
	struct dint_error why;

	if (last->number <= v->chain.number)
		return;
	dint_error_set(&why, DINT_CORRUPT,
		       "the audit ends with event %llu, and the log knows of event %llu: the last "
		       "ones are missing",
		       (unsigned long long)v->chain.number, (unsigned long long)last->number);
	note_break(v, &why);
}

/* ---- the answer ---- */

static bool print_json(const struct verification *v, struct dint_error *err)
{
	CLEANUP(json_decref_ptr)
	json_t *answer = json_pack(
		"{s:b, s:I, s:s, s:I, s:o, s:O}", "whole", v->breaks == 0, "events",
		(json_int_t)v->events, "hash", v->chain.hash, "heads", (json_int_t)v->heads.count,
		"last_head",
		v->heads.count ? json_integer((json_int_t)v->heads.heads[v->heads.count - 1].number)
			       : json_null(),
		"breaks", v->words);

	return screen_json(answer, err);
}

static void print_text(const struct verification *v)
{
	if (v->breaks > 1)
		for (size_t i = 0; i < json_array_size(v->words); i++)
			fprintf(stderr, "%s\n", json_string_value(json_array_get(v->words, i)));
	if (!v->breaks)
		printf("%llu events, the chain is whole: %llu %s\n", (unsigned long long)v->events,
		       (unsigned long long)v->chain.number, v->chain.hash);
	if (!v->breaks && v->heads.count)
		printf("%zu heads in the log agree, the last is of event %llu\n", v->heads.count,
		       (unsigned long long)v->heads.heads[v->heads.count - 1].number);
	if (!v->heads.count)
		fputs("No head was found in the journal of " UNIT
		      ": events missing at the end cannot be noticed. --heads FILE names dintd's "
		      "log.\n",
		      stderr);
}

bool audit_verify(struct client *client, const char *heads, bool json, struct dint_error *err)
{
	CLEANUP(verification_done) struct verification v = {.words = json_array()};
	struct dint_error why;

	chain_begin(&v.chain);
	if (!heads)
		read_journal(&v.heads);
	else if (!read_log(heads, &v.heads, err))
		return false;
	if (!chain_heads_sort(&v.heads, &why))
		note_break(&v, &why);
	if (!check_events(client, &v, err))
		return false;
	check_end(&v);
	if (!json)
		print_text(&v);
	else if (!print_json(&v, err))
		return false;
	if (!v.breaks)
		return true;
	*err = v.first;
	return dint_within(err, "the audit is not what was written (%u break%s)", v.breaks,
			   v.breaks == 1 ? "" : "s");
}
