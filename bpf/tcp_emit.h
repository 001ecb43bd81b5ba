/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which TCP events are wanted, and how they leave. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#include "filter.h"
#include "ring.h"
#include "socket.h"
#include "tcp_event.h"

/* One bit for each enum tcp_event_kind that is asked for. */
const volatile __u32 events_wanted = 1 << TCP_EVENT_CONNECT;
static __always_inline bool wants_kind(__u32 kind)
{
	return events_wanted & (1 << kind);
}

/* The port that a filter means: where the connection was made to. */
static __always_inline bool wants_socket(const struct tcp_event *event, bool passive)
{
	return wants_family(event) && wants_port(passive ? event->sport : event->dport) && wants_netns(event->netns);
}

static __always_inline void send(struct tcp_event *event, __u8 kind)
{
	event->kind = kind;
	if (!event->time_ns)
		event->time_ns = bpf_ktime_get_boot_ns();
	if (wants_kind(kind))
		ring_send(event, sizeof(*event));
}
