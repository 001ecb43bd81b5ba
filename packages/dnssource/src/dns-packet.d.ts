import 'dns-packet';

/** Exported by dns-packet and left out of its published types. */
declare module 'dns-packet' {
  interface RecordCodec {
    /** `bytes` is RDLENGTH and RDATA. Throws where the record does not decode. */
    decode(bytes: Buffer): unknown;
    encode(data: unknown): Buffer;
  }

  export function record(type: string): RecordCodec;
}
