/** An RGB picture: `data.length === width * height * 3`, row-major, interleaved, 8 bits a channel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
