// The data blocks: base64 of gzip files, in script elements that do not run.

/** The texts follow this script in the file, and may still be on their way. */
const wholePage = new Promise((resolve) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve, { once: true });
  else resolve();
});

/** The unpacked bytes of a block. */
async function unpack(id) {
  const text = document.getElementById(id).textContent;
  const packed = Uint8Array.fromBase64
    ? Uint8Array.fromBase64(text)
    : Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function readIndex() {
  return JSON.parse(new TextDecoder().decode(await unpack("index")));
}

const blocks = new Map();

/** The instances of a block, each with its texts and traces. A block is unpacked once. */
function readBlock(set, part) {
  const id = `texts-${set}-${part}`;
  if (!blocks.has(id)) blocks.set(id, wholePage.then(() => unpack(id)).then(instances));
  return blocks.get(id);
}

/** Length of the JSON, the JSON, confidences of all pieces, their positions in the vocabulary: see blocks/texts.rs. */
function instances(bytes) {
  const json = 4 + new DataView(bytes.buffer).getUint32(0, true);
  const { vocabulary, instances } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, json)));
  const texts = instances.flatMap((instance) => instance.texts);
  let steps = json;
  let code = json + texts.reduce((sum, { pieces }) => sum + (pieces ?? 0), 0);
  for (const text of texts) {
    const count = text.pieces ?? 0;
    text.steps = bytes.subarray(steps, (steps += count));
    text.pieces = [];
    for (let piece = 0; piece < count; piece += 1) {
      let position = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[code++];
        position |= (byte & 127) << shift;
        if (byte < 128) break;
      }
      text.pieces.push(vocabulary[position]);
    }
    text.text ??= text.pieces.join("");
  }
  return instances;
}

