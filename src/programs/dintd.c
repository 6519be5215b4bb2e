/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dintd: reads the configuration, opens store, site and socket, and runs the loop. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "access/access.h"
#include "access/chain.h"
#include "api/socket.h"
#include "base/base.h"
#include "config/config.h"
#include "ec2/ec2.h"
#include "incident/site.h"
#include "programs/beside.h"
#include "programs/exits.h"
#include "programs/network.h"
#include "store/store.h"

#define CONFIG_DEFAULT "/etc/dint/dintd.conf"
#define END_WAIT_US    2000000 /* for requests that are being answered */
#define END_STEP_US    20000

static const char usage[] =
	"usage: dintd [--config FILE] [--check] [--debug]\n"
	"\n"
	"Watches machines, interrupts them when asked to, keeps their dumps and has them read.\n"
	"\n"
	"  --config FILE  the configuration, " CONFIG_DEFAULT " when not given\n"
	"  --check        say whether the configuration is right, and stop\n"
	"  --debug        say more on stderr\n"
	"  --version\n"
	"\n"
	"Signals: SIGTERM stops; SIGHUP reads the configuration again (not in mid-injection).\n"
	"example: dintd --config ./dintd.conf\n";

struct daemon {
	const char *config_path;
	struct listener *listener; /* lives longer */
	sd_event *loop;
	struct config config;
	struct buffer text; /* the file that it was read from */
	struct store *store;
	struct site *site;
	struct access *access;
	struct api_socket *socket;
	struct ec2 *ec2;
	struct network *network;
	char *analyser;
	bool ends, reload;
	uint64_t quiet_us; /* since when nobody new is let in; 0: all are */
};

static void daemon_done(struct daemon *d)
{
	network_close(d->network);
	api_socket_close(d->socket);
	site_close(d->site);
	ec2_close(d->ec2);
	access_close(d->access);
	store_close(d->store);
	sd_event_unref(d->loop);
	config_done(&d->config);
	buffer_done(&d->text);
	free(d->analyser);
	*d = (struct daemon){.config_path = d->config_path, .listener = d->listener};
}

/* ---- signals ---- */

static bool is_injecting(const struct daemon *d)
{
	for (size_t i = 0; i < d->site->count; i++) {
		enum incident_state state = d->site->watches[i]->state;

		if (state == STATE_REQUESTED || state == STATE_INJECTING)
			return true;
	}
	return false;
}

/* Whether somebody would be cut off. A reload in mid-injection would make it uncertain: a moment
 * later is soon enough. */
static bool must_wait(struct daemon *d, uint64_t now)
{
	if (d->reload && is_injecting(d))
		return true;
	if (!d->quiet_us)
		d->quiet_us = now;
	network_quiesce(d->network);
	return network_is_busy(d->network) && now - d->quiet_us < END_WAIT_US;
}

static int on_end(sd_event_source *source, uint64_t now, void *arg)
{
	struct daemon *d = arg;

	if (!must_wait(d, now))
		return sd_event_exit(d->loop, 0);
	sd_event_source_set_time(source, now + END_STEP_US);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

static void begin_to_end(struct daemon *d, bool reload)
{
	d->reload = reload && (!d->ends || d->reload); /* a stop stays one */
	if (!d->ends)
		sd_event_add_time_relative(d->loop, NULL, CLOCK_MONOTONIC, 0, 0, on_end, d);
	d->ends = true;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *arg)
{
	(void)source;
	log_info("stopping: signal %u", info->ssi_signo);
	begin_to_end(arg, false);
	return 0;
}

static bool is_unchanged(const struct daemon *d)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	struct dint_error err;

	return io_read_file(d->config_path, CONFIG_FILE_BYTES, &text, &err) &&
	       text.size == d->text.size && text.size &&
	       !memcmp(text.bytes, d->text.bytes, text.size);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *arg)
{
	struct daemon *d = arg;
	struct config config = {0};
	struct dint_error err;

	(void)source;
	(void)info;
	if (!config_read(d->config_path, &config, &err) || !network_check(&config, &err)) {
		config_done(&config);
		log_error("%s: the old configuration stays in force", err.message);
		return 0;
	}
	config_done(&config);
	if (is_unchanged(d) && network_renew(d->network)) {
		log_info("the certificate is a new one, the configuration as it was");
		return 0;
	}
	log_info("reading the configuration again");
	begin_to_end(d, true);
	return 0;
}

static bool add_signals(struct daemon *d, struct dint_error *err)
{
	if (sd_event_add_signal(d->loop, NULL, SIGTERM, on_stop, d) < 0 ||
	    sd_event_add_signal(d->loop, NULL, SIGINT, on_stop, d) < 0 ||
	    sd_event_add_signal(d->loop, NULL, SIGHUP, on_hangup, d) < 0)
		return dint_fail(err, DINT_SYSTEM, "signals cannot be watched");
	return true;
}

/* ---- opening and running ---- */

/* The journal is the place apart: who can change the database need not be able to change it too. */
static void keep_head(uint64_t number, const char *hash)
{
	log_info(CHAIN_HEAD_WORDS "%llu %s", (unsigned long long)number, hash);
}

static bool open_access(struct daemon *d, struct dint_error *err)
{
	const struct access_settings settings = {
		.state_dir = d->config.state_dir,
		.region = d->config.region,
		.account = d->config.account,
		.master_key = d->config.master_key,
		.throttle = d->config.throttle,
		.clock = &system_clock,
		.keep_head = keep_head,
	};

	if (!access_open(d->store, &settings, &d->access, err))
		return false;
	if (access_problem(d->access))
		log_error("access: %s; whose key it is cannot sign in until that is mended",
			  access_problem(d->access));
	return true;
}

static bool open_network(struct daemon *d, struct dint_error *err)
{
	struct network_parts parts = {.v1 = {d->site, d->access}};

	if (!ec2_open(d->site, d->access, &d->ec2, err) ||
	    !listener_move(d->listener, d->config.listen, err))
		return false;
	parts.ec2 = d->ec2;
	return network_open(d->loop, &d->config, d->listener, &parts, &d->network, err);
}

static bool daemon_open(struct daemon *d, struct dint_error *err)
{
	if (!config_read(d->config_path, &d->config, err) ||
	    !io_read_file(d->config_path, CONFIG_FILE_BYTES, &d->text, err))
		return false;
	d->analyser = beside_program("dint-analyze");
	if (sd_event_default(&d->loop) < 0)
		return dint_fail(err, DINT_SYSTEM, "no event loop");
	return add_signals(d, err) && store_open(d->config.state_dir, &d->store, err) &&
	       site_open(d->loop, &d->config, d->store, d->analyser, &d->site, err) &&
	       open_access(d, err) &&
	       api_socket_open(d->loop, d->config.socket, d->site, d->access, &d->socket, err) &&
	       open_network(d, err);
}

static bool daemon_run(struct daemon *d, struct dint_error *err)
{
	int failed;

	if (!daemon_open(d, err))
		return false;
	log_info("dintd %s watches %zu machine%s; socket %s; %s%s", DINT_VERSION, d->site->count,
		 d->site->count == 1 ? "" : "s", d->config.socket,
		 d->network ? "network " : "no network",
		 !d->network ? "" : d->listener->address ?: "from systemd");
	sd_notify(0, "READY=1");
	failed = sd_event_loop(d->loop);
	sd_notify(0, d->reload ? "RELOADING=1" : "STOPPING=1");
	if (failed < 0) {
		errno = -failed;
		return dint_fail_errno(err, "the event loop");
	}
	return true;
}

static int run(const char *config_path)
{
	CLEANUP(listener_done) struct listener listener = {.fd = -1};
	struct dint_error err;
	bool ok = listener_adopt(&listener, &err);
	bool again = ok;

	while (again) {
		struct daemon d = {.config_path = config_path, .listener = &listener};

		ok = daemon_run(&d, &err);
		again = ok && d.reload;
		daemon_done(&d);
	}
	if (ok)
		return 0;
	log_error("%s", err.message);
	return exit_status(err.code, false);
}

static int check(const char *config_path)
{
	struct config config = {0};
	struct dint_error err;

	if (!config_read(config_path, &config, &err) || !network_check(&config, &err)) {
		fprintf(stderr, "dintd: %s\n", err.message);
		config_done(&config);
		return exit_status(err.code, false);
	}
	printf("%s: %zu machine%s\n", config_path, config.machine_count,
	       config.machine_count == 1 ? "" : "s");
	config_done(&config);
	return 0;
}

/* Before any thread starts, so that all inherit it: the loop reads signals from a descriptor. */
static void block_signals(void)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Each machine has a few descriptors, each client one; the loop is no select(). */
static void raise_limits(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'}, {"check", no_argument, NULL, 'k'},
		{"debug", no_argument, NULL, 'd'},	  {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},	  {0},
	};
	const char *config_path = CONFIG_DEFAULT;
	bool only_check = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		switch (option) {
		case 'c':
			config_path = optarg;
			break;
		case 'k':
			only_check = true;
			break;
		case 'd':
			log_set_level(LOG_LEVEL_DEBUG);
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'v':
			puts("dintd " DINT_VERSION);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "dintd: '%s' is not an option\n%s", argv[optind], usage);
		return 2;
	}
	block_signals();
	raise_limits();
	umask(0077);
	return only_check ? check(config_path) : run(config_path);
}
