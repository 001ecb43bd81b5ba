// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
// What the tests of the binding load: one record per call of one system call by one process.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define WAKE_BACKLOG (64 * 1024)
#define MAX_PAYLOAD 131072

struct record {
	__u64 seq;
	__u32 pid;
	union {
		__u32 bytes;
		__u8 first;
	};
	__u8 fill[MAX_PAYLOAD - 16];
};

struct flags {
	__u32 low : 3;
	__u32 high : 29;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct record);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

const volatile __u32 target_pid = 0;
const volatile __u64 target_call = 0;
const volatile __u32 linger = 0; // iterations between the look at `awake` and the record, to widen the race
const volatile __u32 hold = 0;   // how often to look at the clock between a record and its end, another one meanwhile
__u32 bytes = 64;                // payload of every record
struct flags options = { .low = 5 };

__u32 awake;
__u64 sent;
__u64 dropped;
__u64 files;

static __always_inline __u64 wake_flags(void)
{
	if (!awake)
		return BPF_RB_FORCE_WAKEUP;
	__u64 backlog = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
	return backlog < WAKE_BACKLOG && backlog + bytes >= WAKE_BACKLOG ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

// The reader may have gone to sleep between wake_flags() and the record.
static __always_inline void wake_if_asleep(void)
{
	if (*(volatile __u32 *)&awake)
		return;
	void *nothing = bpf_ringbuf_reserve(&ring, 8, 0);
	if (nothing)
		bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
}

static long look_at_clock(__u32 index, void *context)
{
	bpf_ktime_get_ns();
	return 0;
}

// A record that wakes nobody, and before it is complete a whole one that does, as happens between two CPUs.
static __always_inline void send_held(void)
{
	__u64 second[2] = { sent + 1, 16ull << 32 };
	__u64 *first = bpf_ringbuf_reserve(&ring, sizeof(second), 0);

	if (!first)
		return;
	first[0] = sent;
	first[1] = second[1];
	bpf_ringbuf_output(&ring, second, sizeof(second), BPF_RB_FORCE_WAKEUP);
	bpf_loop(hold, look_at_clock, NULL, 0);
	bpf_ringbuf_submit(first, BPF_RB_NO_WAKEUP);
	sent += 2;
}

SEC("tp_btf/sys_enter")
int on_call(__u64 *ctx)
{
	__u32 zero = 0;

	if (bpf_get_current_pid_tgid() >> 32 != target_pid || ctx[1] != target_call)
		return 0;
	if (hold) {
		send_held();
		return 0;
	}
	struct record *record = bpf_map_lookup_elem(&scratch, &zero);
	if (!record)
		return 0;
	record->seq = sent;
	record->pid = target_pid;
	record->bytes = bytes;
	__u64 size = bytes;
	if (size < sizeof(__u64) * 3 || size > MAX_PAYLOAD)
		return 0;
	((__u8 *)record)[size - 1] = sent; // shows that all of it has come
	__u64 flags = wake_flags();
	for (__u32 i = 0; i < linger && i < 2000; i++)
		bpf_ktime_get_ns();
	if (bpf_ringbuf_output(&ring, record, size, flags) < 0) {
		dropped++;
		return 0;
	}
	sent++;
	if (flags == BPF_RB_NO_WAKEUP)
		wake_if_asleep();
	return 0;
}

SEC("cgroup_skb/egress")
int on_egress(struct __sk_buff *skb)
{
	return 1;
}

struct iter_context {
	struct bpf_iter_meta *meta;
	void *task;
	__u32 fd;
	void *file;
};

SEC("iter/task_file")
int on_file(struct iter_context *ctx)
{
	if (ctx->file)
		files++;
	return 0;
}

SEC("?tp_btf/no_such_hook")
int missing_hook(void *ctx)
{
	return 0;
}

SEC("?raw_tp/sys_enter")
int refused(void *ctx)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&table, &key);
	return *value; // the verifier wants a check for NULL
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
