/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the user asked for: read-only globals, set before load, so that the verifier drops the branches of filters
 * that are off. All that are on must match.
 */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "owner.h"

const volatile __u32 only_pid = 0; /* 0: any */
const volatile __u32 only_netns = 0; /* inode number; 0: any */
const volatile __u8 only_one_uid = 0; /* whether only_uid counts, as 0 is a user */
const volatile __u32 only_uid = 0;
const volatile __u8 only_cgroups = 0; /* whether the map counts */
const volatile __u8 only_mntns = 0;

/* Replaced by the user's pinned maps (--cgroupmap, --mntnsmap); the values are not read. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, __u64);
} cgroup_set SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, __u32);
} mntns_set SEC(".maps");

/* Whether it depends on the owner what is wanted. */
static __always_inline bool filters_owner(void)
{
	return only_pid || only_one_uid || only_cgroups || only_mntns;
}

static __always_inline bool wants_owner(const struct owner *owner)
{
	__u64 mntns = owner->mntns;
	__u64 cgroup = owner->cgroup;

	if (only_pid && owner->pid != only_pid)
		return false;
	if (only_one_uid && (owner->pid == 0 || owner->uid != only_uid))
		return false;
	if (only_cgroups && !bpf_map_lookup_elem(&cgroup_set, &cgroup))
		return false;
	if (only_mntns && !bpf_map_lookup_elem(&mntns_set, &mntns))
		return false;
	return true;
}

static __always_inline bool wants_netns(__u32 netns)
{
	return !only_netns || netns == only_netns;
}
