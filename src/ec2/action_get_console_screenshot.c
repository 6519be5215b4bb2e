/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GetConsoleScreenshot: the hypervisor writes the screen into a piece of memory, a worker makes a
 * JPEG of it. WakeUp is taken and nothing is pressed: a hung machine is to be seen as it is. */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "ec2/actions.h"
#include "ec2/picture.h"
#include "incident/worker.h"

#define SCREEN_MS 5000

struct screen {
	struct ec2_call *call;
	struct watch *watch;
	int fd; /* the hypervisor has another description of it */
	struct buffer jpeg;
};

static void screen_free(struct screen *s)
{
	close_fd(&s->fd);
	buffer_done(&s->jpeg);
	free(s);
}

/* On the worker's thread. */
static bool compress(void *arg, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer ppm = {0};
	struct screen *s = arg;
	struct stat about;
	ssize_t n;

	if (fstat(s->fd, &about) < 0)
		return dint_fail_errno(err, "the screen");
	if (about.st_size > PICTURE_BYTES_MAX)
		return dint_fail(err, DINT_CORRUPT, "the screen has more than %u bytes",
				 PICTURE_BYTES_MAX);
	n = io_pread_full(s->fd, buffer_room(&ppm, (size_t)about.st_size + 1),
			  (size_t)about.st_size, 0, err);
	if (n < 0)
		return dint_within(err, "the screen");
	buffer_grow(&ppm, (size_t)n);
	return picture_to_jpeg(ppm.bytes, ppm.size, &s->jpeg, err);
}

static void on_compressed(void *arg, const struct dint_error *err)
{
	struct screen *s = arg;
	struct ec2_call *call = s->call;

	if (err) {
		ec2_refuse_instance(call, s->watch, "gave no picture of its screen", err);
	} else {
		struct xml *x = ec2_begin(call);

		xml_base64(x, "imageData", s->jpeg.bytes, s->jpeg.size);
		xml_text(x, "instanceId", s->watch->instance_id);
		ec2_answer(call);
	}
	screen_free(s);
}

static void on_screen(void *arg, const struct machine_answer *answer)
{
	struct screen *s = arg;
	struct dint_error err = answer->error;

	if (answer->outcome == MACHINE_DONE) {
		worker_submit(s->call->ec2->worker, compress, on_compressed, s);
		return;
	}
	if (answer->outcome == MACHINE_REFUSED) /* it has no display */
		err.code = DINT_UNSUPPORTED;
	ec2_refuse_instance(s->call, s->watch, "gave no picture of its screen", &err);
	screen_free(s);
}

static void ask(struct ec2_call *call, struct watch *w, int fd)
{
	struct screen *s = xcalloc(1, sizeof(*s));
	struct machine_request request = {
		.operation = MACHINE_SCREENDUMP,
		.deadline_ms = SCREEN_MS,
		.on_answer = on_screen,
		.arg = s,
		.fd = fd,
		.screen = MACHINE_SCREEN_PPM,
	};

	s->call = call;
	s->watch = w;
	s->fd = fd;
	machine_ask(w->machine, &request);
}

static void run(struct ec2_call *call)
{
	struct watch *w = call->targets[0];
	struct health health;
	struct dint_error err;
	int fd;

	health_of(w, &health);
	if (health.power == HEALTH_STOPPED) {
		dint_error_set(&err, DINT_CONFLICT, "it is stopped");
		return ec2_refuse_instance(call, w, "has no screen", &err);
	}
	fd = memfd_create("screen", MFD_CLOEXEC);
	if (fd < 0) {
		dint_error_errno(&err, "memory for its screen");
		return ec2_refuse_error(call, &err);
	}
	ask(call, w, fd);
}

static const struct parameter parameters[] = {
	{.name = "InstanceId", .required = true},
	{.name = "WakeUp", .kind = PARAMETER_BOOL},
	{0},
};

const struct ec2_action action_get_console_screenshot = {
	.name = "GetConsoleScreenshot",
	.scope = EC2_ON_INSTANCES,
	.ids = "InstanceId",
	.parameters = parameters,
	.run = run,
};
