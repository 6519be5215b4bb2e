/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "ec2/fault.h"

static void every_code_has_its_row(void **state)
{
	(void)state;
	for (enum fault_code code = FAULT_NONE + 1; code < FAULT_CODES; code++) {
		unsigned status = fault_status(code);

		assert_non_null(fault_name(code));
		assert_true(*fault_name(code));
		assert_true(status >= 400 && status < 600);
	}
}

/* What SDKs act on, so that no row drifts: a repeat for 503 and 500, none for the rest. */
static const struct {
	enum fault_code code;
	const char *name;
	unsigned status;
} promised[] = {
	{FAULT_DRY_RUN, "DryRunOperation", 412},
	{FAULT_AUTH_FAILURE, "AuthFailure", 401},
	{FAULT_UNAUTHORIZED, "UnauthorizedOperation", 403},
	{FAULT_RATE, "RequestLimitExceeded", 503},
	{FAULT_UNAVAILABLE, "Unavailable", 503},
	{FAULT_INTERNAL, "InternalError", 500},
	{FAULT_INSTANCE_MALFORMED, "InvalidInstanceID.Malformed", 400},
	{FAULT_INSTANCE_NOT_FOUND, "InvalidInstanceID.NotFound", 400},
	{FAULT_INSTANCE_STATE, "IncorrectInstanceState", 400},
	{FAULT_UNSUPPORTED, "UnsupportedOperation", 400},
	{FAULT_EXPIRED, "RequestExpired", 400},
	{FAULT_NO_TOKEN, "MissingAuthenticationToken", 403},
};

static void promised_codes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(promised); i++) {
		assert_string_equal(fault_name(promised[i].code), promised[i].name);
		assert_int_equal(fault_status(promised[i].code), promised[i].status);
	}
}

static const struct {
	enum dint_code code;
	enum fault_code want;
} errors[] = {
	{DINT_NOT_FOUND, FAULT_INSTANCE_NOT_FOUND},
	{DINT_CONFLICT, FAULT_INSTANCE_STATE},
	{DINT_UNREACHABLE, FAULT_UNAVAILABLE},
	{DINT_TIMEOUT, FAULT_UNAVAILABLE},
	{DINT_UNSUPPORTED, FAULT_UNSUPPORTED},
	{DINT_DENIED, FAULT_UNAUTHORIZED},
	{DINT_LIMIT, FAULT_RATE},
	{DINT_BAD_REQUEST, FAULT_INVALID_VALUE},
	{DINT_SYSTEM, FAULT_INTERNAL},
	{DINT_CORRUPT, FAULT_INTERNAL},
};

static void errors_of_ours(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		struct dint_error err = {.code = errors[i].code, .message = "web1 is paused"};
		struct fault fault;

		fault_from_error(&fault, &err);
		assert_int_equal(fault.code, errors[i].want);
		assert_string_equal(fault.message, "web1 is paused");
	}
}

static void both_forms(void **state)
{
	CLEANUP(buffer_done) struct buffer ec2 = {0}, sts = {0};
	struct fault fault;
	char name[64];

	(void)state;
	fault_set(&fault, FAULT_INSTANCE_NOT_FOUND, "The instance ID '%s' does not exist", "i-<");
	fault_write_ec2(&fault, "id-1", &ec2);
	assert_string_equal(buffer_text(&ec2),
			    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>"
			    "<Code>InvalidInstanceID.NotFound</Code><Message>The instance ID "
			    "'i-&lt;' does not exist</Message></Error></Errors>"
			    "<RequestID>id-1</RequestID></Response>");
	fault_set(&fault, FAULT_INVALID_TOKEN, "no");
	fault_write_sts(&fault, "id-2", &sts);
	assert_string_equal(
		buffer_text(&sts),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse "
		"xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
		"<Code>InvalidClientTokenId</Code><Message>no</Message></Error>"
		"<RequestId>id-2</RequestId></ErrorResponse>");
	fault_audit_name(FAULT_UNAVAILABLE, name);
	assert_string_equal(name, "Server.Unavailable");
	fault_audit_name(FAULT_DRY_RUN, name);
	assert_string_equal(name, "Client.DryRunOperation");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_row),
		cmocka_unit_test(promised_codes),
		cmocka_unit_test(errors_of_ours),
		cmocka_unit_test(both_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
