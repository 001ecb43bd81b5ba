/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* dnssource for Linux 6.2 and later. */
#define READABLE_SOCKETS 1
#include "dnssource.bpf.c"
