/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/units.h"
#include "config/config.h"

#define WEB1 "[machine web1]\ndriver = qmp\naddress = /run/vm/web1.qmp\n"

static const char whole[] = "# the site's\n"
			    "[dintd]\n"
			    "state_dir = /srv/dint\n"
			    "  socket\t=  /run/d.socket  \r\n"
			    "listen = [::1]:8470\n"
			    "region = eu-lab-1\n"
			    "account = 123456789012\n"
			    "certificate = /etc/dint/cert.pem\n"
			    "key = /etc/dint/key.pem\n"
			    "master_key = /etc/dint/master.key\n"
			    "throttle = off\n"
			    "\n"
			    "[machine web1]\n"
			    "id = i-0123456789abcdef0\n"
			    "driver = qmp\n"
			    "address = 192.0.2.7:4444\n"
			    "console = /run/vm/web1.console\n"
			    "channel = /run/vm/web1.dint\n"
			    "panic_deadline = 90s\n"
			    "capture_deadline = 1500ms\n"
			    "handover_deadline = 2h\n"
			    "start = /usr/local/bin/start-web1 --fast #1\n"
			    "[ machine  db.2_x-y ]\n"
			    "driver = qmp\n"
			    "address = /run/vm/db.qmp";

static void parse(const char *text, struct config *config)
{
	struct dint_error err;

	assert_works(config_parse("dintd.conf", text, strlen(text), config, &err), &err);
}

static void every_key_is_kept(void **state)
{
	CLEANUP(config_done) struct config config = {0};
	const struct config_machine *web1, *db;

	(void)state;
	parse(whole, &config);
	assert_string_equal(config.state_dir, "/srv/dint");
	assert_string_equal(config.socket, "/run/d.socket");
	assert_string_equal(config.listen, "[::1]:8470");
	assert_string_equal(config.region, "eu-lab-1");
	assert_string_equal(config.account, "123456789012");
	assert_string_equal(config.certificate, "/etc/dint/cert.pem");
	assert_string_equal(config.key, "/etc/dint/key.pem");
	assert_string_equal(config.master_key, "/etc/dint/master.key");
	assert_false(config.throttle);
	assert_int_equal(config.machine_count, 2);
	web1 = &config.machines[0];
	assert_string_equal(web1->name, "web1");
	assert_string_equal(web1->id, "i-0123456789abcdef0");
	assert_string_equal(web1->driver, "qmp");
	assert_string_equal(web1->address, "192.0.2.7:4444");
	assert_string_equal(web1->console, "/run/vm/web1.console");
	assert_string_equal(web1->channel, "/run/vm/web1.dint");
	assert_string_equal(web1->start, "/usr/local/bin/start-web1 --fast #1");
	assert_int_equal(web1->panic_deadline_ms, 90000);
	assert_int_equal(web1->capture_deadline_ms, 1500);
	assert_int_equal(web1->handover_deadline_ms, 7200000);
	assert_int_equal(web1->line, 13);
	db = &config.machines[1];
	assert_string_equal(db->name, "db.2_x-y");
	assert_int_equal(db->line, 23);
}

static void what_is_absent_has_its_default(void **state)
{
	CLEANUP(config_done) struct config config = {0};
	const struct config_machine *web1;

	(void)state;
	parse(WEB1, &config);
	assert_string_equal(config.state_dir, "/var/lib/dint");
	assert_string_equal(config.socket, "/run/dint/dintd.socket");
	assert_string_equal(config.region, "local");
	assert_string_equal(config.account, "000000000000");
	assert_true(config.throttle);
	assert_null(config.listen);
	assert_null(config.certificate);
	assert_null(config.key);
	assert_null(config.master_key);
	web1 = &config.machines[0];
	assert_null(web1->id);
	assert_null(web1->console);
	assert_null(web1->channel);
	assert_null(web1->start);
	assert_int_equal(web1->panic_deadline_ms, 60000);
	assert_int_equal(web1->capture_deadline_ms, 600000);
	assert_int_equal(web1->handover_deadline_ms, 900000);
}

static void an_empty_file_has_no_machines(void **state)
{
	CLEANUP(config_done) struct config config = {0};

	(void)state;
	parse("", &config);
	assert_int_equal(config.machine_count, 0);
	assert_string_equal(config.state_dir, "/var/lib/dint");
}

static const struct {
	const char *name, *text, *refusal;
} refusals[] = {
	{"a key nobody knows", "[dintd]\ncolour = red\n",
	 "dintd.conf:2: unknown key 'colour' in [dintd]; dintd --help"},
	{"a typo", WEB1 "panic_deadlin = 60s\n",
	 "dintd.conf:4: unknown key 'panic_deadlin' in [machine NAME]; is it 'panic_deadline'?"},
	{"a key of the other section", "[dintd]\n\ndriver = qmp\n",
	 "dintd.conf:3: 'driver' belongs in [machine NAME], not in [dintd]"},
	{"a key twice", "[dintd]\nregion = a\n# \nregion = b\n",
	 "dintd.conf:4: 'region' is there already, in line 2"},
	{"a key before any section", "region = a\n",
	 "dintd.conf:1: 'region' stands before any section; begin with [dintd]"},
	{"a section nobody knows", "\n[machines web1]\n",
	 "dintd.conf:2: unknown section [machines web1]; sections are [dintd] and [machine NAME]"},
	{"a section without its end", "[dintd\n",
	 "dintd.conf:1: a section ends with ']': '[dintd'"},
	{"an empty section", "[]\n", "dintd.conf:1: unknown section []"},
	{"[dintd] twice", "[dintd]\n" WEB1 "[dintd]\n",
	 "dintd.conf:5: [dintd] is there already, in line 1"},
	{"a machine twice", WEB1 "[machine web1]\ndriver = qmp\naddress = /b\n",
	 "dintd.conf:4: machine 'web1' is there already, in line 1"},
	{"a machine without a name", "[machine ]\n", "dintd.conf:1: a machine has a name"},
	{"a machine's name", "[machine -x]\n",
	 "dintd.conf:1: machine: '-x' is not a name (letters"},
	{"a name with a slash", "[machine a/b]\n", "dintd.conf:1: machine: 'a/b' is not a name"},
	{"a name of 64 letters",
	 "[machine aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n",
	 "is not a name"},
	{"neither this nor that", "[dintd]\nregion\n",
	 "dintd.conf:2: 'region' is neither [section], nor key = value, nor # comment"},
	{"no value", "[dintd]\nregion =  \n", "dintd.conf:2: 'region' has no value (a name)"},
	{"no address", "\n[machine web1]\ndriver = qmp\n[machine web2]\n",
	 "dintd.conf:2: [machine web1] lacks 'address' (what its driver takes: a UNIX socket's"},
	{"no driver, at the file's end", "[machine web1]\naddress = /a\n",
	 "dintd.conf:1: [machine web1] lacks 'driver'"},
	{"a relative path", "[dintd]\nstate_dir = var\n",
	 "dintd.conf:2: state_dir: 'var' is not an absolute path"},
	{"HOST:PORT without a port", WEB1 "console = host:\n",
	 "dintd.conf:4: console: 'host:' is neither an absolute path nor HOST:PORT"},
	{"a port too high", "[dintd]\nlisten = 127.0.0.1:65536\n",
	 "dintd.conf:2: listen: '127.0.0.1:65536' is not HOST:PORT (as 127.0.0.1:8470"},
	{"a port that is 0", "[dintd]\nlisten = 127.0.0.1:0\n", "is not HOST:PORT"},
	{"a bare IPv6 address", "[dintd]\nlisten = ::1:80\n", "is not HOST:PORT"},
	{"a duration without a unit", WEB1 "panic_deadline = 60\n",
	 "dintd.conf:4: panic_deadline: not a duration: '60' (a number and ms, s, m or h: 90s)"},
	{"no time at all", WEB1 "panic_deadline = 0s\n",
	 "dintd.conf:4: panic_deadline: '0s' is not between 1ms and 168h"},
	{"more than a week", WEB1 "panic_deadline = 169h\n", "is not between 1ms and 168h"},
	{"a comment behind a value", WEB1 "id = i-0123456789abcdef0 # mine\n",
	 "dintd.conf:4: id: 'i-0123456789abcdef0 # mine' is not an instance id (i- and 17"},
	{"an id in capitals", WEB1 "id = i-0123456789ABCDEF0\n", "is not an instance id"},
	{"an id twice",
	 WEB1 "id = i-0123456789abcdef0\n[machine web2]\ndriver = qmp\naddress = /b\n"
	      "id = i-0123456789abcdef0\n",
	 "dintd.conf:8: instance id 'i-0123456789abcdef0' is there already, in line 4"},
	{"a socket twice", WEB1 "console = /run/vm/web1.qmp\n",
	 "dintd.conf:4: socket '/run/vm/web1.qmp' is there already, in line 3"},
	{"an account of letters", "[dintd]\naccount = mine\n",
	 "dintd.conf:2: account: 'mine' is not 12 digits"},
	{"neither on nor off", "[dintd]\nthrottle = yes\n",
	 "dintd.conf:2: throttle: 'yes' is neither on nor off"},
	{"a terminal's escape", "[dintd]\nregion = \x1b[2J\n",
	 "dintd.conf:2: control characters, or not UTF-8: 'region = \\x1b[2J'"},
	{"a byte order mark", "\xef\xbb\xbf[dintd]\n", "dintd.conf:1: control characters"},
	{"a socket's path that no address holds",
	 "[dintd]\nsocket = "
	 "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
	 "dintd.conf:2: socket: a path of 117 bytes, the most is 107"},
};

static void mistakes_name_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct config config = {0};
		struct dint_error err = {0};
		const char *text = refusals[i].text;

		print_message("%s\n", refusals[i].name);
		assert_refused(config_parse("dintd.conf", text, strlen(text), &config, &err), &err,
			       DINT_BAD_REQUEST, refusals[i].refusal);
		assert_null(config.state_dir);
	}
}

static void a_nul_is_refused(void **state)
{
	static const char text[] = "[dintd]\nregion = a\0b\n";
	struct config config;
	struct dint_error err;

	(void)state;
	assert_refused(config_parse("f", text, sizeof(text) - 1, &config, &err), &err,
		       DINT_BAD_REQUEST, "f:2: control characters, or not UTF-8: 'region = a\\x00");
}

static void a_long_line_is_refused(void **state)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	struct config config;
	struct dint_error err;

	(void)state;
	memset(buffer_room(&text, CONFIG_LINE_BYTES + 1), '#', CONFIG_LINE_BYTES + 1);
	buffer_grow(&text, CONFIG_LINE_BYTES + 1);
	assert_refused(config_parse("f", (char *)text.bytes, text.size, &config, &err), &err,
		       DINT_BAD_REQUEST, "f:1: a line of 4097 bytes, the most is 4096");
}

static void ten_thousand_machines_are_the_most(void **state)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	CLEANUP(config_done) struct config config = {0};
	struct config none;
	struct dint_error err;

	(void)state;
	for (unsigned i = 0; i < CONFIG_MACHINES_MAX; i++)
		buffer_printf(&text, "[machine m%u]\ndriver = qmp\naddress = /m/%u\n", i, i);
	assert_works(config_parse("f", (char *)text.bytes, text.size, &config, &err), &err);
	assert_int_equal(config.machine_count, CONFIG_MACHINES_MAX);
	assert_string_equal(config.machines[CONFIG_MACHINES_MAX - 1].name, "m9999");
	buffer_add_text(&text, "[machine more]\n");
	assert_refused(config_parse("f", (char *)text.bytes, text.size, &none, &err), &err,
		       DINT_LIMIT, "f:30001: more than 10000 machines");
}

static void a_file_is_read(void **state)
{
	char path[] = "/tmp/dint-config-XXXXXX";
	CLEANUP(close_fd) int fd = mkstemp(path);
	CLEANUP(config_done) struct config config = {0};
	struct config none;
	struct dint_error err;

	(void)state;
	assert_true(fd >= 0);
	assert_works(io_write_all(fd, whole, strlen(whole), &err), &err);
	assert_works(config_read(path, &config, &err), &err);
	assert_int_equal(config.machine_count, 2);
	unlink(path);
	assert_refused(config_read(path, &none, &err), &err, DINT_NOT_FOUND, path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_kept),
		cmocka_unit_test(what_is_absent_has_its_default),
		cmocka_unit_test(an_empty_file_has_no_machines),
		cmocka_unit_test(mistakes_name_their_line),
		cmocka_unit_test(a_nul_is_refused),
		cmocka_unit_test(a_long_line_is_refused),
		cmocka_unit_test(ten_thousand_machines_are_the_most),
		cmocka_unit_test(a_file_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
