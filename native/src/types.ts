/** A member of a struct: where it lies and how long it is, both in bytes. */
export interface Member {
  name: string;
  offset: number;
  size: number;
}

/** A struct as the compiler laid it out; `size` in bytes. Members of anonymous structs and unions are included. */
export interface StructLayout {
  size: number;
  members: Map<string, Member>;
}

/**
 * What makes two maps interchangeable: a BPF_MAP_TYPE_* number, and key and value sizes in bytes; with libbpf's name of the
 * type: "hash", "array", "lpm_trie"…
 */
export interface MapInfo {
  type: number;
  keySize: number;
  valueSize: number;
  typeName: string;
}

export interface RingOptions {
  /** Name of the BPF_MAP_TYPE_RINGBUF map. */
  map: string;
  /** Name of a `__u32` global in .bss: 1 while the reader polls by itself, 0 while it has to be woken. */
  awake: string;
  /** Period of the reader's own polling while awake, milliseconds (at least 1). */
  drainMs: number;
  /** Size of the one reusable Buffer, bytes (at least 65536). */
  batchBytes: number;
  /**
   * Whole records, oldest first, each framed as u32 payload length and u32 zero (host byte order),
   * then the payload, padded to a multiple of 8 bytes. The memory is reused after the call returns.
   */
  onBatch(batch: Buffer): void;
  /** What `onBatch` threw, and a BpfError where records larger than a batch were skipped. */
  onError(error: Error): void;
}

/** An open ring keeps the event loop alive, except while paused. It ends with its object's `close()`. */
export interface Ring {
  /** No `onBatch` follows until `resume()`; records stay in the kernel's ring. May be called inside `onBatch`. */
  pause(): void;
  /** Goes on in the next turn of the event loop. */
  resume(): void;
  /**
   * Delivers at once what waits, paused or not, until it was more than `most` bytes (all that there is if not given); what
   * is still being written it waits for, up to 100 ms. Returns how many bytes it was. Throws inside `onBatch`.
   */
  drain(most?: number): number;
  /** Records of more than so many bytes that wait, those that are still being written included. */
  countAbove(bytes: number): number;
}

/** One BPF object file. All methods throw BpfError where libbpf or the kernel refuses. */
export interface BpfObject {
  /** The layout of a struct by the object's own BTF. Throws if absent, or if it has bit fields. */
  struct(name: string): StructLayout;
  /** Before load: the initial bytes of a variable in .rodata, .data or .bss. The size must match exactly. */
  setGlobal(name: string, value: Buffer): void;
  /** Before load: the number of entries of a map; for a ring buffer its bytes. */
  setMapEntries(name: string, entries: number): void;
  /** Before load: whether `load()` loads this program. */
  setAutoload(program: string, on: boolean): void;
  /** Before load: the map pinned at `path` becomes map `name`. Type, key size and value size must be the same. */
  reuseMap(name: string, path: string): void;
  /** Creates the maps and loads the programs. After a failure the object can only be closed. */
  load(): void;
  /** Attaches a program where its section says (tp_btf, tracepoint, iter…). */
  attach(program: string): void;
  /** Attaches a program to the cgroup v2 directory, beside those of others. */
  attachCgroup(program: string, cgroupPath: string): void;
  /** A copy of a variable's present bytes; after load without a system call, so without privilege. */
  readGlobal(name: string): Buffer;
  /** After load. */
  openRing(options: RingOptions): Ring;
  /** Runs an iterator program over every object there is, and discards its output. Returns at the end. */
  runIter(program: string): void;
  /** After load: the descriptor of a loaded program, open until `close()`. */
  programFd(program: string): number;
  /** Ends every attachment; what the ring holds can still be drained, and globals read. */
  detach(): void;
  /** Detaches everything and frees it. May be called again; also happens on garbage collection. */
  close(): void;
}

export interface Binding {
  /** Reads a BPF object file; nothing reaches the kernel before `load()`. */
  open(path: string): BpfObject;
  /** CLOCK_REALTIME minus CLOCK_BOOTTIME now, whole microseconds: adds to a boot-time stamp to give wall-clock time. */
  bootOffsetUs(): number;
  /**
   * Gives up every capability, and the right to get new ones by executing a file (no_new_privs), in every thread. What is
   * loaded and attached stays so, and open rings go on delivering.
   */
  dropCapabilities(): void;
  /** Throws BpfError where there is no map pinned at `path`. */
  pinnedMapInfo(path: string): MapInfo;
  /**
   * Calls `onChange` when mounts of this process's mount namespace have come, gone or changed, from the event loop's
   * next wait for input on. Does not keep the process alive. Returns a function that ends it. Throws BpfError where they cannot be watched.
   */
  watchMounts(onChange: () => void): () => void;
}
