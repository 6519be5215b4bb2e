/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row a key. A key that only a later part of dint uses is read, checked and kept all the same.
 */
#include "config/keys.h"

#include <string.h>

#include "base/units.h"
#include "config/config.h"
#include "config/values_internal.h"

#define DAEMON(member)	offsetof(struct config, member)
#define MACHINE(member) offsetof(struct config_machine, member)

/* clang-format off */
static const struct config_key keys[] = {
	{SECTION_DINTD, "state_dir", &value_path, "/var/lib/dint", false, DAEMON(state_dir),
	 "database, dumps, console rings"},
	{SECTION_DINTD, "socket", &value_socket, "/run/dint/dintd.socket", false, DAEMON(socket),
	 "the administrator's; dint --socket or $DINT_SOCKET name it too"},
	{SECTION_DINTD, "listen", &value_host_port, NULL, false, DAEMON(listen),
	 "where the EC2 API and /v1 answer; absent: no network at all"},
	{SECTION_DINTD, "region", &value_name, "local", false, DAEMON(region),
	 "the region that the EC2 API shows and that requests are signed for"},
	{SECTION_DINTD, "account", &value_account, "000000000000", false, DAEMON(account),
	 "the account that the EC2 API shows"},
	{SECTION_DINTD, "certificate", &value_path, NULL, false, DAEMON(certificate),
	 "TLS for listen: the certificate chain, PEM"},
	{SECTION_DINTD, "key", &value_path, NULL, false, DAEMON(key),
	 "TLS for listen: the certificate's private key, PEM"},
	{SECTION_DINTD, "master_key", &value_path, NULL, false, DAEMON(master_key),
	 "the file of the key that seals the users' secrets"},
	{SECTION_DINTD, "throttle", &value_switch, "on", false, DAEMON(throttle),
	 "whether the EC2 API limits calls as EC2 does"},
	{SECTION_MACHINE, "id", &value_instance_id, NULL, false, MACHINE(id),
	 "its instance id; absent: made once and kept"},
	{SECTION_MACHINE, "driver", &value_name, NULL, true, MACHINE(driver),
	 "how to reach its hypervisor: qmp"},
	{SECTION_MACHINE, "address", &value_driver_address, NULL, true, MACHINE(address),
	 "the hypervisor's control socket"},
	{SECTION_MACHINE, "console", &value_address, NULL, false, MACHINE(console),
	 "its serial console's socket; dintd must be the only one that reads it"},
	{SECTION_MACHINE, "channel", &value_address, NULL, false, MACHINE(channel),
	 "the host end of its port org.dint.guest.0"},
	{SECTION_MACHINE, "panic_deadline", &value_duration, "60s", false,
	 MACHINE(panic_deadline_ms), "from the interrupt to the first sign of a panic"},
	{SECTION_MACHINE, "capture_deadline", &value_duration, "10m", false,
	 MACHINE(capture_deadline_ms), "the longest silence while the dump is written"},
	{SECTION_MACHINE, "handover_deadline", &value_duration, "15m", false,
	 MACHINE(handover_deadline_ms), "from the reboot to the dump's arrival"},
	{SECTION_MACHINE, "power_deadline", &value_duration, "4m", false,
	 MACHINE(power_deadline_ms), "how long its guest may take to obey the power button"},
	{SECTION_MACHINE, "start", &value_command, NULL, false, MACHINE(start),
	 "the command that starts it when its process is gone (StartInstances)"},
};
/* clang-format on */
_Static_assert(ARRAY_SIZE(keys) <= CONFIG_KEYS_MAX, "the reader has room for each key's line");

const struct config_key *config_keys(size_t *count)
{
	*count = ARRAY_SIZE(keys);
	return keys;
}

const struct config_key *config_key_find(enum config_section section, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].section == section && !strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

#define NAME_LONGEST 32
#define NEAR	     2

/* Letters to insert, remove or change (Levenshtein), row by row; both at most NAME_LONGEST. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_LONGEST + 1];
	size_t width = strlen(b);

	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < width; j++) {
			size_t best = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			if (best > diagonal + 1)
				best = diagonal + 1;
			if (best > row[j] + 1)
				best = row[j] + 1;
			row[j + 1] = best;
		}
	}
	return row[width];
}

const struct config_key *config_key_nearest(enum config_section section, const char *name)
{
	const struct config_key *nearest = NULL;
	size_t least = NEAR + 1;

	if (strlen(name) > NAME_LONGEST)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		size_t away;

		if (keys[i].section != section)
			continue;
		away = distance(name, keys[i].name);
		/* "id" is two letters from any word of two: no suggestion then */
		if (away < least && away < strlen(keys[i].name)) {
			least = away;
			nearest = &keys[i];
		}
	}
	return nearest;
}

const char *config_section_title(enum config_section section)
{
	return section == SECTION_DINTD ? "[dintd]" : "[machine NAME]";
}

void config_keys_describe(struct buffer *to)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct config_key *key = &keys[i];

		if (!i || key->section != keys[i - 1].section)
			buffer_printf(to, "%s\n", config_section_title(key->section));
		buffer_printf(to, "  %-18s %s\n  %-18s %s", key->name, key->help, "",
			      key->kind->what);
		if (key->preset)
			buffer_printf(to, " (without it: %s)", key->preset);
		buffer_add_text(to, key->required ? "; required\n" : "\n");
	}
}
