/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Driver fake: operations end as the script says, one turn of the loop after they were asked for.
 */
#include "machine/fake.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/text.h"
#include "machine/machine_internal.h"

#define TIMER_ACCURACY_US 1000

struct fake_event {
	struct fake *fake;
	enum machine_event_kind kind;
	bool after_nmi;
	uint64_t delay_us;
	sd_event_source *timer;
};

struct errand {
	struct fake *fake;
	struct operation *operation;
	sd_event_source *turn;
	struct errand *next;
};

struct fake {
	struct machine *machine;
	sd_event *loop;
	bool down;
	char reason[128];
	enum fake_behaviour behaviours[MACHINE_OPERATIONS];
	unsigned counts[MACHINE_OPERATIONS];
	struct fake_event events[FAKE_EVENTS_MAX];
	size_t event_count;
	struct errand *errands;
	int log; /* -1: none */
	sd_event_source *start;
};

static void free_errand(struct errand *errand)
{
	struct errand **at = &errand->fake->errands;

	while (*at != errand)
		at = &(*at)->next;
	*at = errand->next;
	sd_event_source_disable_unref(errand->turn);
	free(errand);
}

static void start_timers(struct fake *fake, bool after_nmi)
{
	for (size_t i = 0; i < fake->event_count; i++) {
		if (fake->events[i].after_nmi != after_nmi)
			continue;
		sd_event_source_set_time_relative(fake->events[i].timer, fake->events[i].delay_us);
		sd_event_source_set_enabled(fake->events[i].timer, SD_EVENT_ONESHOT);
	}
}

static void note_written(struct fake *fake, struct operation *operation)
{
	enum machine_operation asked = operation->request.operation;
	struct dint_error err;

	operation->written = true;
	fake->counts[asked]++;
	if (fake->log >= 0) {
		CLEANUP(free_ptr) char *line = xasprintf("%s\n", machine_operation_name(asked));

		io_write_all(fake->log, line, strlen(line), &err);
	}
	if (asked == MACHINE_INJECT_NMI)
		start_timers(fake, true);
}

static void answer(struct operation *operation)
{
	static const struct machine_disk disk = {
		.name = "disk0", .read_bytes = 4096, .reads = 1, .idle_ns = UINT64_MAX};
	struct machine_answer with = {0};
	struct dint_error err;

	switch (operation->request.operation) {
	case MACHINE_STATUS:
		with.status.running = true;
		with.status.word = "running";
		break;
	case MACHINE_SCREENDUMP:
	case MACHINE_DUMP_MEMORY:
		if (!io_write_all(operation->request.fd, "fake\n", 5, &err)) {
			operation_refused(operation, &err);
			return;
		}
		if (operation->request.operation == MACHINE_SCREENDUMP)
			with.screen.format = operation->request.screen ? "ppm" : "png";
		else
			with.dump.memory_bytes = 5;
		break;
	case MACHINE_REGISTERS:
		with.registers.text = "CPU#0\r\nRAX=0000000000000000\r\n";
		break;
	case MACHINE_COUNTERS:
		with.counters.disks = &disk;
		with.counters.disk_count = 1;
		with.counters.network = "a fake has no network";
		break;
	default:
		break;
	}
	operation_done(operation, &with);
}

static void refuse(struct operation *operation, enum dint_code code, const char *words)
{
	struct dint_error err;

	dint_error_set(&err, code, "%s", words);
	operation_refused(operation, &err);
}

void fake_disconnect(struct fake *fake, const char *reason)
{
	struct dint_error err;

	fake->down = true;
	snprintf(fake->reason, sizeof(fake->reason), "%s", reason);
	dint_error_set(&err, DINT_UNREACHABLE, "%s", reason);
	while (fake->errands) {
		struct operation *operation = fake->errands->operation;

		free_errand(fake->errands);
		operation_broken(operation, &err);
	}
	fake_tell(fake, MACHINE_DISCONNECTED, false, reason);
}

/* An errand that has had its turn and stays is silent until its deadline. */
static int on_turn(sd_event_source *source, void *arg)
{
	struct errand *errand = arg;
	struct fake *fake = errand->fake;
	struct operation *operation = errand->operation;
	enum fake_behaviour behaviour = fake->behaviours[operation->request.operation];
	struct dint_error err;

	(void)source;
	if (behaviour == FAKE_STUCK || operation_is_late(operation))
		return 0;
	if (behaviour != FAKE_UNWRITTEN)
		note_written(fake, operation);
	if (behaviour == FAKE_SILENT)
		return 0;
	if (behaviour == FAKE_CUT) {
		fake_disconnect(fake, "the fake's peer closed the connection");
		return 0;
	}
	free_errand(errand);
	if (behaviour == FAKE_ANSWER) {
		answer(operation);
	} else if (behaviour == FAKE_REFUSE) {
		refuse(operation, DINT_CONFLICT, "refused by the fake");
	} else if (behaviour == FAKE_UNSUPPORTED) {
		refuse(operation, DINT_UNSUPPORTED, "machine does not provide NMIs");
	} else {
		dint_error_set(&err, DINT_UNREACHABLE, "the fake could not write");
		operation_broken(operation, &err);
	}
	return 0;
}

static void fake_ask(void *own, struct operation *operation)
{
	struct fake *fake = own;
	struct errand *errand = xcalloc(1, sizeof(*errand));

	errand->fake = fake;
	errand->operation = operation;
	errand->next = fake->errands;
	fake->errands = errand;
	operation->own = errand;
	if (sd_event_add_defer(fake->loop, &errand->turn, on_turn, errand) < 0)
		abort(); /* out of memory, as in xmalloc */
}

static void fake_withdraw(void *own, struct operation *operation)
{
	(void)own;
	free_errand(operation->own);
}

static bool fake_reachable(const void *own, struct dint_error *why)
{
	const struct fake *fake = own;

	return !fake->down || dint_fail(why, DINT_UNREACHABLE, "%s", fake->reason);
}

static const char *const behaviour_names[FAKE_BEHAVIOURS] = {
	[FAKE_ANSWER] = "answer",
	[FAKE_REFUSE] = "refuse",
	[FAKE_UNSUPPORTED] = "unsupported",
	[FAKE_UNWRITTEN] = "unwritten",
	[FAKE_STUCK] = "stuck",
	[FAKE_SILENT] = "silent",
	[FAKE_CUT] = "cut",
};

static bool read_behaviour(struct fake *fake, const char *name, const char *behaviour)
{
	for (unsigned operation = 0; operation < MACHINE_OPERATIONS; operation++)
		for (unsigned i = 0; i < FAKE_BEHAVIOURS; i++)
			if (!strcmp(name, machine_operation_name(operation)) &&
			    !strcmp(behaviour, behaviour_names[i])) {
				fake->behaviours[operation] = i;
				return true;
			}
	return false;
}

static int on_event_time(sd_event_source *source, uint64_t when, void *arg)
{
	const struct fake_event *event = arg;

	(void)source;
	(void)when;
	fake_tell(event->fake, event->kind, true, "as the script says");
	return 0;
}

/* "nmi+50" */
static bool read_event(struct fake *fake, const char *name, const char *moment)
{
	struct fake_event *event = &fake->events[fake->event_count];
	const char *plus = strchr(moment, '+');
	unsigned kind = 0;
	struct dint_error err;

	while (kind < MACHINE_EVENTS && strcmp(name, machine_event_name(kind)))
		kind++;
	if (kind == MACHINE_EVENTS || !plus || fake->event_count == FAKE_EVENTS_MAX ||
	    !text_number(plus + 1, &event->delay_us, &err) || event->delay_us > UINT32_MAX)
		return false;
	event->fake = fake;
	event->kind = kind;
	event->delay_us *= 1000;
	event->after_nmi = !strncmp(moment, "nmi+", 4);
	if (!event->after_nmi && strncmp(moment, "open+", 5))
		return false;
	if (sd_event_add_time(fake->loop, &event->timer, CLOCK_MONOTONIC, 0, TIMER_ACCURACY_US,
			      on_event_time, event) < 0)
		return false;
	sd_event_source_set_enabled(event->timer, SD_EVENT_OFF);
	fake->event_count++;
	return true;
}

static bool read_word(struct fake *fake, char *word, struct dint_error *err)
{
	char *mark = word + strcspn(word, "=@");
	char kind = *mark;
	bool known = false;

	if (kind)
		*mark = '\0';
	if (!kind && !strcmp(word, "down")) {
		fake->down = known = true;
	} else if (kind == '=' && !strcmp(word, "log")) {
		fake->log = open(mark + 1, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
		if (fake->log < 0)
			return dint_fail_errno(err, "%s", mark + 1);
		known = true;
	} else if (kind == '=') {
		known = read_behaviour(fake, word, mark + 1);
	} else if (kind == '@') {
		known = read_event(fake, word, mark + 1);
	}
	if (kind)
		*mark = kind;
	return known || dint_fail(err, DINT_BAD_REQUEST, "a fake does not know '%.60s'", word);
}

static int on_start(sd_event_source *source, void *arg)
{
	struct fake *fake = arg;

	(void)source;
	if (fake->down)
		fake_tell(fake, MACHINE_DISCONNECTED, false, fake->reason);
	else
		fake_tell(fake, MACHINE_CONNECTED, false, NULL);
	start_timers(fake, false);
	return 0;
}

static void fake_close(void *own)
{
	struct fake *fake = own;

	while (fake->errands)
		free_errand(fake->errands);
	/* one more than the count: a word that was refused may have left it half read */
	for (size_t i = 0; i < FAKE_EVENTS_MAX; i++)
		sd_event_source_disable_unref(fake->events[i].timer);
	sd_event_source_disable_unref(fake->start);
	close_fd(&fake->log);
	sd_event_unref(fake->loop);
	free(fake);
}

static bool fake_open(struct machine *machine, sd_event *loop, const struct machine_config *config,
		      void **own, struct dint_error *err)
{
	struct fake *fake = xcalloc(1, sizeof(*fake));
	CLEANUP(free_ptr) char *script = xstrdup(config->address);
	char *rest = script;
	bool understood = true;

	fake->machine = machine;
	fake->loop = sd_event_ref(loop);
	fake->log = -1;
	snprintf(fake->reason, sizeof(fake->reason), "the fake is down");
	for (char *word; understood && (word = strsep(&rest, " "));)
		understood = !*word || read_word(fake, word, err);
	if (understood && sd_event_add_defer(loop, &fake->start, on_start, fake) < 0)
		understood = dint_fail(err, DINT_SYSTEM, "event loop");
	if (!understood) {
		fake_close(fake);
		return false;
	}
	*own = fake;
	return true;
}

const struct machine_driver driver_fake = {
	.name = "fake",
	.summary = "no machine at all: does what its address says, for tests",
	.open = fake_open,
	.close = fake_close,
	.ask = fake_ask,
	.withdraw = fake_withdraw,
	.reachable = fake_reachable,
};

struct fake *fake_of(struct machine *machine)
{
	return machine_own(machine, &driver_fake);
}

void fake_set(struct fake *fake, enum machine_operation operation, enum fake_behaviour behaviour)
{
	fake->behaviours[operation] = behaviour;
}

unsigned fake_count(const struct fake *fake, enum machine_operation operation)
{
	return fake->counts[operation];
}

void fake_tell(struct fake *fake, enum machine_event_kind kind, bool by_guest, const char *detail)
{
	machine_tell(fake->machine,
		     &(struct machine_event){.kind = kind, .by_guest = by_guest, .detail = detail});
}

void fake_connect(struct fake *fake)
{
	fake->down = false;
	fake_tell(fake, MACHINE_CONNECTED, false, NULL);
}
