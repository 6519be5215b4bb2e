/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Error codes to exit statuses. */
#include "programs/exits.h"

const struct exit_meaning exits[] = {
	{0, "done; of send --wait: the dump is safe and analysed"},
	{1, "the operating system refused, or something of dint's own is wrong"},
	{2, "the command line makes no sense; nothing was done"},
	{3, "no such machine, incident, dump or file"},
	{4, "the data are damaged, or of a kind that is not supported"},
	{5, "not allowed"},
	{6, "dintd or the machine is out of reach, or gave no answer in time; of send --wait: the "
	    "incident ended without a dump"},
	{7, "not possible in this state, not supported by this machine, or too many or too often"},
	{0, NULL},
};

int exit_status(enum dint_code code, bool about_dump)
{
	static const int statuses[DINT_CODES] = {
		[DINT_OK] = 0,		[DINT_BAD_REQUEST] = EXIT_USAGE,
		[DINT_NOT_FOUND] = 3,	[DINT_CORRUPT] = EXIT_DATA,
		[DINT_UNSUPPORTED] = 7, [DINT_LIMIT] = 7,
		[DINT_DENIED] = 5,	[DINT_UNREACHABLE] = 6,
		[DINT_TIMEOUT] = 6,	[DINT_CONFLICT] = 7,
		[DINT_SYSTEM] = 1,
	};

	if (code == DINT_UNSUPPORTED && about_dump)
		return EXIT_DATA;
	return (unsigned)code < DINT_CODES ? statuses[code] : 1;
}
