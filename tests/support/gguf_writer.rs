//! Writes GGUF files, sound ones and others.

use std::path::PathBuf;

/// A metadata value.
#[derive(Clone, Debug)]
pub enum Meta {
    U32(u32),
    F32(f32),
    Bool(bool),
    Text(String),
    Texts(Vec<Vec<u8>>),
    Numbers(Vec<u32>),
    /// A value type and the bytes that follow it.
    Raw(u32, Vec<u8>),
}

/// A tensor's entry of the header.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    pub shape: Vec<u64>,
    pub kind: u32,
    pub offset: u64,
}

/// A file to be written. Every field may be set to what no sound file has.
#[derive(Clone, Debug)]
pub struct GgufFile {
    pub magic: [u8; 4],
    pub version: u32,
    /// In place of the number of tensors.
    pub tensor_count: Option<u64>,
    /// In place of the number of metadata pairs.
    pub pair_count: Option<u64>,
    pub pairs: Vec<(String, Meta)>,
    pub tensors: Vec<Entry>,
    /// The header is padded to a multiple of this.
    pub alignment: usize,
    pub data: Vec<u8>,
}

/// Length of the embedding, number of heads, of key-value heads, and length of a head.
const EMBEDDING: u64 = 64;
const HEADS: u64 = 2;
const KV_HEADS: u64 = 1;
const HEAD: u64 = 32;
const FEED_FORWARD: u64 = 96;

impl GgufFile {
    /// A model of one block with a SentencePiece vocabulary of 288 tokens; all weights are 0.
    pub fn sound(architecture: &str) -> Self {
        let mut file = Self {
            magic: *b"GGUF",
            version: 3,
            tensor_count: None,
            pair_count: None,
            pairs: vec![("general.architecture".to_owned(), Meta::Text(architecture.to_owned()))],
            tensors: Vec::new(),
            alignment: 32,
            data: Vec::new(),
        };
        let number = |value: u64| Meta::U32(value as u32);
        for (key, value) in [
            ("block_count", number(1)),
            ("context_length", number(512)),
            ("embedding_length", number(EMBEDDING)),
            ("feed_forward_length", number(FEED_FORWARD)),
            ("attention.head_count", number(HEADS)),
            ("attention.head_count_kv", number(KV_HEADS)),
            ("attention.layer_norm_rms_epsilon", Meta::F32(1e-6)),
        ] {
            file.set(&format!("{architecture}.{key}"), value);
        }
        let mut tokens: Vec<Vec<u8>> = [b"<unk>".to_vec(), b"<s>".to_vec(), b"</s>".to_vec()].into();
        tokens.extend((0..=255_u8).map(|byte| format!("<0x{byte:02X}>").into_bytes()));
        tokens.extend((tokens.len()..288).map(|id| format!("token{id}").into_bytes()));
        let kinds: Vec<u32> =
            (0..288).map(|id| if id < 3 { 3 } else { 1 + 5 * u32::from(id < 259) }).collect();
        let mut kind_bytes = 5_u32.to_le_bytes().to_vec();
        kind_bytes.extend((kinds.len() as u64).to_le_bytes());
        kind_bytes.extend(kinds.iter().flat_map(|kind| kind.to_le_bytes()));
        let mut score_bytes = 6_u32.to_le_bytes().to_vec();
        score_bytes.extend((tokens.len() as u64).to_le_bytes());
        score_bytes.extend(vec![0; tokens.len() * 4]);
        let count = tokens.len() as u64;
        file.set("tokenizer.ggml.model", Meta::Text("llama".to_owned()));
        file.set("tokenizer.ggml.tokens", Meta::Texts(tokens));
        file.set("tokenizer.ggml.scores", Meta::Raw(9, score_bytes));
        file.set("tokenizer.ggml.token_type", Meta::Raw(9, kind_bytes));
        file.set("tokenizer.chat_template", Meta::Text("{{ messages[0].content }}".to_owned()));
        file.add("token_embd.weight", &[EMBEDDING, count]);
        file.add("output_norm.weight", &[EMBEDDING]);
        for (name, shape) in [
            ("attn_norm", &[EMBEDDING][..]),
            ("attn_q", &[EMBEDDING, HEADS * HEAD]),
            ("attn_k", &[EMBEDDING, KV_HEADS * HEAD]),
            ("attn_v", &[EMBEDDING, KV_HEADS * HEAD]),
            ("attn_output", &[HEADS * HEAD, EMBEDDING]),
            ("ffn_norm", &[EMBEDDING]),
            ("ffn_gate", &[EMBEDDING, FEED_FORWARD]),
            ("ffn_up", &[EMBEDDING, FEED_FORWARD]),
            ("ffn_down", &[FEED_FORWARD, EMBEDDING]),
        ] {
            file.add(&format!("blk.0.{name}.weight"), shape);
        }
        file
    }

    /// Sets a metadata value.
    pub fn set(&mut self, key: &str, value: Meta) {
        match self.pairs.iter_mut().find(|(name, _)| name == key) {
            Some(pair) => pair.1 = value,
            None => self.pairs.push((key.to_owned(), value)),
        }
    }

    /// The same, by value.
    pub fn with(mut self, key: &str, value: Meta) -> Self {
        self.set(key, value);
        self
    }

    /// Adds a tensor of zeros of type F32.
    pub fn add(&mut self, name: &str, shape: &[u64]) {
        let offset = self.data.len() as u64;
        self.tensors.push(Entry { name: name.to_owned(), shape: shape.to_vec(), kind: 0, offset });
        let bytes = 4 * shape.iter().product::<u64>() as usize;
        self.data.resize((self.data.len() + bytes).next_multiple_of(32), 0);
    }

    /// Adds a tensor of type F32 with values.
    pub fn add_values(&mut self, name: &str, shape: &[u64], values: &[f32]) {
        self.add(name, shape);
        let begin = self.tensors[self.tensors.len() - 1].offset as usize;
        for (to, value) in self.data[begin..].chunks_exact_mut(4).zip(values) {
            to.copy_from_slice(&value.to_le_bytes());
        }
    }

    /// A file without pairs and tensors.
    pub fn empty() -> Self {
        Self { pairs: Vec::new(), tensors: Vec::new(), data: Vec::new(), ..Self::sound("llama") }
    }

    /// A tensor's entry.
    pub fn tensor(&mut self, name: &str) -> &mut Entry {
        self.tensors.iter_mut().find(|entry| entry.name == name).expect("a tensor of the sound file")
    }

    /// The header without padding.
    pub fn header(&self) -> Vec<u8> {
        let mut out = self.magic.to_vec();
        out.extend(self.version.to_le_bytes());
        out.extend(self.tensor_count.unwrap_or(self.tensors.len() as u64).to_le_bytes());
        out.extend(self.pair_count.unwrap_or(self.pairs.len() as u64).to_le_bytes());
        for (key, value) in &self.pairs {
            string(&mut out, key.as_bytes());
            write_meta(&mut out, value);
        }
        for entry in &self.tensors {
            string(&mut out, entry.name.as_bytes());
            out.extend((entry.shape.len() as u32).to_le_bytes());
            out.extend(entry.shape.iter().flat_map(|length| length.to_le_bytes()));
            out.extend(entry.kind.to_le_bytes());
            out.extend(entry.offset.to_le_bytes());
        }
        out
    }

    /// The whole file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.header();
        out.resize(out.len().next_multiple_of(self.alignment), 0);
        out.extend(&self.data);
        out
    }

    /// Writes the file into a folder.
    pub fn write(&self, folder: &tempfile::TempDir) -> PathBuf {
        let path = folder.path().join("model.gguf");
        std::fs::write(&path, self.bytes()).expect("a folder of its own can be written");
        path
    }
}

fn string(out: &mut Vec<u8>, text: &[u8]) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text);
}

fn write_meta(out: &mut Vec<u8>, value: &Meta) {
    let mut tagged = |tag: u32, bytes: &[u8]| {
        out.extend(tag.to_le_bytes());
        out.extend(bytes);
    };
    match value {
        Meta::U32(number) => tagged(4, &number.to_le_bytes()),
        Meta::F32(number) => tagged(6, &number.to_le_bytes()),
        Meta::Bool(flag) => tagged(7, &[u8::from(*flag)]),
        Meta::Text(text) => {
            tagged(8, &[]);
            string(out, text.as_bytes());
        }
        Meta::Texts(texts) => {
            tagged(9, &8_u32.to_le_bytes());
            out.extend((texts.len() as u64).to_le_bytes());
            texts.iter().for_each(|text| string(out, text));
        }
        Meta::Numbers(numbers) => {
            tagged(9, &4_u32.to_le_bytes());
            out.extend((numbers.len() as u64).to_le_bytes());
            out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        }
        Meta::Raw(tag, bytes) => tagged(*tag, bytes),
    }
}
