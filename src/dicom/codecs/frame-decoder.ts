import type { InstanceHeader } from '../instance-header.ts';

/**
 * Decodes one frame to one 16-bit word a pixel, row by row, [rows x columns]. The low BitsStored bits of a
 * word are the stored value, two's complement where PixelRepresentation is 1; what is above means nothing.
 *
 * Throws `decode-failed`, with a cause where the decoder itself gave up: its memory is then in no known
 * state, and it has to be opened anew.
 */
export type FrameDecoder = (frame: Uint8Array, header: InstanceHeader) => Uint16Array;
