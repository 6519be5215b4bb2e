/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The analyser's document is a stranger's: it is shown by report/, which escapes what it shows. */
#include "programs/dint/document.h"

#include "base/cleanup.h"
#include "programs/dint/analyze.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "programs/dint/source.h"
#include "json/json.h"

bool document_show(const struct call *call,
		   void (*render)(const json_t *document, FILE *to, bool colour), int *status,
		   struct dint_error *err)
{
	static const char *const options[] = {"--json", NULL};
	CLEANUP(source_done) struct source source = {.fd = -1};
	CLEANUP(json_decref_ptr) json_t *document = NULL;

	if (!source_find(call, call->arguments[0], &source, err))
		return false;
	if (options_given(call, "json"))
		return analyze_run(call->verb->name, &source, options, status, err);
	if (!analyze_document(call->verb->name, &source, &document, status, err))
		return false;
	if (document)
		render(document, stdout, screen_has_colour(stdout));
	return true;
}
