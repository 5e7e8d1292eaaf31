import { type Raw, Refusal, redirect, refuse } from './answer.ts';
import { type Call, readJson, siteUrl } from './call.ts';
import { contentUrl } from './content.ts';
import { BatchRefusal, checkUris, wordsFor } from './folders.ts';
import { decodeId, encodeId } from './ids.ts';
import { find, ownPlace } from './places.ts';
import { encodeSegment } from './uri.ts';

/** Links to files that go on through renames and new versions. Asked again, the same. */
export async function makeLinks(call: Call): Promise<unknown> {
  const { site, user } = call;
  const { uris } = await readJson(call, { uris: { type: 'texts', name: 'Uris', required: true, least: 1 } });
  const most = user ? site.settings.groups[user.group].sourceBatch : 0;
  if (!user || most === 0) throw new Refusal(40007);
  if (uris.length > most) throw new Refusal(40014);
  checkUris(uris);
  const links: unknown[] = [];
  const failed = new Map<string, { readonly refusal: Refusal; readonly words: string }>();
  for (const text of uris) {
    try {
      const place = ownPlace(call, text);
      const file = find(call, place);
      if (file.type === 1) throw refuse.noEntity();
      const row = { file: file.id, owner: user.id, name: file.name, downloaded: 0, createdAt: site.now() };
      const link = site.links.all().find((known) => known.file === file.id) ?? site.links.add(row);
      const url = `${siteUrl(call)}/f/${encodeId(link.id, 'link')}/${encodeSegment(link.name)}`;
      links.push({ link: url, file_url: place.uri.text });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failed.set(text, { refusal: error, words: wordsFor(error, text) });
    }
  }
  if (failed.size > 0) throw new BatchRefusal(failed, links.length > 0 ? links : undefined);
  return links;
}

export function deleteLink({ site, user, params }: Call): unknown {
  const id = decodeId(params[0] ?? '', 'link');
  if (id === undefined) throw new Refusal(40001, 'Failed to parse object ID');
  if (!user || site.links.get(id)?.owner !== user.id) throw new Refusal(404, 'Direct link not found');
  site.links.remove(id);
  return undefined;
}

/** What a link leads to: `/f/{id}/{name}`, and with `asDownload` `/f/d/…`. */
export function followLink(asDownload: boolean): (call: Call) => Promise<Raw> {
  return async (call) => {
    const { site, params } = call;
    const [id = '', name = ''] = params;
    const number = decodeId(id, 'link');
    if (number === undefined) throw new Refusal(40001, 'Failed to parse object ID');
    const link = site.links.get(number);
    if (link?.name !== decodeURIComponent(name)) throw new Refusal(404, 'direct link not found', { status: 404 });
    const file = site.files.get(link.file);
    if (!file || file.inBin || site.users.get(link.owner)?.status !== 'active')
      throw new Refusal(404, 'Direct link invalid', { status: 404 });
    site.links.put({ ...link, downloaded: link.downloaded + 1 });
    return redirect(await contentUrl(call, file, asDownload, link.name));
  };
}

/** The short form of a share's address: a redirect to the page. */
export function followShare({ params }: Call): Raw {
  const [id = '', password] = params;
  const uri = `cloudreve://${id}${password === undefined ? '' : `:${password}`}@share`;
  return redirect(`/home?path=${encodeURIComponent(uri)}`);
}
