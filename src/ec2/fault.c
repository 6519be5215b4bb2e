/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row a code. */
#include "ec2/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "ec2/xml.h"

/* clang-format off */
static const struct {
	const char *name;
	unsigned status;
} codes[FAULT_CODES] = {
	[FAULT_NONE] = {"", 200},
	[FAULT_MISSING_ACTION] = {"MissingAction", 400},
	[FAULT_INVALID_ACTION] = {"InvalidAction", 400},
	[FAULT_NO_SUCH_VERSION] = {"NoSuchVersion", 400},
	[FAULT_MALFORMED_QUERY] = {"MalformedQueryString", 400},
	[FAULT_MISSING_PARAMETER] = {"MissingParameter", 400},
	[FAULT_UNKNOWN_PARAMETER] = {"UnknownParameter", 400},
	[FAULT_INVALID_VALUE] = {"InvalidParameterValue", 400},
	[FAULT_INVALID_COMBINATION] = {"InvalidParameterCombination", 400},
	[FAULT_FILTER_LIMIT] = {"FilterLimitExceeded", 400},
	[FAULT_INVALID_NEXT_TOKEN] = {"InvalidNextToken", 400},
	[FAULT_INSTANCE_MALFORMED] = {"InvalidInstanceID.Malformed", 400},
	[FAULT_INSTANCE_NOT_FOUND] = {"InvalidInstanceID.NotFound", 400},
	[FAULT_INVALID_ID] = {"InvalidID", 400},
	[FAULT_TAG_LIMIT] = {"TagLimitExceeded", 400},
	[FAULT_INSTANCE_STATE] = {"IncorrectInstanceState", 400},
	[FAULT_UNSUPPORTED] = {"UnsupportedOperation", 400},
	[FAULT_DRY_RUN] = {"DryRunOperation", 412},
	[FAULT_NO_TOKEN] = {"MissingAuthenticationToken", 403},
	[FAULT_INCOMPLETE_SIGNATURE] = {"IncompleteSignature", 400},
	[FAULT_AUTH_FAILURE] = {"AuthFailure", 401},
	[FAULT_SIGNATURE] = {"SignatureDoesNotMatch", 403},
	[FAULT_INVALID_TOKEN] = {"InvalidClientTokenId", 403},
	[FAULT_EXPIRED] = {"RequestExpired", 400},
	[FAULT_UNAUTHORIZED] = {"UnauthorizedOperation", 403},
	[FAULT_ACCESS_DENIED] = {"AccessDenied", 403},
	/* 503 and no other: older clients repeat a throttled call only then */
	[FAULT_RATE] = {"RequestLimitExceeded", 503},
	[FAULT_THROTTLING] = {"Throttling", 400},
	[FAULT_UNAVAILABLE] = {"Unavailable", 503},
	[FAULT_INTERNAL] = {"InternalError", 500},
};

static const enum fault_code of_errors[DINT_CODES] = {
	[DINT_BAD_REQUEST] = FAULT_INVALID_VALUE,
	[DINT_NOT_FOUND] = FAULT_INSTANCE_NOT_FOUND,
	[DINT_CORRUPT] = FAULT_INTERNAL,
	[DINT_UNSUPPORTED] = FAULT_UNSUPPORTED,
	[DINT_LIMIT] = FAULT_RATE,
	[DINT_DENIED] = FAULT_UNAUTHORIZED,
	[DINT_UNREACHABLE] = FAULT_UNAVAILABLE,
	[DINT_TIMEOUT] = FAULT_UNAVAILABLE,
	[DINT_CONFLICT] = FAULT_INSTANCE_STATE,
	[DINT_SYSTEM] = FAULT_INTERNAL,
};
/* clang-format on */

void fault_set(struct fault *fault, enum fault_code code, const char *fmt, ...)
{
	va_list args;

	fault->code = code;
	va_start(args, fmt);
	vsnprintf(fault->message, sizeof(fault->message), fmt, args);
	va_end(args);
}

void fault_from_error(struct fault *fault, const struct dint_error *err)
{
	enum fault_code code = err->code < DINT_CODES ? of_errors[err->code] : FAULT_INTERNAL;

	fault_set(fault, code ? code : FAULT_INTERNAL, "%s", err->message);
}

const char *fault_name(enum fault_code code)
{
	return codes[code].name;
}

unsigned fault_status(enum fault_code code)
{
	return codes[code].status;
}

void fault_audit_name(enum fault_code code, char name[64])
{
	bool ours = code == FAULT_UNAVAILABLE || code == FAULT_INTERNAL;

	snprintf(name, 64, "%s.%s", ours ? "Server" : "Client", codes[code].name);
}

void fault_write_ec2(const struct fault *fault, const char *request_id, struct buffer *to)
{
	struct xml x;

	xml_begin(&x, to);
	xml_open(&x, "Response");
	xml_open(&x, "Errors");
	xml_open(&x, "Error");
	xml_text(&x, "Code", codes[fault->code].name);
	xml_text(&x, "Message", fault->message);
	xml_close(&x);
	xml_close(&x);
	xml_text(&x, "RequestID", request_id); /* in this form with a capital D */
	xml_close(&x);
}

void fault_write_sts(const struct fault *fault, const char *request_id, struct buffer *to)
{
	struct xml x;

	xml_begin(&x, to);
	xml_open_in(&x, "ErrorResponse", XML_STS);
	xml_open(&x, "Error");
	xml_text(&x, "Type", codes[fault->code].status >= 500 ? "Receiver" : "Sender");
	xml_text(&x, "Code", codes[fault->code].name);
	xml_text(&x, "Message", fault->message);
	xml_close(&x);
	xml_text(&x, "RequestId", request_id);
	xml_close(&x);
}
