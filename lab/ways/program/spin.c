// SPDX-License-Identifier: GPL-2.0-or-later
/* Computes for ever. */
int main(void)
{
	for (volatile unsigned long n = 0;; n++)
		;
}
