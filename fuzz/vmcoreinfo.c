/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/vmcoreinfo.h"

#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(vmcoreinfo_done) struct vmcoreinfo info = {0};
	struct dint_error err;
	int64_t number = 0;
	uint64_t address = 0;
	size_t n = 0;

	if (!vmcoreinfo_parse(data, size, &info, &err))
		return 0;
	vmcoreinfo_number(&info, "phys_base", &number, &err);
	vmcoreinfo_symbol(&info, "init_uts_ns", &address, &err);
	vmcoreinfo_offset(&info, "uts_namespace.name", &n, &err);
	vmcoreinfo_hex(&info, "KERNELOFFSET", &address, &err);
	return 0;
}
