/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a monitor's peer says: in pieces whose size its first byte gives, to items. */
#include "machine/qmp_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = size ? 1 + data[0] : 1;
	enum qmp_next next = QMP_MORE;
	struct qmp_stream stream;
	struct qmp_item item;
	struct dint_error err;

	qmp_stream_init(&stream);
	for (size_t at = 1; at < size && next == QMP_MORE; at += piece) {
		if (!qmp_stream_add(&stream, data + at, size - at < piece ? size - at : piece,
				    &err))
			break;
		while ((next = qmp_stream_next(&stream, &item, &err)) == QMP_ITEM)
			;
	}
	qmp_stream_done(&stream);
	return 0;
}
