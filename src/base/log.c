/* SPDX-License-Identifier: MIT */
/* One write(2) a line, so that lines of several threads never mix. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"

#define LINE_BYTES 1024

/* The one piece of state that a process has by nature: how much it says on its one stderr. */
static _Atomic int level_most = LOG_LEVEL_INFO;

void log_set_level(enum log_level most)
{
	atomic_store(&level_most, most);
}

void log_line(enum log_level level, const char *fmt, ...)
{
	CLEANUP(buffer_done) struct buffer line = {0};
	char words[LINE_BYTES];
	va_list args;
	int length;

	if ((int)level > atomic_load(&level_most))
		return;
	va_start(args, fmt);
	length = vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	if (length < 0)
		return;
	if ((size_t)length >= sizeof(words))
		length = sizeof(words) - 1;
	buffer_printf(&line, "<%d>", level);
	text_escape(&line, words, length);
	buffer_add_text(&line, "\n");
	if (write(STDERR_FILENO, line.bytes, line.size) < 0)
		return; /* nobody is left to tell */
}
