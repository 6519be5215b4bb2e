/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../dumps.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/units.h"
#include "dump/flattened.h"
#include "dump/plain.h"

#define PLAIN_BYTES 64 /* of the small files below */

static void add_u64be(struct buffer *to, uint64_t value)
{
	buffer_add_u64(to, __builtin_bswap64(value));
}

static void add_header(struct buffer *to, uint64_t type)
{
	uint8_t header[4096 - 32] = {0};

	buffer_add(to, "makedumpfile\0\0\0\0", 16);
	add_u64be(to, type);
	add_u64be(to, 1);
	buffer_add(to, header, sizeof(header));
}

static void add_record(struct buffer *to, int64_t at, uint64_t size, char fill, size_t n)
{
	add_u64be(to, (uint64_t)at);
	add_u64be(to, size);
	for (size_t i = 0; i < n; i++)
		buffer_add_u8(to, (uint8_t)fill);
}

static bool index_of(struct buffer *flat, struct dump_file *file, struct dint_error *err)
{
	CLEANUP(close_fd) int fd = file_of_bytes(flat->bytes, flat->size);

	return dump_file_open(fd, file, err) && flattened_index(file, err);
}

/* "a0+4 b2+4": four bytes of a at 0, then four of b at 2. */
static const struct {
	const char *name, *records, *want;
	bool cut;
} streams[] = {
	{"one record", "a0+4", "aaaa", false},
	{"in order", "a0+2 b2+2", "aabb", false},
	{"backwards", "b2+2 a0+2", "aabb", false},
	{"a hole is zeros", "b4+2 a0+2", "aa..bb", false},
	{"the later one wins in front", "a2+4 b0+4", "bbbbaa", false},
	{"the later one wins behind", "a0+4 b2+4", "aabbbb", false},
	{"the later one wins within", "a0+6 b2+2", "aabbaa", false},
	{"the earlier one shows at both ends", "a1+2 b0+4", "bbbb", false},
	{"the same place three times", "a0+4 b0+4 c0+4", "cccc", false},
	{"three above each other", "a0+8 b2+4 c3+2", "aabccbaa", false},
	{"a later long one over many", "a0+2 b4+2 c2+1 d0+6", "dddddd", false},
	{"cut in a record's bytes", "a0+2 b2+4/1", "aab", true},
	{"cut in a record's header", "a0+2 !", "aa", true},
	{"an empty record", "a0+2 b9+0", "aa", false},
};

static void make_stream(struct buffer *flat, const char *records)
{
	add_header(flat, 1);
	for (const char *at = records; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL) {
		char fill = 0;
		unsigned target = 0, size = 0, there = 0;

		if (*at == '!') {
			buffer_add(flat, "\0\0\0", 3);
			return;
		}
		int n = sscanf(at, "%c%u+%u/%u", &fill, &target, &size, &there);

		add_record(flat, target, size, fill, n == 4 ? there : size);
		if (n == 4)
			return;
	}
	add_record(flat, -1, UINT64_MAX, 0, 0);
}

static void later_records_win(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(streams); i++) {
		CLEANUP(buffer_done) struct buffer flat = {0};
		CLEANUP(dump_file_done) struct dump_file file = {0};
		char plain[PLAIN_BYTES + 1] = "";
		struct dint_error err;

		make_stream(&flat, streams[i].records);
		assert_works(index_of(&flat, &file, &err), &err);
		size_t n = dump_file_read(&file, 0, plain, PLAIN_BYTES);

		for (size_t at = 0; at < n; at++)
			if (plain[at] == 0)
				plain[at] = '.';
		assert_string_equal(plain, streams[i].want);
		assert_int_equal(file.size, strlen(streams[i].want));
		assert_int_equal(file.cut, streams[i].cut);
	}
}

/* Whatever the records are, reading any piece is as reading from the array they were written to. */
static void any_piece_is_as_written(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		CLEANUP(buffer_done) struct buffer flat = {0};
		CLEANUP(dump_file_done) struct dump_file file = {0};
		char want[PLAIN_BYTES] = "", got[PLAIN_BYTES], scratch[PLAIN_BYTES];
		struct dint_error err;

		add_header(&flat, 1);
		for (char fill = 'a'; fill < 'a' + 12; fill++) {
			seed = seed * 1103515245 + 12345;
			unsigned at = seed >> 16 & 31, n = 1 + (seed >> 24 & 15);

			memset(want + at, fill, n);
			add_record(&flat, at, n, fill, n);
		}
		assert_works(index_of(&flat, &file, &err), &err);
		for (size_t at = 0; at < file.size; at++) {
			size_t n = (seed >> 20 & 15) % (file.size - at) + 1;
			const void *bytes = dump_file_bytes(&file, at, n, scratch);

			dump_file_read(&file, at, got, n);
			assert_memory_equal(got, want + at, n);
			assert_memory_equal(bytes, want + at, n);
			assert_int_equal(dump_file_has(&file, at), want[at] != 0);
		}
		assert_null(dump_file_bytes(&file, file.size, 1, scratch));
	}
}

static const struct {
	const char *name, *refusal;
	int64_t at;
	uint64_t size;
} broken[] = {
	{"a negative offset", "writes 2 bytes at offset -5", -5, 2},
	{"a negative size", "writes -2 bytes at offset 0", 0, (uint64_t)-2},
	{"an end mark that is half one", "writes 3 bytes at offset -1", -1, 3},
};

static void records_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		CLEANUP(buffer_done) struct buffer flat = {0};
		CLEANUP(dump_file_done) struct dump_file file = {0};
		struct dint_error err;

		add_header(&flat, 1);
		add_record(&flat, 0, 1, 'a', 1);
		add_record(&flat, broken[i].at, broken[i].size, 'b', 4);
		assert_refused(index_of(&flat, &file, &err), &err, DINT_CORRUPT, broken[i].refusal);
	}
}

static void a_stream_without_records_is_refused(void **state)
{
	CLEANUP(buffer_done) struct buffer flat = {0}, odd = {0};
	CLEANUP(dump_file_done) struct dump_file file = {0}, other = {0};
	struct dint_error err;

	(void)state;
	add_header(&flat, 1);
	assert_refused(index_of(&flat, &file, &err), &err, DINT_CORRUPT, "no record");
	add_header(&odd, 2);
	assert_refused(index_of(&odd, &other, &err), &err, DINT_UNSUPPORTED, "type 2");
}

/* Into a file, holes and all, and into a pipe. */
static void the_plain_form_is_the_written_one(void **state)
{
	CLEANUP(close_fd) int flat = open_small_dump("pages-flattened");
	CLEANUP(close_fd) int want = open_small_dump("pages-zlib");
	CLEANUP(close_fd) int plain = memfd_create("plain", MFD_CLOEXEC);
	CLEANUP(buffer_done) struct buffer a = {0}, b = {0};
	struct dint_error err;
	bool cut = true;

	(void)state;
	assert_works(dump_write_plain(flat, plain, &cut, &err), &err);
	assert_false(cut);
	read_all(plain, &a);
	read_all(want, &b);
	assert_int_equal(a.size, b.size);
	assert_memory_equal(a.bytes, b.bytes, a.size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(later_records_win),
		cmocka_unit_test(any_piece_is_as_written),
		cmocka_unit_test(records_that_make_no_sense_are_refused),
		cmocka_unit_test(a_stream_without_records_is_refused),
		cmocka_unit_test(the_plain_form_is_the_written_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
