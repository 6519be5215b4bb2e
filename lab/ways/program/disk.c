// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Block devices by the kernel's own interfaces, for guests that have no tools for them.
 *
 *   disk make FILE NAME    a loop device on FILE, and on that a linear dm device NAME: prints its
 * path disk suspend NAME      the dm device takes no more I/O; what comes, waits disk freeze FOLDER
 * as fsfreeze does
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define SECTOR_BYTES 512

struct dm_request {
	struct dm_ioctl head;
	struct dm_target_spec target;
	char parameters[128];
};

static int complain(const char *what)
{
	fprintf(stderr, "disk: %s: %s\n", what, strerror(errno));
	return 1;
}

static int dm_call(struct dm_request *request, const char *name, unsigned long call)
{
	int control = open("/dev/mapper/control", O_RDWR | O_CLOEXEC), done;

	if (control < 0)
		return -1;
	request->head.version[0] = DM_VERSION_MAJOR;
	request->head.data_size = sizeof(*request);
	request->head.data_start = offsetof(struct dm_request, target);
	snprintf(request->head.name, sizeof(request->head.name), "%s", name);
	done = ioctl(control, call, request);
	close(control);
	return done;
}

/* The loop device's number, or -1. */
static int loop_attach(const char *path)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int file = open(path, O_RDWR | O_CLOEXEC);
	int number = ioctl(control, LOOP_CTL_GET_FREE), loop;
	char device[32];

	if (control < 0 || file < 0 || number < 0)
		return -1;
	snprintf(device, sizeof(device), "/dev/loop%d", number);
	loop = open(device, O_RDWR | O_CLOEXEC);
	return loop < 0 || ioctl(loop, LOOP_SET_FD, file) < 0 ? -1 : number;
}

static int make(const char *path, const char *name)
{
	struct dm_request create = {0}, load = {.head.target_count = 1}, resume = {0};
	struct stat file;
	int loop = loop_attach(path);

	if (loop < 0 || stat(path, &file) < 0)
		return complain(path);
	load.target.length = (uint64_t)file.st_size / SECTOR_BYTES;
	strcpy(load.target.target_type, "linear");
	snprintf(load.parameters, sizeof(load.parameters), "/dev/loop%d 0", loop);
	if (dm_call(&create, name, DM_DEV_CREATE) < 0 || dm_call(&load, name, DM_TABLE_LOAD) < 0 ||
	    dm_call(&resume, name, DM_DEV_SUSPEND) < 0)
		return complain(name);
	printf("/dev/dm-%u\n", minor(create.head.dev));
	return 0;
}

/* What waits for the device is not waited for: a suspend that flushes would need it to work. */
static int suspend(const char *name)
{
	struct dm_request request = {0};

	request.head.flags = DM_SUSPEND_FLAG | DM_SKIP_LOCKFS_FLAG | DM_NOFLUSH_FLAG;
	return dm_call(&request, name, DM_DEV_SUSPEND) < 0 ? complain(name) : 0;
}

static int freeze(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_CLOEXEC);

	return ioctl(fd, FIFREEZE, 0) < 0 ? complain(folder) : 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "make") == 0)
		return make(argv[2], argv[3]);
	if (argc == 3 && strcmp(argv[1], "suspend") == 0)
		return suspend(argv[2]);
	if (argc == 3 && strcmp(argv[1], "freeze") == 0)
		return freeze(argv[2]);
	fprintf(stderr, "usage: disk make FILE NAME | suspend NAME | freeze FOLDER\n");
	return 2;
}
