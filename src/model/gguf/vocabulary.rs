//! Rules that every valid vocabulary fulfils and llama.cpp relies on.

use std::collections::{HashMap, HashSet};

use super::error::GgufError;
use super::sanity::unsound;
use super::value::{TOKENS_KEY, Value};

/// Tokens and their metadata.
pub struct Vocabulary<'a> {
    pub metadata: &'a HashMap<String, Value>,
    /// Bytes of the tokens, by id.
    pub tokens: &'a [Vec<u8>],
}

impl Vocabulary<'_> {
    /// Checks the tokens, if the file has any.
    pub fn check(&self) -> Result<(), GgufError> {
        if self.tokens.is_empty() {
            return Ok(());
        }
        match self.string("model") {
            // llama.cpp ignores these tokens and rejects the weights.
            "none" | "no_vocab" => return Ok(()),
            "bert" => {
                let expected = "the tokenizer of a model that generates text";
                return unsound("tokenizer.ggml.model", "\"bert\"", expected);
            }
            _ => {}
        }
        let ids = self.distinct()?;
        self.bytes(&ids)?;
        self.added("add_bos_token", "bos_token_id", self.begins_with_bos(), self.default_bos())?;
        self.added(
            "add_eos_token",
            "eos_token_id",
            self.flag("add_eos_token") == Some(true),
            self.default_eos(),
        )
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.metadata.get(&format!("tokenizer.ggml.{key}"))
    }

    fn string(&self, key: &str) -> &str {
        match self.value(key) {
            Some(Value::String(text)) => text,
            _ => "",
        }
    }

    fn flag(&self, key: &str) -> Option<bool> {
        match self.value(key) {
            Some(&Value::Bool(flag)) => Some(flag),
            _ => None,
        }
    }

    /// Checks that all tokens differ, because llama.cpp looks them up by text. A text ends at its first zero
    /// byte, and an empty one is named by its id.
    fn distinct(&self) -> Result<HashSet<Vec<u8>>, GgufError> {
        let mut seen = HashSet::with_capacity(self.tokens.len());
        for (id, token) in self.tokens.iter().enumerate() {
            let text = match token.split(|&byte| byte == 0).next() {
                None | Some([]) => format!("[EMPTY_{id}]").into_bytes(),
                Some(text) => text.to_vec(),
            };
            if seen.contains(&text) {
                let shown = String::from_utf8_lossy(&text).chars().take(40).collect::<String>();
                let found = format!("{shown:?}, the same as another token");
                return unsound(&format!("token {id} of {TOKENS_KEY}"), found, "a unique text");
            }
            seen.insert(text);
        }
        Ok(seen)
    }

    /// Checks the byte tokens of SentencePiece and PLaMo-2 tokenizers, which spell unknown text in bytes. A
    /// missing byte that text can contain would abort the process at the first prompt with it.
    fn bytes(&self, texts: &HashSet<Vec<u8>>) -> Result<(), GgufError> {
        let plain_byte_will_do = match self.string("model") {
            "llama" => true,
            "plamo2" => false,
            _ => return Ok(()),
        };
        // 0 cannot occur in a C string; 0xC0, 0xC1 and bytes from 0xF5 do not occur in UTF-8 text.
        for byte in (0x01..=0xBF).chain(0xC2..=0xF4_u8) {
            let spelled = format!("<0x{byte:02X}>");
            let known = texts.contains(spelled.as_bytes())
                || (plain_byte_will_do && texts.contains(std::slice::from_ref(&byte)));
            if !known {
                let expected = format!("a token like {spelled} for each byte of UTF-8 text");
                return unsound(TOKENS_KEY, format!("without {spelled}"), &expected);
            }
        }
        Ok(())
    }

    /// Checks that a token which is added to every text exists.
    fn added(&self, flag: &str, id_key: &str, added: bool, default: Option<u64>) -> Result<(), GgufError> {
        let count = self.tokens.len() as u64;
        let in_range = |id: &u64| *id < count;
        let given = match self.value(id_key) {
            Some(&Value::Unsigned(id)) => Some(id),
            _ => None,
        };
        if !added || given.filter(in_range).or(default.filter(in_range)).is_some() {
            return Ok(());
        }
        let found = given.map_or_else(|| "missing".to_owned(), |id| id.to_string());
        let expected = format!("the id of one of the {count} tokens, as {flag} requires");
        unsound(&format!("tokenizer.ggml.{id_key}"), found, &expected)
    }

    fn begins_with_bos(&self) -> bool {
        match self.string("model") {
            // llama.cpp overrides the file's flag.
            "gemma4" => true,
            "llama" => self.flag("add_bos_token").unwrap_or(true),
            // Some pre-tokenizers enable it themselves. Their default token exists in vocabularies of more
            // than 11 tokens.
            "gpt2" => self.flag("add_bos_token").unwrap_or(self.tokens.len() <= 11),
            _ => self.flag("add_bos_token") == Some(true),
        }
    }

    /// Returns llama.cpp's default id of the BOS token.
    fn default_bos(&self) -> Option<u64> {
        match self.string("model") {
            "llama" | "plamo2" => Some(1),
            "gpt2" | "hybriddna" | "whitespace" => {
                let has_none = ["chatglm-bpe", "glm4", "glm5"].contains(&self.string("pre"));
                (!has_none).then_some(11)
            }
            _ => None,
        }
    }

    /// Returns llama.cpp's default id of the EOS token.
    fn default_eos(&self) -> Option<u64> {
        match self.string("model") {
            "llama" | "plamo2" => Some(2),
            "gpt2" | "hybriddna" | "whitespace" => Some(11),
            "t5" => Some(1),
            _ => None,
        }
    }
}
