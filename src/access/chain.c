/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "access/chain.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void chain_begin(struct chain *chain)
{
	chain->number = 0;
	memset(chain->hash, '0', SHA256_TEXT - 1);
	chain->hash[SHA256_TEXT - 1] = '\0';
}

void chain_add(struct chain *chain, const char *event)
{
	char number[24];
	uint8_t sum[SHA256_BYTES];
	struct sha256 hash;
	int n = snprintf(number, sizeof(number), "\n%" PRIu64 "\n", ++chain->number);

	sha256_init(&hash);
	sha256_add(&hash, chain->hash, SHA256_TEXT - 1);
	sha256_add(&hash, number, (size_t)n);
	sha256_add(&hash, event, strlen(event));
	sha256_add(&hash, "\n", 1);
	sha256_end(&hash, sum);
	sha256_text(sum, chain->hash);
}

bool chain_check(struct chain *chain, uint64_t number, const char *event, const char *hash,
		 struct dint_error *err)
{
	struct chain wanted = *chain;

	chain_add(&wanted, event);
	chain->number = number;
	snprintf(chain->hash, sizeof(chain->hash), "%s", hash);
	if (number != wanted.number)
		return dint_fail(err, DINT_CORRUPT,
				 "event %" PRIu64 " follows event %" PRIu64 ": what was between is "
				 "missing",
				 number, wanted.number - 1);
	if (strcmp(hash, wanted.hash) != 0)
		return dint_fail(err, DINT_CORRUPT,
				 "event %" PRIu64 " is not what was written, or not where: its "
				 "hash is %.64s, and by the line before it should be %s",
				 number, hash, wanted.hash);
	return true;
}

/* ---- heads kept apart ---- */

void chain_heads_done(struct chain_heads *heads)
{
	free(heads->heads);
	memset(heads, 0, sizeof(*heads));
}

bool chain_heads_add(struct chain_heads *heads, const char *line)
{
	const char *at = strstr(line, CHAIN_HEAD_WORDS);
	struct chain head;
	char *end;

	/* dintd's own line, and not what it quotes of a stranger: "<6>audit: …", "dintd[7]: audit:
	 * …" */
	if (!at || (at != line && at[-1] != '>' && (at - line < 2 || memcmp(at - 2, ": ", 2))))
		return false;
	at += strlen(CHAIN_HEAD_WORDS);
	if (!isdigit((unsigned char)*at))
		return false;
	head.number = strtoull(at, &end, 10);
	if (*end != ' ' || strspn(end + 1, "0123456789abcdef") != SHA256_TEXT - 1 ||
	    strspn(end + SHA256_TEXT, "\r\n") != strlen(end + SHA256_TEXT))
		return false;
	snprintf(head.hash, sizeof(head.hash), "%.64s", end + 1);
	if (heads->count == heads->room) {
		heads->room = heads->room ? 2 * heads->room : 64;
		heads->heads = xrealloc(heads->heads, heads->room * sizeof(*heads->heads));
	}
	heads->heads[heads->count++] = head;
	return true;
}

static int compare_heads(const void *a, const void *b)
{
	const struct chain *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

bool chain_heads_sort(struct chain_heads *heads, struct dint_error *err)
{
	size_t kept = 0;

	if (heads->count)
		qsort(heads->heads, heads->count, sizeof(*heads->heads), compare_heads);
	for (size_t i = 0; i < heads->count; i++) {
		const struct chain *head = &heads->heads[i];

		if (!kept || heads->heads[kept - 1].number != head->number)
			heads->heads[kept++] = *head;
		else if (strcmp(heads->heads[kept - 1].hash, head->hash) != 0)
			return dint_fail(err, DINT_CORRUPT,
					 "the log has two heads of number %" PRIu64
					 ": the audit was begun anew, or written anew",
					 head->number);
	}
	heads->count = kept;
	return true;
}
