/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Who did it: identity of a task, as it goes over the wire. Host byte order, ids of the initial namespaces. */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"

struct owner {
	__u64 start_ns; /* start of the process, CLOCK_BOOTTIME */
	__u64 cgroup; /* cgroup v2 id */
	__u32 pid; /* 0: not known */
	__u32 tid;
	__u32 uid;
	__u32 mntns; /* inode number; 0 for a task that is about to be gone */
	char comm[16]; /* NUL-terminated; any other bytes */
};

static __always_inline void read_owner(struct owner *owner, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	struct task_struct *named = task->flags & PF_IO_WORKER ? leader : task;
	struct nsproxy *nsproxy = task->nsproxy;

	owner->start_ns = leader->start_boottime;
	owner->cgroup = task->cgroups->dfl_cgrp->kn->id;
	owner->pid = task->tgid;
	owner->tid = task->pid;
	owner->uid = task->cred->uid.val;
	owner->mntns = nsproxy ? nsproxy->mnt_ns->ns.inum : 0;
	__builtin_memcpy(owner->comm, named->comm, sizeof(owner->comm));
}

static __always_inline void owner_of_current(struct owner *owner)
{
	read_owner(owner, bpf_get_current_task_btf());
}
