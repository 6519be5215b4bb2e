// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lab's agent in a guest: runs what the host asks for on port org.dint.lab.0.
 *
 *   host:   \nlab ID run SCRIPT_BYTES INPUT_BYTES\n  script  input
 *   guest:  \nlab ID out BYTES\n  bytes              (as often as needed: stdout and stderr)
 *           \nlab ID end STATUS\n                    (128 + n: killed by signal n)
 *
 * Either side may have died in mid-frame (the port survives a reboot of the guest), so a reader
 * skips everything up to a header that fits, and the guest gives up a request that stops arriving.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT_NAME	  "org.dint.lab.0"
#define LINE_BYTES	  128
#define REQUEST_BYTES_MAX (64u << 20)
#define GONE_MS		  500 /* a host that is absent for so long is gone */
#define ABSENT_MS	  100 /* between two looks for a host; poll cannot wait for one */
#define STALL_MS	  10000 /* a request or an answer that does not move for so long is given up */

struct request {
	char id[33];
	size_t script_bytes, input_bytes;
	char *data; /* the script, a NUL, the input */
};

/* The node is found by the name in sysfs, so no udev is needed. */
static int port_open(void)
{
	for (;; usleep(50000)) {
		for (int i = 0; i < 8; i++) {
			char path[64], name[32] = "";
			snprintf(path, sizeof(path), "/sys/class/virtio-ports/vport%dp%d/name",
				 i / 4, i % 4 + 1);
			FILE *file = fopen(path, "re");
			if (!file)
				continue;
			if (!fgets(name, sizeof(name), file))
				name[0] = 0;
			fclose(file);
			if (strcmp(name, PORT_NAME "\n"))
				continue;
			snprintf(path, sizeof(path), "/dev/vport%dp%d", i / 4, i % 4 + 1);
			int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
			if (fd >= 0)
				return fd;
		}
	}
}

/* False when nothing more came in time. A port without a host polls readable and reads as 0 at
 * once; a host that has just come may still look absent, so that is waited out as well. */
static bool port_read(int port, void *to, size_t n, int wait_ms)
{
	int waited_ms = 0;

	for (size_t have = 0; have < n;) {
		struct pollfd p = {.fd = port, .events = POLLIN};
		if (poll(&p, 1, wait_ms) <= 0)
			return false;
		ssize_t got = read(port, (char *)to + have, n - have);
		if (got > 0) {
			have += got;
			waited_ms = 0;
		} else if (wait_ms >= 0 && waited_ms >= GONE_MS) {
			return false;
		} else {
			usleep(ABSENT_MS * 1000);
			waited_ms += ABSENT_MS;
		}
	}
	return true;
}

static bool port_write(int port, const void *from, size_t n)
{
	int stalled_ms = 0;
	while (n) {
		ssize_t put = write(port, from, n);
		if (put > 0) {
			from = (const char *)from + put;
			n -= put;
			stalled_ms = 0;
		} else if (stalled_ms >= STALL_MS) {
			return false;
		} else {
			/* poll says "writable" of a full queue, so it cannot do the waiting */
			usleep(20000);
			stalled_ms += 20;
		}
	}
	return true;
}

static bool line_read(int port, char line[LINE_BYTES])
{
	for (size_t n = 0; n < LINE_BYTES - 1; n++) {
		if (!port_read(port, line + n, 1, n ? STALL_MS : -1))
			return false;
		if (line[n] == '\n') {
			line[n] = 0;
			return true;
		}
	}
	return false;
}

static bool request_read(int port, struct request *r)
{
	char line[LINE_BYTES];

	if (!line_read(port, line))
		return false;
	if (sscanf(line, "lab %32s run %zu %zu", r->id, &r->script_bytes, &r->input_bytes) != 3)
		return false;
	if (r->script_bytes > REQUEST_BYTES_MAX || r->input_bytes > REQUEST_BYTES_MAX)
		return false;
	r->data = malloc(r->script_bytes + 1 + r->input_bytes);
	if (!r->data)
		return false;
	r->data[r->script_bytes] = 0;
	if (port_read(port, r->data, r->script_bytes, STALL_MS) &&
	    port_read(port, r->data + r->script_bytes + 1, r->input_bytes, STALL_MS))
		return true;
	free(r->data);
	return false;
}

/* The request's input as a file, read from its beginning. */
static int input_open(const struct request *r)
{
	int input = memfd_create("input", MFD_CLOEXEC);
	const char *data = r->data + r->script_bytes + 1;

	if (input >= 0 && write(input, data, r->input_bytes) == (ssize_t)r->input_bytes &&
	    lseek(input, 0, SEEK_SET) == 0)
		return input;
	close(input);
	return -1;
}

/* In a session of its own, so that the whole of it can be killed; -1 when it could not start. */
static pid_t script_start(const struct request *r, int *output)
{
	int pipes[2] = {-1, -1}, input = input_open(r);
	pid_t pid = -1;

	if (input >= 0 && pipe2(pipes, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0) {
		setsid();
		dup2(input, 0);
		dup2(pipes[1], 1);
		dup2(pipes[1], 2);
		execl("/bin/sh", "sh", "-c", r->data, NULL);
		_exit(127);
	}
	close(input);
	close(pipes[1]);
	if (pid < 0)
		close(pipes[0]);
	*output = pipes[0];
	return pid;
}

static bool output_forward(int port, const char *id, int output)
{
	static const size_t head_max = 64;
	char frame[64 + 32768], *body = frame + head_max;
	ssize_t n = read(output, body, 32768);

	if (n <= 0)
		return false;
	char head[64];
	int head_bytes = snprintf(head, sizeof(head), "\nlab %s out %zd\n", id, n);
	memcpy(body - head_bytes, head, head_bytes);
	return port_write(port, body - head_bytes, head_bytes + n);
}

/* Until the script ends (what it left running in the background may keep the pipe) or the host
 * goes; a script that cannot be killed, being hung, is left behind. */
static int script_follow(int port, const struct request *r, pid_t pid, int output)
{
	int ended = syscall(SYS_pidfd_open, pid, 0), status = 0;
	struct pollfd p[] = {{.fd = output, .events = POLLIN},
			     {.fd = ended, .events = POLLIN},
			     {.fd = port, .events = POLLIN}};
	for (int absent_ms = 0; absent_ms < GONE_MS;) {
		poll(p, 3, -1);
		if (p[0].revents & POLLIN) {
			if (output_forward(port, r->id, output))
				continue;
			break;
		}
		if (p[0].revents)
			p[0].fd = -1; /* every writer has closed it */
		if (p[1].revents)
			break;
		if (p[2].revents & POLLHUP) {
			usleep(ABSENT_MS * 1000);
			absent_ms += ABSENT_MS;
			continue;
		}
		absent_ms = 0;
		if (p[2].revents & POLLIN)
			break; /* a request: it comes from the next host */
	}
	bool over = p[1].revents;
	if (!over)
		kill(-pid, SIGKILL);
	close(ended);
	close(output);
	if (waitpid(pid, &status, over ? 0 : WNOHANG) != pid)
		return 255;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(void)
{
	mlockall(MCL_CURRENT);
	int port = port_open();
	for (;;) {
		struct request r = {0};
		int output, status = 255;
		char end[64];

		if (!request_read(port, &r))
			continue;
		pid_t pid = script_start(&r, &output);
		if (pid > 0)
			status = script_follow(port, &r, pid, output);
		free(r.data);
		int n = snprintf(end, sizeof(end), "\nlab %s end %d\n", r.id, status);
		port_write(port, end, n);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			; /* scripts that were left behind */
	}
}
