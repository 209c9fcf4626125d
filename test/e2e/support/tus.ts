const TUS = { 'tus-resumable': '1.0.0' };

/** Begins a resumable upload and gives its address, whose last part is the item's id. */
export async function createTusUpload(url: string, sizeBytes: number, filename: string): Promise<string> {
  const { status, headers } = await fetch(`${url}/v1/uploads`, {
    method: 'POST',
    headers: {
      ...TUS,
      'upload-length': String(sizeBytes),
      'upload-metadata': `filename ${Buffer.from(filename).toString('base64')}`,
    },
  });
  if (status !== 201) throw new Error(`An upload was answered ${status}`);
  return headers.get('location') ?? '';
}

export const tusStatus = async (url: string, location: string) => {
  const { status, headers } = await fetch(new URL(location, url), { method: 'HEAD', headers: TUS });
  return { status, offset: Number(headers.get('upload-offset')) };
};

/** Sends bytes at an offset; gives the status and how far the upload has come. */
export async function sendTusBytes(url: string, location: string, offset: number, bytes: Uint8Array) {
  const { status, headers } = await fetch(new URL(location, url), {
    method: 'PATCH',
    headers: {
      ...TUS,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(bytes),
  });
  return { status, offset: Number(headers.get('upload-offset')) };
}
