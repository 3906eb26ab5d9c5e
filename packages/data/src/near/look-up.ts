/** What a picture of a set resembles there. */
import { decodeRgb } from '../store/pixels.ts';
import { ShardReader } from '../store/shard-reader.ts';
import { type CodeIndex, CodeLookup } from './code-index.ts';
import { type View, viewsOf } from './descriptor.ts';
import { Grey } from './grey.ts';
import type { SharedPictures } from './picture-list.ts';
import { samePicture } from './same-picture.ts';

/** What a thread is started with. */
export interface NearData {
  readonly root: string;
  readonly pictures: SharedPictures;
  readonly index: CodeIndex;
}

export interface Found {
  readonly picture: number;
  /** A picture of another side that shows the same. */
  readonly across: { readonly picture: number; readonly mirrored: boolean } | undefined;
  /** Another one of its own side shows the same. */
  readonly onOwnSide: boolean;
}

interface Candidate {
  readonly picture: number;
  readonly product: number;
  readonly view: View;
}

export class NearLookup {
  private readonly pictures: SharedPictures;
  private readonly lookup: CodeLookup;
  private readonly reader: ShardReader;

  constructor({ root, pictures, index }: NearData) {
    this.pictures = pictures;
    this.lookup = new CodeLookup(index);
    this.reader = new ShardReader(root);
  }

  /** Of each side the likest picture is compared by its pixels. */
  async find(picture: number): Promise<Found> {
    const grey = await this.read(picture);
    const [own, other] = this.likest(picture, grey);
    const same = async (candidate: Candidate | undefined): Promise<boolean> =>
      candidate !== undefined && samePicture(grey, await this.read(candidate.picture), candidate.view);
    return {
      picture,
      onOwnSide: await same(own),
      across:
        (await same(other)) && other ? { picture: other.picture, mirrored: other.view.mirrored } : undefined,
    };
  }

  private likest(picture: number, grey: Grey): [own?: Candidate, other?: Candidate] {
    const { sides } = this.pictures;
    const best: [own?: Candidate, other?: Candidate] = [];
    for (const { view, descriptor } of viewsOf(grey)) {
      this.lookup.forEachLike(descriptor, (candidate, product) => {
        if (candidate === picture) return;
        const which = sides[candidate] === sides[picture] ? 0 : 1;
        if (product > (best[which]?.product ?? 0)) best[which] = { picture: candidate, product, view };
      });
    }
    return best;
  }

  private async read(picture: number): Promise<Grey> {
    const { places, shards } = this.pictures;
    const [shard, offset, length] = places.subarray(3 * picture, 3 * picture + 3) as unknown as [
      number,
      number,
      number,
    ];
    return new Grey(await decodeRgb(this.reader.read(shards[shard]!, [offset, length])));
  }
}
