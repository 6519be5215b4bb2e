/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libmicrohttpd as it comes, saying hello from a thread of its own: what bench/http compares with.
 */
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static enum MHD_Result hello(void *arg, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *bytes, size_t *n,
			     void **context)
{
	static const char words[] = "hello\n";
	struct MHD_Response *response;
	enum MHD_Result queued;

	(void)url;
	(void)method;
	(void)version;
	(void)bytes;
	if (!*context) { /* the head */
		*context = arg;
		return MHD_YES;
	}
	if (*n) {
		*n = 0;
		return MHD_YES;
	}
	response = MHD_create_response_from_buffer(sizeof(words) - 1, (void *)words,
						   MHD_RESPMEM_PERSISTENT);
	queued = MHD_queue_response(connection, 200, response);
	MHD_destroy_response(response);
	return queued;
}

int main(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), mark;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 1024) < 0)
		return 1;
	getsockname(fd, (struct sockaddr *)&address, &size);
	if (!MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, hello, &mark,
			      MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_END))
		return 1;
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	for (;;)
		pause();
}
