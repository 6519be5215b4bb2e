/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/port.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "guest/facts.h"

DEFINE_CLEANUP(closedir, DIR *)

/* Without udev there is no /dev/virtio-ports: the name is in sysfs. */
static bool find_by_sysfs(const struct guest_options *options, char path[GUEST_PATH_MAX])
{
	CLEANUP(closedir_ptr) DIR *ports = NULL;

	guest_path(options, "/sys/class/virtio-ports", path);
	ports = opendir(path);
	for (struct dirent *entry; ports && (entry = readdir(ports));) {
		char file[512], name[256];

		snprintf(file, sizeof(file), "/sys/class/virtio-ports/%s/name", entry->d_name);
		if (!guest_fact_text(options, file, name, sizeof(name)) ||
		    strcmp(name, GUEST_PORT_NAME) != 0)
			continue;
		snprintf(file, sizeof(file), "/dev/%s", entry->d_name);
		guest_path(options, file, path);
		return true;
	}
	return false;
}

static bool find(const struct guest_options *options, char path[GUEST_PATH_MAX],
		 struct dint_error *err)
{
	if (options->port) {
		snprintf(path, GUEST_PATH_MAX, "%s", options->port);
		return true;
	}
	guest_path(options, "/dev/virtio-ports/" GUEST_PORT_NAME, path);
	if (access(path, F_OK) == 0 || find_by_sysfs(options, path))
		return true;
	return dint_fail(err, DINT_NOT_FOUND,
			 "there is no port %s: the machine needs a virtserialport of this name",
			 GUEST_PORT_NAME);
}

bool guest_port_open(const struct guest_options *options, struct guest_port *port,
		     struct dint_error *err)
{
	char path[GUEST_PATH_MAX];
	struct stat st;

	*port = (struct guest_port){.fd = -1};
	if (!find(options, path, err))
		return false;
	port->is_socket = stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
	if (port->is_socket)
		port->fd = io_connect_unix(path, err);
	else
		port->fd = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (port->fd < 0 && !port->is_socket)
		return errno == EBUSY ? dint_fail(err, DINT_CONFLICT,
						  "%s: another program has it open", path)
				      : dint_fail_errno(err, "%s", path);
	if (port->fd < 0)
		return false;
	guest_port_look(port);
	return true;
}

void guest_port_close(struct guest_port *port)
{
	close_fd(&port->fd);
	port->connected = false;
}

void guest_port_look(struct guest_port *port)
{
	struct pollfd poll_fd = {.fd = port->fd, .events = POLLIN | POLLOUT};

	port->connected = poll(&poll_fd, 1, 0) >= 0 && !(poll_fd.revents & (POLLHUP | POLLERR));
}

static enum guest_transfer judge(struct guest_port *port, ssize_t moved, size_t *n)
{
	if (moved > 0) {
		*n = moved;
		return GUEST_MOVED;
	}
	if (moved < 0 && (errno == EAGAIN || errno == EINTR))
		return GUEST_WOULD_BLOCK;
	/* a port without a host reads as at its end; a socket, or a port that was unplugged, is
	 * dead */
	if (moved == 0 && !port->is_socket) {
		port->connected = false;
		return GUEST_NOBODY;
	}
	return GUEST_BROKEN;
}

enum guest_transfer guest_port_read(struct guest_port *port, void *to, size_t size, size_t *n)
{
	return judge(port, read(port->fd, to, size), n);
}

enum guest_transfer guest_port_write(struct guest_port *port, const void *from, size_t size,
				     size_t *n)
{
	ssize_t moved = write(port->fd, from, size);

	if (moved == 0)
		return GUEST_WOULD_BLOCK;
	return judge(port, moved, n);
}
