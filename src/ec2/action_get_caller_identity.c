/* SPDX-License-Identifier: GPL-2.0-or-later */
/* STS's GetCallerIdentity, in STS's own form; nobody who is authenticated can be denied it. */
#include "ec2/actions.h"

static void run(struct ec2_call *call)
{
	struct xml *x = &call->xml;

	xml_begin(x, &call->body);
	xml_open_in(x, "GetCallerIdentityResponse", XML_STS);
	xml_open(x, "GetCallerIdentityResult");
	xml_text(x, "Arn", call->principal.arn);
	xml_text(x, "UserId", call->principal.user_id);
	xml_text(x, "Account", access_account(call->ec2->access));
	xml_close(x);
	xml_open(x, "ResponseMetadata");
	xml_text(x, "RequestId", call->request->id);
	xml_close(x);
	ec2_answer(call);
}

const struct ec2_action action_get_caller_identity = {
	.name = "GetCallerIdentity",
	.sts = true,
	.scope = EC2_ON_NOBODY,
	.run = run,
};
