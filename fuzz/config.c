/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;
	struct dint_error err;

	if (config_parse("fuzz", (const char *)data, size, &config, &err))
		config_done(&config);
	return 0;
}
