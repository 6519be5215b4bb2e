/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file, line by line:
 *
 *	file    = { line "\n" }
 *	line    = blank | "#" anything | "[dintd]" | "[machine " NAME "]" | key "=" value
 *
 * White space around lines, keys and values does not count; a "#" behind a value is part of it.
 */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/text.h"
#include "base/units.h"
#include "config/keys.h"
#include "config/values_internal.h"

#define BLANKS	      " \t\r"
#define MACHINE_TITLE "machine"

/* What no two machines may share. Control, console and channel are one kind: a socket serves one
 * reader, and a second on the same hypervisor could send a second NMI. */
enum claim_kind { CLAIM_NAME, CLAIM_ID, CLAIM_SOCKET };

struct claim {
	enum claim_kind kind;
	const char *value; /* the configuration's */
	unsigned line;
};

struct reader {
	unsigned line;	/* being read, from 1 */
	unsigned blame; /* the line that an error is about */
	struct config *config;
	struct config_machine *machine; /* of the section; NULL in [dintd] */
	bool in_section, dintd_seen;
	unsigned section_line, dintd_line;
	unsigned key_lines[CONFIG_KEYS_MAX]; /* of the section's keys, by index; 0: not there */
	struct claim *claims;
	size_t claim_count;
};

static void reader_done(struct reader *reader)
{
	free(reader->claims);
}

static void machine_done(struct config_machine *machine)
{
	free(machine->name);
	free(machine->id);
	free(machine->driver);
	free(machine->address);
	free(machine->console);
	free(machine->channel);
	free(machine->start);
}

void config_done(struct config *config)
{
	for (size_t i = 0; i < config->machine_count; i++)
		machine_done(&config->machines[i]);
	free(config->machines);
	free(config->state_dir);
	free(config->socket);
	free(config->listen);
	free(config->region);
	free(config->account);
	free(config->certificate);
	free(config->key);
	free(config->master_key);
	memset(config, 0, sizeof(*config));
}

/* Steps over what is blank at both ends, in place. */
static char *trim(char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	for (length = strlen(text); length && strchr(BLANKS, text[length - 1]); length--)
		text[length - 1] = '\0';
	return text;
}

static void claim(struct reader *reader, enum claim_kind kind, const char *value)
{
	size_t count = reader->claim_count++;

	reader->claims = xgrow(reader->claims, count, sizeof(*reader->claims));
	reader->claims[count] = (struct claim){kind, value, reader->line};
}

static int claim_order(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int order = (int)a->kind - (int)b->kind;

	if (!order)
		order = strcmp(a->value, b->value);
	return order ? order : (a->line > b->line) - (a->line < b->line);
}

static bool check_claims(struct reader *reader, struct dint_error *err)
{
	static const char *const whats[] = {
		[CLAIM_NAME] = "machine",
		[CLAIM_ID] = "instance id",
		[CLAIM_SOCKET] = "socket",
	};
	const struct claim *first = NULL, *again = NULL;

	if (reader->claim_count)
		qsort(reader->claims, reader->claim_count, sizeof(*reader->claims), claim_order);
	for (size_t i = 1; i < reader->claim_count; i++) {
		const struct claim *a = &reader->claims[i - 1], *b = a + 1;

		if (a->kind == b->kind && !strcmp(a->value, b->value) &&
		    (!again || b->line < again->line)) {
			first = a;
			again = b;
		}
	}
	if (!again)
		return true;
	reader->blame = again->line;
	return dint_fail(err, DINT_BAD_REQUEST, "%s '%.60s' is there already, in line %u",
			 whats[again->kind], again->value, first->line);
}

static void *member_of(const struct reader *reader, const struct config_key *key)
{
	char *base = key->section == SECTION_DINTD ? (char *)reader->config
						   : (char *)reader->machine;

	return base + key->member;
}

static bool set_presets(struct reader *reader, enum config_section section, struct dint_error *err)
{
	size_t count;
	const struct config_key *keys = config_keys(&count);

	for (size_t i = 0; i < count; i++) {
		const struct config_key *key = &keys[i];

		if (key->section != section || reader->key_lines[i])
			continue;
		if (key->required) {
			reader->blame = reader->section_line;
			return dint_fail(err, DINT_BAD_REQUEST, "[machine %s] lacks '%s' (%s)",
					 reader->machine->name, key->name, key->kind->what);
		}
		if (key->preset && !key->kind->read(key->preset, member_of(reader, key), err))
			return dint_within(err, "%s", key->name);
	}
	return true;
}

static bool end_section(struct reader *reader, struct dint_error *err)
{
	if (!reader->in_section)
		return true;
	if (!set_presets(reader, reader->machine ? SECTION_MACHINE : SECTION_DINTD, err))
		return false;
	memset(reader->key_lines, 0, sizeof(reader->key_lines));
	return true;
}

static bool begin_dintd(struct reader *reader, struct dint_error *err)
{
	if (reader->dintd_seen)
		return dint_fail(err, DINT_BAD_REQUEST, "[dintd] is there already, in line %u",
				 reader->dintd_line);
	reader->dintd_seen = true;
	reader->dintd_line = reader->line;
	reader->machine = NULL;
	return true;
}

static struct config_machine *one_more(struct config *config)
{
	size_t count = config->machine_count;

	config->machines = xgrow(config->machines, count, sizeof(*config->machines));
	config->machine_count++;
	return &config->machines[count];
}

static bool begin_machine(struct reader *reader, const char *name, struct dint_error *err)
{
	CLEANUP(free_ptr) char *owned = NULL;

	if (!*name)
		return dint_fail(err, DINT_BAD_REQUEST, "a machine has a name: [machine web1]");
	if (!value_name.read(name, &owned, err))
		return dint_within(err, "machine");
	if (reader->config->machine_count >= CONFIG_MACHINES_MAX)
		return dint_fail(err, DINT_LIMIT, "more than %u machines", CONFIG_MACHINES_MAX);
	reader->machine = one_more(reader->config);
	*reader->machine = (struct config_machine){.name = TAKE(owned), .line = reader->line};
	claim(reader, CLAIM_NAME, reader->machine->name);
	return true;
}

static bool read_section(struct reader *reader, char *line, struct dint_error *err)
{
	size_t length = strlen(line);
	size_t word = strlen(MACHINE_TITLE);
	char *title;

	if (line[length - 1] != ']')
		return dint_fail(err, DINT_BAD_REQUEST, "a section ends with ']': '%.60s'", line);
	if (!end_section(reader, err))
		return false;
	line[length - 1] = '\0';
	title = trim(line + 1);
	reader->in_section = true;
	reader->section_line = reader->line;
	if (!strcmp(title, "dintd"))
		return begin_dintd(reader, err);
	if (!strncmp(title, MACHINE_TITLE, word) && (!title[word] || strchr(BLANKS, title[word])))
		return begin_machine(reader, trim(title + word), err);
	return dint_fail(err, DINT_BAD_REQUEST,
			 "unknown section [%.60s]; sections are [dintd] and [machine NAME]", title);
}

static bool unknown_key(enum config_section section, const char *name, struct dint_error *err)
{
	enum config_section other = section == SECTION_DINTD ? SECTION_MACHINE : SECTION_DINTD;
	const struct config_key *nearest = config_key_nearest(section, name);

	if (config_key_find(other, name))
		return dint_fail(err, DINT_BAD_REQUEST, "'%s' belongs in %s, not in %s", name,
				 config_section_title(other), config_section_title(section));
	if (nearest)
		return dint_fail(err, DINT_BAD_REQUEST, "unknown key '%.60s' in %s; is it '%s'?",
				 name, config_section_title(section), nearest->name);
	return dint_fail(err, DINT_BAD_REQUEST,
			 "unknown key '%.60s' in %s; dintd --help lists the keys", name,
			 config_section_title(section));
}

static bool read_value(struct reader *reader, const struct config_key *key, const char *value,
		       struct dint_error *err)
{
	size_t count;
	size_t index = key - config_keys(&count);

	if (reader->key_lines[index])
		return dint_fail(err, DINT_BAD_REQUEST, "'%s' is there already, in line %u",
				 key->name, reader->key_lines[index]);
	if (!*value)
		return dint_fail(err, DINT_BAD_REQUEST, "'%s' has no value (%s)", key->name,
				 key->kind->what);
	if (!key->kind->read(value, member_of(reader, key), err))
		return dint_within(err, "%s", key->name);
	reader->key_lines[index] = reader->line;
	if (key->kind == &value_instance_id)
		claim(reader, CLAIM_ID, reader->machine->id);
	if (key->kind == &value_address || key->kind == &value_driver_address)
		claim(reader, CLAIM_SOCKET, *(char **)member_of(reader, key));
	return true;
}

static bool read_pair(struct reader *reader, char *line, struct dint_error *err)
{
	enum config_section section = reader->machine ? SECTION_MACHINE : SECTION_DINTD;
	char *equals = strchr(line, '=');
	const struct config_key *key;
	char *name;

	if (!equals)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.60s' is neither [section], nor key = value, nor # comment",
				 line);
	*equals = '\0';
	name = trim(line);
	if (!reader->in_section)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.60s' stands before any section; begin with [dintd] or "
				 "[machine NAME]",
				 name);
	key = config_key_find(section, name);
	if (!key)
		return unknown_key(section, name, err);
	return read_value(reader, key, trim(equals + 1), err);
}

/* Text that can be shown and compared: UTF-8 without control characters, blanks apart. */
static bool check_text(const char *bytes, size_t n, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer plain = {0};
	CLEANUP(buffer_done) struct buffer shown = {0};

	buffer_add(&plain, bytes, n);
	for (size_t i = 0; i < n; i++)
		if (plain.bytes[i] == '\t' || plain.bytes[i] == '\r')
			plain.bytes[i] = ' ';
	text_escape(&shown, plain.bytes, n);
	if (shown.size != n)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "control characters, or not UTF-8: '%.100s'", buffer_text(&shown));
	return true;
}

static bool read_line(struct reader *reader, const char *bytes, size_t n, struct dint_error *err)
{
	CLEANUP(free_ptr) char *copy = NULL;
	char *line;

	if (n > CONFIG_LINE_BYTES)
		return dint_fail(err, DINT_BAD_REQUEST, "a line of %zu bytes, the most is %u", n,
				 CONFIG_LINE_BYTES);
	if (!check_text(bytes, n, err))
		return false;
	copy = xstrndup(bytes, n);
	line = trim(copy);
	if (!*line || *line == '#')
		return true;
	return *line == '[' ? read_section(reader, line, err) : read_pair(reader, line, err);
}

static bool read_lines(struct reader *reader, const char *text, size_t left, struct dint_error *err)
{
	while (left) {
		const char *end = memchr(text, '\n', left);
		size_t length = end ? (size_t)(end - text) : left;
		size_t step = end ? length + 1 : length;

		reader->blame = ++reader->line;
		if (!read_line(reader, text, length, err))
			return false;
		text += step;
		left -= step;
	}
	return true;
}

/* [dintd] may be absent as a whole; its presets hold all the same. */
static bool finish(struct reader *reader, struct dint_error *err)
{
	if (!end_section(reader, err))
		return false;
	if (!reader->dintd_seen && !set_presets(reader, SECTION_DINTD, err))
		return false;
	return check_claims(reader, err);
}

bool config_parse(const char *name, const char *text, size_t size_bytes, struct config *config,
		  struct dint_error *err)
{
	CLEANUP(config_done) struct config made = {0};
	CLEANUP(reader_done) struct reader reader = {.config = &made};

	if (size_bytes > CONFIG_FILE_BYTES)
		return dint_fail(err, DINT_LIMIT, "%.100s: %zu bytes, the most is %u", name,
				 size_bytes, CONFIG_FILE_BYTES);
	if (!read_lines(&reader, text, size_bytes, err) || !finish(&reader, err))
		return dint_within(err, "%.100s:%u", name, reader.blame);
	*config = TAKE(made);
	return true;
}

bool config_read(const char *path, struct config *config, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer text = {0};

	if (!io_read_file(path, CONFIG_FILE_BYTES, &text, err))
		return dint_within(err, "configuration");
	return config_parse(path, (const char *)text.bytes, text.size, config, err);
}
