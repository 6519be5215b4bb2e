/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is tried behind the closed door ends the process. */
#include "../check.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/units.h"
#include "programs/analyze/sandbox.h"

static void open_file(void)
{
	open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static void make_socket(void)
{
	socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void run_program(void)
{
	execl("/bin/true", "true", NULL);
}

static void make_process(void)
{
	if (fork() == 0)
		_exit(0);
}

static void map_code(void)
{
	mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void kill_parent(void)
{
	kill(getppid(), 0);
}

/* What must go on working. */
static void allocate_and_write(void)
{
	char *bytes = malloc(64 * MIB);

	memset(bytes, 1, 64 * MIB);
	bytes = realloc(bytes, 128 * MIB);
	free(bytes);
	if (write(STDOUT_FILENO, "", 0) != 0)
		_exit(2);
}

static void load_library(void)
{
	dlopen("liblzma.so.5", RTLD_NOW);
}

static void *write_one(void *counter)
{
	free(malloc(1 * MIB));
	++*(atomic_int *)counter;
	return NULL;
}

static void make_threads(void)
{
	pthread_t threads[4];
	atomic_int counter = 0;

	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		if (pthread_create(&threads[i], NULL, write_one, &counter) != 0)
			_exit(2);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	if (counter != ARRAY_SIZE(threads))
		_exit(3);
}

static const struct {
	const char *name;
	void (*try)(void);
	bool always_deadly; /* under sanitizers too */
	bool works;
} attempts[] = {
	{"open a file", open_file, false, false},
	{"make a socket", make_socket, true, false},
	{"run a program", run_program, true, false},
	{"make a process", make_process, false, false},
	{"load a library", load_library, false, false},
	{"map code", map_code, false, false},
	{"signal another process", kill_parent, false, false},
	{"make threads", make_threads, false, true},
	{"allocate and write", allocate_and_write, false, true},
};

static int try_behind_the_door(void (*try)(void))
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		struct dint_error err;

		if (!sandbox_enter(NULL, 0, SANDBOX_ANSWERS, &err)) {
			fprintf(stderr, "%s\n", err.message);
			_exit(1);
		}
		try();
		_exit(0);
	}
	waitpid(child, &status, 0);
	return status;
}

static void the_door_is_closed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		int status = try_behind_the_door(attempts[i].try);

		if (attempts[i].works)
			assert_int_equal(status, 0);
		else if (attempts[i].always_deadly || !sandbox_is_lenient())
			assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	}
}

/* A descriptor that was left open is not there any more; the dump's is. */
static void other_descriptors_are_closed(void **state)
{
	int kept = dup(STDERR_FILENO), left = dup(STDERR_FILENO), status = 0;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		struct dint_error err;

		if (!sandbox_enter(&kept, 1, SANDBOX_COPIES, &err))
			_exit(1);
		_exit(fcntl(kept, F_GETFL) >= 0 && fcntl(left, F_GETFL) < 0 ? 0 : 2);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	close(kept);
	close(left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_door_is_closed),
		cmocka_unit_test(other_descriptors_are_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
